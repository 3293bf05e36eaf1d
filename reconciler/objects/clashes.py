"""What cannot be true of objects at once, and how it is told."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from reconciler.errors import Problem
from reconciler.kinds import KINDS
from reconciler.model import Address, Change, Reference, Resource, State, Value
from reconciler.objects.comparing import comparable
from reconciler.quoting import copied

Unique = tuple[str, tuple[str, ...], tuple[Value, ...]]


def unique_values(resource: Resource | None) -> set[Unique]:
    """What no two objects may share: a name within its place, an external id, an e-mail address."""
    return _values(resource, KINDS[resource.kind].unique) if resource else set()


def exclusive_values(resource: Resource | None) -> set[Unique]:
    """What one object gives up before another gets it, though both may be said to have it."""
    return _values(resource, ((name,) for name in KINDS[resource.kind].exclusive)) if resource else set()


def _values(resource: Resource, fields: Iterable[tuple[str, ...]]) -> set[Unique]:
    kind = KINDS[resource.kind]
    given = [names for names in fields if resource.value(names[-1]) is not None]
    return {
        (kind.name, names, tuple([comparable(kind.field(name), resource.value(name)) for name in names]))
        for names in given
    }


def taken(
    changes: Iterable[Change], after: State, values: Callable[[Resource | None], set[Unique]]
) -> Iterator[tuple[Change, Unique, list[Resource]]]:
    """The values that changes give to objects and that others have by then too, with those others."""
    given = [(each, values(each.after) - values(each.before)) for each in changes]
    holders: dict[Unique, list[Resource]] = defaultdict(list)
    for resource in after.values() if any(some for _, some in given) else ():
        for value in values(resource):
            holders[value].append(resource)
    for change, some in given:
        for value in sorted(some, key=str):
            if others := [each for each in holders[value] if each.address != change.address]:
                yield change, value, others


def ambiguous(reference: Reference, candidates: Iterable[Address]) -> str:
    keys = " or ".join(address.key for address in candidates)
    advice = f"; write {keys}" if keys else ""
    return f"{reference.kind} {copied(reference.text)} is ambiguous{advice}"


def writable(candidates: Iterable[Address], state: State) -> Iterator[Address]:
    """As files may refer to them: where it is not known what they stand in, live ones by id, others not."""
    for address in candidates:
        resource = state.get(address)
        if address.kind == "group" or not resource or resource.value(KINDS[address.kind].home) is not None:
            yield address
        elif resource.id is not None:
            yield Address(address.kind, str(resource.id))


def contradiction(removed: Reference | Address, described: Resource) -> str:
    return f"{removed} is removed here but described at {described.source}"


def twice(described: Iterable[Resource]) -> Iterator[Problem]:
    """Two entries for one object."""
    seen: dict[Address, Resource] = {}
    for resource in described:
        first = seen.setdefault(resource.address, resource)
        if first is not resource:
            message = f"{resource.address} is defined twice, first at {first.source}"
            yield Problem(resource.place(), message)


def rings(following: Mapping[Address, Address]) -> Iterator[list[Address]]:
    """The closed rings of chains, each once and by name, beginning with its first member by name."""
    found, done = [], set[Address]()
    for start in following:
        chain, at = dict[Address, int](), start  # each with its place in the chain
        while at in following and at not in done and at not in chain:
            chain[at] = len(chain)
            at = following[at]
        done.update(chain)
        if at in chain:
            ring = [*chain][chain[at] :]
            first = ring.index(min(ring))
            found.append([*ring[first:], *ring[:first]])
    return iter(sorted(found))


def swapped(ring: Iterable[Address]) -> str:
    names = " and ".join(sorted(map(str, ring)))
    return f"{names} change places; do it in two steps, with a name in between"
