"""For people at a terminal: what changes, from what to what, and which line of which file says so."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

import click

from reconciler.errors import Attempt, InvalidConfigurationError, ReconcilerError
from reconciler.kinds import KINDS
from reconciler.model import Action, Change, FieldChange, Notice, Origin, Outcome, Plan, Result, Status
from reconciler.render.codes import UNMANAGED, rank, sort_of
from reconciler.render.endings import what_is_left
from reconciler.render.sides import Row, rows, shown
from reconciler.render.tallies import PAST, counted_origins, done, effort, to_do, unaltered
from reconciler.render.weight import by_kind
from reconciler.wording import counted, listed, safe

COLOURS = {Action.CREATE: "green", Action.UPDATE: "yellow", Action.DELETE: "red"}
_MARKS = {Status.APPLIED: ("✓", "green"), Status.FAILED: ("✗", "red"), Status.SKIPPED: ("·", "yellow")}
_NAMES_SHOWN, _ALIKE_SHOWN = 5, 10


def plan(plan: Plan, colour: bool) -> Iterator[str]:
    paint = Paint(colour)
    account = f"{safe(plan.account_name)} (account {plan.account})"
    yield paint(account if plan.account_name else f"Account {plan.account}", bold=True)
    yield ""
    for kind, changes in groupby(by_kind(plan.changes), key=lambda change: change.kind):
        yield paint(KINDS[kind].plural.capitalize(), bold=True)
        for change in changes:
            yield from _change(change, plan.base, paint)
        yield ""
    yield from _notices(plan, paint)
    yield from _summary(plan, paint)


class Paint:
    """Colours text, or leaves it alone."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def __call__(self, text: str, *, fg: str | None = None, bold: bool = False, dim: bool = False) -> str:
        return click.style(text, fg=fg, bold=bold or None, dim=dim or None) if self._colour and text else text


# -- changes


def _change(change: Change, base: str | None, paint: Paint) -> Iterator[str]:
    title = f"  {change.action.value} {safe(change.address)}"
    place = f"  {safe(change.source)}" if change.source else ""
    yield paint(title, fg=COLOURS[change.action]) + paint(place, dim=True)
    for field in change.fields:
        for line in _field(change.action, field, base, paint):
            yield f"      {line}"


def described(change: Change, base: str | None) -> Iterator[str]:
    """The fields of a change without colours, a line for each or for each entry that differs."""
    for field in change.fields:
        yield from _field(change.action, field, base, Paint(False))


def _field(action: Action, field: FieldChange, base: str | None, paint: Paint) -> Iterator[str]:
    for number, row in enumerate(rows(action, field)):
        yield f"{row.name}: {_from_to(row, field, paint)}{_origin(field, base, paint, whole=not number)}"


def _from_to(row: Row[str], field: FieldChange, paint: Paint) -> str:
    if row.before is None or row.after is None:
        return row.before or row.after or ""
    before = paint(row.before, dim=True) if field.is_hidden else paint(row.before, fg="red")
    return f"{before} → {paint(row.after, fg='green')}"


def _origin(field: FieldChange, base: str | None, paint: Paint, *, whole: bool) -> str:
    """Whose change it is; what both have changed also says what it was, once for all entries."""
    if field.origin is None:
        return ""
    was = f", {safe(base)} has {shown(field.base)}" if field.origin is Origin.CONFLICT and whole else ""
    colour = _ORIGIN_COLOURS.get(field.origin)
    return "  " + paint(f"({field.origin.value}{was})", fg=colour, dim=colour is None)


_ORIGIN_COLOURS = {Origin.DRIFT: "yellow", Origin.CONFLICT: "red"}


# -- where there is no plan


def failure(error: ReconcilerError, _attempt: Attempt | None = None) -> Iterator[str]:
    """Problems stand one to a line, as tools that read them expect; anything else says what it is."""
    if isinstance(error, InvalidConfigurationError):
        yield from map(safe, error.problems)
        return
    first, *more = map(safe, error.args or ("no reason given",))
    yield f"Error: {first}"
    yield from (f"  {each}" for each in more)


# -- what stands below the changes


def _notices(plan: Plan, paint: Paint) -> Iterator[str]:
    spoken = [notice for notice in plan.notices if notice.code != UNMANAGED]
    spoken.sort(key=lambda notice: (rank(notice), notice.code))
    for refusal in plan.refusals:
        yield f"  {paint('✗ refused:', fg='red')} {remark(refusal, paint)}"
    for code, found in groupby(spoken, key=lambda notice: notice.code):
        yield from _alike(code, [*found], paint)
    if spoken or plan.refusals:
        yield ""


def _alike(code: str, notices: Sequence[Notice], paint: Paint) -> Iterator[str]:
    """Of one code; of what is not grave the first are enough."""
    shown = notices if sort_of(notices[0]).is_grave else notices[:_ALIKE_SHOWN]
    for notice in shown:
        yield f"  {paint('!', fg='yellow')} {remark(notice, paint)}"
    if more := len(notices) - len(shown):
        about = paint(f"  [{safe(code)}]", dim=True)
        yield f"    … and {more:,} more{about}; plan --format json has all of them"


def remark(notice: Notice, paint: Paint) -> str:
    """With the code under which docs/notices.md explains it."""
    return f"{safe(notice.message)}{paint(f'  [{notice.code}]', dim=True)}"


def _summary(plan: Plan, paint: Paint) -> Iterator[str]:
    if plan.changes:
        counts = to_do(plan.counts(), lambda text, action: paint(text, fg=COLOURS[action]))
        yield f"Plan: {counts}; {plan.unchanged:,} unchanged."
    else:
        yield unaltered(plan)
    if plan.base and (origins := counted_origins(plan)):
        yield f"Since {safe(plan.base)}: {origins}."
    yield from _unmanaged(plan)
    if plan.changes:
        yield f"Applying takes {effort(plan)}; planning took {counted(plan.reads, 'request')}."


def _unmanaged(plan: Plan) -> Iterator[str]:
    """All of them, each on its line, where they were asked for."""
    names = [safe(notice.address) for notice in plan.notices if notice.code == UNMANAGED]
    if plan.has_strangers and names:
        yield "Not in these files, left as they are:"
        yield from (f"  {name}" for name in names)
    elif names:
        more = " (drift --unmanaged lists them)" if len(names) > _NAMES_SHOWN else ""
        yield f"Not in these files, left as they are: {listed(names, _NAMES_SHOWN)}{more}."


# -- after an apply


def result(result: Result, colour: bool) -> Iterator[str]:
    paint, outcomes = Paint(colour), result.outcomes
    yield from (_outcome(each, paint) for each in outcomes)
    counts = Counter(outcome.status for outcome in outcomes)
    yield ""
    ended = result.ending.value.capitalize() if result.ending else "Done"
    yield f"{ended}: {done(counts) or 'nothing to do'}."
    if left := what_is_left(result):
        yield left


def _outcome(outcome: Outcome, paint: Paint) -> str:
    mark, colour = _MARKS[outcome.status]
    word = PAST[outcome.change.action] if outcome.status is Status.APPLIED else outcome.status.value
    number = f" (id {outcome.new_id})" if outcome.new_id else ""
    reason = f": {safe(outcome.reason)}" if outcome.reason else ""
    return f"{paint(mark, fg=colour)} {safe(outcome.change.address)} {word}{number}{reason}"
