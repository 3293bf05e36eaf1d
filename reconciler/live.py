"""The live state, read through the API with as few calls as there are pages, and proved complete."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple

from reconciler.client import Query, Reader
from reconciler.codec import Row, canonical, decode, is_gone, row_id, shown
from reconciler.errors import IncompleteListError, PlatformError, RefusedError
from reconciler.kinds import CALLS_PATH, KINDS, PROFILE_PATH, Field, Kind, Kinds, Type
from reconciler.model import Address, Live, Resource, Settings, Value
from reconciler.names import final_addresses, readdress
from reconciler.overrides import kinds_with

ATTEMPTS = 4
PARALLEL_READS = 4


def read(reader: Reader, settings: Settings) -> Live:
    """Everything that the plan may need. Raises PlatformError, and RefusedError for another account."""
    before = reader.reads
    kinds = kinds_with(settings.platform)
    caller = right_account(reader, settings)
    rows = {"group": read_groups(reader, kinds["group"], caller.account)}
    for kind in kinds.values():
        if kind.name != "group":
            rows[kind.name] = read_list(reader, kind, kind.query)
    if hidden := _hidden(reader, kinds, rows):
        rows["group"] = read_groups(reader, kinds["group"], caller.account)
        if hidden - {row_id(kinds["group"], row) for row in rows["group"]}:
            raise IncompleteListError(
                f"GET {kinds['group'].tree_path}: groups {sorted(hidden)} exist but are not in the tree; "
                "nothing was changed, try again later"
            )
    return replace(assembled(kinds, caller.account, rows), reads=reader.reads - before, caller=caller.email)


def _hidden(reader: Reader, kinds: Kinds, rows: Mapping[str, Iterable[Row]]) -> set[int]:
    """Groups that rows belong to, that the tree does not have, and that are within reach all the same."""
    known = {row_id(kinds["group"], row) for row in rows["group"]}
    mentioned = {
        canonical(field, shown(field, row))
        for name in rows
        for field in kinds[name].fields
        if field.refers_to == "group" and name != "group"
        for row in rows[name]
        if not is_gone(kinds[name], row)
    }
    unknown = sorted(each for each in mentioned - known if isinstance(each, int))
    return {group for group in unknown if _is_within_reach(reader, kinds["group"], group)}


def _is_within_reach(reader: Reader, kind: Kind, group: int) -> bool:
    try:
        _details(reader, kind, group)
    except PlatformError:
        return False
    return True


class Caller(NamedTuple):
    """Whose credentials these are; `role` is the platform's number."""

    account: int
    email: str = ""
    role: int | None = None


def right_account(reader: Reader, settings: Settings) -> Caller:
    """Who is signed in. Raises RefusedError if the files are for another account."""
    caller = who(reader)
    if settings.account is not None and settings.account != caller.account:
        raise RefusedError(
            f"{settings.account_source}: these files are for account {settings.account}, "
            f"but the credentials belong to account {caller.account}; nothing was read or changed"
        )
    return caller


def who(reader: Reader) -> Caller:
    """Raises PlatformError."""
    profile = reader.profile()
    account = number(profile.get("org_unit_id", profile.get("orgUnitId")))
    if account is None:
        raise PlatformError(
            f"GET {PROFILE_PATH}: the answer does not say which account (org_unit_id) this is"
        )
    return Caller(account, str(profile.get("email") or ""), number(profile.get("role_id")))


# -- lists


class Pass(NamedTuple):
    """One reading of a list from its start to its end."""

    rows: tuple[Row, ...]
    ids: tuple[int | None, ...]
    totals: tuple[int, ...]

    @property
    def adds_up(self) -> bool:
        """As many rows as the list says it has, each once."""
        return len(set(self.ids)) == len(self.rows) == self.totals[-1] and None not in self.ids

    @property
    def is_steady(self) -> bool:
        return len(set(self.totals)) == 1


def read_list(reader: Reader, kind: Kind, query: Query) -> tuple[Row, ...]:
    """All rows, proved complete: they add up and nothing moved, or two readings in a row agree.

    Raises IncompleteListError.
    """
    former: Pass | None = None
    for _ in range(ATTEMPTS):
        latest = _pass(reader, kind, query)
        if latest.adds_up and (latest.is_steady or (former and former.ids == latest.ids)):
            return latest.rows
        former = latest
    found = "it kept changing while it was read"
    if not latest.adds_up:
        found = f"{len(set(latest.ids))} different rows arrived, the platform speaks of {latest.totals[-1]}"
    raise IncompleteListError(
        f"GET {kind.list_path}: the list is not proved complete: {found}; "
        "nothing was changed, try again later"
    )


