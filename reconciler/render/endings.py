"""What is said where not all was done: above the reasons, and in the end."""

from reconciler.errors import ExitCode, ReconcilerError
from reconciler.model import Ending, Result, Status


def heading(error: ReconcilerError, is_planned: bool) -> str:
    """Where a plan could not be made, or was not applied."""
    unplanned, unapplied = _TITLES.get(error.exit_code, _OTHERWISE)
    return unapplied if is_planned else unplanned


_TITLES = {
    ExitCode.REFUSED: ("Refused: no plan was made", "Refused: the plan was not applied"),
    ExitCode.STALE: (
        "No plan could be made: the live state has moved",
        "Not applied: the plan is out of date",
    ),
}
_OTHERWISE = ("No plan could be made", "The plan was not applied")


def what_is_left(result: Result) -> str:
    """What to do about it; empty where all was done."""
    statuses = {outcome.status for outcome in result.outcomes}
    if statuses <= {Status.APPLIED}:
        return ""
    if not result.ending:
        return (
            "What failed or was skipped is not done, as far as is known; mend it and apply, or undo, again."
        )
    failed = "What failed is not done, as far as is known. " if Status.FAILED in statuses else ""
    return failed + _NEXT_STEPS[result.ending]


_NEXT_STEPS = {
    Ending.INTERRUPTED: "What is done is done: apply, or undo, again does what is left.",
    Ending.SIGNED_OUT: (
        "Set another CONVIRZA_TOKEN where one is set, else run `reconciler login`; "
        "then apply, or undo, again: what is done is done."
    ),
}
