"""The whole examination: credentials, every kind, calls, and what became of the files' values."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.api.calls import query
from reconciler.api.client import Transport
from reconciler.doctoring.asking import Memory
from reconciler.doctoring.below import check_below
from reconciler.doctoring.callers import credentials
from reconciler.doctoring.findings import Case, Check, Report, Status, merged
from reconciler.doctoring.objects import look
from reconciler.doctoring.written import Written, rewritten
from reconciler.kinds import CALLS_PATH, KINDS, Kinds
from reconciler.objects.assembling import assembled
from reconciler.objects.codec import Row, row_id, whole_number
from reconciler.progress import Progress

Sections = dict[str, tuple[Check, ...]]


def examine(transport: Transport, written: Written, report: Progress) -> Report:
    """Reads only, and goes on after whatever is wrong; but another account than the files' is not looked at.
    `report` is told how many kinds were looked at, and of how many.

    Raises ReconcilerError where there is nothing to sign in with.
    """
    memory = Memory(transport)
    sections: Sections = {}
    if written.problems:
        sections["files"] = (_invalid(written),)
    access, sections["credentials"] = credentials(memory, transport, written)
    platform: Mapping[str, Mapping[str, Any]] = written.settings.platform
    if access.may_go_on:
        cases = {name: Case(name, platform) for name in KINDS}
        rows = _rows(cases, memory, access.account, report)
        check_below(cases, memory, rows)
        sections |= {case.kind.plural: tuple(case.checks) for case in cases.values()}
        kinds = {name: case.kind for name, case in cases.items()}
        sections["calls"] = (_calls(memory, kinds, rows["route"] or ()),)
        if written.is_there:
            sections["values"] = tuple(_values(written, access.account, kinds, rows))
        for name, case in cases.items():
            for check in case.checks:
                platform = merged(platform, {name: check.mend} if check.mend else {})
    more = memory.requests, memory.finds_nothing, access.is_turned_away
    return Report(access.account, sections, platform, *more)


def _rows(
    cases: Mapping[str, Case], memory: Memory, account: int | None, report: Progress
) -> dict[str, tuple[Row, ...] | None]:
    """All that there are of each kind; None if they cannot be read."""
    found: dict[str, tuple[Row, ...] | None] = {}
    ids: dict[str, set[int | None]] = {}
    for number, (name, case) in enumerate(cases.items()):
        report("", number, len(cases))
        rows = found[name] = look(case, memory, account, ids)
        ids |= {} if rows is None else {name: {row_id(case.kind, row) for row in rows}}
    return found


def _invalid(written: Written) -> Check:
    first, *more = written.problems
    rest = f" (and {len(more)} more: see `reconciler validate`)" if more else ""
    return Check(Status.DIFFERS, "the files are valid", f"{first}{rest}")


# -- calls


def _calls(memory: Memory, kinds: Kinds, routes: tuple[Row, ...]) -> Check:
    """Plans ask it how busy a route is."""
    fact = f"GET {CALLS_PATH} counts a route's calls in `total`"
    kind = kinds["route"]
    first = next(filter(None, (row_id(kind, row) for row in routes)), None)
    answer = memory.ask(CALLS_PATH, query(first))
    total = whole_number(answer.data.get("total")) if isinstance(answer.data, dict) else None
    if total is not None:
        return Check(Status.OK, fact, "it does", "D")
    if answer.is_good:
        return Check(Status.DIFFERS, fact, "there is no `total` in its answer", "D")
    status = Status.DIFFERS if answer.is_missing or answer.is_refused else Status.UNKNOWN
    return Check(status, fact, answer.problem, "D")


# -- the files' values


def _values(
    written: Written,
    account: int | None,
    kinds: Kinds,
    rows: Mapping[str, tuple[Row, ...] | None],
) -> Iterator[Check]:
    fact = "what the platform has rewritten"
    if written.problems:
        yield Check(Status.UNKNOWN, fact, "not with files that are not valid")
    elif account is None or any(each is None for each in rows.values()):
        yield Check(Status.UNKNOWN, fact, "not without the whole account")
    else:
        known = {name: each or () for name, each in rows.items()}
        found = list(rewritten(written, assembled(kinds, account, known), kinds, known))
        yield from found or [Check(Status.OK, fact, "none of the files' values")]
