"""What was created although the answer had no id: which of what is there it is, found out for all in one go.

Each for itself, every creation would read a whole list.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from reconciler.api.crew import Crew
from reconciler.api.rereading import Again
from reconciler.errors import PlatformError, ReconcilerError
from reconciler.model import Address, Change, Outcome, Status
from reconciler.objects.telling import told
from reconciler.runs.performing import TRIES, Tools, ids_of, noted, with_ids
from reconciler.runs.records import Ids, result

_LOOKS = 16  # side by side
_Sought = int | PlatformError | None  # an id, why there is none, or that nothing is there


def named(outcomes: Sequence[Outcome], tools: Tools, ids: Ids) -> Iterator[Outcome]:
    """With their ids, and written down; open where the platform shows nothing under their keys."""
    missing = {outcome.change.address: outcome for outcome in outcomes}
    for times in range(1, TRIES + 1):
        go_on = tools.pause(times, None)
        found = _found([outcome.change for outcome in missing.values()], tools, ids)
        for address, number in found.items():
            if isinstance(number, int):
                change = missing.pop(address).change
                yield noted(Outcome(change, Status.APPLIED, None, number), tools.journal)
        if not missing or not go_on:
            break
    for address, outcome in missing.items():
        is_sure = go_on and found[address] is None
        reason = _not_found(outcome, tools, found[address], is_sure=is_sure)
        failed = Outcome(outcome.change, Status.FAILED, reason, is_open=True)
        with suppress(ReconcilerError):  # without this line it counts as one whose answer was lost
            tools.journal.write("outcome", **{**result(failed), "status": "answered"})
        yield failed


def _found(changes: Sequence[Change], tools: Tools, ids: Ids) -> Mapping[Address, _Sought]:
    """By their keys as they were sent; and those of which there are none, as a platform may keep them, if
    that is none of those known.
    """
    again = tools.again.seeking(changes)  # one reading of a list serves all of them
    with Crew(_LOOKS) as crew:
        numbers = [*crew.map(lambda change: _look(change, tools, again, ids), changes)]
    found = dict(zip((change.address for change in changes), numbers, strict=True))
    made = {address: number for address, number in found.items() if isinstance(number, int)}
    left = [change for change in changes if tools.knows_all and change.address not in made]
    known = {change.kind: ids_of(tools.kinds[change.kind], {**ids, **made}) for change in left}
    for change in left:
        found[change.address] = number = _look(change, tools, again, ids, known[change.kind])
        if isinstance(number, int):
            known[change.kind].add(number)
    return found


def _look(change: Change, tools: Tools, again: Again, ids: Ids, known: set[int] | None = None) -> _Sought:
    try:
        return again.find(tools.kinds[change.kind], with_ids(change.request.body, ids), known)
    except PlatformError as error:
        return error


def _not_found(outcome: Outcome, tools: Tools, error: _Sought, *, is_sure: bool) -> str:
    request, name = outcome.change.request, tools.kinds[outcome.change.kind].created_id
    says = f"; the platform says {told(outcome.reason)}" if outcome.reason else ""
    answer = f"{request.method} {request.path}: the answer has no new `{name}`"
    if is_sure:
        return f"{answer}, and nothing of that name is on the list yet{says}; the next plan will tell"
    perhaps = f"; {error}" if error else ""
    return f"{answer}{says}{perhaps}; whether it was done is not known, the next plan will tell"
