"""Which live object is which described one.

An object is found under its own key, or under the key of its `previously`; a group that is known by its
path is found below whatever its parent is. Where neither is there, it is what is called so but for spaces
and accents, or for zeros that the platform lost when it made a number of a text; where both are and are not
the same, `_decide` says which one it is. It goes level by level, as what stands in a group is looked for in
the group that was found.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.model import Address, Live, Reference, Resource, State
from reconciler.objects.clashes import ambiguous, rings
from reconciler.objects.names import Index
from reconciler.plans.identity import (
    LOOSE,
    Holder,
    are_two,
    by_external_id,
    by_name,
    holders_of,
    loosened,
    numbered,
    place_of,
    with_external_id,
)
from reconciler.quoting import quoted

_Taken = dict[Address, Address]  # live objects that are renamed, and which each becomes


class Matches(NamedTuple):
    """The live address for each desired one; `doubles` have several; `swaps` take each other's keys."""

    live: Mapping[Address, Address]
    doubles: Mapping[Address, tuple[Address, ...]]
    swaps: tuple[list[Address], ...]
    problems: tuple[Problem, ...]


class _There(NamedTuple):
    """What is on the platform: by what it is known, what has tombstones, and what the files claim by its
    external id.
    """

    live: State
    holders: Mapping[Holder | None, list[Address]]
    going: Collection[Address]
    spoken_for: Collection[Address]


def match(
    desired: State,
    live: Live,
    found: Mapping[Reference, Address],
    index: Index,
    going: Collection[Address] = (),
) -> Matches:
    """Which live object is which described one, and what stands in the way; `going` have tombstones."""
    holders = holders_of(live.resources.values())
    spoken_for = {at for each in desired.values() for at in with_external_id(each, holders)}
    there = _There(live.resources, holders, going, spoken_for)
    renamed: _Taken = {}
    while True:
        matches, taken = _by_level(desired, found, index, there, renamed)
        claimed = list(_claimed_twice(desired, matches.live))
        # What a deeper level takes by `previously` may have been found by its name before.
        if not claimed or taken.keys() <= renamed.keys():
            claimed += _lost_root(desired, live, matches.live)
            return matches._replace(problems=(*matches.problems, *claimed))
        renamed = taken


def _by_level(
    desired: State, found: Mapping[Reference, Address], index: Index, there: _There, renamed: _Taken
) -> tuple[Matches, _Taken]:
    """The matches, and what is taken by `previously`, with what is known to be."""
    matches: dict[Address, Address] = {}
    doubles: dict[Address, tuple[Address, ...]] = {}
    taken, formers = dict(renamed), dict[Address, Address]()
    bearers: dict[Address, Address | None] = {}
    problems: list[Problem] = []
    for level in _levels(desired):
        known: dict[Any, Address] = {**found, **matches}
        own, several = _bearers(level, known, taken, there)
        former, more = _former([each for each in level if each.address in own], index)
        lone = [each for each in level if own.get(each.address, each) is None]
        # What bears its new key already, and keeps it, has been renamed.
        due = {each: at for each, at in former.items() if not own[each] or own[each] in former.values()}
        claims = {at: address for each in (matches, due, own) for address, at in each.items() if at}
        respelled, unclear = _respelled(lone, taken | claims, known, there)
        several |= {address: alike for address, alike in unclear.items() if address not in former}
        own = {address: at for address, at in (own | respelled).items() if address not in several}
        former = {address: at for address, at in former.items() if address not in respelled}
        problems += more
        decided = _decide(own, former, there.going)
        taken |= {at: address for address, at in decided.items() if own[address] != at}
        matches |= decided
        doubles |= several
        bearers |= own
        formers |= former
    return Matches(matches, doubles, tuple(_swapped(bearers, formers)), tuple(problems)), taken


def twins(live: State) -> Iterator[tuple[Address, ...]]:
    """Live objects that bear one key, which is more than the platform should allow."""
    exact = (
        (holder, at) for holder, at in holders_of(live.values()).items() if holder and holder[0] != LOOSE
    )
    for holder, bearers in exact:
        # What has an external id is known by that, and not by its name.
        several = [at for at in bearers if (by_external_id(live[at]) or holder) == holder]
        if len(several) > 1:
            yield tuple(sorted(several))


def _levels(desired: State) -> Iterator[list[Resource]]:
    """Groups by depth, parents first, then the other kinds: each can be matched once the former are."""
    groups = [resource for resource in desired.values() if resource.kind == "group"]
    while groups:
        waiting = {group.address for group in groups}
        ready = [group for group in groups if group.value("parent") not in waiting] or groups
        yield ready
        ready_addresses = {group.address for group in ready}
        groups = [group for group in groups if group.address not in ready_addresses]
    for kind in KINDS:
        if kind != "group":
            yield [resource for resource in desired.values() if resource.kind == kind]


def _bearers(
    level: Iterable[Resource], known: Mapping[Any, Address], renamed: Collection[Address], there: _There
) -> tuple[dict[Address, Address | None], dict[Address, tuple[Address, ...]]]:
    """The live object that bears each resource's own key, if one does; apart from those of which the platform
    has several.
    """
    own: dict[Address, Address | None] = {}
    several: dict[Address, tuple[Address, ...]] = {}
    for resource in level:
        candidates = [
            at
            for at in _own(resource, known, there)
            if at not in renamed and _may_be(resource, there.live[at], there)
        ]
        if len(candidates) > 1:
            several[resource.address] = tuple(candidates)
        else:
            own[resource.address] = next(iter(candidates), None)
    return own, several


