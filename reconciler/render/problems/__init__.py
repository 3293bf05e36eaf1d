"""What is wrong with files, for people and programs: one table of formats."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import MappingProxyType

from reconciler.render.problems.findings import Findings, findings

Lines = Callable[[Findings, bool], Iterator[str]]  # without their ends


def _format(name: str) -> Lines:
    """A module of this package, imported when it is used: nobody waits for what the others need."""

    def lines(found: Findings, colour: bool) -> Iterator[str]:
        yield from import_module(f"{__name__}.{name}").lines(found, colour)

    return lines


FINDINGS: Mapping[str, Lines] = MappingProxyType(
    {name: _format(name) for name in ("text", "json", "sarif", "junit", "github")}
)

__all__ = ["FINDINGS", "Findings", "findings"]
