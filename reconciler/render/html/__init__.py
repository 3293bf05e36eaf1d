"""For people who decide: one page that needs nothing but a browser, and asks nobody for anything."""

from collections.abc import Iterator, Sequence

from reconciler.errors import ExitCode, ReconcilerError
from reconciler.model import Outcome, Plan
from reconciler.render.html.document import lines
from reconciler.render.html.plans import plan_content
from reconciler.render.html.results import result_content
from reconciler.render.html.words import of_text


def plan(plan: Plan, _colour: bool) -> Iterator[str]:
    yield from lines("plan.html", plan_content(plan))


def failure(error: ReconcilerError, _colour: bool) -> Iterator[str]:
    verdict, title = _FAILURES.get(error.exit_code, ("Failed", "No plan could be made"))
    yield from lines(
        "failure.html",
        {"verdict": verdict, "title": title, "reasons": map(of_text, error.reasons), "total": 0},
    )


def result(outcomes: Sequence[Outcome], _colour: bool) -> Iterator[str]:
    yield from lines("result.html", result_content(outcomes))


_FAILURES = {
    ExitCode.REFUSED: ("Refused", "Refused"),
    ExitCode.STALE: ("Out of date", "Not applied: the plan is out of date"),
}
