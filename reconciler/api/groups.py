"""All groups of an account: the tree says where to look, the lists say what is there."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from reconciler.api.client import Query, Reader
from reconciler.api.crew import Map
from reconciler.api.lists import ATTEMPTS, read_list
from reconciler.errors import (
    IncompleteListError,
    NotFoundError,
    PlatformError,
    SpentError,
    UnexpectedAnswerError,
    UnsentError,
)
from reconciler.facts import Kind
from reconciler.objects.codec import Row, is_gone, is_shown, row_id, shown, whole_number
from reconciler.wording import listed, safe


def read_groups(
    reader: Reader, kind: Kind, root: int, side_by_side: Map = map, ahead: Map = map
) -> tuple[Row, ...]:
    """The root, then every group below it: the tree says where to look, the lists say what is there.
    `side_by_side` reads several lists, `ahead` pages of one.

    Raises IncompleteListError where the two keep contradicting each other.
    """
    own, is_whole = side_by_side(lambda group: details(reader, kind, group), [root]), False
    for _ in range(ATTEMPTS):
        tree = _parents(kind, reader.get(kind.tree_path, kind.tree_query), root, is_whole=is_whole)
        rows: list[Row] = []
        pages = side_by_side(lambda parent: _listed_below(reader, kind, parent, ahead), tree.having_children)
        for page in pages:
            rows += page
            reader.report(kind.plural, len(rows) + 1, len(tree.all))
        homes = _homes(kind, rows)
        is_whole |= not tree.beside.isdisjoint(homes)  # it shows what is below the root as if it were not
        wrong = _contradiction(tree, homes)
        if wrong:
            continue
        unlisted = tree.all - {row_id(kind, row) for row in rows} - {root}
        below = sorted({tree.above[group] for group in unlisted} if kind.inactive_query else ())
        asked = _inactive(lambda parent: _inactive_below(reader, kind, parent, ahead), below, side_by_side)
        hidden = {row_id(kind, row): row for row in asked}
        # What is in the tree and on no list at all is there if it has details.
        left = sorted(unlisted - hidden.keys())
        there = side_by_side(lambda group: _still_there(reader, kind, group), left)
        found = {group: hidden.get(group) for group in unlisted} | dict(zip(left, there, strict=True))
        wrong = _left_behind(homes, found)
        if not wrong:
            return (*own, *rows, *filter(None, found.values()))
    raise IncompleteListError(f"GET {kind.tree_path}: {wrong}; nothing was changed, try again later")


Homes = Mapping[int | None, Collection[int | None]]  # groups above, by the group


def _homes(kind: Kind, rows: Iterable[Row]) -> Homes:
    """Where groups are listed; of those that are gone nothing is expected."""
    homes: dict[int | None, set[int | None]] = defaultdict(set)
    for row in rows:
        if not is_gone(kind, row):
            homes[row_id(kind, row)].add(_parent(kind, row))
    return homes


def _contradiction(tree: "_Tree", homes: Homes) -> str:
    """What the tree and the lists, or the lists among themselves, do not agree on."""
    if tree.orphans:
        return f"groups {sorted(tree.orphans)} have a parent that is not in the tree"
    if unknown := homes.keys() - tree.all:
        return f"groups {sorted(unknown, key=str)} are listed but not in the tree"
    moved = sorted(each for each, parents in homes.items() if len(parents) > 1 and each is not None)
    return f"groups {moved} are listed below two parents" if moved else ""


def _left_behind(homes: Homes, unlisted: Mapping[int, Row | None]) -> str:
    """A group goes when it is empty: what was listed below it has been moved since."""
    gone = {group for group, row in unlisted.items() if row is None}
    left = sorted(str(each) for each, parents in homes.items() if not gone.isdisjoint(parents))
    return f"groups [{', '.join(left)}] are listed below a group that is gone" if left else ""


class _Node(NamedTuple):
    id: int
    parent: int | None
    code: str | None


class _Tree(NamedTuple):
    """`above` has the parent of each group but the root, which stands for those that are not known."""

    all: frozenset[int]
    above: Mapping[int, int]
    orphans: frozenset[int]  # groups further down whose parents are missing
    beside: frozenset[int]  # above the root, or below neither it nor what is below it
    having_children: Sequence[int]  # and the root, where something stands beside it


def _parents(kind: Kind, data: Any, root: int, *, is_whole: bool) -> _Tree:
    """With `is_whole`, all of it is the account's."""
    nodes = list(_nodes(kind, data))
    codes = {node.code: node.id for node in nodes if node.code}
    parents = {node.id: node.parent or codes.get((node.code or "").rpartition(".")[0]) for node in nodes}
    top = next((node.code for node in nodes if node.id == root), None)
    lost = [node for node in nodes if node.id != root and parents[node.id] not in {*parents, root}]
    orphans = _orphans(lost, top)
    inside: Collection[int] = parents.keys()
    is_told = top or parents.get(root) in parents or (root in parents and root in parents.values())
    if is_told and not is_whole:
        inside = _inside(parents, root)
    above = {group: parents[group] for group in inside if group != root}
    known = {group: root if parent not in parents else parent for group, parent in above.items()}
    beside = frozenset(parents.keys() - inside)
    asked = {*known.values(), *([root] if beside else ())}
    return _Tree(frozenset({*inside, root}), known, orphans, beside, sorted(asked))


