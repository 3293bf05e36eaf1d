"""One change carried out: looked at again, written down, sent, and written down again."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

from reconciler.api.client import Writer
from reconciler.api.rereading import Again, Look
from reconciler.api.standing import Standing
from reconciler.errors import (
    LostAnswerError,
    NotFoundError,
    PlatformError,
    ReconcilerError,
    UnsentError,
    mistake,
)
from reconciler.facts import Kind
from reconciler.kinds import Kinds
from reconciler.model import Action, Address, Change, Outcome, Request, Status, Value
from reconciler.objects.codec import row_id
from reconciler.objects.references import mapped
from reconciler.runs.journal import Journal
from reconciler.runs.records import Ids, intent, result
from reconciler.runs.refusals import explained

_UNKNOWN = "whether it was done is not known, the next plan will tell"
TRIES = 3  # of a creation whose answers get lost, or that is not there afterwards


class Tools(NamedTuple):
    """`rereads`: whether an object is read again before it is written. `pause` waits before a creation is
    looked for and sent again, and says whether to go on. `knows_all`: whether the ids that changes are
    carried out with are those of all that is there; a plan that was saved has only those of its own.
    """

    writer: Writer
    standing: Standing
    again: Again
    journal: Journal
    kinds: Kinds
    rereads: Callable[[Change], bool]
    pause: Callable[[int, float | None], bool]
    knows_all: bool


class _Task(NamedTuple):
    """A change that is being carried out; `request` has all ids in it."""

    change: Change
    request: Request
    tools: Tools
    ids: Ids
    after: float

    def look(self) -> Look:
        """Raises PlatformError."""
        freed = waited_for(self.change, self.ids)
        return self.tools.again.last_look(self.change, self.request.body, self.after, freed)

    def applied(self, number: int | None) -> Outcome:
        return Outcome(self.change, Status.APPLIED, None, number)

    def failed(self, reason: object, **more: bool) -> Outcome:
        return Outcome(self.change, Status.FAILED, str(reason), self.change.id, **more)

    def skipped(self, reason: object) -> Outcome:
        return Outcome(self.change, Status.SKIPPED, str(reason), self.change.id)


def perform(change: Change, tools: Tools, ids: Ids, after: float) -> Outcome:
    """What came of one change; where the journal cannot be written, nothing is sent. `after` is when what it
    waits for was done, a time of `time.monotonic`.

    A mistake in the program stops nothing but this change, which is left to be settled.
    """
    try:
        return _performed(change, tools, ids, after)
    except Exception as error:  # noqa: BLE001 - whatever it is, the rest goes on and is told
        reason = f"{mistake(error)}; this is a mistake in the program, please report it"
        return Outcome(change, Status.FAILED, reason, change.id, is_open=True)


def _performed(change: Change, tools: Tools, ids: Ids, after: float) -> Outcome:
    request = change.request._replace(body=with_ids(change.request.body, ids))
    task = _Task(change, request, tools, ids, after)
    try:
        look = task.look() if tools.rereads(change) else Look()
    except UnsentError as error:
        return task.skipped(error)
    except PlatformError as error:
        tools.standing.turned_away(error)
        return task.failed(f"not read again, so not changed: {error}")
    if look.reasons:
        return task.failed("; ".join(look.reasons), is_stale=True)
    try:
        tools.journal.write("intent", **intent(tools.kinds[change.kind], change, request, look, ids))
    except ReconcilerError as error:
        return task.failed(f"not written down, so not sent: {error}")
    outcome = _sent(task)
    return outcome if is_nameless(outcome) else noted(outcome, tools.journal)


def is_nameless(outcome: Outcome) -> bool:
    """Whether it may be there, but its id is not known: it is found out later, for many in one go."""
    is_created = outcome.change.action is Action.CREATE and outcome.status is Status.APPLIED
    return is_created and outcome.id is None


def noted(outcome: Outcome, journal: Journal) -> Outcome:
    """Written down, if it is known."""
    try:
        if not outcome.is_open:
            journal.write("outcome", **result(outcome))
    except ReconcilerError:
        return outcome._replace(is_open=True)  # what became of it has to be found out again
    return outcome


def waited_for(change: Change, ids: Ids) -> frozenset[int]:
    """The ids of what a change waits for, of its own kind: they may have had its name until then."""
    return frozenset(ids[at] for at in change.waits_for if at.kind == change.kind and at in ids)


def with_ids(value: Value, ids: Ids) -> Value:
    """A body with the ids of what has been created in the place of addresses."""
    return mapped(value, lambda each: ids[each] if isinstance(each, Address) else each)


# -- sending


class _SettledError(Exception):
    """It is not sent once more, since it has come to this."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def _sent(task: _Task) -> Outcome:
    change = task.change
    try:
        if change.action is Action.CREATE:
            return _created(task)
        _send(task)
    except _SettledError as settled:
        return settled.outcome
    except LostAnswerError as error:
        return _found_out(task, error)
    except UnsentError as error:
        return task.skipped(error)
    except PlatformError as error:
        task.tools.standing.turned_away(error)
        if not _was_gone(task, error):
            return task.failed(explained(error, change, task.ids))
    return task.applied(change.id)


