"""What has to wait for what, and the order that follows.

A change waits for
  1. the creations that it refers to;
  2. if it is a deletion, every change of an object that referred to what goes;
  3. the change that frees a value it takes and that is unique in its place;
  4. if it moves a group, the moves of the group's new ancestors, where those leave another moving group.

Without rule 4 a group could be put below itself: before `A/B` becomes `B/A`, B has to leave A. A new
ancestor that stays clear of everything that moves cannot close such a ring, so nothing waits for it.

Rule 4 asks for more than is needed where many groups move at once. If that makes changes wait for each other,
the moves are tried out instead, and each waits for the one before it.

Besides, a group keeps its name and its place until what tombstones and `previously` call by them has been
dealt with: a plan that was carried out in part can then be taken up again. And what may end the rights of
whoever applies comes after all that needs them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from reconciler.changes import is_move
from reconciler.errors import InvalidConfigurationError, Problem
from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Change, Reference, Resource, State
from reconciler.objects.clashes import Unique, exclusive_values, unique_values
from reconciler.objects.comparing import loosely
from reconciler.objects.keys import split
from reconciler.objects.references import addresses_in
from reconciler.objects.tree import ancestors

Waits = dict[Address, set[Address]]


def ordered(
    changes: Sequence[Change], before: State, after: State, words: Mapping[Address, Reference]
) -> tuple[Change, ...]:
    """The changes with `waits_for` filled in: in the order in which they can run, deletions last. `words` are
    those by which the files call what is to go.

    Raises InvalidConfigurationError where changes wait for each other in a ring.
    """
    waits = _waits(changes, before, after, [*_called_by_path(changes, before, words)])
    if members := ring(waits):
        advice = _NAME_IN_BETWEEN if ring(_waits(changes, before, after)) else _RENAME_FIRST
        raise InvalidConfigurationError([_waiting_for_each_other(members, changes, advice)])
    return _listed(changes, waits)


def with_last(changes: tuple[Change, ...], last: Collection[Address]) -> tuple[Change, ...]:
    """The same changes, these behind all others but for what has to wait for them itself."""
    if not last:
        return changes
    waits = {change.address: {*change.waits_for} for change in changes}
    behind = {*last}
    for at in _runnable_order(waits):
        behind |= {at} if waits[at] & behind else set()
    free = waits.keys() - behind
    awaited = {each for at in free for each in waits[at]}
    _add(waits, ((at, each) for at in last for each in free - awaited))
    return _listed(changes, waits)


def _listed(changes: Sequence[Change], waits: Waits) -> tuple[Change, ...]:
    by_address = {change.address: change for change in changes}
    listed = [replace(by_address[at], waits_for=tuple(sorted(waits[at]))) for at in _runnable_order(waits)]
    return tuple(sorted(listed, key=lambda change: change.action is Action.DELETE))


def _waits(
    changes: Sequence[Change], before: State, after: State, called: Iterable[tuple[Address, Address]] = ()
) -> Waits:
    needed: Waits = {change.address: set() for change in changes}
    for pairs in (_creations(changes), _referrers(changes), _unique_values(changes), called):
        _add(needed, pairs)
    waits = {address: set(awaited) for address, awaited in needed.items()}
    _add(waits, _moves(changes, before, after))
    if ring(waits) and (order := _tried_out(needed, before, after)):
        _add(needed, pairwise(reversed(order)))
        waits = needed
    return waits


def _called_by_path(
    changes: Sequence[Change], before: State, words: Mapping[Address, Reference]
) -> Iterator[tuple[Address, Address]]:
    """Groups that get another name, and what the files find by it: gone by a tombstone, or renamed itself."""
    renamed = {
        change.address: {each.name for each in change.fields} & {*KINDS["group"].identity}
        for change in changes
        if change.kind == "group" and change.action is Action.UPDATE
    }
    for change in changes if any(renamed.values()) else ():
        former = words.get(change.address) if change.action is Action.DELETE else _former(change)
        if change.before and former and isinstance(former.text, str):
            for group, names in _names_in(former.text, change.before, before):
                if group != change.address and renamed.get(group, set()) & names:
                    yield group, change.address


def _former(change: Change) -> Reference | None:
    """What the files call an object that gets another name."""
    is_renamed = {each.name for each in change.fields} & {*KINDS[change.kind].identity}
    return change.after.previously if change.after and is_renamed else None


def _names_in(words: str, resource: Resource, state: State) -> Iterator[tuple[Address, set[str]]]:
    """The groups by whose fields an object is called in these words, and those fields."""
    group, kind = KINDS["group"], KINDS[resource.kind]
    above = split(words)[:-1] if words != resource.value(kind.external_id) else ()
    nearest = resource if kind.is_tree else state.get(resource.value(kind.home))
    if above and nearest:
        if above == (nearest.value(group.external_id),):
            yield nearest.address, {group.external_id}
            return
        yield nearest.address, set(group.identity)
        for address in ancestors(nearest.address, state):
            yield address, {group.label, group.place}


def _add(waits: Waits, more: Iterable[tuple[Address, Address]]) -> None:
    for waiting, awaited in more:
        waits[waiting].add(awaited)


def ring(waits: Mapping[Any, Iterable[Any]]) -> list[Any]:
    """Changes that wait for each other, if there are any: one such ring."""
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        return sorted({*error.args[1]})
    return []


def _tried_out(needed: Waits, before: State, after: State) -> list[Address]:
    """The moves of groups in an order in which none is put below itself; none if there is no such order, or
    if it would take too long to find. As a rule any that can go next is right.
    """
    now = {**after, **before}  # what is created counts as there
    left = sorted(at for at in needed if _moves_group(at, before, after))
    done: list[Address] = []
    ready: list[list[Address]] = []  # for each that is done, what could have gone in its place
    dead: set[frozenset[Address]] = set()  # what was left where no order leads on
    while left and len(dead) < _MOST_TRIED:
        ready.append([at for at in left if _can_go(at, now, after) and not _awaits(at, set(left), needed)])
        while ready and not (ready[-1] and frozenset(left) not in dead):
            dead.add(frozenset(left))
            ready.pop()
            if not done:
                return []
            last = done.pop()
            now[last] = before[last]
            left = sorted([*left, last])
        now[ready[-1][0]] = after[ready[-1][0]]
        done.append(ready[-1].pop(0))
        left.remove(done[-1])
    return [] if left else done


_MOST_TRIED = 1000


def _moves_group(address: Address, before: State, after: State) -> bool:
    both = address.kind == "group" and address in before and address in after
    return both and before[address].value("parent") != after[address].value("parent")


def _can_go(address: Address, now: State, after: State) -> bool:
    parent = after[address].value("parent")
    return parent not in now or address not in (parent, *ancestors(parent, now))


def _awaits(address: Address, left: set[Address], needed: Waits) -> bool:
    """Whether another move that is left has to come first, directly or through other changes."""
    awaited = further = set(needed[address])
    while further:
        further = {at for each in further for at in needed[each]} - awaited
        awaited = awaited | further
    return bool(awaited & left)


def _creations(changes: Sequence[Change]) -> Iterator[tuple[Address, Address]]:
    created = {change.address for change in changes if change.action is Action.CREATE}
    for change in changes:
        if change.after:
            for address in addresses_in(change.after.fields):
                if address in created:
                    yield change.address, address


def _referrers(changes: Sequence[Change]) -> Iterator[tuple[Address, Address]]:
    deleted = {change.address for change in changes if change.action is Action.DELETE}
    for change in changes:
        if change.before:
            for address in addresses_in(change.before.fields):
                if address in deleted:
                    yield address, change.address


def _unique_values(changes: Sequence[Change]) -> Iterator[tuple[Address, Address]]:
    freed = {
        value: change.address
        for change in changes
        if change.before
        for value in _held(change.before) - _held(change.after)
    }
    for change in changes if freed else ():
        for value in _held(change.after) - _held(change.before):
            if value in freed:
                yield change.address, freed[value]


def _held(resource: Resource | None) -> set[Unique]:
    """As they are, and as the platform may keep them."""
    exact = unique_values(resource) | exclusive_values(resource)
    return exact | {(kind, names, tuple(map(loosely, values))) for kind, names, values in exact}


def _moves(changes: Sequence[Change], before: State, after: State) -> Iterator[tuple[Address, Address]]:
    moving = {change.address for change in changes if change.kind == "group" and is_move(change)}
    leaving = {address for address in moving if any(above in moving for above in ancestors(address, before))}
    for address in moving:
        for above in ancestors(address, after):
            if above in leaving:
                yield address, above


def _runnable_order(waits: Waits) -> Iterator[Address]:
    sorter = TopologicalSorter(waits)
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        yield from ready
        sorter.done(*ready)


def _waiting_for_each_other(members: Sequence[Address], changes: Iterable[Change], advice: str) -> Problem:
    sources = {change.address: change.source for change in changes}
    source = next(filter(None, map(sources.get, members)))
    names = ", ".join(map(str, members))
    return Problem(source, f"these changes wait for each other: {names}; do it in two steps, {advice}")


_NAME_IN_BETWEEN = "with a name in between for one of them"
_RENAME_FIRST = "the first of which renames the group by whose path the others are found"
