"""What must hold between an object, as it would be, and the others."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.errors import RefusedError
from reconciler.sandbox.rules import GROUP, KINDS, ROUTE, Kind
from reconciler.sandbox.store import Item, Store, deleted


def check(store: Store, kind: Kind, item: Item, before: Item | None) -> None:
    """Raises RefusedError; uniqueness is checked by the store itself, on the way in."""
    if kind is GROUP and (before is None or before.fields[kind.group] != item.fields[kind.group]):
        _check_parent(store, item)
    _check_required(store, kind, item)
    _check_group(store, kind, item)
    if kind is ROUTE:
        _check_tags(store, item.fields)
        _check_routing(item.fields)
        _check_number(item.fields, before)


def check_deletion(store: Store, kind: Kind, item: Item) -> None:
    if kind is GROUP and item.id == store.root:
        raise RefusedError(400, "the root cannot be deleted")
    for holder in KINDS.values():
        found = store.holders(kind, item.id, holder)
        if found:
            raise RefusedError(400, f"{kind.noun} {item.id} still has a {holder.noun}: {min(found)}")


def _check_required(store: Store, kind: Kind, item: Item) -> None:
    for name in kind.required:
        may_be_none = name == GROUP.group and item.id == store.root
        if item.fields.get(name) in (None, "") and not may_be_none:
            raise RefusedError(400, f"{name} is required")


def _check_group(store: Store, kind: Kind, item: Item) -> None:
    wanted = item.fields.get(kind.group)
    if wanted is not None and store.group(wanted) is None and not deleted(kind, item):
        raise RefusedError(400, f"{kind.group}: there is no organizational unit {wanted}")


def _check_parent(store: Store, item: Item) -> None:
    parent = item.fields.get(GROUP.group)
    if item.id == store.root and parent is not None:
        raise RefusedError(400, "the root cannot be moved")
    if item.id in store.ancestors(parent):
        raise RefusedError(400, f"{GROUP.group}: {parent} is the unit itself or below it")
    group = store.group(parent)
    if group is not None and group.fields["org_unit_status"] != "active":
        raise RefusedError(400, f"{GROUP.group}: organizational unit {parent} is not active")


def _check_tags(store: Store, fields: Mapping[str, Any]) -> None:
    for tag in fields.get("tag_ids") or ():
        if tag not in store.tables["tag"]:
            raise RefusedError(400, f"tag_ids: there is no tag {tag}")


def _check_routing(fields: Mapping[str, Any]) -> None:
    if fields.get("route_type") == "forward" and not fields.get("ring_to"):
        raise RefusedError(400, "ring_to is required for forward")
    if fields.get("route_type") == "percentage":
        shares = [entry.get("percentage") or 0 for entry in fields.get("destinations") or ()]
        if sum(shares) != 100:  # noqa: PLR2004 - per cent
            raise RefusedError(400, f"destinations: percentages sum to {sum(shares)}, not to 100")


def _check_number(fields: Mapping[str, Any], before: Item | None) -> None:
    """Only the digits count."""
    old = _digits(before.fields.get("phone_number")) if before else ""
    if old and _digits(fields.get("phone_number")) != old:
        raise RefusedError(400, "phone_number cannot be changed once it is set")


def _digits(number: str | None) -> str:
    return "".join(filter(str.isdigit, number or ""))
