"""What objects are called: the keys in their addresses, and finding an object by what a person calls it."""

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import Any

from reconciler.facts import Kind
from reconciler.kinds import KINDS
from reconciler.model import Address, Fields, Reference, Resource, State, Value
from reconciler.objects.comparing import composed
from reconciler.objects.keys import as_kept, escape
from reconciler.objects.tree import top_of

Path = tuple[str, ...]
Paths = Mapping[Address, Path]
_NOTHING: Mapping[Address, Any] = MappingProxyType({})


def exact(kind: str, key: str) -> Address:
    """What has just this key, in whatever case e-mail addresses are written."""
    return Address(kind, KINDS[kind].folded(key) if kind in KINDS else key)


def label_of(resource: Resource) -> str:
    """Its own name; what is live and has none goes by its id."""
    return _label(resource.value(KINDS[resource.kind].label), resource.id)


def _label(name: Value, number: int | None) -> str:
    return str(name) if name is not None or number is None else f"#{number}"


def interim(kind: str, number: int | None) -> Address:
    """What a live object goes by until all have their final names."""
    return Address(kind, f"\0{number}")


def final_addresses(resources: Iterable[Resource]) -> dict[Address, Address]:
    """Which address each resource should bear, by the one it bears now.

    Live objects whose key is already taken get their id behind it (`Sales#1003`); two desired ones with
    one key are left so, for the caller to report.
    """
    state = {resource.address: resource for resource in resources}
    paths = group_paths(state)
    wanted = {at: Address(at.kind, _key(each, state, paths)) for at, each in state.items()}
    shared = {address for address, number in Counter(wanted.values()).items() if number > 1}
    return {
        at: address if address not in shared or state[at].source else distinct(address, state[at].id)
        for at, address in wanted.items()
    }


def distinct(address: Address, number: int | None) -> Address:
    """What a live object goes by whose key others bear, too."""
    return Address(address.kind, f"{address.key}#{number}")


def without_id(address: Address, resource: Resource) -> Address:
    """The address without the id that `distinct` put behind it, if the object is not just called so."""
    kind, added = KINDS[resource.kind], f"#{resource.id}"
    own = [str(resource.value(name)) for name in (kind.label, kind.external_id) if name]
    if any(each.endswith(added) for each in own) and not address.key.endswith(2 * added):
        return address
    return Address(address.kind, address.key.removesuffix(added))


def group_paths(state: State) -> dict[Address, Path]:
    """The names from the root down to each group; a parent that is not in `state` stands as its reference."""
    paths: dict[Address, Path] = {}
    for address, resource in state.items():
        if address.kind == "group":
            for group, parent in reversed(list(_unnamed_ancestors(resource, state, paths))):
                paths[group.address] = (*_parent_path(parent, state, paths), label_of(group))
    return paths


def _unnamed_ancestors(resource: Resource, state: State, paths: Paths) -> Iterator[tuple[Resource, Value]]:
    seen: set[Address] = set()
    while resource.address not in paths and resource.address not in seen:
        seen.add(resource.address)
        parent = resource.value("parent")
        yield resource, parent
        if parent not in state:
            return
        resource = state[parent]


def _parent_path(parent: Value, state: State, paths: Paths) -> Path:
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


def _key(resource: Resource, state: State, paths: Paths) -> str:
    kind = KINDS[resource.kind]
    if kind.name != "group":
        return placed_key(kind, resource.fields, state, paths, resource.id)
    external_id = resource.value(kind.external_id)
    return escape(str(external_id)) if external_id else "/".join(map(escape, paths[resource.address]))


def placed_key(
    kind: Kind, fields: Fields, state: State = _NOTHING, paths: Paths = _NOTHING, number: int | None = None
) -> str:
    """The key of any object but a group; a place that is not in `state` bears its final address."""
    label = _label(fields.get(kind.label), number)
    if not kind.place:
        return kind.folded(label)
    return f"{_place_key(fields.get(kind.place), state, paths)}/{escape(label)}"


