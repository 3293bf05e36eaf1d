"""For programs: the fixed contract of `schemas/plan.schema.json`."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from reconciler.errors import InvalidConfigurationError, ReconcilerError
from reconciler.model import Outcome, Plan
from reconciler.planfile import FORMAT_VERSION, document, result_document


def plan(plan: Plan, _colour: bool) -> Iterator[str]:
    yield dumped(document(plan))


def result(outcomes: Sequence[Outcome], _colour: bool) -> Iterator[str]:
    yield dumped(result_document(outcomes))


def failure(error: ReconcilerError, _colour: bool) -> Iterator[str]:
    problems = error.problems if isinstance(error, InvalidConfigurationError) else ()
    reasons = [] if problems else list(map(str, error.args))
    listed = [{**each.source._asdict(), "message": each.message} for each in problems]
    said = {"exit_code": int(error.exit_code), "reasons": reasons, "problems": listed}
    yield dumped({"format_version": FORMAT_VERSION, "error": said})


def dumped(value: Any) -> str:
    """JSON that a person can read; what a terminal would act on stands as an escape."""
    return "\n".join(map(harmless, json.dumps(value, indent=2, ensure_ascii=False).split("\n")))


def harmless(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in line)
