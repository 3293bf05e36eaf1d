"""For programs: the fixed contract of `schemas/plan.schema.json`."""

import json
from collections.abc import Iterator, Sequence

from reconciler.model import Outcome, Plan
from reconciler.planfile import document, result_document


def plan(plan: Plan, _colour: bool) -> Iterator[str]:
    yield json.dumps(document(plan), indent=2, ensure_ascii=False)


def result(outcomes: Sequence[Outcome], _colour: bool) -> Iterator[str]:
    yield json.dumps(result_document(outcomes), indent=2, ensure_ascii=False)
