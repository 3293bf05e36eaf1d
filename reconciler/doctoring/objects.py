"""All that can be checked of one kind by reading: its list, its tree, single objects, their fields."""

from collections.abc import Sequence
from typing import Any

from reconciler.api.client import Query
from reconciler.api.groups import read_groups
from reconciler.api.lists import read_list
from reconciler.doctoring import fields
from reconciler.doctoring.asking import Answer, Memory
from reconciler.doctoring.findings import Case, Status
from reconciler.doctoring.guesses import arrays, holding, siblings
from reconciler.doctoring.listing import check_inactive, first_page
from reconciler.doctoring.meanings import Ids
from reconciler.errors import PlatformError
from reconciler.facts import Kind
from reconciler.objects.codec import Row, canonical, is_gone, is_shown, row_id, shown

Rows = tuple[Row, ...]


def look(case: Case, memory: Memory, account: int | None, ids: Ids) -> Rows | None:
    """Every row of the kind, read with what was found to mend it; None if that is not possible. `ids` are
    those of other kinds that were read before.
    """
    is_group = case.name == "group"
    within: Query = {case.kind.within: account} if is_group and account is not None else {}
    first = first_page(case, memory, within if is_group else case.kind.query)
    if is_group:
        _tree(case, memory)
    details = _details(case, memory, account if is_group else _some_id(case, first or ()))
    every = _whole(case, memory, account) if first is not None else None
    if first is None:
        case.add(Status.DIFFERS, _WHOLE, "not without the list")
    # What is said of the root comes from its details, which have fewer fields than rows of lists.
    listed = every[1:] if every and is_group else every
    case.checks += fields.checks(case.kind, listed or first or (), details, ids)
    if every is not None and case.kind.inactive_query and case.kind.known(case.kind.inactive[0]):
        check_inactive(case, memory, every)
    _writes(case)
    return every


# -- groups


def _tree(case: Case, memory: Memory) -> None:
    """Where the tree is, and of which of the two shapes."""
    kind = case.kind
    fact = f"GET {kind.tree_path} shows all {kind.plural}"
    answer = memory.ask(kind.tree_path, kind.tree_query)
    if answer.is_good:
        case.add(*_shaped(answer.data, kind.rows, fact), "D")
    elif not answer.is_missing:
        case.add(Status.UNKNOWN, fact, answer.problem, "D")
    else:
        likely = dict.fromkeys((f"{kind.path}/tree", *siblings(kind.tree_path)))
        for path in (each for each in likely if each != kind.tree_path):
            other = memory.ask(path, kind.tree_query)
            if other.is_good and arrays(other.data):
                found = f"{answer.problem}; GET {path} does"
                case.add(Status.DIFFERS, fact, found, "D", {"tree_path": path})
                return
        case.add(Status.DIFFERS, fact, f"{answer.problem}; none of its likely siblings does", "D")


def _shaped(data: Any, name: str, fact: str) -> tuple[Status, str, str]:
    rows = data if isinstance(data, list) else arrays(data).get(name)
    if rows is None:
        return Status.DIFFERS, fact, f"there is no list `{name}` in its `data`, {holding(data)}"
    told = {key for row in rows if isinstance(row, dict) for key, value in row.items() if value}
    shape = next((shape for key, shape in _SHAPES.items() if key in told), None)
    if shape:
        return Status.OK, fact, shape
    if len(rows) > 1:
        return Status.DIFFERS, fact, f"neither {' nor '.join(_SHAPES)} says what is below what"
    return Status.UNKNOWN, fact, "there is nothing below the root"


_SHAPES = {
    "children": "nested, with `children`",
    "code": "flat, with dotted codes",
    "coded_level": "flat, with dotted codes",
    "org_unit_parent_id": "flat, with parents",
}


# -- single objects


def _some_id(case: Case, rows: Sequence[Row]) -> int | None:
    kind = case.kind
    return next((row_id(kind, row) for row in rows if not is_gone(kind, row) and row_id(kind, row)), None)


def _details(case: Case, memory: Memory, number: int | None) -> Row | None:
    """What is shown of one object, with its id; None if it cannot be read."""
    kind, mark = case.kind, case.mark("paths")
    fact = f"GET {kind.path}/id shows one {kind.name}"
    if not kind.details:
        case.add(Status.UNKNOWN, f"there is no GET {kind.path}/id", "not asked", case.mark("details"))
    elif number is None:
        case.add(Status.UNKNOWN, fact, f"there is no {kind.name} to ask for", mark)
    else:
        answer = memory.ask(f"{kind.path}/{number}")
        _detailed(case, fact, mark, answer)
        return {**answer.data, kind.id: number} if isinstance(answer.data, dict) else None
    return None


def _detailed(case: Case, fact: str, mark: str, answer: Answer) -> None:
    """Groups cannot be read without: the root is on no list, and what it is called is read nowhere else."""
    kind = case.kind
    mend = {} if kind.is_tree else {"details": False}
    if answer.is_good and isinstance(answer.data, dict):
        case.add(*_labelled(kind, fact, answer.data), mark)
    elif answer.is_good or answer.is_missing:
        case.add(Status.DIFFERS, fact, answer.problem or "the answer is no object", mark, mend)
    else:
        case.add(Status.UNKNOWN, fact, answer.problem, mark)


def _labelled(kind: Kind, fact: str, details: Row) -> tuple[Status, str, str]:
    label = kind.field(kind.label)
    name, is_there = label.wire_names[0], is_shown(label, details)
    if kind.is_tree and is_there and not canonical(label, shown(label, details)):
        return Status.UNKNOWN, fact, f"its `{name}` is empty: the root goes by its id"
    if is_there:
        return Status.OK, fact, "it does"
    if not kind.is_tree:
        return Status.UNKNOWN, fact, f"there is no `{name}` in its answer; the list is read instead"
    found = (
        f"there is no `{name}` in its `data`, {holding(details)}: the root is on no list, and no plan is "
        "right without its name"
    )
    return Status.DIFFERS, fact, found


# -- the whole


_WHOLE = "the whole list can be read, and is proved complete"


def _whole(case: Case, memory: Memory, account: int | None) -> Rows | None:
    """With what was found to mend it: the proof of the suggestions."""
    kind = case.kind
    if kind.name == "group" and account is None:
        case.add(Status.DIFFERS, _WHOLE, "not without knowing which account this is")
        return None
    reader = memory.reader()
    try:
        if kind.name == "group" and account is not None:
            rows = read_groups(reader, kind, account)
        else:
            rows = read_list(reader, kind, kind.query)
    except PlatformError as error:
        case.add(Status.DIFFERS, _WHOLE, str(error))
        return None
    with_what = ", with the overrides below" if any(check.mend for check in case.checks) else ""
    case.add(Status.OK, _WHOLE, f"{kind.counted(len(rows))}{with_what}")
    return rows


def _writes(case: Case) -> None:
    kind = case.kind
    fact = f"POST {kind.path} answers `{kind.created_id}`; {kind.update_method} and DELETE {kind.path}/id"
    case.add(Status.UNKNOWN, fact, "cannot be checked by reading", case.mark("paths"))