def _pass(reader: Reader, kind: Kind, query: Query) -> Pass:
    rows: list[Row] = []
    totals: list[int] = []
    seen: set[int | None] = set()
    first = 0
    for page, total in _pages(reader, kind, query):
        first = first or len(page)
        totals.append(total)
        rows += page
        ids = {row_id(kind, row) for row in page}
        if not page or len(rows) >= total or ids & seen or len(totals) > _most_pages(totals[0], first):
            break
        seen |= ids
    return Pass(tuple(rows), tuple(row_id(kind, row) for row in rows), tuple(totals))


def _most_pages(total: int, first: int) -> int:
    """A list that grows faster than it can be read has no end; pages may be shorter than the first."""
    return 10 + 2 * (total // max(first, 1))


def _pages(reader: Reader, kind: Kind, query: Query) -> Iterator[tuple[list[Row], int]]:
    """Page after page, each from where the last one ended: they may be shorter than asked for."""
    offset = 0
    while True:
        data = reader.get(kind.list_path, {**query, "limit": kind.page_size, "offset": offset})
        page, total = _page(kind, data)
        yield page, total
        offset += len(page)


def _page(kind: Kind, data: Any) -> tuple[list[Row], int]:
    rows = data.get(kind.rows) if isinstance(data, dict) else None
    total = number(data.get(kind.total)) if isinstance(data, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or total is None:
        raise PlatformError(
            f"GET {kind.list_path}: the answer has no list `{kind.rows}` with a `{kind.total}`"
        )
    return rows, total


def number(value: Any) -> int | None:
    """A whole number sent as a number or as text."""
    plain = canonical(_NUMBER, value)
    return plain if isinstance(plain, int) and not isinstance(plain, bool) else None


_NUMBER = Field("number", Type.INTEGER)


# -- groups


def read_groups(reader: Reader, kind: Kind, root: int) -> tuple[Row, ...]:
    """The root, then every group below it: the tree says where to look, the lists say what is there.

    Raises IncompleteListError where the two keep contradicting each other.
    """
    for _ in range(ATTEMPTS):
        parents = _parents(kind, reader.get(kind.tree_path, {"active": "false"}), root)
        rows = [row for page in _children(reader, kind, parents.having_children) for row in page]
        ids = {row_id(kind, row) for row in rows}
        if ids <= parents.all and not parents.orphans:
            unlisted = sorted(each for each in parents.all - ids - {root} if each is not None)
            return (_details(reader, kind, root), *rows, *_unlisted(reader, kind, unlisted))
    lost = sorted(parents.orphans or ids - parents.all, key=str)
    what = "have a parent that is" if parents.orphans else "are listed but"
    raise IncompleteListError(
        f"GET {kind.tree_path}: groups {lost} {what} not in the tree; nothing was changed, try again later"
    )


class _Node(NamedTuple):
    id: int
    parent: int | None
    code: str | None


class _Tree(NamedTuple):
    all: frozenset[int | None]
    having_children: tuple[int, ...]
    orphans: frozenset[int]  # groups further down whose parents are missing


def _parents(kind: Kind, data: Any, root: int) -> _Tree:
    nodes = list(_nodes(kind, data))
    codes = {node.code: node.id for node in nodes if node.code}
    parents = {node.id: node.parent or codes.get((node.code or "").rpartition(".")[0]) for node in nodes}
    known = frozenset(parents)
    having = {parent if parent in known else root for group, parent in parents.items() if group != root}
    lost = {node.id: node for node in nodes if node.id != root and parents[node.id] not in {*known, root}}
    top = next((node.code for node in nodes if node.id == root), None)
    return _Tree(known | {root}, tuple(sorted(having)), _orphans(lost.values(), top))


def _orphans(lost: Collection[_Node], top: str | None) -> frozenset[int]:
    """Those among the groups without a known parent that must have one.

    `top` is the root's code. A tree without it begins with the root's children: those are no orphans.
    """
    levels = {node.id: node.code.count(".") for node in lost if node.code}
    highest = min(levels.values(), default=0)
    below = {node.id for node in lost if node.code and top and node.code.startswith(f"{top}.")}
    deeper = {group for group, level in levels.items() if level > highest}
    stray = {node.id for node in lost if node.parent is not None and not node.code}
    return frozenset(below | deeper | stray)


def _nodes(kind: Kind, data: Any) -> Iterator[_Node]:
    """The rows of the tree, flat with dotted codes or nested with `children`."""
    pending: list[tuple[Row, int | None]] = [(row, None) for row in _listed(kind, data, kind.rows)]
    while pending:
        row, above = pending.pop()
        group = row_id(kind, row)
        if group is None:
            raise PlatformError(f"GET {kind.tree_path}: a row has no {kind.id}")
        code = row.get("code") or row.get("coded_level")
        yield _Node(group, above or number(row.get("org_unit_parent_id")), str(code) if code else None)
        pending += [(child, group) for child in _listed(kind, row.get("children") or [], "children")]


def _listed(kind: Kind, data: Any, name: str) -> list[Row]:
    rows = data.get(name) if isinstance(data, dict) else data
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise PlatformError(f"GET {kind.tree_path}: the answer has no list `{name}`")
    return rows


def _children(reader: Reader, kind: Kind, parents: Iterable[int]) -> Iterator[tuple[Row, ...]]:
    with ThreadPoolExecutor(PARALLEL_READS) as pool:
        yield from pool.map(lambda parent: _children_of(reader, kind, parent), parents)


def _children_of(reader: Reader, kind: Kind, parent: int) -> tuple[Row, ...]:
    rows = read_list(reader, kind, {"org_unit_id": parent})
    return tuple({**row, "org_unit_parent_id": row.get("org_unit_parent_id", parent)} for row in rows)


def _details(reader: Reader, kind: Kind, group: int) -> Row:
    data = reader.get(f"{kind.path}/{group}")
    if not isinstance(data, dict):
        raise PlatformError(f"GET {kind.path}/{group}: the answer is not a group")
    return {**data, kind.id: group}


def _unlisted(reader: Reader, kind: Kind, groups: Iterable[int]) -> Iterator[Row]:
    """Groups of the tree that no list shows, as inactive ones may be: there all the same."""
    for group in groups:
        yield _details(reader, kind, group)


# -- rows to resources


def assembled(kinds: Kinds, account: int, rows: Mapping[str, Iterable[Row]]) -> Live:
    """Rows under the configuration's names, with addresses in place of ids."""
    kept = {
        name: [
            row for row in rows[name] if not is_gone(kinds[name], row) or row_id(kinds[name], row) == account
        ]
        for name in rows
    }
    known = {(name, row_id(kinds[name], row)) for name in kept for row in kept[name]}
    resources = [_resource(kinds[name], row, known, account) for name in kept for row in kept[name]]
    final = final_addresses(resources)
    named = [readdress(resource, final) for resource in resources]
    return Live(
        account=account,
        root=final[_interim("group", account)],
        resources={resource.address: resource for resource in named},
        gone={address: number for name in rows for address, number in _gone(kinds[name], rows[name])},
    )


def _resource(kind: Kind, row: Row, known: set[tuple[str, int | None]], account: int) -> Resource:
    number = row_id(kind, row)
    fields = {
        name: _linked(kind.field(name).refers_to, value, known) for name, value in decode(kind, row).items()
    }
    if (kind.name, number) == ("group", account):
        fields["parent"] = None  # whatever is above the account's own unit is out of reach
    return Resource(_interim(kind.name, number), fields, id=number)


def _interim(kind: str, number: int | None) -> Address:
    return Address(kind, f"\0{number}")


def _linked(refers_to: str, value: Value, known: set[tuple[str, int | None]]) -> Value:
    """The id of something that was read becomes its address; any other stays an id."""
    if isinstance(value, tuple):
        return tuple(_linked(refers_to, entry, known) for entry in value)
    is_id = bool(refers_to) and isinstance(value, int)
    return _interim(refers_to, value) if is_id and (refers_to, value) in known else value


def _gone(kind: Kind, rows: Iterable[Row]) -> Iterator[tuple[Address, int]]:
    for row in rows:
        number = row_id(kind, row)
        if is_gone(kind, row) and number is not None:
            resource = Resource(_interim(kind.name, number), decode(kind, row), id=number)
            yield replace(resource, address=final_addresses([resource])[resource.address]).address, number


# -- calls


def read_traffic(reader: Reader, routes: Iterable[int]) -> dict[int, int | None]:
    """How many calls each route carried in the last 7 days; None where the platform does not say.

    After the first refusal nobody asks again.
    """
    end = dt.datetime.now(tz=dt.UTC)
    span = {"start": _instant(end - dt.timedelta(days=7)), "end": _instant(end)}
    counts: dict[int, int | None] = {}
    for route in routes:
        if None in counts.values():
            counts[route] = None
            continue
        query: Query = {KINDS["route"].id: route, **span, "limit": 1, "offset": 0}
        try:
            data = reader.get(CALLS_PATH, query)
        except PlatformError:
            data = None
        counts[route] = number(data.get("total")) if isinstance(data, dict) else None
    return counts


def _instant(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
