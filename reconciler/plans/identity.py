"""By what an object is known: its external id, and its name in its place, as it is or loosely."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.kinds import KINDS
from reconciler.model import Address, Resource, Value
from reconciler.objects.comparing import comparable, loosely
from reconciler.objects.names import label_of

Holder = tuple[Any, ...]
LOOSE = "loosely"  # begins the holders of names that are kept as they are written, spaces and all


def holders_of(resources: Iterable[Resource]) -> Mapping[Holder | None, list[Address]]:
    """Live objects by external id, by name within their place, and by that loosely where it is another; what
    has no name is nobody's.
    """
    holders: dict[Holder | None, list[Address]] = defaultdict(list)
    for resource in resources:
        name = by_name(resource, place_of(resource))
        loose = loosened(name)
        names = (name, (LOOSE, *loose) if loose != name else None) if name[-1] is not None else ()
        for holder in (by_external_id(resource), *names):
            if holder:
                holders[holder].append(resource.address)
    return holders


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


def by_name(resource: Resource, place: Value) -> Holder:
    kind = KINDS[resource.kind]
    return kind.name, place, comparable(kind.field(kind.label), resource.value(kind.label))


def may_have_moved(new: Resource, old: Resource) -> bool:
    """Whether a group is called as one in another place is, and is not another by its external id."""
    kind = KINDS[new.kind]
    are_two = new.value(kind.external_id) and old.value(kind.external_id)
    has_place = kind.is_tree and place_of(old) is not None
    return has_place and label_of(new) == label_of(old) and not are_two
