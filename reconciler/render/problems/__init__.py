"""What is wrong with files, for people and programs: one table of formats."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from reconciler.render import later
from reconciler.render.problems.findings import Findings, findings

Lines = Callable[[Findings, bool], Iterator[str]]  # without their ends


FINDINGS: Mapping[str, Lines] = MappingProxyType(
    {name: later(f"{__name__}.{name}", "lines") for name in ("text", "json", "sarif", "junit", "github")}
)

__all__ = ["FINDINGS", "Findings", "findings"]
