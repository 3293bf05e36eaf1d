"""Whether two readings of a file say the same, phone numbers by their digits."""

from collections.abc import Sequence
from typing import Any

from reconciler.files.documents import Document
from reconciler.formatting.shapes import Shape, phone


def same(before: Sequence[Document], after: Sequence[Document], shape: Shape) -> bool:
    pairs = zip(before, after, strict=False)
    return len(before) == len(after) and all(_same(one, one.data, other.data, shape) for one, other in pairs)


def _same(document: Document, one: Any, other: Any, shape: Shape) -> bool:
    """How far aliases may expand is known to be bounded."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        inside = ((key, shape.of(str(key))) for key in one)
        return one.keys() == other.keys() and all(_alike(document, one, other, *each) for each in inside)
    if isinstance(one, list):
        numbers = range(len(one))
        return len(one) == len(other) and all(_alike(document, one, other, n, shape.entry) for n in numbers)
    return bool(one == other or (one != one and other != other))  # noqa: PLR0124  # neither is a number


def _alike(document: Document, one: Any, other: Any, key: Any, shape: Shape) -> bool:
    value = one[key]
    written = document.text(one, key) if type(value) is int else value
    number = phone(written) if shape.is_phone and isinstance(written, str) else None
    return phone(str(other[key])) == number if number else _same(document, value, other[key], shape)