def _own(resource: Resource, known: Mapping[Any, Address], there: _There) -> list[Address]:
    if found := with_external_id(resource, there.holders):
        return found
    place = place_of(resource)
    if place is not None and place not in known:
        return []
    named = there.holders.get(by_name(resource, known.get(place)), [])
    return [at for at in named if not are_two(resource, there.live[at])]


def _may_be(resource: Resource, live: Resource, there: _There) -> bool:
    """What goes is not adopted under another key, nor what another entry claims by its external id; to
    describe and remove one key is a problem.
    """
    external_id = by_external_id(resource)
    if external_id:
        return live.address not in there.going or live.address in with_external_id(resource, there.holders)
    return live.address not in there.spoken_for


def _respelled(
    lone: Iterable[Resource],
    claims: Mapping[Address, Address],
    known: Mapping[Any, Address],
    there: _There,
) -> tuple[dict[Address, Address], dict[Address, tuple[Address, ...]]]:
    """For what nothing is called like exactly: the one that is but for what a platform may not keep, unless
    something else claims it or it goes; and where there are several, those.
    """
    found: dict[Address, Address] = {}
    unclear: dict[Address, tuple[Address, ...]] = {}
    claimed = {**claims, **{at: at for at in there.going}}
    for resource in lone:
        place = place_of(resource)
        if place is None or place in known:
            loose = loosened(by_name(resource, known.get(place)))
            spelled = (loose, (LOOSE, *loose), numbered(loose))
            alike = {at for each in spelled for at in there.holders.get(each, ())}
            free = [
                at
                for at in alike
                if claimed.get(at, resource.address) == resource.address
                and _may_be(resource, there.live[at], there)
                if not are_two(resource, there.live[at])
            ]
            if len(free) == 1:
                found[resource.address] = claimed[free[0]] = free[0]
            elif free:
                unclear[resource.address] = tuple(sorted(free))
    return found, unclear


def _former(level: list[Resource], index: Index) -> tuple[dict[Address, Address], list[Problem]]:
    """The live objects that `previously` names; one that is not there has been renamed already."""
    former: dict[Address, Address] = {}
    problems = []
    for resource in level:
        if resource.previously:
            candidates = index.named(resource.kind, resource.previously.text)
            if len(candidates) == 1:
                former[resource.address] = candidates[0]
            elif candidates:
                problems.append(
                    Problem(
                        resource.previously.source, ambiguous(resource.previously, index.clearly(candidates))
                    )
                )
    return former, problems


def _swapped(
    own: Mapping[Address, Address | None], former: Mapping[Address, Address]
) -> Iterator[list[Address]]:
    """Objects that take each other's keys, on whatever level: before and after look the same."""
    bearers = {at: address for address, at in own.items() if at}
    return rings({at: bearers[was] for at, was in former.items() if bearers.get(was, at) != at})


def _decide(
    own: Mapping[Address, Address | None], former: Mapping[Address, Address], going: Collection[Address]
) -> dict[Address, Address]:
    """The own key wins, unless the object that bears it goes or is itself being renamed to something else."""
    renamed = {address for address in former if own[address] is None or own[address] in going}
    bearers = defaultdict(set)
    for address in former.keys() - renamed:
        bearers[own[address]].add(address)
    more = renamed
    while more := {each for address in more for each in bearers.pop(former[address], ())}:
        renamed |= more
    leaving = {former[address] for address in renamed}
    chosen = {address: former[address] if address in renamed else at for address, at in own.items()}
    return {address: at for address, at in chosen.items() if at and (address in renamed or at not in leaving)}


def _claimed_twice(desired: State, matches: Mapping[Address, Address]) -> Iterator[Problem]:
    claims: dict[Address, list[Resource]] = defaultdict(list)
    for address, at in matches.items():
        claims[at].append(desired[address])
    for at, (first, *others) in claims.items():
        for other in others:
            yield Problem(
                other.place(), f"{other.address} is the same live object ({at}) as the one at {first.source}"
            )


def _lost_root(desired: State, live: Live, matches: Mapping[Address, Address]) -> Iterator[Problem]:
    actual = live.resources[live.root]
    for resource in desired.values():
        rootless = resource.kind == "group" and resource.value("parent") is None
        at = matches.get(resource.address)
        if rootless and at is None:
            yield Problem(
                resource.place(),
                f"a group without a parent is the account's root, but the root of account {live.account} is "
                f"{actual.address} ({actual.value('org_unit_name')!r}); write `parent:`, sign in to the "
                f"right account, or write `previously: {quoted(actual.address.key)}` if it got a new name",
            )
        elif rootless and at != live.root:
            yield Problem(
                resource.place(), f"{resource.address} is not the account's root; write its `parent:`"
            )
        elif at == live.root and not rootless:
            yield Problem(
                resource.place("parent"), f"{resource.address} is the account's root; it has no parent"
            )