def _was_gone(task: _Task, error: PlatformError) -> bool:
    """Whether somebody else has deleted what was to be deleted: that is what was wanted."""
    if not (isinstance(error, NotFoundError) and task.change.action is Action.DELETE):
        return False
    with suppress(PlatformError):
        return bool(task.tools.again.is_done(task.change, task.request.body))
    return False


def _send(task: _Task, *, is_lost: bool = False) -> Any:
    """The answer. Between two attempts may lie minutes, so it is looked at again before each but the first;
    but not where an answer `is_lost`: what is found then may be what was made. Raises PlatformError, and
    _SettledError.
    """

    def before_again(may_be_done: bool) -> None:
        if not is_lost and (outcome := _settled(task, may_be_done)):
            raise _SettledError(outcome)

    return task.tools.writer.send(task.request, before_again)


def _settled(task: _Task, may_be_done: bool) -> Outcome | None:
    """What came of it, if it is not to be sent again: it was done, or what it relies on has moved. A creation
    overwrites nothing, so it is looked at only where that is done before the first time, too.
    """
    if task.change.action is Action.CREATE and not task.tools.rereads(task.change):
        return None
    try:
        if may_be_done and task.tools.again.is_done(task.change, task.request.body):
            return task.applied(task.change.id)
        look = task.look()
        reason = "; ".join(look.reasons)
    except PlatformError as error:
        if isinstance(error, UnsentError) and not may_be_done:
            return task.skipped(error)
        look, reason = Look(), f"not read again, so not sent again: {error}"
    if not reason:
        return None
    told = f"its answer was lost; {reason}; {_UNKNOWN}" if may_be_done else reason
    return task.failed(told, is_stale=bool(look.reasons), is_open=may_be_done)


def _found_out(task: _Task, error: LostAnswerError) -> Outcome:
    """What became of a write whose answer was lost, as far as the platform tells."""
    try:
        done = task.tools.again.is_done(task.change, task.request.body)
    except PlatformError:
        done = None
    if done is None:
        return task.failed(f"{error}; {_UNKNOWN}", is_open=True)
    return task.applied(task.change.id) if done else task.failed(error)


def _created(task: _Task) -> Outcome:
    """What came of a creation: it is never sent again before it has been looked for by its key.

    Raises PlatformError; LostAnswerError if it may be there all the same.
    """
    lost: LostAnswerError | None = None
    for times in range(1, TRIES + 1):
        try:
            return _made(task, _send(task, is_lost=lost is not None))
        except LostAnswerError as error:
            lost = error
            go_on = task.tools.pause(times, error.wait)
        except PlatformError:
            if lost is None:
                raise
            go_on = False  # what is refused now may be there already: because of the answer that was lost
        found = _looked_for(task, lost)
        if found is not None:
            return task.applied(found)
        if not go_on:
            break
    assert lost is not None
    raise lost


def _made(task: _Task, answer: Any) -> Outcome:
    """With its id, if the answer has one that can be its own: ids count from 1, and none is given twice. Else
    with what the platform says, for whoever finds out what became of it.
    """
    kind, row = task.tools.kinds[task.change.kind], answer if isinstance(answer, dict) else {}
    number = row_id(kind, row)
    is_known = number in task.ids.values() and number in ids_of(kind, task.ids)
    is_own = number is not None and number > 0 and not is_known
    if is_own:
        return task.applied(number)
    return Outcome(task.change, Status.APPLIED, row.get("message") or None)


def _looked_for(task: _Task, lost: LostAnswerError) -> int | None:
    kind = task.tools.kinds[task.change.kind]
    known = ids_of(kind, task.ids) if task.tools.knows_all else None
    try:
        return task.tools.again.find(kind, task.request.body or {}, known)
    except LostAnswerError as perhaps:
        raise LostAnswerError(f"{lost}; {perhaps}") from None
    except PlatformError:
        raise lost from None


def ids_of(kind: Kind, ids: Ids) -> set[int]:
    """Those of one kind; there may be more of them meanwhile."""
    return {number for at, number in dict(ids).items() if at.kind == kind.name}
