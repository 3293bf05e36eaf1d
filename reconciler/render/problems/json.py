"""For programs: the fixed contract of `schemas/findings.schema.json`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, pairwise
from typing import Any

from reconciler.render.json import harmless
from reconciler.render.problems.findings import Finding, Findings, Severity

FORMAT_VERSION = "1"


def lines(findings: Findings, _colour: bool) -> Iterator[str]:
    yield from with_rows(_document(findings), map(_problem, findings.all))


def _document(findings: Findings) -> dict[str, Any]:
    return {
        "format_version": FORMAT_VERSION,
        "valid": findings.is_valid,
        "summary": {
            "errors": len(findings.of(Severity.ERROR)),
            "warnings": len(findings.of(Severity.WARNING)),
            "objects": dict(findings.objects),
        },
        "problems": [],
    }


def _problem(finding: Finding) -> dict[str, Any]:
    source, message = finding.problem
    return {"severity": finding.severity.value, **source._asdict(), "message": message}


def with_rows(document: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A document with these rows, each on a line of its own, in its last list, which is given empty.

    What a terminal would act on stands as an escape.
    """
    before, _, after = json.dumps(document, indent=2, ensure_ascii=False).rpartition("[]")
    *head, last = f"{before}[".split("\n")
    indent = " " * (len(last) - len(last.lstrip()))
    lines = (f"{indent}  {json.dumps(row, ensure_ascii=False)}" for row in rows)
    yield from map(harmless, chain(head, [last], _with_commas(lines), f"{indent}]{after}".split("\n")))


def _with_commas(lines: Iterable[str]) -> Iterator[str]:
    for line, following in pairwise(chain(lines, [None])):
        yield f"{line}," if following else f"{line}"
