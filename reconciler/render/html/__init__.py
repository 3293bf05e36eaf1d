"""For people who decide: one page that needs nothing but a browser, and asks nobody for anything."""

from collections.abc import Iterator

from reconciler.errors import Attempt, ExitCode, ReconcilerError
from reconciler.model import Plan, Result
from reconciler.render.endings import heading
from reconciler.render.html.document import lines
from reconciler.render.html.plans import plan_content
from reconciler.render.html.results import result_content
from reconciler.render.html.words import of_text


def plan(plan: Plan, _colour: bool) -> Iterator[str]:
    yield from lines("plan.html", plan_content(plan))


def failure(error: ReconcilerError, attempt: Attempt) -> Iterator[str]:
    content = {
        "verdict": _VERDICTS.get(error.exit_code, "Not done"),
        "title": heading(error, attempt),
        "reasons": map(of_text, error.args),
        "total": 0,
    }
    yield from lines("failure.html", content)


def result(result: Result, _colour: bool) -> Iterator[str]:
    yield from lines("result.html", result_content(result))


_VERDICTS = {ExitCode.REFUSED: "Refused", ExitCode.STALE: "Out of date"}
