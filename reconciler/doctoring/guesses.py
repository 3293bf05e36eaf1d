"""What lists and their parts may be called instead, and where they may be: guesses, proved by reading."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.facts import Kind
from reconciler.objects.codec import Row, fold, whole_number
from reconciler.wording import listed

_WIRE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")  # as the schema of the settings has it
_NAMES_SHOWN = 12
_NOT_TOTALS = frozenset({"limit", "offset", "page", "pagesize", "perpage", "size", "pages", "currentpage"})


def fits(name: object) -> bool:
    """Whether a key of the platform's can stand in `settings.platform`."""
    return isinstance(name, str) and bool(_WIRE_NAME.fullmatch(name))


def arrays(data: Any) -> dict[str, list[Row]]:
    """The lists of objects within the data of an answer, empty ones included."""
    found = data.items() if isinstance(data, dict) else ()
    lists = {name: value for name, value in found if isinstance(value, list)}
    return {name: rows for name, rows in lists.items() if all(isinstance(row, dict) for row in rows)}


def holding(data: Any) -> str:
    """What stands where a list was looked for."""
    if isinstance(data, list):
        return "which is a list itself, and has no number of all rows beside it"
    if not isinstance(data, dict):
        return "which is no object"
    return f"which has {listed(sorted(data), _NAMES_SHOWN)}" if data else "which is empty"


def rows_name(data: Any, kind: Kind) -> str | None:
    """The likeliest name of the array: full ones before empty ones."""
    named = {name: rows for name, rows in arrays(data).items() if fits(name)}
    full = [name for name, rows in named.items() if rows] or list(named)
    return _likest((kind.rows, kind.plural), full)


def total_name(data: Mapping[str, Any], arrived: int) -> str | None:
    """The likeliest name of the number of all rows, which are no fewer than have arrived."""
    counts = {name: whole_number(value) for name, value in data.items() if fits(name)}
    able = [name for name, count in counts.items() if count is not None and count >= arrived]
    return _likest(("total", "count"), (name for name in able if fold(name) not in _NOT_TOTALS))


def id_name(rows: Sequence[Row], kind: Kind) -> str | None:
    """The likeliest key that ends in id and holds another whole number in every row."""
    taken = {name for field in kind.fields for name in field.wire_names}
    every = [name for name in rows[0] if fits(name) and fold(name).endswith("id") and name not in taken]
    able = [name for name in every if _is_distinct([whole_number(row.get(name)) for row in rows])]
    return _likest((kind.id, f"{kind.name}_id", "id"), able)


def _is_distinct(values: list[int | None]) -> bool:
    return None not in values and len(set(values)) == len(values)


def _likest(wanted: Sequence[str], names: Iterable[str]) -> str | None:
    """The one that is most like the first that is wanted."""
    return min(names, key=lambda name: (*(-likeness(each, name) for each in wanted), name), default=None)


# -- how like each other two names are, however they are spelled


def words(name: str) -> list[str]:
    return [each.lower() for each in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)] or [name]


def likeness(one: str, other: str) -> float:
    """From 0 to 1, which is the same but for spelling."""
    if fold(one) == fold(other):
        return 1.0
    mine, its = set(words(one)), set(words(other))
    ratio = difflib.SequenceMatcher(None, fold(one), fold(other)).ratio()
    return max(ratio, 0.75) if mine <= its or its <= mine else min(ratio, 0.99)


# -- paths that may mean the same as one that is not there


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
