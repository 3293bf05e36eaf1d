"""Wire rows to the configuration's vocabulary and back: both sides of a comparison are converted first."""

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from reconciler.facts import Field, Kind, Type
from reconciler.kinds import KINDS
from reconciler.model import Address, Fields, Reference, Value
from reconciler.objects.comparing import dumped, without_zeros

Row = Mapping[str, Any]

_TRUE = frozenset({"yes", "true", "1", "1.0", "y", "on"})
_FALSE = frozenset({"no", "false", "0", "0.0", "n", "off"})
_NESTED = frozenset({dict, list, tuple})
_DEEPEST = 100  # levels; files may nest less


class Numeral(str):
    """Text that a row has as a number: zeros that it may have begun with are lost. It is text everywhere."""

    __slots__ = ()


def is_same_numeral(shown: Value, text: Value) -> bool:
    """Whether it was shown as a number, and the text has the same digits, whatever zeros it begins with."""
    return isinstance(shown, Numeral) and shown.lstrip("0") == without_zeros(text)


def canonical(field: Field, value: Value) -> Value:
    """One spelling for values that the platform takes for the same; "", [] and {} are None. What is nested
    too deep to be walked through becomes a text that says so.
    """
    if not value and (value is None or value in ("", [], {}, ())):
        return None
    if type(value) in _NESTED and is_nested_too_deep(value):
        return "(nested too deep)"
    if field.type is Type.TEXT:  # as most are
        return value if isinstance(value, str) else Numeral(value) if type(value) is int else str(value)
    return _CANONICAL[field.type](field, value)


def is_nested_too_deep(value: Value) -> bool:
    """Whether it takes more calls within calls to walk through than there may be."""
    level = [value]
    for _ in range(_DEEPEST):
        if not level:
            return False
        within = (each.values() if type(each) is dict else each for each in level if type(each) in _NESTED)
        level = [*chain.from_iterable(within)]
    return bool(level)


def _integer(_: Field, value: Value) -> Value:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value.strip()):
        return int(value)
    return value


def _flag(_: Field, value: Value) -> Value:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    return True if word in _TRUE else False if word in _FALSE else value


def _phone(_: Field, value: Value) -> Value:
    """Its digits, also in a link; what is more than a number, such as one with an extension, stays so."""
    if type(value) is str and value.isascii() and value.removeprefix("+").isdigit():  # as most are
        return value
    text = re.sub("^tel:", "", str(value).strip(), flags=re.IGNORECASE)
    digits = "" if re.search(r"[^\W0-9]|[#*,;]", text) else re.sub(r"[^0-9]", "", text)
    return (("+" if text.startswith("+") else "") + digits) if digits else text


def _choice(field: Field, value: Value) -> Value:
    if type(value) is str and value in field.choices and not field.spelled:  # as in most files
        return value
    other = {fold(other): choice for choice, other in field.spelled.items()}
    folded = fold(value)
    return other.get(folded, spellings(field).get(folded, value))


def spellings(field: Field) -> Mapping[str, str]:
    """By what rows may say instead, folded: the choices of a field."""
    return _spellings(field.choices, field.suffix, field.numbers)


@cache
def _spellings(choices: tuple[str, ...], suffix: str, numbers: tuple[int, ...]) -> Mapping[str, str]:
    words = {fold(choice + end): choice for choice in choices for end in ("", suffix)}
    return words | {str(number): choice for number, choice in zip(numbers, choices, strict=False)}


def fold(value: Value) -> str:
    return _folded(str(value))


@lru_cache(maxsize=1024)
def _folded(value: str) -> str:
    return re.sub(r"[\s_-]", "", value).lower()


def _reference(field: Field, value: Value) -> Value:
    """An id, alone or within an object that stands in its place; of what holds none, its spelling."""
    found = _referred_to(field, value)
    return dumped(found) if type(found) in _NESTED else found


def _referred_to(field: Field, value: Value) -> Value:
    if isinstance(value, Mapping):
        names = (field.refers_by, KINDS[field.refers_to].id, "id")
        value = next((value[name] for name in names if name in value), None)
    return value if isinstance(value, Address | Reference) else _integer(field, value)


