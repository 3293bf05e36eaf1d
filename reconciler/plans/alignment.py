"""Desired and live state under common addresses, so that what belongs together is called the same.

Live objects that no file describes keep their own names.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.errors import Problem, Source
from reconciler.model import (
    Address,
    Desired,
    Live,
    Notice,
    Reference,
    Resource,
    Settings,
    State,
    by_id,
)
from reconciler.objects.clashes import twice
from reconciler.objects.names import Index, called_by, final_addresses, spellings, without_id
from reconciler.objects.references import readdress, references_in
from reconciler.plans import tombstones
from reconciler.plans.doubles import without_doubles
from reconciler.plans.matching import doubles, match, resolve


@dataclass(frozen=True, slots=True)
class Aligned:
    """Both states under common addresses; `removed` are the live objects that tombstones name.

    `doubles` are live objects that share a key, `external` those that the settings vouch for.
    """

    desired: State
    live: State
    root: Address
    gone: Mapping[Address, int]
    removed: Mapping[Address, Source]
    external: frozenset[Address]
    doubles: frozenset[Address]
    notices: tuple[Notice, ...]
    problems: tuple[Problem, ...]


def align(desired: Desired, live: Live) -> Aligned:
    """Never raises: whatever cannot be matched is among the problems."""
    index = Index(live.resources)
    going = {at for each in desired.removed for at in index.named(each.kind, each.text)}
    resources, found, problems = _resolved(desired.resources, live, index, going)
    matched = match(resources, live, found, index, going)
    several = tuple({*doubles(live.resources), *(tuple(sorted(each)) for each in matched.doubles.values())})
    resources, more = without_doubles(resources, matched, live.resources)
    described, actual, final = _common_names(resources, live, found, matched.live)
    graves = tombstones.read(desired.removed, resources, live.resources, index, matched)
    by_address = {resource.address: resource for resource in described}
    reborn = tombstones.reborn(graves.removed, final, live.resources, by_address)
    return Aligned(
        desired=by_address,
        live={resource.address: resource for resource in actual},
        root=final[live.root],
        gone=live.gone,
        removed={final[at]: source for at, source in graves.removed.items()},
        external=frozenset(final[at] for at in _vouched_for(desired.settings, index)),
        doubles=frozenset(final[at] for group in several for at in group),
        notices=(
            *graves.notices,
            *(_double(group, live.resources) for group in several),
            *_idle(resources.values(), matched.live, index),
        ),
        problems=(*problems, *matched.problems, *more, *twice(described), *graves.problems, *reborn),
    )


# -- references


def _resolved(
    desired: State, live: Live, index: Index, going: Collection[Address]
) -> tuple[State, dict[Reference, Address], list[Problem]]:
    """References to what the platform has, as it is called now or will be called once all is done."""
    found, problems = resolve(desired.values(), index)
    while unknown := _unknown(desired, found, index):
        matched = match(desired, live, found, index, going)
        described, existing = _later_called(desired, live, found, matched.live, unknown)
        if not described and not existing:
            break
        desired = {at: readdress(each, described) for at, each in desired.items()}
        found |= existing
        problems = [
            each for each in problems if each.source not in {ref.source for ref in (*described, *existing)}
        ]
    return desired, found, problems


def _unknown(desired: State, found: Mapping[Reference, Address], index: Index) -> set[Reference]:
    every = {each for resource in desired.values() for each in references_in(resource)}
    return {each for each in every - found.keys() if not index.find(each.kind, each.text)}


def _later_called(
    desired: State,
    live: Live,
    found: Mapping[Reference, Address],
    matches: Mapping[Address, Address],
    unknown: set[Reference],
) -> tuple[dict[Reference, Address], dict[Reference, Address]]:
    """What references mean by the names that objects will have: described ones, and others that exist."""
    described, actual, final = _common_names(desired, live, found, matches)
    names = dict(zip((each.address for each in described), desired, strict=True))
    now = {final[at]: at for at in live.resources}
    later = Index({each.address: each for each in (*actual, *described)}, rooted=True)
    called = {each: later.find(each.kind, each.text) for each in unknown}
    meant = {each: candidates[0] for each, candidates in called.items() if len(candidates) == 1}
    return (
        {each: names[at] for each, at in meant.items() if at in names},
        {each: now[at] for each, at in meant.items() if at not in names},
    )


def called(aligned: Aligned, live: Live) -> Mapping[Address, list[str]]:
    """All that each object is called: in the files, on the platform, and once all is done."""
    names = called_by(aligned.live, {**aligned.live, **aligned.desired})
    now = spellings(live.resources)
    addresses = {(each.kind, each.id): at for at, each in live.resources.items()}
    for at, each in aligned.live.items():
        names[at] += now[addresses[each.kind, each.id]]
    return names


def _idle(
    described: Iterable[Resource], matches: Mapping[Address, Address], index: Index
) -> Iterator[Notice]:
    """`previously` that names a live object while another one bears the key already: nothing is renamed."""
    taken = set(matches.values())
    for resource in described:
        former = resource.previously
        found = index.named(resource.kind, former.text) if former else ()
        if len(found) == 1 and resource.address in matches and found[0] not in taken:
            message = (
                f"{resource.address} is on the platform already, so `previously` ({former}) renames nothing; "
                f"{found[0]} is there too and stays as it is unless something else is said of it"
            )
            yield Notice("nothing-renamed", resource.address, message)


def _vouched_for(settings: Settings, index: Index) -> Iterator[Address]:
    for text in settings.external:
        kind, _, key = text.partition("/")
        yield from index.loosely(kind, key)


def _double(several: tuple[Address, ...], live: State) -> Notice:
    ids = " and ".join(sorted(str(live[at].id) for at in several))
    key = str(without_id(several[0], live[several[0]]))
    message = f"{key} exists {len(several)} times on the platform, ids {ids}; all are left alone"
    return Notice("duplicate-key", key, message)


# -- one name for each


def _common_names(
    desired: State, live: Live, found: Mapping[Reference, Address], matches: Mapping[Address, Address]
) -> tuple[list[Resource], list[Resource], dict[Address, Address]]:
    """Both states under their final addresses, and the final address of each live one."""
    matched = {at: address for address, at in matches.items()}
    # Until all have their final names, a live object that no file describes goes by its id.
    interim = {at: matched.get(at, by_id(each)) for at, each in live.resources.items()}
    meant = {reference: interim[at] for reference, at in found.items()}
    described = [readdress(each, meant) for each in desired.values()]
    actual = [readdress(each, interim) for each in live.resources.values()]
    by_address = {each.address: each for each in actual}
    named = [_with_external_id(each, by_address.get(each.address)) for each in described]
    final = final_addresses([*named, *(each for each in actual if each.address not in desired)])
    return (
        [readdress(each, final, _id(by_address.get(each.address))) for each in described],
        [readdress(each, final) for each in actual],
        {at: final[address] for at, address in interim.items()},
    )


def _id(live: Resource | None) -> int | None:
    return live.id if live else None


def _with_external_id(resource: Resource, live: Resource | None) -> Resource:
    """A group is called by its external id where it has one, whether or not the files write it."""
    name = "org_unit_ext_id"
    if live is None or resource.kind != "group" or name in resource.fields:
        return resource
    return replace(resource, fields={**resource.fields, name: live.value(name)})
