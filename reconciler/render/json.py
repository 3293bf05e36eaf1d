"""For programs: the fixed contract of `schemas/plan.schema.json`."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.errors import Attempt, InvalidConfigurationError, ReconcilerError
from reconciler.model import Plan, Result
from reconciler.plans.planfile import FORMAT_VERSION, document, result_document


def plan(plan: Plan, _colour: bool) -> Iterator[str]:
    yield from streamed(document(plan))


def result(result: Result, _colour: bool) -> Iterator[str]:
    yield from streamed(result_document(result.outcomes))


def failure(error: ReconcilerError, _attempt: Attempt) -> Iterator[str]:
    problems = error.problems if isinstance(error, InvalidConfigurationError) else ()
    reasons = [] if problems else list(map(str, error.args))
    listed = [{**each.source._asdict(), "message": each.message} for each in problems]
    said = {"exit_code": int(error.exit_code), "reasons": reasons, "problems": listed}
    yield dumped({"format_version": FORMAT_VERSION, "error": said})


def streamed(value: Mapping[str, Any]) -> Iterator[str]:
    """The lines of `dumped`, entry by entry: a long list is never text as a whole."""
    yield "{"
    for number, (name, each) in enumerate(value.items(), start=1):
        comma = "," if number < len(value) else ""
        key = f"  {json.dumps(name)}: "
        if isinstance(each, list) and each:
            yield f"{key}["
            for place, entry in enumerate(each, start=1):
                yield from _indented(entry, "    ", "," if place < len(each) else "")
            yield f"  ]{comma}"
        else:
            first, *more = _indented(each, "  ", comma)
            yield from (key + first.lstrip(" "), *more)
    yield "}"


def _indented(value: Any, by: str, end: str) -> Iterator[str]:
    lines = dumped(value).split("\n")
    yield from (by + line for line in lines[:-1])
    yield by + lines[-1] + end


def dumped(value: Any) -> str:
    """JSON that a person can read; what a terminal would act on stands as an escape."""
    return "\n".join(map(harmless, json.dumps(value, indent=2, ensure_ascii=False).split("\n")))


def harmless(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in line)
