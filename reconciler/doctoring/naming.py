"""What a list calls its rows, their number and their ids, and how many of them come at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.doctoring.findings import Case, Status
from reconciler.doctoring.guesses import arrays, id_name, rows_name, total_name
from reconciler.objects.codec import Row, row_id, whole_number

MOST_MARK = "A"  # documented for users alone, and what arrives is believed


def rows_at_once(case: Case) -> str:
    return f"{case.kind.page_size} rows can be asked for at once"


def check_rows(case: Case, data: Any) -> bool:
    kind = case.kind
    fact = f"data holds the list `{kind.rows}`"
    if kind.rows in arrays(data):
        case.add(Status.OK, fact, "it does", case.mark("rows"))
        return True
    name = rows_name(data, kind)
    if name is None:
        case.add(Status.DIFFERS, fact, "its lists have names that no override can give", case.mark("rows"))
        return False
    case.add(Status.DIFFERS, fact, f"it holds `{name}`", case.mark("rows"), {"rows": name})
    return True


def check_total(case: Case, data: Mapping[str, Any], arrived: int) -> None:
    """How many rows there are, and how many of them came on one page."""
    kind, mark = case.kind, case.mark("rows")
    fact = f"`{kind.total}` beside it counts all rows"
    total = whole_number(data.get(kind.total))
    if total is None:
        name = total_name(data, arrived)
        found = f"`{name}` does" if name else "nothing beside it does"
        case.add(Status.DIFFERS, fact, found, mark, {"total": name} if name else {})
        total = whole_number(data.get(name)) if name else None
    else:
        case.add(Status.OK, fact, f"{total}", mark)
    if not any("page_size" in check.mend for check in case.checks):
        _page_size(case, arrived, total)


def _page_size(case: Case, arrived: int, total: int | None) -> None:
    kind = case.kind
    of_all = "" if total is None else f" of {total}"
    is_short = total is not None and arrived < min(total, kind.page_size)
    more = "; each page is read from where the last one ends" if is_short else ""
    case.add(Status.OK, rows_at_once(case), f"{arrived}{of_all} arrived{more}", MOST_MARK)


def check_ids(case: Case, rows: Sequence[Row]) -> None:
    kind, mark = case.kind, case.mark("id")
    fact = f"`{kind.id}` is a whole number that tells rows apart"
    ids = [row_id(kind, row) for row in rows]
    if not rows:
        case.add(Status.UNKNOWN, fact, "there are no rows", mark)
    elif None not in ids and len(set(ids)) == len(ids):
        case.add(Status.OK, fact, "it is", mark)
    elif name := id_name(rows, kind):
        case.add(Status.DIFFERS, fact, f"`{name}` is", mark, {"id": name})
    else:
        case.add(Status.DIFFERS, fact, "no key that ends in id is", mark)
