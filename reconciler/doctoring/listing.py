"""The list of one kind: where it is, how long its pages are, what its rows and their ids are called."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from reconciler.api.client import Query
from reconciler.doctoring.asking import Answer, Memory
from reconciler.doctoring.findings import Case, Facts, Status
from reconciler.doctoring.guesses import arrays, base_of, holding, id_name, rows_name, siblings, total_name
from reconciler.facts import Kind
from reconciler.objects.codec import Row, is_gone, is_inactive, row_id, whole_number

_SMALLER = (100, 50)
_MOST_MARK = "A"  # documented for users alone, and what arrives is believed


def first_page(case: Case, memory: Memory, query: Query) -> tuple[Row, ...] | None:
    """The rows at the beginning of the list, with what is to be said of it; None if there is none to be had.

    `query` is what the list is asked for besides its pages.
    """
    answer = _found(case, memory, query)
    if answer is None or not _check_rows(case, answer.data):
        return None
    rows = tuple(answer.data[case.kind.rows])
    _check_total(case, answer.data, len(rows))
    _check_ids(case, rows)
    return rows


def check_inactive(case: Case, memory: Memory, every: Collection[Row]) -> None:
    """Whether plans, which read the list as it is, see those too. One of them is asked for where it shows
    none.
    """
    kind = case.kind
    fact, known = f"the list shows inactive {kind.plural} as well", {row_id(kind, row) for row in every}
    if any(is_inactive(kind, row) for row in every):
        case.add(Status.OK, fact, "it does", "A")
        return
    query = {**kind.query, **kind.inactive_query}
    answer = memory.ask(kind.list_path, {**query, "limit": 1, "offset": 0})
    rows = arrays(answer.data).get(kind.rows, ())
    hidden = next((row_id(kind, row) for row in rows if not is_gone(kind, row)), None)
    if hidden is None or hidden in known:
        problem = answer.problem or "there are none, or they cannot be asked for"
        case.add(Status.UNKNOWN, fact, problem, "A")
        return
    found = (
        f"it leaves out id {hidden}, which is there if asked for: plans see only those that are inactive by "
        "the files, and may create others again; write a `query` that lists all, or "
        f"`{kind.inactive[0]}:` in the files"
    )
    case.add(Status.DIFFERS, fact, found, "A")


class _Page(NamedTuple):
    """The answer to a call for the first page; `facts` if it took others than are known, and why."""

    answer: Answer
    facts: Mapping[str, Any] = {}
    reason: str = ""

    @property
    def has_list(self) -> bool:
        return self.answer.is_good and bool(arrays(self.answer.data))


# -- where the list is


def _found(case: Case, memory: Memory, query: Query) -> Answer | None:
    """Where it is known to be, else where else it is."""
    kind = case.kind
    page = _page(memory, kind, kind.list_path, query)
    fact, mark = f"GET {kind.list_path} lists {kind.plural}", case.mark("paths")
    problem = page.answer.problem or f"there is no list of objects in its `data`, {holding(page.answer.data)}"
    if page.has_list:
        case.add(Status.OK, fact, "it does", mark)
    elif page.answer.is_missing or page.answer.is_good:
        tried = siblings(kind.list_path)
        pages = ((path, _page(memory, kind, path, query)) for path in tried)
        path, page = next(((path, page) for path, page in pages if page.has_list), ("", page))
        facts = path_facts(case, path) if path else {}
        found = f"GET {path} does" if path else f"none of these does: {', '.join(tried)}"
        case.add(Status.DIFFERS, fact, f"{problem}; {found}", mark, facts)
    else:
        case.add(Status.DIFFERS if page.answer.is_refused else Status.UNKNOWN, fact, problem, mark)
    if not page.has_list:
        return None
    if page.facts:
        _limits(case, query, page)
    return page.answer


def path_facts(case: Case, list_path: str) -> Facts:
    """The overrides that lead to this list, and with it to single objects."""
    base = base_of(list_path)
    facts: dict[str, Any] = {} if base == case.kind.path else {"path": base}
    if case.mended(facts).list_path != list_path:
        facts["list_path"] = list_path
    return facts


# -- what it may be asked for


def _page(memory: Memory, kind: Kind, path: str, query: Query) -> _Page:
    """As known; where that is refused, fewer rows at once, or without what is asked besides."""
    first = memory.ask(path, {**query, "limit": kind.page_size, "offset": 0})
    for fewer, facts in _ways(kind) if first.is_refused else ():
        kept = {} if "query" in facts else query
        page = _Page(memory.ask(path, {**kept, "limit": fewer, "offset": 0}), facts, first.problem)
        if page.has_list:
            return page
    return _Page(first)


def _ways(kind: Kind) -> Iterator[tuple[int, Facts]]:
    for fewer in _SMALLER:
        if fewer < kind.page_size:
            yield fewer, {"page_size": fewer}
    if kind.query:
        yield kind.page_size, {"query": {}}


def _limits(case: Case, query: Query, page: _Page) -> None:
    """What it took to be answered."""
    if "query" in page.facts:
        said = ", ".join(f"{name}={value}" for name, value in query.items())
        fact, found = f"the list can be asked for with {said}", page.reason
        case.add(Status.DIFFERS, fact, found, "D", page.facts)
    else:
        found = f"{page.reason}; {page.facts['page_size']} can"
        case.add(Status.DIFFERS, _rows_at_once(case), found, _MOST_MARK, page.facts)


# -- what it calls its rows, their number and their ids, and how many come at once


def _rows_at_once(case: Case) -> str:
    return f"{case.kind.page_size} rows can be asked for at once"


def _check_rows(case: Case, data: Any) -> bool:
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


def _check_total(case: Case, data: Mapping[str, Any], arrived: int) -> None:
    """How many rows there are, and how many of them came on one page."""
    kind, mark = case.kind, case.mark("rows")
    fact = f"`{kind.total}` beside it counts all rows"
    total = whole_number(data.get(kind.total))
    if total is None:
        name = total_name(data, arrived)
        found = f"`{name}` does" if name else _uncounted(data)
        case.add(Status.DIFFERS, fact, found, mark, {"total": name} if name else {})
        total = whole_number(data.get(name)) if name else None
    else:
        case.add(Status.OK, fact, f"{total}", mark)
    if not any("page_size" in check.mend for check in case.checks):
        _page_size(case, arrived, total)


def _uncounted(data: Mapping[str, Any]) -> str:
    return (
        f"nothing in `data` does, {holding(data)}: without it no list is proved whole, and no plan is made; "
        "if a key there has the number under another name, write `total: NAME`"
    )


def _page_size(case: Case, arrived: int, total: int | None) -> None:
    kind = case.kind
    of_all = "" if total is None else f" of {total}"
    is_short = total is not None and arrived < min(total, kind.page_size)
    more = "; each page is read from where the last one ends" if is_short else ""
    case.add(Status.OK, _rows_at_once(case), f"{arrived}{of_all} arrived{more}", _MOST_MARK)


def _check_ids(case: Case, rows: Sequence[Row]) -> None:
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
