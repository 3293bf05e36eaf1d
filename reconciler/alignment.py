"""Desired and live state under common addresses, so that what belongs together is called the same.

Live objects that no file describes keep their own names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.errors import Problem, Source
from reconciler.matching import ambiguous, match, resolve, twice
from reconciler.model import (
    Address,
    Desired,
    Live,
    Notice,
    Reference,
    Resource,
    State,
    map_values,
    references_in,
)
from reconciler.names import Index, final_addresses, readdress


@dataclass(frozen=True, slots=True)
class Aligned:
    """Both states under common addresses; `removed` are the live objects that tombstones name."""

    desired: State
    live: State
    root: Address
    gone: Mapping[Address, int]
    removed: Mapping[Address, Source]
    notices: tuple[Notice, ...]
    problems: tuple[Problem, ...]


def align(desired: Desired, live: Live) -> Aligned:
    """Never raises: whatever cannot be matched is among the problems."""
    index = Index(live.resources)
    resources = _with_full_paths(desired.resources, live.resources, index)
    found, problems = resolve(resources.values(), index)
    matches, more = match(resources, live, found, index)
    described, actual, final = _common_names(resources, live, found, matches)
    tombstones = {tombstone: index.find(tombstone.kind, tombstone.text) for tombstone in desired.removed}
    return Aligned(
        desired={resource.address: resource for resource in described},
        live={resource.address: resource for resource in actual},
        root=final[live.root],
        gone=live.gone,
        removed={final[found[0]]: at.source for at, found in tombstones.items() if len(found) == 1},
        notices=tuple(_gone(tombstone) for tombstone, found in tombstones.items() if not found),
        problems=(
            *problems,
            *more,
            *twice(described),
            *_bad_tombstones(tombstones, {at: resources[address] for address, at in matches.items()}),
        ),
    )


def _with_full_paths(desired: State, live: State, index: Index) -> State:
    """References to described groups by paths that run through groups which only the platform has."""
    found, missing = resolve(desired.values(), index)
    if not missing:
        return desired
    interim = {at: _by_id(each) for at, each in live.items()}
    above = {reference: interim[at] for reference, at in found.items()}
    described = {at: replace(each, fields=map_values(each.fields, above)) for at, each in desired.items()}
    everything = Index({**described, **{_by_id(each): readdress(each, interim) for each in live.values()}})
    meant = {}
    for reference in {each for resource in described.values() for each in references_in(resource.fields)}:
        candidates = [at for at in everything.find(reference.kind, reference.text) if at in desired]
        if len(candidates) == 1:
            meant[reference] = candidates[0]
    return {at: replace(each, fields=map_values(each.fields, meant)) for at, each in desired.items()}


# -- one name for each


def _common_names(
    desired: State, live: Live, found: Mapping[Reference, Address], matches: Mapping[Address, Address]
) -> tuple[list[Resource], list[Resource], dict[Address, Address]]:
    """Both states under their final addresses, and the final address of each live one."""
    matched = {at: address for address, at in matches.items()}
    # Until all have their final names, a live object that no file describes goes by its id.
    interim = {at: matched.get(at, _by_id(each)) for at, each in live.resources.items()}
    meant = {reference: interim[at] for reference, at in found.items()}
    described = [replace(each, fields=map_values(each.fields, meant)) for each in desired.values()]
    actual = [readdress(each, interim) for each in live.resources.values()]
    by_address = {each.address: each for each in actual}
    named = [_with_external_id(each, by_address.get(each.address)) for each in described]
    final = final_addresses([*named, *(each for each in actual if each.address not in desired)])
    return (
        [replace(readdress(each, final), id=_id(by_address.get(each.address))) for each in described],
        [readdress(each, final) for each in actual],
        {at: final[address] for at, address in interim.items()},
    )


def _by_id(resource: Resource) -> Address:
    return Address(resource.kind, f"\0{resource.id}")


def _id(resource: Resource | None) -> int | None:
    return resource.id if resource else None


def _with_external_id(resource: Resource, live: Resource | None) -> Resource:
    """A group is called by its external id where it has one, whether or not the files write it."""
    name = "org_unit_ext_id"
    if live is None or resource.kind != "group" or name in resource.fields:
        return resource
    return replace(resource, fields={**resource.fields, name: live.value(name)})


# -- tombstones


def _gone(tombstone: Reference) -> Notice:
    return Notice(
        "already-gone",
        str(tombstone),
        f"{tombstone} is not on the platform; its line under `removed:` ({tombstone.source}) can go",
    )


def _bad_tombstones(
    tombstones: Mapping[Reference, tuple[Address, ...]], described: Mapping[Address, Resource]
) -> Iterator[Problem]:
    for tombstone, found in tombstones.items():
        if len(found) > 1:
            yield Problem(tombstone.source, ambiguous(tombstone, found))
        elif found and found[0] in described:
            other = described[found[0]]
            yield Problem(tombstone.source, f"{tombstone} is removed here but described at {other.source}")
