"""What the parts of a list may be called instead: guesses, to be proved by reading with them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reconciler.doctoring.likeness import likeness
from reconciler.facts import Kind
from reconciler.objects.codec import Row, fold, whole_number

_WIRE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")  # as the schema of the settings has it
_NOT_TOTALS = frozenset({"limit", "offset", "page", "pagesize", "perpage", "size", "pages", "currentpage"})


def fits(name: object) -> bool:
    """Whether a key of the platform's can stand in `settings.platform`."""
    return isinstance(name, str) and bool(_WIRE_NAME.fullmatch(name))


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
    counts = {name: whole_number(value) for name, value in data.items() if fits(name)}
    able = [name for name, count in counts.items() if count is not None and count >= arrived]
    return next(
        iter(_likest(("total", "count"), (name for name in able if fold(name) not in _NOT_TOTALS))), None
    )


def id_name(rows: Sequence[Row], kind: Kind) -> str | None:
    """The likeliest key that ends in id and holds another whole number in every row."""
    taken = {name for field in kind.fields for name in field.wire_names}
    every = [name for name in rows[0] if fits(name) and fold(name).endswith("id") and name not in taken]
    able = [name for name in every if _is_distinct([whole_number(row.get(name)) for row in rows])]
    return next(iter(_likest((kind.id, f"{kind.name}_id", "id"), able)), None)


def _is_distinct(values: list[int | None]) -> bool:
    return None not in values and len(set(values)) == len(values)


def _likest(wanted: Sequence[str], names: Iterable[str]) -> list[str]:
    """Those first that are like the first that is wanted."""
    return sorted(names, key=lambda name: (*(-likeness(each, name) for each in wanted), name))
