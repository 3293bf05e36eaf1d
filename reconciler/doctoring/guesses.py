"""What the platform may mean by something else: pure guesses, each to be proved by asking."""

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.codec import Row, canonical
from reconciler.kinds import ROLES, Field, Kind, Type
from reconciler.live import number

_LIKE = 0.65  # from here on two names are taken to mean the same
_WIRE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")  # as the schema of the settings has it
_NOT_TOTALS = frozenset({"limit", "offset", "page", "pagesize", "perpage", "size", "pages", "currentpage"})


def fits(name: object) -> bool:
    """Whether a key of the platform's can stand in `settings.platform`."""
    return isinstance(name, str) and bool(_WIRE_NAME.fullmatch(name))


# -- paths


def siblings(path: str) -> tuple[str, ...]:
    """Paths that say the same in other words, the likeliest first."""
    base, tail = _split(path)
    folder, _, name = base.rpartition("/")
    tails = (tail,) if tail == "/tree" else (tail, "/list" if not tail else "")
    found = (f"{folder}/{other}{each}" for each in tails for other in _names(name))
    return tuple(dict.fromkeys(each for each in found if each != path))


def base_of(path: str) -> str:
    return _split(path)[0]


def _split(path: str) -> tuple[str, str]:
    tail = next((each for each in ("/list", "/tree") if path.endswith(each) and path != each), "")
    return path.removesuffix(tail), tail


def _names(name: str) -> Iterator[str]:
    """Singular and plural; with hyphens, underscores, as camelCase; the last word alone."""
    *first, last = words(name)
    other = last.removesuffix("s") if last.endswith("s") else f"{last}s"
    yield name
    for each in (last, other):
        yield "-".join((*first, each))
    for each in (last, other):
        yield "_".join((*first, each))
        yield "".join((*first[:1], *map(str.capitalize, (*first[1:], each)))) if first else each
    yield from (last, other)


def words(name: str) -> list[str]:
    return [each.lower() for each in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)] or [name]


# -- names


def fold(name: object) -> str:
    return re.sub(r"[\s_-]", "", str(name)).lower()


def likeness(one: str, other: str) -> float:
    """From 0 to 1, which is the same but for spelling."""
    if fold(one) == fold(other):
        return 1.0
    mine, its = set(words(one)), set(words(other))
    ratio = difflib.SequenceMatcher(None, fold(one), fold(other)).ratio()
    return max(ratio, 0.75) if mine <= its or its <= mine else min(ratio, 0.99)


def _likest(wanted: Sequence[str], names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (-max(likeness(each, name) for each in wanted), name))


# -- lists


def arrays(data: Any) -> dict[str, list[Row]]:
    """The lists of objects within the data of an answer, empty ones included."""
    found = data.items() if isinstance(data, dict) else ()
    return {name: value for name, value in found if isinstance(value, list) and all(map(_is_row, value))}


def _is_row(value: object) -> bool:
    return isinstance(value, dict)


def rows_name(data: Any, kind: Kind) -> str | None:
    """The likeliest name of the array: full ones before empty ones."""
    named = {name: rows for name, rows in arrays(data).items() if fits(name)}
    full = [name for name, rows in named.items() if rows] or list(named)
    return next(iter(_likest((kind.rows, kind.plural), full)), None)


def total_name(data: Mapping[str, Any], arrived: int) -> str | None:
    """The likeliest name of the number of all rows, which are no fewer than have arrived."""
    counts = {name: number(value) for name, value in data.items() if fits(name)}
    able = [name for name, count in counts.items() if count is not None and count >= arrived]
    return next(
        iter(_likest(("total", "count"), (name for name in able if fold(name) not in _NOT_TOTALS))), None
    )


def id_name(rows: Sequence[Row], kind: Kind) -> str | None:
    """The likeliest key that ends in id and holds another whole number in every row."""
    taken = {name for field in kind.fields for name in field.wire_names}
    every = [name for name in rows[0] if fits(name) and fold(name).endswith("id") and name not in taken]
    able = [name for name in every if _is_distinct([number(row.get(name)) for row in rows])]
    return next(iter(_likest((kind.id, f"{kind.name}_id", "id"), able)), None)


def _is_distinct(values: list[int | None]) -> bool:
    return None not in values and len(set(values)) == len(values)


# -- fields


def renamed(fields: Sequence[Field], names: Sequence[str], rows: Sequence[Row]) -> dict[str, str]:
    """By field that no row shows, the key that may be it: each the other's likest, and of a fitting type."""
    scores = {
        (field.name, name): max(likeness(own, name) for own in {*field.wire_names, field.name})
        for field in fields
        for name in names
        if fits(name) and _may_hold(field, [row[name] for row in rows if row.get(name) not in (None, "")])
    }
    by_field, by_name = _best(scores, lambda pair: pair[0]), _best(scores, lambda pair: pair[1])
    return {field: name for (field, name) in by_field & by_name if scores[field, name] >= _LIKE}


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


def _may_hold(field: Field, values: Sequence[Any]) -> bool:
    return all(_FITTING[field.type](canonical(field, value)) for value in values)


def _is_text(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_FITTING: Mapping[Type, Callable[[Any], bool]] = {
    Type.TEXT: _is_text,
    Type.EMAIL: lambda value: "@" in str(value),
    Type.INTEGER: _is_number,
    Type.FLAG: lambda value: isinstance(value, bool),
    Type.PHONE: lambda value: any(map(str.isdigit, str(value))),
    Type.CHOICE: _is_text,
    Type.REFERENCE: _is_number,
    Type.REFERENCES: lambda value: isinstance(value, tuple | None),
    Type.ENTRIES: lambda value: isinstance(value, tuple | None),
    Type.ANY: lambda _: True,
}


# -- values


def meant(field: Field, value: Any) -> str | None:
    """The choice that an unknown value may stand for."""
    if field.name == "role" and number(value) in ROLES:
        return ROLES[number(value) or 0]
    text = fold(value)
    inside = [
        each for each in field.choices if fold(each) in text or (len(text) > _SHORT and text in fold(each))
    ]
    near = difflib.get_close_matches(text, map(fold, field.choices), n=1, cutoff=_LIKE)
    longest = max(inside, key=len, default=None)
    return longest or next((each for each in field.choices if fold(each) in near), None)


_SHORT = 2
