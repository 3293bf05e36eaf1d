"""Lists, read page by page and proved complete: a short list is never taken for the truth."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from reconciler.api.client import Query, Reader
from reconciler.api.crew import Map
from reconciler.errors import IncompleteListError, LongListError, UnexpectedAnswerError
from reconciler.facts import Kind
from reconciler.objects.codec import Row, is_gone, is_shown, row_id, whole_number

ATTEMPTS = 4
_WINDOW = 64  # pages that are read ahead


class Pass(NamedTuple):
    """One reading of a list from its start to its end."""

    rows: tuple[Row, ...]
    ids: tuple[int | None, ...]
    totals: tuple[int, ...]

    @property
    def adds_up(self) -> bool:
        """As many rows as the list says it has, each once."""
        return len(set(self.ids)) == len(self.rows) == self.totals[-1] and None not in self.ids

    @property
    def is_steady(self) -> bool:
        return len(set(self.totals)) == 1


def read_list(
    reader: Reader, kind: Kind, query: Query, ahead: Map = map, most: int | None = None
) -> tuple[Row, ...]:
    """All rows, proved complete: they add up and nothing moved, or two readings in a row agree. `ahead`
    reads the pages after the first.

    Raises IncompleteListError, UnexpectedAnswerError for rows without ids, names or places, and LongListError
    where there are more pages than `most`.
    """
    former: Pass | None = None
    for _ in range(ATTEMPTS):
        latest = _pass(reader, kind, query, ahead, most)
        if latest.adds_up and (latest.is_steady or (former and former.ids == latest.ids)):
            _demand_keys(kind, latest.rows)
            return latest.rows
        former = latest
    if None in latest.ids:
        row = latest.rows[latest.ids.index(None)]
        has_one = any(row.get(name) not in (None, "") for name in (kind.id, kind.created_id))
        lacking = f"a `{kind.id}` that is no whole number" if has_one else f"no `{kind.id}`"
        raise UnexpectedAnswerError(f"GET {kind.list_path}: rows have {lacking}")
    found = "it kept changing while it was read" if latest.adds_up else _sum(latest)
    raise IncompleteListError(
        f"GET {kind.list_path}: the list is not proved complete: {found}; "
        "nothing was changed, try again later"
    )


def _sum(latest: Pass) -> str:
    """Why it does not add up."""
    times = Counter(latest.ids)
    repeated = next((f", the one with id {each} more than once" for each in times if times[each] > 1), "")
    return f"{len(times)} different rows arrived{repeated}, the platform speaks of {latest.totals[-1]}"


def _demand_keys(kind: Kind, rows: Sequence[Row]) -> None:
    """What does not show its name and place might be any object. Groups stand where they are asked for."""
    for name in [kind.label] if kind.is_tree else [kind.label, kind.home]:
        field = kind.field(name)
        lacking = [row for row in rows if not is_shown(field, row) and not is_gone(kind, row)]
        if lacking:
            one = f"the row with id {row_id(kind, lacking[0])} has"
            which = "rows have" if len(lacking) == len(rows) else one
            raise UnexpectedAnswerError(f"GET {kind.list_path}: {which} no `{field.wire_names[0]}`")


def _pass(reader: Reader, kind: Kind, query: Query, ahead: Map, most: int | None) -> Pass:
    rows: list[Row] = []
    totals: list[int] = []
    seen: set[int | None] = set()
    for page, total in _pages(reader, kind, query, ahead):
        if most is not None and not rows and total > most * len(page):
            raise LongListError(f"GET {kind.list_path}: {total} rows take more than {most} requests")
        totals.append(total)
        rows += page
        if not kind.is_tree:
            reader.report(kind.plural, len(rows), total)
        ids = {row_id(kind, row) for row in page}
        has_no_end = len(rows) > 2 * totals[0] + 10 * kind.page_size  # it grows faster than it can be read
        if not page or len(rows) >= total or ids & seen or has_no_end:
            break
        seen |= ids
    return Pass(tuple(rows), tuple(row_id(kind, row) for row in rows), tuple(totals))


def _pages(reader: Reader, kind: Kind, query: Query, ahead: Map) -> Iterator[tuple[list[Row], int]]:
    """Page after page, each from where the last one ended. They may be shorter than asked for: only where one
    is as long as expected, those that must follow are read ahead, and count as long as they are alike.
    """

    def read(offset: int) -> tuple[list[Row], int]:
        data = reader.get(kind.list_path, {**query, "limit": kind.page_size, "offset": offset})
        return _page(kind, data)

    offset, step, coming = 0, kind.page_size, [0]
    while True:
        # A single page is read at once: many lists have no other, and need not wait for the pages of one.
        for page, total in (ahead if len(coming) > 1 else map)(read, coming):
            yield page, total
            is_alike = len(page) == step
            offset, step = offset + len(page), len(page)
            if not is_alike:
                break
        # a window at a time: a total that is far too high costs no more requests than that
        window = range(offset, offset + _WINDOW * step, step) if is_alike and step else ()
        coming = [at for at in window if at < total] or [offset]


def _page(kind: Kind, data: Any) -> tuple[list[Row], int]:
    rows = data.get(kind.rows) if isinstance(data, dict) else None
    total = whole_number(data.get(kind.total)) if isinstance(data, dict) else None
    if total == 0 and rows in (None, "") and not any(isinstance(each, list) for each in data.values()):
        return [], 0  # ways to say nothing
    if not isinstance(rows, list) or data.get(kind.total) is None:
        odd = f"the answer has no list `{kind.rows}` with a `{kind.total}`"
    elif total is None:
        odd = f"`{kind.total}` is no whole number"
    elif not all(isinstance(row, dict) for row in rows):
        odd = f"not all rows of `{kind.rows}` are objects"
    else:
        return rows, total
    raise UnexpectedAnswerError(f"GET {kind.list_path}: {odd}")
