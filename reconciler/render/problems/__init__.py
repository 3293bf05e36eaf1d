"""What is wrong with files, for people and programs: one table of formats."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from reconciler.render.problems import github, json, junit, sarif, text
from reconciler.render.problems.findings import Findings, findings

# Every function yields lines without their ends.
FINDINGS: Mapping[str, Callable[[Findings, bool], Iterator[str]]] = MappingProxyType(
    {
        "text": text.lines,
        "json": json.lines,
        "sarif": sarif.lines,
        "junit": junit.lines,
        "github": github.lines,
    }
)

__all__ = ["FINDINGS", "Findings", "findings"]
