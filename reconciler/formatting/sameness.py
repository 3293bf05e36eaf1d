"""Whether two readings of a file say the same, phone numbers by their digits."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.documents import Document
from reconciler.formatting.shapes import Shape, phone

Pair = tuple[Any, Any, Shape]


def same(before: Sequence[Document], after: Sequence[Document], shape: Shape) -> bool:
    if len(before) != len(after):
        return False
    return all(_same(one, other, shape) for one, other in zip(before, after, strict=True))


def _same(before: Document, after: Document, shape: Shape) -> bool:
    """What aliases share is looked at once."""
    seen: set[tuple[int, int, int]] = set()
    pending: list[Pair] = [(before.data, after.data, shape)]
    while pending:
        one, other, below = pending.pop()
        if not _alike(one, other):
            return False
        known = id(one), id(other), id(below)
        if isinstance(one, dict | list) and known not in seen:
            seen.add(known)
            pending += _inside(before, (one, other, below))
    return True


def _alike(one: Any, other: Any) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return bool(one.keys() == other.keys())
    if isinstance(one, list):
        return len(one) == len(other)
    return bool(one == other or (one != one and other != other))  # noqa: PLR0124  # neither is a number


def _inside(document: Document, pair: Pair) -> Iterator[Pair]:
    """What has to be the same in two mappings or lists that have the same keys."""
    one, other, shape = pair
    for key in one if isinstance(one, Mapping) else range(len(one)):
        below = shape.of(str(key)) if isinstance(one, Mapping) else shape.entry
        number = _number(document, one, key) if below.is_phone else None
        yield (number, phone(str(other[key])), below) if number else (one[key], other[key], below)


def _number(document: Document, container: Any, key: Any) -> str | None:
    """The phone number that a value is meant to be, if it is one."""
    value = container[key]
    if isinstance(value, str):
        return phone(value)
    return phone(document.text(container, key)) if type(value) is int else None
