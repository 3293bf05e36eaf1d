"""Which key may be a field that no row shows, and which choice a value that is not known."""

import difflib
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from reconciler.doctoring.guesses import fits, likeness
from reconciler.facts import Field, Type
from reconciler.objects.codec import Row, canonical, fold

_LIKE = 0.65  # from here on two names are taken to mean the same


Ids = Mapping[str, Collection[int | None]]  # by kind: of all that there are


def likenesses(
    fields: Sequence[Field], names: Sequence[str], rows: Sequence[Row], ids: Ids
) -> dict[tuple[str, str], float]:
    """How like each other a field and a key are by name, where all values of the key fit the field."""
    return {
        (field.name, name): max(likeness(own, name) for own in {*field.wire_names, field.name})
        for field in fields
        for name in names
        if fits(name) and all(_may_be(field, row.get(name), ids) for row in rows)
    }


def _may_be(field: Field, value: Any, ids: Ids) -> bool:
    """By its type; and what refers to another object holds the id of one that is there. Nothing fits all."""
    if value is None or value == "":
        return True
    known = ids.get(field.refers_to) if field.type is Type.REFERENCE else None
    return is_fitting(field, value) and (known is None or canonical(field, value) in known)


def renamed(scores: Mapping[tuple[str, str], float]) -> dict[str, str]:
    """By field that no row shows, the key that may be it: each the other's likest."""
    by_field, by_name = _best(scores, lambda pair: pair[0]), _best(scores, lambda pair: pair[1])
    return {field: name for (field, name) in by_field & by_name if scores[field, name] >= _LIKE}


def candidates(fields: Sequence[Field], scores: Mapping[tuple[str, str], float]) -> dict[str, list[str]]:
    """By field, the keys that fit it; each is one field's, that of a reference before that of the likest."""
    refers = {field.name: bool(field.refers_to) for field in fields}
    found: dict[str, list[str]] = {name: [] for name in refers}
    for name in dict.fromkeys(name for field, name in scores if field in refers):
        able = (field for field, other in scores if other == name and field in refers)
        found[max(able, key=lambda field: (refers[field], scores[field, name]))].append(name)
    return found


def _best(
    scores: Mapping[tuple[str, str], float], side: Callable[[tuple[str, str]], str]
) -> set[tuple[str, str]]:
    """The pairs that no other pair of the same side comes up to."""
    top: dict[str, float] = {}
    for pair, score in scores.items():
        top[side(pair)] = max(score, top.get(side(pair), 0.0))
    winners = [pair for pair, score in scores.items() if score == top[side(pair)]]
    alone = Counter(map(side, winners))
    return {pair for pair in winners if alone[side(pair)] == 1}


def is_fitting(field: Field, value: Any) -> bool:
    """Whether a value, however it is spelled, is of the field's type."""
    is_text = field.type in _TEXTS  # anything has a canonical spelling as text
    return _FITTING[field.type](value if is_text else canonical(field, value))


def _is_text(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_TEXTS = frozenset({Type.TEXT, Type.EMAIL, Type.PHONE, Type.CHOICE})
_FITTING: Mapping[Type, Callable[[Any], bool]] = {
    Type.TEXT: _is_text,
    Type.EMAIL: lambda value: isinstance(value, str) and "@" in value,
    Type.INTEGER: _is_number,
    Type.FLAG: lambda value: isinstance(value, bool),
    Type.PHONE: lambda value: _is_text(value) and any(map(str.isdigit, str(value))),
    Type.CHOICE: _is_text,
    Type.REFERENCE: _is_number,
    Type.REFERENCES: lambda value: isinstance(value, tuple | None),
    Type.ENTRIES: lambda value: isinstance(value, tuple | None),
    Type.ANY: lambda _: True,
}


# -- values


def meant(field: Field, value: Any) -> str | None:
    """The choice that an unknown value may stand for."""
    text = fold(value)
    inside = [
        each for each in field.choices if fold(each) in text or (len(text) > _SHORT and text in fold(each))
    ]
    near = difflib.get_close_matches(text, map(fold, field.choices), n=1, cutoff=_LIKE)
    longest = max(inside, key=len, default=None)
    return longest or next((each for each in field.choices if fold(each) in near), None)


_SHORT = 2
