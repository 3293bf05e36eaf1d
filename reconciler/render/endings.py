"""What is said in the end about what was not done."""

from reconciler.model import Ending, Result, Status


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