def _references(field: Field, value: Value) -> Value:
    if not isinstance(value, list | tuple):
        return value
    ids = (_referred_to(field, entry) for entry in value)
    return tuple(dict.fromkeys(each for each in ids if each is not None and type(each) not in _NESTED))


def _entries(field: Field, value: Value) -> Value:
    if not isinstance(value, list | tuple):
        return value
    return tuple(_entry(field, entry) for entry in value)


def _entry(field: Field, entry: Value) -> Value:
    """Only the parts that the table knows: others are the platform's own."""
    if not isinstance(entry, Mapping):
        return entry
    parts = {part.name: canonical(part, _part(part, entry)) for part in field.entries}
    return {name: value for name, value in parts.items() if value is not None}


def _part(part: Field, entry: Row) -> Value:
    """As files name it, else as the platform does."""
    return next((entry[name] for name in (part.name, *part.wire_names) if name in entry), None)


_CANONICAL: Mapping[Type, Callable[[Field, Value], Value]] = {
    Type.EMAIL: lambda _, value: str(value),
    Type.INTEGER: _integer,
    Type.FLAG: _flag,
    Type.PHONE: _phone,
    Type.CHOICE: _choice,
    Type.REFERENCE: _reference,
    Type.REFERENCES: _references,
    Type.ENTRIES: _entries,
    Type.ANY: lambda _, value: value,
}


def decode(kind: Kind, row: Row) -> dict[str, Value]:
    """A row's fields under the configuration's names, references still as ids; what only the platform owns
    is left out, what the table does not know is kept as it is.
    """
    fields = {}
    for known in kind.fields:
        if is_shown(known, row):
            name, value = known.name, shown(known, row)
            plain = type(value) is str and value and name in kind.plain  # as most are
            fields[name] = value if plain else canonical(known, value)
    strange = sorted(row.keys() - kind.row_names)
    return fields | {name: canonical(kind.field(name), row[name]) for name in strange if name not in fields}


def is_shown(field: Field, row: Row) -> bool:
    likeliest, other = field.wire_names
    return field.readable and (likeliest in row or other in row)


def shown(field: Field, row: Row) -> Any:
    """The row's value under the field's name on reading, else under its name on writing."""
    likeliest, other = field.wire_names
    return row[likeliest] if likeliest in row else row.get(other)


def row_id(kind: Kind, row: Row) -> int | None:
    """The id of a row or of a creation's answer, whichever way it is spelled."""
    found = row.get(kind.id) if row.get(kind.created_id) is None else row[kind.created_id]
    return found if type(found) is int else whole_number(found)  # as it nearly always is


def whole_number(value: Any) -> int | None:
    """Sent as a number or as text."""
    found = _integer(_NUMBER, value)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


_NUMBER = Field("number", Type.INTEGER)


def is_gone(kind: Kind, row: Row) -> bool:
    """Whether it says that it was deleted, under either of the field's names."""
    return _says(kind, row, kind.gone)


def is_inactive(kind: Kind, row: Row) -> bool:
    """Whether it says that it is there, but inactive."""
    return _says(kind, row, kind.inactive)


def _says(kind: Kind, row: Row, fact: tuple[str, str]) -> bool:
    name, word = fact
    if not name:
        return False
    field = kind.field(name)
    return any(fold(canonical(field, row[at])) == word for at in field.wire_names if at in row)


def encode(kind: Kind, fields: Fields, ids: Mapping[Address, int]) -> dict[str, Value]:
    """A request's body; the addresses that `ids` does not know stay in it."""
    written = [(kind.field(name), fields[name]) for name in kind.in_order(fields)]
    return {field.wire_name: to_wire(field, value, ids) for field, value in written}


def to_wire(field: Field, value: Value, ids: Mapping[Address, int]) -> Value:
    """None clears: a list becomes empty, all else null. Raises TypeError for a reference: that is no id."""
    match value:
        case None:
            return [] if field.type in (Type.REFERENCES, Type.ENTRIES) else None
        case Address():
            return ids.get(value, value)
        case Reference():
            raise TypeError(f"{field.name} has a reference that means nothing yet: {value}")
        case str():
            return field.spelled.get(value, value)
        case tuple():
            return [to_wire(field, entry, ids) for entry in value]
        case Mapping():
            names = {part.name: part.wire_name for part in field.entries}
            return {names.get(name, name): part for name, part in value.items()}
        case _:
            return value
