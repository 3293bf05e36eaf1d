"""Puts a seed's entries into a new store, under the same rules as requests."""

from typing import Any, NamedTuple

from reconciler.sandbox.bodies import inherited, typed
from reconciler.sandbox.checks import check
from reconciler.sandbox.clock import seeded
from reconciler.sandbox.errors import RefusedError, SeedError
from reconciler.sandbox.rules import GROUP, ROUTE, TAG, Kind
from reconciler.sandbox.store import Item, Store

_HIGHEST = 10**9  # dates are made of ids


class Placed(NamedTuple):
    """An entry, its id, and the place to name in messages."""

    place: str
    id: int
    entry: dict[str, Any]


class Loader:
    """A store being filled, and the names by which its objects can be referred to."""

    def __init__(self, root: Placed) -> None:
        self.store = Store(root.id)
        self._paths: dict[str, int] = {}
        self._path_of: dict[int, str] = {}
        self._tags: dict[str, list[Item]] = {}
        self._put(GROUP, root, {GROUP.group: None})

    def add_groups(self, waiting: list[Placed]) -> None:
        """In as many rounds as it takes for every parent to stand before its children."""
        while waiting:
            left = [placed for placed in waiting if not self._add_group(placed)]
            if len(left) == len(waiting):
                raise SeedError(f"{left[0].place}: there is no group {left[0].entry['parent']!r} to be under")
            waiting = left

    def add(self, kind: Kind, placed: Placed) -> None:
        """An object of any other kind."""
        place, _, entry = placed
        wanted = entry.pop("group", None)
        gone = entry.get("user_status") == "deleted" and isinstance(wanted, int)
        group = wanted if gone else self._group(wanted)
        if group is None:
            raise SeedError(f"{place}: there is no group {wanted!r}")
        references = {kind.group: group}
        if kind is ROUTE:
            tags = entry.pop("tags", None) or []
            if not isinstance(tags, list):
                raise SeedError(f"{place}: tags must be a list")
            references["tag_ids"] = [self._tag(place, tag, group) for tag in tags]
        self._put(kind, placed, references)

    def _add_group(self, placed: Placed) -> bool:
        parent = self._group(placed.entry.get("parent"))
        if parent is None:
            return False
        placed.entry.pop("parent", None)
        self._put(GROUP, placed, {GROUP.group: parent})
        return True

    def _put(self, kind: Kind, placed: Placed, references: dict[str, Any]) -> None:
        try:
            item = _item(self.store, kind, placed, references)
            check(self.store, kind, item, item)
            self.store.add(kind, item)
        except RefusedError as error:
            raise SeedError(f"{placed.place}: {error.message}") from None
        self._learn(kind, item)

    def _learn(self, kind: Kind, item: Item) -> None:
        name = item.fields[kind.label]
        if kind is GROUP:
            above = self._path_of.get(item.fields[GROUP.group])
            path = name if above is None else f"{above}/{name}"
            self._paths[path], self._path_of[item.id] = item.id, path
        elif kind is TAG:
            self._tags.setdefault(name, []).append(item)

    def _group(self, wanted: Any) -> int | None:
        """A group by id, external id or path; the root if nothing is said."""
        if wanted is None:
            return self.store.root
        if isinstance(wanted, int):
            return wanted if self.store.group(wanted) else None
        owner = self.store.owner(GROUP, "org_unit_ext_id", str(wanted))
        return owner.id if owner else self._paths.get(str(wanted))

    def _tag(self, place: str, wanted: Any, group: int) -> int:
        """By id, or by a name that one tag has, or the one in the route's own group."""
        if isinstance(wanted, int):
            return wanted
        found = self._tags.get(str(wanted), [])
        nearest = [tag for tag in found if tag.fields[TAG.group] == group] or found
        if len(nearest) != 1:
            raise SeedError(f"{place}: there are {len(nearest)} tags {wanted!r}, there must be one")
        return nearest[0].id


def known_id(place: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _HIGHEST:
        raise SeedError(f"{place}: an id must be an integer from 1 to {_HIGHEST}, not {value!r}")
    return value


def _item(store: Store, kind: Kind, placed: Placed, references: dict[str, Any]) -> Item:
    entry, (created, modified) = placed.entry, kind.times
    for name in (kind.refused | references.keys()) & entry.keys():
        raise RefusedError(400, f"{name} is not for seeds")
    born = entry.pop(created, None) or seeded(placed.id)
    changed = entry.pop(modified, None) or born
    gone = {"user_status": entry.pop("user_status")} if entry.get("user_status") == "deleted" else {}
    fields = {**kind.defaults, **typed(kind, entry), **references, **gone}
    parent = store.group(references[kind.group]) if kind is GROUP else None
    return Item(placed.id, str(born), str(changed), inherited(kind, fields, parent, store.root))
