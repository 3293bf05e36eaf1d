"""Seeds: an account as JSON that a person can write, and the dump of one that loads to the same state.

    {"account": {root}, "groups": [...], "users": [...], "tags": [...], "routes": [...],
     "tokens": {token: e-mail}, "passwords": {e-mail: password}, "settings": {...}}

Objects have the platform's names for writing; `parent` and `group` are an id, an external id or a full path,
and the root if left out; a route's `tags` are names or ids. Ids and times are given out in order where they
are left out. `next_ids` and `clock` are there for dumps.
"""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from reconciler.sandbox.errors import SeedError
from reconciler.sandbox.loading import Loader, Placed, known_id
from reconciler.sandbox.rules import GROUP, KINDS, ROUTE, Kind
from reconciler.sandbox.store import Item, Store

SECTIONS: Mapping[str, Kind] = {kind.section: kind for kind in KINDS.values()}
_MAPPINGS = ("account", "tokens", "passwords", "settings", "next_ids")

_MOST = 10**9


class Seed(NamedTuple):
    store: Store
    tokens: Mapping[str, str]
    passwords: Mapping[str, str]
    settings: Mapping[str, Any] | None


def loaded(seed: Mapping[str, Any]) -> Seed:
    """Raises SeedError."""
    _check_shape(seed)
    account = dict(seed.get("account", {}))
    root = known_id("account", account.pop("org_unit_id", GROUP.first_id))
    loader = Loader(Placed("account", root, {"org_unit_name": "Account", **account}))
    loader.add_groups(list(_placed("groups", seed, {root})))
    for section in [*SECTIONS][1:]:  # groups are there before what is in them
        for placed in _placed(section, seed, set()):
            loader.add(SECTIONS[section], placed)
    loader.store.clock = seed.get("clock", 0)
    loader.store.next_ids |= seed.get("next_ids", {})
    return Seed(loader.store, seed.get("tokens", {}), seed.get("passwords", {}), seed.get("settings"))


def dumped(store: Store) -> dict[str, Any]:
    root = _entry(GROUP, store.get(GROUP, store.root))
    del root["parent"]
    sections = {name: list(_entries(store, kind)) for name, kind in SECTIONS.items()}
    return {"account": root, **sections, "next_ids": dict(store.next_ids), "clock": store.clock}


def _check_shape(seed: Mapping[str, Any]) -> None:
    if not isinstance(seed, Mapping):
        raise SeedError("a seed must be an object")
    for name, value in seed.items():
        if name in SECTIONS:
            if not isinstance(value, list) or not all(isinstance(entry, Mapping) for entry in value):
                raise SeedError(f"{name}: must be a list of objects")
        elif name in _MAPPINGS:
            _check_values(name, value)
        elif name == "clock":
            _check_count(name, value)
        else:
            raise SeedError(f"{name}: a seed has {', '.join((*_MAPPINGS, *SECTIONS))}")


def _check_values(name: str, value: object) -> None:
    if not isinstance(value, Mapping):
        raise SeedError(f"{name}: must be an object")
    if name in ("tokens", "passwords") and not all(isinstance(entry, str) for entry in value.values()):
        raise SeedError(f"{name}: every value must be a string")
    for kind, number in value.items() if name == "next_ids" else ():
        if kind not in KINDS:
            raise SeedError(f"{name}: there is no kind {kind!r}")
        _check_count(name, number)


def _check_count(name: str, value: object) -> None:
    if not isinstance(value, int) or not 0 <= value <= _MOST:
        raise SeedError(f"{name}: must be a number from 0 to {_MOST}, not {value!r}")


def _placed(section: str, seed: Mapping[str, Any], taken: set[int]) -> Iterator[Placed]:
    """The entries of a section with their ids; those without one get the next after the highest."""
    kind = SECTIONS[section]
    entries = [_named(section, number, dict(entry)) for number, entry in enumerate(seed.get(section, ()))]
    for place, entry in entries:
        if kind.id_field in entry:
            given = known_id(place, entry[kind.id_field])
            if given in taken:
                raise SeedError(f"{place}: {kind.id_field} {given} is taken")
            taken.add(given)
    following = itertools.count(max(taken | {kind.first_id - 1}) + 1)
    for place, entry in entries:
        yield Placed(place, entry.pop(kind.id_field, None) or next(following), entry)


def _named(section: str, number: int, entry: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    label = SECTIONS[section].label
    if label == "username" and "email" in entry:
        entry["username"] = entry.pop("email")
    return f"{section}[{number}] ({entry.get(label)})", entry


def _entries(store: Store, kind: Kind) -> Iterator[dict[str, Any]]:
    for item_id in sorted(store.tables[kind.name]):
        if kind is not GROUP or item_id != store.root:
            yield _entry(kind, store.get(kind, item_id))


def _entry(kind: Kind, item: Item) -> dict[str, Any]:
    fields = dict(item.fields)
    entry = {kind.id_field: item.id, kind.label: fields.pop(kind.label)}
    entry["parent" if kind is GROUP else "group"] = fields.pop(kind.group)
    if kind is ROUTE:
        entry["tags"] = fields.pop("tag_ids") or []  # None and none at all read alike
    times = dict(zip(kind.times, (item.created, item.modified), strict=True))
    return entry | dict(sorted(fields.items())) | times
