"""For a comment on a pull request: what matters most comes first and is cut last, and it always fits."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import chain

from reconciler.errors import Attempt, ExitCode, ReconcilerError
from reconciler.kinds import KINDS, ROUTING
from reconciler.model import Action, Change, FieldChange, Notice, Origin, Outcome, Plan, Result, Status
from reconciler.render.codes import FACTS, UNMANAGED, rank, sort_of
from reconciler.render.endings import heading, what_is_left
from reconciler.render.fitting import Block, Fitted, Frame, Standing, fitted, size
from reconciler.render.remainder import left_out
from reconciler.render.sides import rows, shown
from reconciler.render.tallies import PAST, counted_origins, differing, done, effort, to_do, unaltered
from reconciler.render.weight import Weight, by_weight
from reconciler.wording import safe

# GitHub takes 65,536 characters; a pipeline may want to add a line of its own.
_LIMIT = 64_000
_LONGEST_LINE = 500
_MOST_LINES = 100  # of one change; where its calls ring is shown whole
_OPEN_NOTICES = 5

_DIFF = Frame("```diff", "```")
_LIST = Frame("<ul>", "</ul>")
_TABLE = Frame("<table><tr><th></th><th>Object</th><th>Reason</th></tr>", "</table>")

_TITLES = {
    Weight.DELETION: "🗑️ To delete",
    Weight.ACCESS: "🔑 Who may do what",
    Weight.MOVE: "↪️ To move to another group",
    Weight.CONFLICT: "⚠️ In conflict, changed in the files and on the platform",
    Weight.REROUTED: "☎️ Calls ring elsewhere",
}


def plan(plan: Plan, _colour: bool) -> Iterator[str]:
    yield from _page(
        [_marker(plan.is_drift), "", *_heading(plan)],
        [*_refusals(plan.refusals), *_facts(plan.notices)],
        [*_origins(plan)],
        [*_blocks(plan)],
    )


def _marker(is_drift: bool) -> str:
    return f"<!-- reconciler {'drift' if is_drift else 'plan'} -->"


def _page(
    top: Sequence[str], first: Sequence[Block], middle: Sequence[str], rest: Sequence[Block]
) -> Iterator[str]:
    blocks = [*first, *rest]
    most = size([*top, *middle, *left_out(chain.from_iterable(each.items for each in blocks))])
    found = fitted(blocks, _LIMIT - most)
    yield from top
    yield from _lines(found[: len(first)])
    yield from middle
    yield from _lines(found[len(first) :])
    yield from left_out(chain.from_iterable(each.unshown for each in found))


def _lines(found: Iterable[Fitted]) -> Iterator[str]:
    return chain.from_iterable(each.lines() for each in found)


def code(text: object) -> str:
    """Somebody's data as markup that shows it and does nothing: no link, mention, reference or picture.

    It has to stand in a line that begins with a tag, where Markdown leaves everything alone up to the next
    empty line; and within `code`, GitHub and GitLab look for no references of their own.
    """
    return f"<code>{escape(_cut(safe(text)))}</code>"


def _cut(line: str) -> str:
    return f"{line[:_LONGEST_LINE]}… ({len(line)} characters)" if len(line) > _LONGEST_LINE else line


# -- what stands at the top


def _account(of: Plan | Result) -> str:
    return f"{code(of.account_name)} (account {of.account})" if of.account_name else f"account {of.account}"


def _heading(plan: Plan) -> Iterator[str]:
    drift = f"Drift of {_account(plan)}: {differing(plan) or 'none'}"
    yield f"<h3>{drift if plan.is_drift else f'Plan for {_account(plan)}'}</h3>"
    yield ""
    if plan.is_drift and plan.changes:
        yield from (_SIDES, "")
    if plan.changes:
        yield f"**{to_do(plan.counts())}**; {plan.unchanged:,} unchanged."
        yield f"Applying takes {effort(plan)}."
    else:
        yield unaltered(plan, "**No changes.**")
    yield ""


_SIDES = '"-" is what the platform has now, "+" what the files say; applying takes the platform back.'


def _refusals(refusals: Sequence[Notice]) -> Iterator[Block]:
    if refusals:
        yield Block("⛔ Refused: this plan is not applied", _LIST, refusals, _message)


def _facts(notices: Iterable[Notice]) -> Iterator[Block]:
    """They decide what is sent, so whoever reads on has to know."""
    if found := [notice for notice in notices if notice.code == FACTS]:
        yield Block(f"⚠️ {sort_of(found[0]).title}", _LIST, found, _message)


def _origins(plan: Plan) -> Iterator[str]:
    if plan.base:
        told = counted_origins(plan) or "nothing is left to be changed"
        yield f"<p>Since {code(plan.base)}: {told}.</p>"
        yield ""


# -- changes


def _blocks(plan: Plan) -> Iterator[Block]:
    weighed = by_weight(plan.changes)
    below = [notice for notice in plan.notices if notice.code != FACTS]
    remarks, others, strangers = _sorted(below, weighed)
    for each, title in _TITLES.items():
        if weighed[each]:
            yield _changes(f"{title}: {_by_kind(weighed[each])}", weighed[each], plan.base, each)
        if remarks[each]:
            yield Block("", _LIST, remarks[each], _message)
    yield from _folded(weighed[Weight.OTHER], plan.base)
    yield from _notices(others, strangers)


def _changes(title: str, changes: Sequence[Change], base: str | None, weight: Weight) -> Block:
    standing = Standing.FOLDED if weight is Weight.OTHER else Standing.OPEN
    return Block(title, _DIFF, changes, _head, lambda change: _body(change, base), standing)


def _by_kind(changes: Iterable[Change]) -> str:
    counts = Counter(change.kind for change in changes)
    return ", ".join(kind.counted(counts[name]) for name, kind in KINDS.items() if counts[name])


def _folded(changes: Iterable[Change], base: str | None) -> Iterator[Block]:
    kinds: dict[str, list[Change]] = {kind: [] for kind in KINDS}
    for change in changes:
        kinds[change.kind].append(change)
    for kind, found in kinds.items():
        if found:
            told = to_do(Counter(change.action for change in found))
            yield _changes(f"{KINDS[kind].plural.capitalize()}: {told}", found, base, Weight.OTHER)


_HEADS = {Action.CREATE: "+ {}", Action.UPDATE: "@@ {} @@", Action.DELETE: "- {}"}


def _head(change: Change) -> str:
    """Every line in a diff begins with a sign of ours, so none can be the fence that ends it."""
    place = f"  {safe(change.source)}" if change.source else ""
    origin = _common_origin(change)
    told = f"  ({origin.value})" if origin else ""
    return _cut(_HEADS[change.action].format(safe(change.address)) + place + told)


def _common_origin(change: Change) -> Origin | None:
    """That of all its fields; None also if it is a conflict, of which there is more to say."""
    first, *others = {field.origin for field in change.fields} or {None}
    return None if others or first is Origin.CONFLICT else first


def _body(change: Change, base: str | None) -> Iterator[str]:
    told = _common_origin(change) is None
    lines = [
        (field.name in ROUTING.get(change.kind, ()), line)
        for field in change.fields
        for line in _field(change.action, field, base, told=told)
    ]
    most = max([_MOST_LINES, *(number for number, (routes, _) in enumerate(lines, 1) if routes)])
    yield from (line if routes else _cut(line) for routes, line in lines[:most])
    if len(lines) > most:
        yield "!   … and more fields"


def _field(action: Action, field: FieldChange, base: str | None, *, told: bool) -> Iterator[str]:
    """With its origin, if that is to be told here."""
    for row in rows(action, field):
        if row.before is not None:
            yield f"-   {row.name}: {row.before}"
        if row.after is not None:
            yield f"+   {row.name}: {row.after}"
    if told and field.origin:
        yield f"!   {_ORIGINS[field.origin].format(safe(base), shown(field.base))}"


_ORIGINS = {
    Origin.EDIT: "edit: changed in the files since {}",
    Origin.DRIFT: "drift: the files have not changed since {}",
    Origin.CONFLICT: "conflict: {} has {}",
}


# -- notices


def _sorted(
    notices: Iterable[Notice], weighed: Mapping[Weight, Collection[Change]]
) -> tuple[Mapping[Weight, list[Notice]], list[Notice], list[Notice]]:
    """Those about changes that weigh, by their weight; the others; and those about what is in no file."""
    about = {str(change.address): each for each in _TITLES for change in weighed[each]}
    remarks: dict[Weight, list[Notice]] = defaultdict(list)
    others, strangers = [], []
    for notice in notices:
        if notice.code == UNMANAGED:
            strangers.append(notice)
        elif notice.address in about:
            remarks[about[notice.address]].append(notice)
        else:
            others.append(notice)
    return remarks, others, strangers


def _notices(others: Sequence[Notice], strangers: Sequence[Notice]) -> Iterator[Block]:
    told = sorted((each for each in others if not sort_of(each).is_harmless), key=rank)
    harmless = [each for each in others if sort_of(each).is_harmless]
    if told:
        yield Block(f"Notices: {len(told):,}", _LIST, told, _message)
    if harmless:
        title = f"Notices that change nothing: {len(harmless):,}"
        standing = Standing.FOLDED if len(harmless) > _OPEN_NOTICES else Standing.OPEN
        yield Block(title, _LIST, harmless, _message, standing=standing)
    if strangers:
        title = f"Not in these files, left as they are: {len(strangers):,}"
        yield Block(title, _LIST, strangers, _name, standing=Standing.LAST)


def _name(notice: Notice) -> str:
    return f"<li>{code(notice.address)}</li>"


def _message(notice: Notice) -> str:
    return f"<li>{code(notice.message)} ({notice.code})</li>"


# -- where there is no plan, or it was not applied

_SIGNS = {ExitCode.REFUSED: "⛔", ExitCode.STALE: "⌛"}


def failure(error: ReconcilerError, attempt: Attempt) -> Iterator[str]:
    top = f"<h3>{_SIGNS.get(error.exit_code, '❌')} {heading(error, attempt)}</h3>"
    block = Block("", _LIST, error.args, lambda each: f"<li>{code(each)}</li>")
    yield from _page([_marker(attempt is Attempt.DRIFT), "", top, ""], [], [], [block])


# -- after an apply

_MARKS = {Status.FAILED: "❌ failed", Status.SKIPPED: "⏭️ skipped"}


def result(result: Result, _colour: bool) -> Iterator[str]:
    """Failed and skipped ones first, with the reasons."""
    outcomes = result.outcomes
    counts = Counter(outcome.status for outcome in outcomes)
    top = ["<!-- reconciler result -->", "", f"<h3>Result: {done(counts) or 'nothing to do'}</h3>", ""]
    run = f", run {code(result.run)}" if result.run else ""
    top += [f"<p>For {_account(result)}{run}.</p>", ""]
    if left := what_is_left(result):
        top += [left, ""]
    yield from _page(top, [], [], [*_outcomes(outcomes)])


def _outcomes(outcomes: Sequence[Outcome]) -> Iterator[Block]:
    unmet = [each for status in _MARKS for each in outcomes if each.status is status]
    applied = [each for each in outcomes if each.status is Status.APPLIED]
    if unmet:
        yield Block("Not done", _TABLE, unmet, _unmet)
    if applied:
        standing = Standing.FOLDED if unmet else Standing.OPEN
        yield Block(f"Done: {len(applied):,}", _LIST, applied, _done, standing=standing)


def _unmet(outcome: Outcome) -> str:
    reason = code(outcome.reason) if outcome.reason else ""
    return (
        f"<tr><td>{_MARKS[outcome.status]}</td><td>{code(outcome.change.address)}</td><td>{reason}</td></tr>"
    )


def _done(outcome: Outcome) -> str:
    number = f" (id {outcome.new_id})" if outcome.new_id else ""
    return f"<li>{code(outcome.change.address)} {PAST[outcome.change.action]}{number}</li>"
