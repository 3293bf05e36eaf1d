"""For people who decide: one page that needs nothing but a browser, and asks nobody for anything."""

from collections.abc import Iterator, Sequence

from reconciler.model import Outcome, Plan
from reconciler.render.html.document import lines
from reconciler.render.html.plans import plan_content
from reconciler.render.html.results import result_content


def plan(plan: Plan, _colour: bool) -> Iterator[str]:
    yield from lines("plan.html", plan_content(plan))


def result(outcomes: Sequence[Outcome], _colour: bool) -> Iterator[str]:
    yield from lines("result.html", result_content(outcomes))