def _inside(parents: Mapping[int, int | None], root: int) -> Collection[int]:
    """The root and all that stands below it."""
    below: dict[int | None, list[int]] = defaultdict(list)
    for group, parent in parents.items():
        below[parent].append(group)
    found = {root: None}
    pending = [root]
    for group in pending:
        pending += (new := [each for each in below[group] if each not in found])
        found |= dict.fromkeys(new)
    return found


def _orphans(lost: Collection[_Node], top: str | None) -> frozenset[int]:
    """Those among the groups without a known parent that must have one.

    `top` is the root's code. A tree without it begins with the root's children: those are no orphans.
    """
    levels = {node.id: node.code.count(".") for node in lost if node.code}
    highest = min(levels.values(), default=0)
    below = {node.id for node in lost if node.code and top and node.code.startswith(f"{top}.")}
    deeper = {group for group, level in levels.items() if level > highest and not top}
    stray = {node.id for node in lost if node.parent is not None and not node.code}
    return frozenset(below | deeper | stray)


def _nodes(kind: Kind, data: Any) -> Iterator[_Node]:
    """The rows of the tree, flat with dotted codes or nested with `children`."""
    pending: list[tuple[Row, int | None]] = [(row, None) for row in _listed(kind, data, kind.rows)]
    while pending:
        row, above = pending.pop()
        group = row_id(kind, row)
        if group is None:
            raise UnexpectedAnswerError(f"GET {kind.tree_path}: a row has no {kind.id}")
        code = row.get("code") or row.get("coded_level")
        yield _Node(group, above or _parent(kind, row), str(code) if code else None)
        pending += [(child, group) for child in _listed(kind, row.get("children") or [], "children")]


def _listed(kind: Kind, data: Any, name: str) -> list[Row]:
    rows = data.get(name) if isinstance(data, dict) else data
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise UnexpectedAnswerError(f"GET {kind.tree_path}: the answer has no list `{name}`")
    return rows


def _listed_below(reader: Reader, kind: Kind, parent: int, ahead: Map) -> tuple[Row, ...]:
    """Nothing below a group that is gone."""
    try:
        return _children_of(reader, kind, parent, ahead, {})
    except NotFoundError:
        if _still_there(reader, kind, parent):
            raise
        return ()


def _inactive(ask: Callable[[int], Sequence[Row]], parents: Sequence[int], side_by_side: Map) -> list[Row]:
    """Lists may leave them out until they are asked for them. The first is asked alone, since it may well be
    refused: then their details tell.
    """
    try:
        first = [row for parent in parents[:1] for row in ask(parent)]
        return [*first, *chain.from_iterable(side_by_side(ask, parents[1:]))]
    except (SpentError, UnsentError):
        raise  # not the platform's doing
    except PlatformError:
        return []


def _inactive_below(reader: Reader, kind: Kind, parent: int, ahead: Map) -> list[Row]:
    rows = _children_of(reader, kind, parent, ahead, kind.inactive_query)
    return [row for row in rows if not is_gone(kind, row)]


def _children_of(reader: Reader, kind: Kind, parent: int, ahead: Map, besides: Query) -> tuple[Row, ...]:
    rows = read_list(reader, kind, {kind.within: parent, **besides}, ahead)
    name = kind.field(kind.place).wire_names[0]
    return tuple({**row, name: _parent(kind, row) or parent} for row in rows)


def _parent(kind: Kind, row: Row) -> int | None:
    """The id of the group above, if the row has one: nothing, no text and 0 say as little as no key."""
    return whole_number(shown(kind.field(kind.place), row)) or None


def _still_there(reader: Reader, kind: Kind, group: int) -> Row | None:
    """Its details; None if it is gone: a tree may be read before that, or go on showing it."""
    try:
        return details(reader, kind, group)
    except NotFoundError:
        return None


def details(reader: Reader, kind: Kind, group: int) -> Row:
    """Raises PlatformError, also where they do not show the group's name: it would be taken for another."""
    data = reader.get(f"{kind.path}/{group}")
    field = kind.field(kind.label)
    if isinstance(data, dict) and (is_shown(field, data) or is_gone(kind, data)):
        return {**data, kind.id: group}
    held = listed(sorted(map(safe, data)), _KEYS_SHOWN) if isinstance(data, dict) else ""
    found = f"; it has no `{field.wire_names[0]}` but {held}" if held else ""
    raise UnexpectedAnswerError(f"GET {kind.path}/{group}: the answer is not a group{found}")


_KEYS_SHOWN = 5
