"""When two values of the configuration's vocabulary count as equal."""

import json
import re
import unicodedata
from collections.abc import Hashable, Mapping
from typing import Any

from reconciler.facts import Field, Type
from reconciler.kinds import COUNTRY_CODE, WITHOUT_COUNTRY
from reconciler.model import Address, Fields, Reference, Value
from reconciler.objects.references import mapped


def comparable(field: Field, value: Value, *, ordered: bool = True) -> Hashable:
    """What stands for a canonical value in a comparison; equal if and only if the platform sees no change."""
    if value is None or (field.type is Type.TEXT and type(value) is str):  # as most are
        return value
    match field.type, value:
        case Type.EMAIL, str():
            return value.lower()
        case Type.PHONE, str():
            return _digits(value)
        case Type.REFERENCES, tuple():
            return frozenset(value)
        case Type.ENTRIES, tuple():
            entries = [_comparable_entry(field, entry) for entry in value]
            return tuple(entries if ordered else sorted(entries))
        case _:
            plain = field.type is not Type.ANY and isinstance(value, str | int | Address | Reference)
            return value if plain and not isinstance(value, bool) else dumped(value)


def loosely(value: Any) -> Any:
    """A text as a platform may keep it: no spaces at its ends, one in the place of any white space, its
    accents composed; or nothing.
    """
    return " ".join(composed(value).split()) or None if isinstance(value, str) else value


def without_zeros(value: Any) -> str | None:
    """A text of nothing but digits, without the zeros that it begins with."""
    is_number = isinstance(value, str) and value.isascii() and value.isdecimal()
    return value.lstrip("0") if is_number else None


def uncased(value: Any) -> Any:
    """As `loosely`, whatever its case and its quotes: what a platform may have made of a name."""
    text = loosely(value)
    return composed(text.casefold().translate(_QUOTES)) if isinstance(text, str) else text


def bare(value: Any) -> Any:
    """As `uncased`, and digits without the zeros that they begin with, as if they had become a number."""
    text = uncased(value)
    return without_zeros(text) or text


_QUOTES = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f", '"'),
    }
)


def without_emoji(text: str) -> str:
    """As a platform may keep it that has no room for them."""
    return re.sub("[\U00010000-\U0010ffff\u2600-\u27bf\u200d\ufe0f]", "", text)


def composed(text: str) -> str:
    """A text with each accent in one character with its letter, where there is such a one."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _digits(number: str) -> str:
    """Of a phone number, with the country code that a platform may leave out."""
    is_short = re.fullmatch(WITHOUT_COUNTRY, number)
    return (f"{COUNTRY_CODE}{number}" if is_short else number).removeprefix("+")


def _comparable_entry(field: Field, entry: Value) -> str:
    if not isinstance(entry, Mapping):
        return dumped(entry)
    # A part that is nothing, a platform may show as 0.
    return dumped({part.name: comparable(part, entry.get(part.name) or None) for part in field.entries})


def dumped(value: Value) -> str:
    return json.dumps(mapped(value, _numbered), sort_keys=True, default=str)


def _numbered(value: Value) -> Value:
    """With 1 in the place of 1.0: JSON has one kind of number, and what comes back may be either."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def is_ordered(field: Field, fields: Fields) -> bool:
    """Whether the order of this field's entries matters in an object with these fields."""
    other, value = field.ordered_when
    return fields.get(other) == value
