"""Lists: who is on them, in which order, and how they are cut into pages."""

from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from reconciler.sandbox.call import Call, demand_scope
from reconciler.sandbox.errors import RefusedError
from reconciler.sandbox.rows import DETAILS, LIST_ROWS, Row
from reconciler.sandbox.rules import GROUP, ROLES, USER
from reconciler.sandbox.settings import Settings
from reconciler.sandbox.store import Item, Store

Test = Callable[[Item], bool]

MOST = 200
_USUAL = 100


class Window(NamedTuple):
    limit: int
    offset: int


def details(call: Call) -> Row:
    item = call.store.get(call.kind, call.id)
    demand_scope(call, item.id if call.kind is GROUP else item.fields[call.kind.group])
    return DETAILS[call.kind.name](call.store, item)


def list_groups(call: Call) -> Row:
    """One level."""
    unit, query = asked_unit(call), call.request.query
    status, name = query.get("status"), query.get("group_name", "").casefold()
    haunted = call.state.settings["deleted_groups"] == "list"
    if status is None and call.state.settings["inactive_groups_unlisted"]:
        status = "active"

    def make() -> list[int]:
        return [
            child.id
            for child in call.store.children(unit, with_ghosts=haunted)
            if name in child.fields["org_unit_name"].casefold()
            and status in (None, child.fields["org_unit_status"])
        ]

    versions = call.store.versions["group"]
    ids = call.state.cache.get(("groups", unit, status, name, haunted), versions, make)
    return page(call, ids, window(query))


def list_inside(call: Call) -> Row:
    """Tags or routes of a unit and of all that is below it."""
    return page(call, _inside(call, (), ()), window(call.request.query))


def list_users(call: Call) -> Row:
    query = call.request.query
    asked = window(query, strict=True)
    if call.state.settings["inactive_users_unlisted"]:
        query = {"user_status": "active", **query}
    sort_by = _choice(query, "sort_by", ("created_on", "name", "email"))
    descending = _choice(query, "sort_order", ("desc", "asc")) == "desc"
    filters = tuple((name, query[name]) for name in _USER_FILTERS if query.get(name))
    rows = page(call, _inside(call, filters, (sort_by, descending)), asked)
    if call.state.settings["rows_appear"] and asked.offset == 0 and len(rows["users"]) < rows["total"]:
        _appear(call.store)
    return rows


def page(call: Call, ids: list[int], asked: Window) -> Row:
    """The data of one page, with what the switches about pages do to it."""
    chosen, total = cut(ids, asked, call.state.settings)
    table = ChainMap(call.store.tables[call.kind.name], call.store.ghosts)
    show = LIST_ROWS[call.kind.name]
    return {call.kind.rows: [show(call.store, table[number]) for number in chosen], "total": total}


def cut(ids: list[int], asked: Window, settings: Settings) -> tuple[list[int], int]:
    limit, offset = asked
    last = offset + limit >= len(ids)
    length = (limit + 1) // 2 if settings["short_pages"] and not last else limit
    start = max(0, offset - length) if settings["pages_repeat"] else offset
    total = len(ids) + settings["totals_wrong"]
    if settings["rows_missing"]:
        ids = [*ids[: len(ids) // 2], *ids[len(ids) // 2 + 1 :]]
    if settings["totals_change"] and not last:
        total += 1 + offset % 3
    return ids[start : start + length], total


def window(query: Mapping[str, str], *, strict: bool = False) -> Window:
    """Too large a limit is refused where its bounds are documented, and cut down elsewhere."""
    limit, offset = integer(query, "limit", _USUAL), integer(query, "offset", 0)
    if limit < 1 or (strict and limit > MOST):
        raise RefusedError(400, f"limit must be between 1 and {MOST}")
    if offset < 0:
        raise RefusedError(400, "offset must not be negative")
    return Window(min(limit, MOST), offset)


def asked_unit(call: Call) -> int:
    assert call.caller is not None
    unit = integer(call.request.query, "org_unit_id", call.caller.unit)
    call.store.get(GROUP, unit)
    demand_scope(call, unit)
    return unit


def integer(query: Mapping[str, str], name: str, default: int) -> int:
    try:
        return int(query.get(name) or default)
    except ValueError:
        raise RefusedError(400, f"{name} must be an integer") from None


def _inside(call: Call, filters: tuple[tuple[str, str], ...], sorting: tuple[Any, ...]) -> list[int]:
    """Ids, by default in the order of creation; remembered until an object of the kind or a group changes."""
    unit, kind, store = asked_unit(call), call.kind, call.store

    def make() -> list[int]:
        ids = [number for _, number in store.order[kind.name]]
        tests = [_USER_FILTERS[name](value) for name, value in filters]
        if unit != store.root:
            units = frozenset(store.subtree(unit))
            tests.append(lambda item: item.fields[kind.group] in units)
        table = store.tables[kind.name]
        if tests:
            ids = [number for number in ids if all(test(table[number]) for test in tests)]
        return _sorted(ids, table, *sorting) if sorting else ids

    versions = (store.versions[kind.name], store.versions["group"])
    found: list[int] = call.state.cache.get((kind.name, unit, filters, sorting), versions, make)
    return found


def _sorted(ids: list[int], table: dict[int, Item], sort_by: str, descending: bool) -> list[int]:
    if sort_by == "name":
        ids = sorted(ids, key=lambda number: _full_name(table[number]))
    elif sort_by == "email":
        ids = sorted(ids, key=lambda number: str(table[number].fields["username"]).casefold())
    return ids[::-1] if descending else ids


def _choice(query: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """One of the choices, the first if nothing is asked for."""
    value = query.get(name) or choices[0]
    if value not in choices:
        raise RefusedError(400, f"{name} must be one of {', '.join(choices)}")
    return value


def _full_name(item: Item) -> str:
    return f"{item.fields.get('first_name') or ''} {item.fields.get('last_name') or ''}".strip().casefold()


def _named(value: str) -> Test:
    return lambda item: value.casefold() in _full_name(item)


def _mailed(value: str) -> Test:
    return lambda item: value.casefold() in item.fields["username"].casefold()


def _in_role(value: str) -> Test:
    wanted = integer({"role_id": value}, "role_id", 0)
    return lambda item: ROLES[item.fields["role"]] == wanted


def _in_status(value: str) -> Test:
    wanted = _choice({"user_status": value}, "user_status", ("active", "inactive", "deleted"))
    return lambda item: item.fields["user_status"] == wanted


_USER_FILTERS: Mapping[str, Callable[[str], Test]] = {
    "name": _named,
    "email": _mailed,
    "role_id": _in_role,
    "user_status": _in_status,
}


def _appear(store: Store) -> None:
    """Somebody else creates a user."""
    email = f"appeared-{store.next_ids['user']}@example.com"
    fields = {**USER.defaults, "username": email, USER.group: store.root}
    store.add(USER, store.draft(USER, fields))
