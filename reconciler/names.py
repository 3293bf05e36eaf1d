r"""What objects are called: the keys in their addresses, and finding an object by what a person calls it.

A key is made of names joined by "/". A "/" or "\\" within a name is escaped with "\\", so that no two
different objects share a key.
"""

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from reconciler.kinds import KINDS, Field, Kind, Type
from reconciler.model import Address, Reference, Resource, State, Value, map_values

Path = tuple[str, ...]


def escape(name: str) -> str:
    return name.replace("\\", "\\\\").replace("/", "\\/")


def final_addresses(resources: Iterable[Resource]) -> dict[Address, Address]:
    """Which address each resource should bear, by the one it bears now.

    Live objects whose key is already taken get their id behind it (`Sales#1003`); two desired ones with
    one key are left so, for the caller to report.
    """
    state = {resource.address: resource for resource in resources}
    paths = group_paths(state)
    keys = {address: _key(resource, state, paths) for address, resource in state.items()}
    taken = Counter(Address(address.kind, keys[address]) for address in state)
    described = {
        Address(address.kind, keys[address])
        for address, resource in state.items()
        if resource.source is not None
    }
    return {
        address: _distinct(Address(address.kind, keys[address]), resource, taken, described)
        for address, resource in state.items()
    }


def _distinct(
    address: Address, resource: Resource, taken: Counter[Address], described: set[Address]
) -> Address:
    alone = taken[address] == 1 or (resource.source is not None and address in described)
    return address if alone else Address(address.kind, f"{address.key}#{resource.id}")


def group_paths(state: State) -> dict[Address, Path]:
    """The names from the root down to each group; a parent that is not in `state` stands as its reference."""
    paths: dict[Address, Path] = {}
    for address, resource in state.items():
        if address.kind == "group":
            for group, parent in reversed(list(_unnamed_ancestors(resource, state, paths))):
                paths[group.address] = (*_parent_path(parent, state, paths), _label(group))
    return paths


def _unnamed_ancestors(
    resource: Resource, state: State, paths: Mapping[Address, Path]
) -> Iterator[tuple[Resource, Value]]:
    seen: set[Address] = set()
    while resource.address not in paths and resource.address not in seen:
        seen.add(resource.address)
        parent = resource.value("parent")
        yield resource, parent
        if parent not in state:
            return
        resource = state[parent]


def _label(group: Resource) -> str:
    return str(group.value("org_unit_name"))


def _parent_path(parent: Value, state: State, paths: Mapping[Address, Path]) -> Path:
    match parent:
        case None:
            return ()
        case Reference():
            return (str(parent.text),)
        case Address() if parent in paths:
            return paths[parent]
        case Address():
            return () if parent in state else (parent.key,)  # () where the group is its own ancestor
        case _:
            return (str(parent),)


def _key(resource: Resource, state: State, paths: Mapping[Address, Path]) -> str:
    kind = KINDS[resource.kind]
    label = str(resource.value(kind.label))
    if kind.name == "group":
        external_id = resource.value(kind.external_id)
        return escape(str(external_id)) if external_id else "/".join(map(escape, paths[resource.address]))
    if not kind.place:
        return label.casefold()
    return f"{_place_key(resource.value(kind.place), state, paths)}/{escape(label)}"


def _place_key(place: Value, state: State, paths: Mapping[Address, Path]) -> str:
    match place:
        case Address() if place in state:
            return _key(state[place], state, paths)
        case Address():
            return place.key
        case Reference():
            return str(place.text)
        case _:
            return str(place)


def readdress(resource: Resource, addresses: Mapping[Address, Address]) -> Resource:
    """The same resource, it and all that it refers to under other addresses; sets in the order of these."""
    fields = {
        name: _in_order(KINDS[resource.kind].field(name), map_values(value, addresses))
        for name, value in resource.fields.items()
    }
    return replace(resource, address=addresses.get(resource.address, resource.address), fields=fields)


def _in_order(field: Field, value: Value) -> Value:
    is_set = field.type is Type.REFERENCES and isinstance(value, tuple)
    return tuple(sorted(value, key=str)) if is_set else value


class Index:
    """Finds the objects of one state by external id, path, name or the platform's id, in that order."""

    def __init__(self, state: State) -> None:
        self._levels: dict[str, tuple[dict[str, list[Address]], ...]] = {
            kind: tuple(defaultdict(list) for _ in range(_LEVELS)) for kind in KINDS
        }
        self.state = state
        self._nearest: dict[tuple[str, str], str | None] = {}
        self._ids = {(resource.kind, resource.id): address for address, resource in state.items()}
        paths = group_paths(state)
        spellings = {address: _group_spellings(state[address], path) for address, path in paths.items()}
        for address, resource in state.items():
            for level, text in _spellings(resource, spellings):
                found = self._levels[address.kind][level][text]
                if address not in found:
                    found.append(address)

    def find(self, kind: str, text: str | int) -> tuple[Address, ...]:
        """All candidates of the most exact way in which the text names something."""
        if isinstance(text, int):
            return self._by_id(kind, text)
        spelled = text.casefold() if kind == "user" else text
        for level in self._levels[kind]:
            if spelled in level:
                return tuple(sorted(level[spelled]))
        return self._by_id(kind, int(text)) if re.fullmatch("[0-9]{1,18}", text) else ()

    def _by_id(self, kind: str, number: int) -> tuple[Address, ...]:
        return (self._ids[kind, number],) if (kind, number) in self._ids else ()

    def nearest(self, kind: str, text: str | int) -> str | None:
        """The known spelling most like this one, if any is like it at all."""
        asked = str(text)
        if (kind, asked) not in self._nearest:
            known = {spelling for level in self._levels[kind] for spelling in level} - {asked}
            # Comparing is slow; what is much longer or begins and ends otherwise is not like it.
            like = sorted(each for each in known if _might_be_like(asked, each))
            self._nearest[kind, asked] = next(iter(difflib.get_close_matches(asked, like, n=1)), None)
        return self._nearest[kind, asked]


_LEVELS = 5


def _might_be_like(asked: str, known: str) -> bool:
    ends = (asked[:1].casefold(), asked[-1:].casefold())
    same_end = known[:1].casefold() == ends[0] or known[-1:].casefold() == ends[1]
    return same_end and abs(len(known) - len(asked)) <= max(2, len(asked) // 2)


def _group_spellings(resource: Resource, path: Path) -> list[tuple[int, str]]:
    external_id = resource.value("org_unit_ext_id")
    exact = [(0, str(external_id)), (0, escape(str(external_id)))] if external_id else []
    full = [(1, "/".join(map(escape, path))), (2, "/".join(path))]
    return [*exact, *full, (3, path[-1])]


def _spellings(
    resource: Resource, groups: Mapping[Address, list[tuple[int, str]]]
) -> Iterator[tuple[int, str]]:
    kind = KINDS[resource.kind]
    label = str(resource.value(kind.label))
    yield 0, resource.address.key
    if kind.name == "group":
        yield from groups[resource.address]
    elif not kind.place:
        yield from _user_spellings(kind, resource, label)
    else:
        yield _LEVELS - 1, label
        for level, group in groups.get(resource.value(kind.place), ()):
            yield from ((level, f"{group}/{escape(label)}"), (level, f"{group}/{label}"))


def _user_spellings(kind: Kind, resource: Resource, label: str) -> Iterator[tuple[int, str]]:
    yield 0, label.casefold()
    external_id = resource.value(kind.external_id)
    if external_id:
        yield 1, str(external_id).casefold()
