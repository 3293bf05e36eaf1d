"""Values within values: the one walk through what may be nested."""

from collections.abc import Callable, Mapping

from reconciler.model import Address, Reference, Value


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
