"""What stands above the reasons where a plan could not be made, or was not applied."""

from reconciler.errors import ExitCode, ReconcilerError


def heading(error: ReconcilerError, is_planned: bool) -> str:
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
