"""The account's objects, and the indexes that keep every question about them cheap."""

import bisect
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from reconciler.sandbox.clock import simulated
from reconciler.sandbox.errors import RefusedError
from reconciler.sandbox.rules import GROUP, KINDS, ROUTE, USER, Kind


class Item(NamedTuple):
    """One object as it is kept: `fields` under their names for writing, and those that only seeds set."""

    id: int
    created: str
    modified: str
    fields: Mapping[str, Any]


class Store:
    """Changes nothing but what it is told to: the rules stand in `changes`, uniqueness alone is here."""

    def __init__(self, root: int) -> None:
        self.root = root
        self.clock = 0
        self.next_ids = {name: kind.first_id for name, kind in KINDS.items()}
        self.versions = dict.fromkeys(KINDS, 0)
        self.tables: dict[str, dict[int, Item]] = {name: {} for name in KINDS}
        self.ghosts: dict[int, Item] = {}  # groups that were deleted; no dump has them
        self.order: dict[str, list[tuple[str, int]]] = {name: [] for name in KINDS}
        self._taken: dict[tuple[Any, ...], int] = {}
        self._held: dict[tuple[str, int, str], set[int]] = {}

    def get(self, kind: Kind, item_id: int) -> Item:
        try:
            return self.tables[kind.name][item_id]
        except KeyError:
            raise RefusedError(404, f"{kind.noun} {item_id} not found") from None

    def group(self, group_id: int | None) -> Item | None:
        return self.tables["group"].get(group_id) if group_id is not None else None

    def holders(self, target: Kind, target_id: int, holder: Kind) -> set[int]:
        """Ids of the objects that refer to the target; a deleted user refers to nothing."""
        return self._held.get((target.name, target_id, holder.name), set())

    def owner(self, kind: Kind, field: str, value: str) -> Item | None:
        """Who has a value that is unique within the company."""
        found = self._taken.get((kind.name, field, value.casefold() if field == "username" else value))
        return None if found is None else self.tables[kind.name][found]

    def now(self) -> str:
        """The time of the next change; what is refused moves neither the clock nor the ids."""
        return simulated(self.clock + 1)

    def draft(self, kind: Kind, fields: Mapping[str, Any]) -> Item:
        """A new object that is not in the store yet."""
        return Item(self.next_ids[kind.name], self.now(), self.now(), fields)

    def add(self, kind: Kind, item: Item) -> None:
        self._claim(kind, item)
        self.next_ids[kind.name] = max(self.next_ids[kind.name], item.id + 1)
        entry, order = (item.created, item.id), self.order[kind.name]
        if order and entry < order[-1]:
            bisect.insort(order, entry)
        else:
            order.append(entry)
        self._enter(kind, item)

    def change(self, kind: Kind, item: Item) -> None:
        """Put an object in place of the one with its id."""
        self._claim(kind, item)
        self._leave(kind, self.tables[kind.name][item.id])
        self._enter(kind, item)

    def remove(self, kind: Kind, item: Item) -> None:
        order = self.order[kind.name]
        del order[bisect.bisect_left(order, (item.created, item.id))]
        self._leave(kind, item)
        del self.tables[kind.name][item.id]
        if kind is GROUP:
            self.ghosts[item.id] = item._replace(fields={**item.fields, "org_unit_status": "deleted"})
        self.clock += 1

    def ancestors(self, group_id: int | None) -> Iterator[int]:
        """The group itself first, the root last."""
        while (group := self.group(group_id)) is not None:
            yield group.id
            group_id = group.fields[GROUP.group]

    def within(self, unit: int, group_id: int) -> bool:
        return unit == self.root or unit in self.ancestors(group_id)

    def children(self, group_id: int, *, with_ghosts: bool = False) -> list[Item]:
        groups = self.tables["group"]
        found = [groups[child] for child in self.holders(GROUP, group_id, GROUP)]
        ghosts = self.ghosts.values() if with_ghosts else ()
        found += (ghost for ghost in ghosts if ghost.fields[GROUP.group] == group_id)
        return sorted(found, key=lambda item: (item.created, item.id))

    def subtree(self, group_id: int) -> Iterator[int]:
        waiting = [group_id]
        while waiting:
            group = waiting.pop()
            yield group
            waiting.extend(child.id for child in reversed(self.children(group)))

    def _claim(self, kind: Kind, item: Item) -> None:
        for key in unique_keys(kind, item):
            holder = self._taken.get(key, item.id)
            if holder != item.id:
                raise RefusedError(400, _clash(kind, key, self.tables[kind.name][holder]))

    def _enter(self, kind: Kind, item: Item) -> None:
        self.tables[kind.name][item.id] = item
        self.versions[kind.name] += 1
        self.clock += 1
        for key in unique_keys(kind, item):
            self._taken[key] = item.id
        for name, target in references(kind, item):
            self._held.setdefault((name, target, kind.name), set()).add(item.id)

    def _leave(self, kind: Kind, item: Item) -> None:
        self.versions[kind.name] += 1
        for key in unique_keys(kind, item):
            del self._taken[key]
        for name, target in references(kind, item):
            self._held[name, target, kind.name].discard(item.id)


def unique_keys(kind: Kind, item: Item) -> Iterator[tuple[Any, ...]]:
    """A deleted user keeps its e-mail address and gives its external id free."""
    for names in kind.unique[:1] if deleted(kind, item) else kind.unique:
        values = [item.fields.get(name) for name in names]
        if values[-1]:
            yield (kind.name, *names[-1:], *(_same(n, v) for n, v in zip(names, values, strict=True)))


def references(kind: Kind, item: Item) -> Iterator[tuple[str, int]]:
    if deleted(kind, item):
        return
    if item.fields[kind.group] is not None:
        yield "group", item.fields[kind.group]
    if kind is ROUTE:
        yield from (("tag", tag) for tag in item.fields.get("tag_ids") or ())


def deleted(kind: Kind, item: Item) -> bool:
    return kind is USER and item.fields["user_status"] == "deleted"


def _same(name: str, value: Any) -> Any:
    return value.casefold() if name == "username" else value


def _clash(kind: Kind, key: tuple[Any, ...], holder: Item) -> str:
    if deleted(kind, holder):
        return f"{key[1]} belongs to {kind.noun} {holder.id}, which is deleted"
    return f"{key[1]} is already used by {kind.noun} {holder.id}"
