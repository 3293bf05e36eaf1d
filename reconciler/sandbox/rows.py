"""How objects are shown: field by field as the platform's description has them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from reconciler.sandbox.rules import GROUP, KINDS, ROUTE, Kind
from reconciler.sandbox.store import Item, Store

Row = dict[str, Any]

# groups/list and groups/{id} share some names only; the second has no id, and other names for the times.
_LISTED = (
    *("org_unit_id", "org_unit_ext_id", "org_unit_name", "org_unit_parent_id", "top_ou_id"),
    *("org_unit_status", "billing_id", "address", "city", "state", "zip", "phone_number"),
    *("industry_id", "industry_name", "org_unit_created", "org_unit_modified"),
)
_DETAILED = (
    *("org_unit_name", "org_unit_ext_id", "org_unit_parent_id", "address", "city", "state", "zip"),
    *("phone_number", "industry_id", "group_created", "group_modified"),
)


def user_row(store: Store, item: Item) -> Row:
    get = item.fields.get
    group = store.group(get("ct_user_ou_id"))
    parent = store.group(group.fields[GROUP.group]) if group else None
    return {
        "first_name": get("first_name"),
        "last_name": get("last_name"),
        "email": get("username"),
        "user_ext_id": get("user_ext_id"),
        "ct_user_id": item.id,
        "status": get("user_status"),
        "agent_ring_to": get("agent_ring_to"),
        "agent_id": get("agent_id", f"AGT-{item.id}"),
        "group": _of(group, "org_unit_name"),
        "group_org_unit_id": get("ct_user_ou_id"),
        "group_external_id": _of(group, "org_unit_ext_id"),
        **_above("account", store.group(store.root)),
        **_above("parent_group", parent),
        "role": f"{get('role')} User",
        "access_audio": {None: None, True: "Yes", False: "No"}[get("access_audio")],
        "group_access": get("group_access", 3),
        "report_access": get("report_access", 5),
        "assign_scorecard": get("score_call"),
        "user_created": item.created,
        **extras(KINDS["user"], item),
    }


def route_row(store: Store, item: Item) -> Row:
    row = as_written(ROUTE, store, item)
    return row | {name: row[name] or [] for name in ("destinations", "tag_ids")}


def as_written(kind: Kind, _store: Store, item: Item) -> Row:
    """Most read as they are written, with their ids and the two times."""
    fields = {name: item.fields.get(name) for name in kind.fields}
    times = dict(zip(kind.times, (item.created, item.modified), strict=True))
    return {kind.id_field: item.id, **fields, **times, **extras(kind, item)}


def extras(kind: Kind, item: Item) -> Row:
    """Fields that the platform does not know, as they were sent."""
    if item.fields.keys() <= kind.fields.keys():
        return {}
    known = kind.fields.keys() | kind.seeded.keys()
    return {name: value for name, value in item.fields.items() if name not in known}


def group_row(names: tuple[str, ...], _store: Store, item: Item) -> Row:
    industry = item.fields.get("industry_id")
    known = {
        **item.fields,
        "org_unit_id": item.id,
        "industry_name": None if industry is None else f"Industry {industry}",
        "org_unit_created": item.created,
        "org_unit_modified": item.modified,
        "group_created": item.created,
        "group_modified": item.modified,
    }
    return {name: known.get(name) for name in names} | extras(GROUP, item)


LIST_ROWS: Mapping[str, Callable[[Store, Item], Row]] = {
    **{name: partial(as_written, kind) for name, kind in KINDS.items()},
    "group": partial(group_row, _LISTED),
    "user": user_row,
    "route": route_row,
}
DETAILS: Mapping[str, Callable[[Store, Item], Row]] = {**LIST_ROWS, "group": partial(group_row, _DETAILED)}


def _of(group: Item | None, name: str) -> Any:
    return group.fields.get(name) if group else None


def _above(prefix: str, group: Item | None) -> Row:
    return {
        prefix: _of(group, "org_unit_name"),
        f"{prefix}_org_unit_id": group.id if group else None,
        f"{prefix}_external_id": _of(group, "org_unit_ext_id"),
    }
