"""What is said where not all was done: above the reasons, and in the end."""

from reconciler.errors import Attempt, ExitCode, ReconcilerError
from reconciler.model import Ending, Outcome, Result, Status


def heading(error: ReconcilerError, attempt: Attempt) -> str:
    """Where a plan could not be made, or was not applied."""
    unplanned, unapplied = _TITLES.get(error.exit_code, _OTHERWISE)
    return unapplied if attempt is Attempt.APPLY else unplanned


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
    left = [outcome for outcome in result.outcomes if outcome.status is not Status.APPLIED]
    rest = {outcome.status for outcome in left if not _is_unclear(outcome)}
    unclear = sum(map(_is_unclear, left))
    what = "What else" if unclear else "What"
    if not result.ending:
        told = [_all_the_same(unclear), f"{what} {_NOT_DONE}" if rest else ""]
    else:
        failed = f"{what} failed is not done, as far as is known." if Status.FAILED in rest else ""
        told = [_all_the_same(unclear), failed, _NEXT_STEPS[result.ending] if left else ""]
    return " ".join(filter(None, told))


def _is_unclear(outcome: Outcome) -> bool:
    """Whether it failed, and was done all the same or may have been."""
    return outcome.is_open and outcome.status is Status.FAILED


def _all_the_same(number: int) -> str:
    if not number:
        return ""
    was = "was" if number == 1 else "were"
    return f"Of what failed, {number:,} {was} done all the same, or may be: the next plan will tell."


_NOT_DONE = "failed or was skipped is not done, as far as is known; mend it and apply, or undo, again."


_NEXT_STEPS = {
    Ending.INTERRUPTED: "What is done is done: apply, or undo, again does what is left.",
    Ending.SIGNED_OUT: (
        "Where CONVIRZA_TOKEN or CONVIRZA_PASSWORD is set, set it anew, else run `reconciler login`; "
        "then apply, or undo, again: what is done is done."
    ),
}
