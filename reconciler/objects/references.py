"""What refers to what: the addresses and references within values, and putting others in their places; and
the one walk through values that may be nested.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from reconciler.facts import Field, Type
from reconciler.kinds import KINDS
from reconciler.model import Address, Reference, Resource, State, Value


def addresses_in(value: Value) -> Iterator[Address]:
    """Every address that a value mentions, at any depth."""
    match value:
        case Address():
            yield value
        case str():  # as most are; asking what is a Mapping takes long
            return
        case tuple() | list():
            for entry in value:
                yield from addresses_in(entry)
        case Mapping():
            for entry in value.values():
                yield from addresses_in(entry)


def referrers(state: State, wanted: AbstractSet[Address]) -> Mapping[Address, list[Resource]]:
    """The objects that refer to any of these, by what they refer to."""
    found: dict[Address, list[Resource]] = defaultdict(list)
    for resource in state.values() if wanted else ():
        for address in wanted & {*addresses_in(resource.fields)}:
            found[address].append(resource)
    return found


def map_values(value: Value, translate: Mapping[Any, Any]) -> Value:
    """The same value with each address (or reference) that `translate` knows put in another's place."""
    known = Address, Reference
    return mapped(value, lambda each: translate.get(each, each) if isinstance(each, known) else each)


def mapped(value: Value, put: Callable[[Value], Value], *, plain: bool = False) -> Value:
    """The same value with `put` done to all that is not nested; if it is to be `plain`, lists for tuples."""
    match value:
        case Address() | Reference() | str():  # as most are; and the first two are tuples
            return put(value)
        case tuple() | list():
            return (list if plain else type(value))(mapped(entry, put, plain=plain) for entry in value)
        case Mapping():
            return {name: mapped(entry, put, plain=plain) for name, entry in value.items()}
        case _:
            return put(value)


def references_in(resource: Resource) -> Iterator[Reference]:
    """Every reference to something that is not known yet."""
    for field in KINDS[resource.kind].references:
        value = resource.fields.get(field.name)
        if isinstance(value, Reference):
            yield value
        elif field.type is Type.REFERENCES and isinstance(value, tuple):
            yield from (entry for entry in value if isinstance(entry, Reference))


def former(resource: Resource, is_known: Callable[[str, str], object]) -> Resource:
    """The resource, its `previously` as a key where it is an address, as in messages; what is a known key as
    it stands is that.
    """
    said, prefix = resource.previously, f"{resource.kind}/"
    if not said or not str(said.text).startswith(prefix) or is_known(said.kind, str(said.text)):
        return resource
    return replace(resource, previously=said._replace(text=str(said.text).removeprefix(prefix)))


def readdress(resource: Resource, addresses: Mapping[Any, Address], number: int | None = None) -> Resource:
    """The resource, it and all that it refers to under other addresses (which references may get here too);
    sets in the order of these, each once; with that id if there is one. The very same one if nothing is
    different.
    """
    address = addresses.get(resource.address, resource.address)
    moved = {}
    for field in KINDS[resource.kind].references:
        old = resource.fields.get(field.name)
        new = _readdressed(field, old, addresses)
        if new is not old and new != old:
            moved[field.name] = new
    if not moved and address == resource.address and number is None:
        return resource
    return resource.at(address, {**resource.fields, **moved} if moved else resource.fields, number)


def _readdressed(field: Field, old: Value, addresses: Mapping[Any, Address]) -> Value:
    if old is None or isinstance(old, Address | Reference):  # as they nearly always are
        return addresses.get(old, old)
    new = map_values(old, addresses)
    is_set = field.type is Type.REFERENCES and isinstance(new, tuple)
    return tuple(sorted({*new}, key=str)) if is_set else new
