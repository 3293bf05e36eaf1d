"""What a value in a request body may be, and the form in which it is stored."""

from collections.abc import Callable
from typing import Any, NamedTuple

_DIGITS = 18


class FieldType(NamedTuple):
    """`read` gives the value to store, or None if it is not what `expected` says."""

    expected: str
    read: Callable[[Any], Any]


def one_of(*choices: str) -> FieldType:
    return FieldType("one of " + ", ".join(choices), lambda value: value if value in choices else None)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _email(value: object) -> str | None:
    return value if isinstance(value, str) and "@" in value.strip("@") and value == value.strip() else None


def _boolean(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _integer(value: object) -> int | None:
    """Ids come as "10" or as 10 (§7.8)."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= _DIGITS:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _destination(value: object) -> dict[str, Any] | None:
    """`percentage` is left out where a routing has no use for it; other keys are kept."""
    if not isinstance(value, dict) or not isinstance(value.get("ring_to"), str):
        return None
    if value.get("percentage") is None:
        return dict(value)
    percentage = _integer(value["percentage"])
    return None if percentage is None else value | {"percentage": percentage}


def _list_of(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def entries(value: object) -> list[Any] | None:
        found = [read(entry) for entry in value] if isinstance(value, list) else [None]
        return None if None in found else found

    return entries


TEXT = FieldType("a string", _text)
EMAIL = FieldType("an e-mail address", _email)
BOOLEAN = FieldType("true or false", _boolean)
INTEGER = FieldType("an integer", _integer)
INTEGERS = FieldType("a list of integers", _list_of(_integer))
DESTINATIONS = FieldType('a list of {"ring_to": string, "percentage": integer}', _list_of(_destination))
ANYTHING = FieldType("anything", lambda value: value)