def _place_key(place: Value, state: State, paths: Paths) -> str:
    match place:
        case Address() if place in state:
            return _key(state[place], state, paths)
        case Address():
            return place.key
        case Reference():
            return str(place.text)
        case _:
            return str(place)


def spellings(state: State) -> dict[Address, list[str]]:
    """All that each object may be called: its key, its paths, its bare name, its id."""
    groups = {at: _group_spellings(state[at], path) for at, path in group_paths(state).items()}
    return {
        address: [*(text for _, text in _spellings(resource, groups)), str(resource.id)]
        for address, resource in state.items()
    }


class Index:
    """Finds the objects of one state by external id, path or name, in that order, however their accents are
    written; a number is an id.

    `rooted`: a path counts only if it begins at a group that has no parent.
    """

    def __init__(self, state: State, *, rooted: bool = False) -> None:
        self._levels: dict[str, tuple[dict[str, list[Address]], ...]] = {
            kind: tuple(defaultdict(list) for _ in range(_LABEL + 1)) for kind in KINDS
        }
        self.state = state
        self._nearest: dict[tuple[str, str], str | None] = {}
        self._ids = {(resource.kind, resource.id): address for address, resource in state.items()}
        paths = group_paths(state)
        groups = {
            address: list(_usable(_group_spellings(state[address], path), address, state, rooted=rooted))
            for address, path in paths.items()
        }
        for address, resource in state.items():
            for level, text in _spellings(resource, groups):
                found = self._levels[address.kind][level][composed(text)]
                if found[-1:] != [address]:  # all that one object is called comes together
                    found.append(address)

    def find(self, kind: str, text: str | int) -> tuple[Address, ...]:
        """All candidates of the most exact way in which the text names something."""
        return self._find(kind, text, self._levels.get(kind, ()))

    def named(self, kind: str, key: str | int) -> tuple[Address, ...]:
        """Those whose key this is, and those whose path it is though they are known by an external id; only
        as keys are printed, for other words would mean another object as soon as theirs is gone.
        """
        levels = [self._levels[kind][each] for each in ([_KEY, _PATH] if KINDS[kind].place else [_KEY])]
        return tuple(sorted({at for level in levels for at in self._find(kind, key, [level])}))

    def has_key(self, address: Address, key: str | int) -> bool:
        """Whether this is the object's very key, and not another way to name it."""
        level = self._levels[address.kind][_KEY]
        return isinstance(key, int) or address in self._find(address.kind, key, [level])

    def clearly(self, addresses: Iterable[Address]) -> list[Address]:
        """By a key or a path that `named` takes for nothing else, where there is one."""
        names = spellings(self.state)
        return [
            next((each for key in names[at] if self.named(*(each := Address(at.kind, key))) == (at,)), at)
            for at in addresses
        ]

    def find_anyhow(self, kind: str, text: str) -> tuple[Address, ...]:
        """As `find`, and digits may be an id."""
        found = self.find(kind, text)
        return found or (self._by_id(kind, int(text)) if re.fullmatch("[0-9]{1,18}", text) else ())

    def nearly(self, kind: str, key: str) -> tuple[Address, ...]:
        """Those whose key or path it is, but for what a platform may have made of the names in it."""
        return tuple(self._kept.get((kind, as_kept(key)), ()))

    @cached_property
    def _kept(self) -> Mapping[tuple[str, Path], Mapping[Address, None]]:
        found: dict[tuple[str, Path], dict[Address, None]] = defaultdict(dict)
        for kind, levels in self._levels.items():
            for spelled, addresses in chain(levels[_KEY].items(), levels[_PATH].items()):
                found[kind, as_kept(spelled)] |= dict.fromkeys(addresses)
        return found

    def _find(
        self, kind: str, text: str | int, levels: Iterable[Mapping[str, list[Address]]]
    ) -> tuple[Address, ...]:
        if isinstance(text, int):
            return self._by_id(kind, text)
        spelled = composed(exact(kind, text).key)
        return next((tuple(sorted(level[spelled])) for level in levels if spelled in level), ())

    def _by_id(self, kind: str, number: int) -> tuple[Address, ...]:
        return (self._ids[kind, number],) if (kind, number) in self._ids else ()

    def nearest(self, kind: str, text: str | int) -> str | None:
        """The known spelling most like this one, if any is like it at all; not of what stands below it."""
        asked = str(text)
        if (kind, asked) not in self._nearest:
            if len(self._nearest) >= _MOST_GUESSES:
                return None
            known = {spelling for level in self._levels[kind] for spelling in level} - {asked}
            # Comparing is slow; what is much longer or begins and ends otherwise is not like it.
            like = sorted(each for each in known if _might_be_like(asked, each))
            like = [each for each in like if not self._is_below(kind, each, asked)]
            self._nearest[kind, asked] = next(iter(difflib.get_close_matches(asked, like, n=1)), None)
        return self._nearest[kind, asked]

    def _is_below(self, kind: str, text: str, above: str) -> bool:
        """Whether only groups are called so that hang, at their top, on something called `above`."""
        tops = [self.state[top_of(at, self.state)] for at in self.find(kind, text)]
        return {str(each.value("parent")) for each in tops} == {f"{kind}/{above}"}


