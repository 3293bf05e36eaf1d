"""What was created although the answer had no id: which of what is there it is, found out for all in one go.

Each for itself, every creation would read a whole list.
"""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.api.crew import Crew
from reconciler.errors import PlatformError
from reconciler.model import Address, Change, Outcome, Status
from reconciler.runs.performing import TRIES, Again, Tools, ids_of, noted, with_ids
from reconciler.runs.records import Ids

_LOOKS = 16  # side by side


def named(outcomes: Sequence[Outcome], tools: Tools, ids: Ids) -> Iterator[Outcome]:
    """With their ids, and written down; open where the platform shows nothing under their keys."""
    missing = [outcome.change for outcome in outcomes]
    for times in range(1, TRIES + 1):
        go_on = tools.pause(times, None)
        found = _found(missing, tools, ids)
        for change in missing:
            if change.address in found:
                outcome = Outcome(change, Status.APPLIED, None, found[change.address])
                yield noted(outcome, tools.journal)
        missing = [change for change in missing if change.address not in found]
        if not missing or not go_on:
            break
    for change in missing:
        yield Outcome(change, Status.FAILED, _unknown(change, tools), is_open=True)


def _found(changes: Sequence[Change], tools: Tools, ids: Ids) -> Mapping[Address, int]:
    """By their keys as they were sent; and those of which there are none, as a platform may keep them, if
    that is none of those known.
    """
    again = tools.again.seeking(changes)  # one reading of a list serves all of them
    with Crew(_LOOKS) as crew:
        numbers = [*crew.map(lambda change: _look(change, tools, again, ids), changes)]
    both = zip(changes, numbers, strict=True)
    found = {change.address: number for change, number in both if number is not None}
    left = [change for change in changes if tools.knows_all and change.address not in found]
    known = {change.kind: ids_of(tools.kinds[change.kind], {**ids, **found}) for change in left}
    for change in left:
        number = _look(change, tools, again, ids, known[change.kind])
        if number is not None:
            found[change.address] = number
            known[change.kind].add(number)
    return found


def _look(change: Change, tools: Tools, again: Again, ids: Ids, known: set[int] | None = None) -> int | None:
    try:
        return again.find(tools.kinds[change.kind], with_ids(change.request.body, ids), known)
    except PlatformError:
        return None


def _unknown(change: Change, tools: Tools) -> str:
    call, name = f"{change.request.method} {change.request.path}", tools.kinds[change.kind].created_id
    done = f"{call}: it was done, but the answer has no `{name}`"
    return f"{done}; which of what is there is not known, the next plan will tell"
