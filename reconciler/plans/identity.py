"""By what an object is known: its external id, and its name in its place, as it is or loosely."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reconciler.kinds import KINDS
from reconciler.model import Address, Resource, Value
from reconciler.objects.codec import Numeral
from reconciler.objects.comparing import bare, comparable, loosely, without_zeros
from reconciler.objects.names import label_of

Holder = tuple[Any, ...]
LOOSE = "loosely"  # begins the holders of what is there in other words, with spaces or without zeros


def holders_of(resources: Iterable[Resource]) -> Mapping[Holder | None, list[Address]]:
    """Live objects by external id, by name within their place, by that loosely where it is another, and by
    either as a number where it is shown as one; what has no name is nobody's.
    """
    holders: dict[Holder | None, list[Address]] = defaultdict(list)
    for resource in resources:
        external_id, name = by_external_id(resource), by_name(resource, place_of(resource))
        loose = loosened(name)
        names = (name, (LOOSE, *loose) if loose != name else None) if name[-1] is not None else ()
        for holder in (external_id, *names, *_numbers(resource, external_id, name)):
            if holder:
                holders[holder].append(resource.address)
    return holders


def _numbers(resource: Resource, external_id: Holder | None, name: Holder) -> Iterator[Holder | None]:
    kind = KINDS[resource.kind]
    for holder, field in ((external_id, kind.external_id), (name, kind.label)):
        if isinstance(resource.value(field), Numeral):
            yield numbered(holder)


def numbered(holder: Holder | None) -> Holder | None:
    """A holder whose text is a number, as what the platform shows as one is known: without leading zeros."""
    digits = without_zeros(holder[-1]) if holder else None
    return (LOOSE, "number", *holder[:-1], digits) if holder and digits is not None else None


def with_external_id(resource: Resource, holders: Mapping[Holder | None, list[Address]]) -> list[Address]:
    """The live objects that have its external id, or else one that is shown as the same number."""
    external_id = by_external_id(resource)
    return holders.get(external_id) or holders.get(numbered(external_id)) or []


def loosened(holder: Holder) -> Holder:
    """A name as the platform may keep it."""
    kind, place, name = holder
    return kind, place, loosely(name)


def place_of(resource: Resource) -> Value:
    """What its name is unique in."""
    return resource.value(KINDS[resource.kind].place)


def by_external_id(resource: Resource) -> Holder | None:
    kind = KINDS[resource.kind]
    if kind.external_id not in kind.identity:
        return None
    external_id = loosely(resource.value(kind.external_id))
    return ("external id", kind.name, external_id) if external_id else None


def are_two(one: Resource, other: Resource) -> bool:
    """Whether their external ids say so; not for case and zeros, which a platform may change."""
    mine, its = by_external_id(one), by_external_id(other)
    return bool(mine and its and bare(mine[-1]) != bare(its[-1]))


def by_name(resource: Resource, place: Value) -> Holder:
    kind = KINDS[resource.kind]
    return kind.name, place, comparable(kind.field(kind.label), resource.value(kind.label))


def may_have_moved(new: Resource, old: Resource) -> bool:
    """Whether a group is called as one in another place is, and is not another by its external id."""
    has_place = KINDS[new.kind].is_tree and place_of(old) is not None
    return has_place and label_of(new) == label_of(old) and not are_two(new, old)
