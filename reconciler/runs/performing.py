"""One change carried out: looked at again, written down, sent, and written down again."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from reconciler.errors import LostAnswerError, PlatformError, ReconcilerError
from reconciler.kinds import Kind, Kinds
from reconciler.model import Action, Address, Change, Outcome, Request, Status, Value
from reconciler.objects.codec import row_id
from reconciler.objects.references import map_values
from reconciler.views import Look

Ids = Mapping[Address, int]
_TRIES = 3  # of a creation whose answers get lost and that is not there afterwards


class Writer(Protocol):
    """What sends a request and gives the `data` of its answer; raises PlatformError."""

    def send(self, request: Request) -> Any: ...


class Again(Protocol):
    """What reads objects again; raises PlatformError."""

    def last_look(self, change: Change, body: Any, after: float, freed: Collection[int]) -> Look: ...

    def find(self, kind: Kind, body: Any, known: Collection[int] | None) -> int | None: ...

    def is_done(self, change: Change, body: Any) -> bool | None: ...


class Journal(Protocol):
    """What is on disk when it returns; raises ReconcilerError."""

    def write(self, event: str, **facts: Any) -> None: ...


class Tools(NamedTuple):
    """`rereads`: whether an object is read again before it is written. `pause` waits before a creation is
    looked for and sent again, and says whether to go on. `knows_all`: whether the ids that changes are
    carried out with are those of all that is there; a plan that was saved has only those of its own.
    """

    writer: Writer
    again: Again
    journal: Journal
    kinds: Kinds
    rereads: Callable[[Change], bool]
    pause: Callable[[int, float | None], bool]
    knows_all: bool


def perform(change: Change, tools: Tools, ids: Ids, after: float) -> Outcome:
    """What came of one change; where the journal cannot be written, nothing is sent. `after` is when what it
    waits for was done, a time of `time.monotonic`.
    """
    request = change.request._replace(body=with_ids(change.request.body, ids))
    freed = waited_for(change, ids)
    try:
        look = tools.again.last_look(change, request.body, after, freed) if tools.rereads(change) else Look()
    except PlatformError as error:
        return Outcome(change, Status.FAILED, f"not read again, so not changed: {error}", change.id)
    if look.reasons:
        return Outcome(change, Status.FAILED, "; ".join(look.reasons), change.id, is_stale=True)
    try:
        tools.journal.write("intent", **intent(tools.kinds[change.kind], change, request, look, ids))
    except ReconcilerError as error:
        return Outcome(change, Status.FAILED, f"not written down, so not sent: {error}", change.id)
    outcome = _sent(change, request, tools, ids)
    try:
        if not outcome.is_open:
            tools.journal.write("outcome", **result(outcome))
    except ReconcilerError:
        return outcome._replace(is_open=True)  # what became of it has to be found out again
    return outcome


def waited_for(change: Change, ids: Ids) -> frozenset[int]:
    """The ids of what a change waits for, of its own kind: they may have had its name until then."""
    return frozenset(ids[at] for at in change.waits_for if at.kind == change.kind and at in ids)


def with_ids(value: Value, ids: Ids) -> Value:
    """A body with the ids of what has been created in the place of addresses."""
    match value:
        case Address():
            return ids[value]
        case list():
            return [with_ids(entry, ids) for entry in value]
        case Mapping():
            return {name: with_ids(entry, ids) for name, entry in value.items()}
        case _:
            return value


# -- sending


def _sent(change: Change, request: Request, tools: Tools, ids: Ids) -> Outcome:
    try:
        if change.action is Action.CREATE:
            return Outcome(change, Status.APPLIED, None, _created(change, request, tools, ids))
        tools.writer.send(request)
    except LostAnswerError as error:
        return _found_out(change, request, tools, error)
    except PlatformError as error:
        return Outcome(change, Status.FAILED, str(error), change.id)
    return Outcome(change, Status.APPLIED, None, change.id)


def _found_out(change: Change, request: Request, tools: Tools, error: LostAnswerError) -> Outcome:
    """What became of a write whose answer was lost, as far as the platform tells."""
    try:
        done = tools.again.is_done(change, request.body)
    except PlatformError:
        done = None
    if done is None:
        known = "which of what is there" if error.is_done else "whether it was done"
        reason = f"{error}; {known} is not known, the next plan will tell"
        return Outcome(change, Status.FAILED, reason, change.id, is_open=True)
    status = Status.APPLIED if done else Status.FAILED
    return Outcome(change, status, None if done else str(error), change.id)


def _created(change: Change, request: Request, tools: Tools, ids: Ids) -> int:
    """The id of what was created: it is never sent again before it has been looked for by its key, and not at
    all once the platform said that it was done.

    Raises PlatformError; LostAnswerError if it may be there all the same.
    """
    kind = tools.kinds[change.kind]
    lost: LostAnswerError | None = None
    for times in range(1, _TRIES + 1):
        try:
            return _answered(kind, request, tools.writer, lost)
        except LostAnswerError as error:
            lost = error
            go_on = tools.pause(times, error.wait)
        except PlatformError:
            if lost is None:
                raise
            go_on = False  # what is refused now may be there already: because of the answer that was lost
        found = _looked_for(kind, request, tools, ids, lost)
        if found is not None:
            return found
        if not go_on:
            break
    assert lost is not None
    raise lost


def _answered(kind: Kind, request: Request, writer: Writer, lost: LostAnswerError | None) -> int:
    """The id that the platform answers. Raises PlatformError; the last error where it was done already."""
    if lost and lost.is_done:
        raise lost
    answer = writer.send(request)
    number = row_id(kind, answer) if isinstance(answer, dict) else None
    if number is None:
        lost = LostAnswerError(
            f"{request.method} {request.path}: it was done, but the answer has no `{kind.created_id}`"
        )
        lost.is_done = True
        raise lost
    return number


def _looked_for(kind: Kind, request: Request, tools: Tools, ids: Ids, lost: LostAnswerError) -> int | None:
    of_kind = {number for at, number in dict(ids).items() if at.kind == kind.name}  # it may grow meanwhile
    try:
        return tools.again.find(kind, request.body, of_kind if tools.knows_all else None)
    except PlatformError:
        raise lost from None


# -- for the journal


def intent(kind: Kind, change: Change, request: Request, look: Look, ids: Ids) -> dict[str, Any]:
    before = change.before.fields if change.before else None
    return {
        "address": str(change.address),
        "action": change.action.word,
        "kind": change.kind,
        "id": change.id,
        "fields": list(_fields(kind, change, request, ids)),
        "before": map_values(look.fields or before, ids),
        "request": request._asdict(),
    }


def _fields(kind: Kind, change: Change, request: Request, ids: Ids) -> Iterator[dict[str, Any]]:
    body = request.body or {}
    for field in change.fields:
        wire = kind.field(field.name).wire_name
        old = change.referred_to.get(field.name, field.old)
        new = body.get(wire) if kind.field(field.name).refers_to else field.new
        known = {"name": field.name, "old": map_values(old, ids), "new": new}
        yield known | ({"unseen": True} if field.unseen else {})


def result(outcome: Outcome) -> dict[str, Any]:
    return {
        "address": str(outcome.change.address),
        "status": outcome.status.value,
        "id": outcome.id,
        "reason": outcome.reason,
    }
