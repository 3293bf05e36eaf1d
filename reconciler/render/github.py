"""For the log of a GitHub workflow, which shows changes at the lines that ask for them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from reconciler.errors import Attempt, InvalidConfigurationError, ReconcilerError
from reconciler.kinds import KINDS
from reconciler.model import Action, Change, Notice, Outcome, Plan, Result, Status
from reconciler.render.annotations import MOST, Level, annotation
from reconciler.render.codes import sort_of
from reconciler.render.endings import heading
from reconciler.render.tallies import as_described, differing, done
from reconciler.render.text import described
from reconciler.render.weight import Weight, by_weight
from reconciler.wording import counted

_MOST_LINES = 20
_NOTED = (Weight.REROUTED, Weight.OTHER)  # all else is a warning


def plan(plan: Plan, _colour: bool) -> Iterator[str]:
    """Errors first, then what bears on the whole plan, then deletions; at most as many of each level as
    GitHub shows.
    """
    weighed = by_weight(plan.changes)
    noted = [*weighed[Weight.REROUTED], *weighed[Weight.OTHER]]
    warned = [change for each, found in weighed.items() if each not in _NOTED for change in found]
    grave = _grave(plan)
    is_whole = max(len(plan.refusals), len(grave) + len(warned), len(noted)) <= MOST
    room, shown = max(0, MOST - len(grave)), noted[: MOST if is_whole else MOST - 1]
    said = _said(plan)
    yield from (annotation(Level.ERROR, [each.message], title="Refused") for each in plan.refusals[:MOST])
    yield from (annotation(Level.WARNING, [each.message], title=each.code) for each in grave[:MOST])
    yield from (_change(Level.WARNING, change, plan.base, said) for change in warned[:room])
    yield from (_change(Level.NOTICE, change, plan.base, said) for change in shown)
    if not is_whole:
        more = {"more refusal": len(plan.refusals[MOST:]), "more notice": len(grave[MOST:])}
        yield _left_out(more, [*warned[room:], *noted[len(shown) :]])
    elif not plan.changes:
        told = differing(plan)
        title = f"Drift: {told}" if told else "No changes"
        yield annotation(Level.NOTICE, [as_described(plan.unchanged)], title=title)


def _grave(plan: Plan) -> Sequence[Notice]:
    """What a reviewer has to see, and what is said of no change here: it has no line to stand at."""
    changed = {str(change.address) for change in plan.changes}
    return [each for each in plan.notices if sort_of(each).is_grave and each.address not in changed]


def _said(plan: Plan) -> Mapping[str, list[str]]:
    """What the notices say of an object, by its address."""
    found: dict[str, list[str]] = defaultdict(list)
    for notice in plan.notices:
        found[notice.address].append(notice.message)
    return found


def _title(change: Change) -> str:
    return f"{change.action.word.capitalize()}s {change.address}"


def _change(level: Level, change: Change, base: str | None, said: Mapping[str, list[str]]) -> str:
    lines = [*said.get(str(change.address), ()), *described(change, base)]
    told, left = lines[:_MOST_LINES], len(lines[_MOST_LINES:])
    more = [f"… {counted(left, 'more line')} not shown here; the report has all of them"] if left else []
    title = _title(change)
    return annotation(level, [*(told or [title]), *more], title=title, source=change.source)


def _left_out(others: Mapping[str, int], changes: Iterable[Change]) -> str:
    counts = Counter((change.action, change.kind) for change in changes)
    parts = [counted(number, noun) for noun, number in others.items() if number]
    parts += [
        f"{kind.counted(counts[action, name], 'more ')} to {action.word}"
        for action in Action
        for name, kind in KINDS.items()
        if counts[action, name]
    ]
    told = f"{', '.join(parts)} not shown here; the report has all of them"
    return annotation(Level.NOTICE, [told], title="More changes")


def failure(error: ReconcilerError, attempt: Attempt) -> Iterator[str]:
    """Problems at their lines, as many as GitHub shows."""
    if not isinstance(error, InvalidConfigurationError):
        yield annotation(Level.ERROR, map(str, error.args), title=heading(error, attempt))
        return
    for problem in error.problems[:MOST]:
        yield annotation(Level.ERROR, [problem.message], title="Invalid configuration", source=problem.source)
    if left := len(error.problems[MOST:]):
        told = f"{counted(left, 'more problem')} not shown here"
        yield annotation(Level.NOTICE, [told], title="More problems")


def result(result: Result, _colour: bool) -> Iterator[str]:
    """What failed and what was skipped, with the reasons; then how many of each."""
    outcomes = result.outcomes
    for status, level in ((Status.FAILED, Level.ERROR), (Status.SKIPPED, Level.WARNING)):
        found = (outcome for outcome in outcomes if outcome.status is status)
        yield from (_outcome(level, each) for each in islice(found, MOST))
    counts = Counter(outcome.status for outcome in outcomes)
    yield annotation(Level.NOTICE, [done(counts) or "nothing to do"], title="Applied")


def _outcome(level: Level, outcome: Outcome) -> str:
    change = outcome.change
    title = f"{_title(change)}: {outcome.status.value}"
    return annotation(level, [outcome.reason or outcome.status.value], title=title, source=change.source)