_MOST_GUESSES = 100  # nobody reads more, and each one is compared with all that there is
# Ways to name something, the exact ones first; what is written with a "/" of its own goes behind what is not.
_KEY, _RAW_KEY, _PATH, _RAW_PATH, _NAME, _LABEL = range(6)


def _might_be_like(asked: str, known: str) -> bool:
    ends = (asked[:1].casefold(), asked[-1:].casefold())
    same_end = known[:1].casefold() == ends[0] or known[-1:].casefold() == ends[1]
    return same_end and abs(len(known) - len(asked)) <= max(2, len(asked) // 2)


def _usable(
    spellings: Iterable[tuple[int, str]], address: Address, state: State, *, rooted: bool
) -> Iterator[tuple[int, str]]:
    complete = not rooted or state[top_of(address, state)].value("parent") is None
    return (each for each in spellings if complete or each[0] not in (_PATH, _RAW_PATH))


def _group_spellings(resource: Resource, path: Path) -> list[tuple[int, str]]:
    external_id = resource.value(KINDS[resource.kind].external_id)
    exact = [(_KEY, escape(str(external_id))), (_RAW_KEY, str(external_id))] if external_id else []
    full = [(_PATH, "/".join(map(escape, path))), (_RAW_PATH, "/".join(path))]
    return [*exact, *full, (_NAME, path[-1])]


def _spellings(
    resource: Resource, groups: Mapping[Address, list[tuple[int, str]]]
) -> Iterator[tuple[int, str]]:
    kind = KINDS[resource.kind]
    label = label_of(resource)
    yield _KEY, resource.address.key
    if kind.name == "group":
        yield from groups[resource.address]
    elif not kind.place:
        yield from _lone_spellings(kind, resource, label)
    else:
        yield _LABEL, label
        place = resource.value(kind.place)
        # What no file describes is called as it is referred to.
        called = [(_KEY, str(place.text))] if isinstance(place, Reference) else groups.get(place, ())
        for level, group in called:
            raw = {_KEY: _RAW_KEY, _PATH: _RAW_PATH}.get(level, level)
            yield from ((level, f"{group}/{escape(label)}"), (raw, f"{group}/{label}"))


def _lone_spellings(kind: Kind, resource: Resource, label: str) -> Iterator[tuple[int, str]]:
    yield _KEY, kind.folded(label)
    external_id = resource.value(kind.external_id)
    if external_id:
        yield _PATH, kind.folded(str(external_id))
