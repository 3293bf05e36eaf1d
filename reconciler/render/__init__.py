"""Plans and outcomes for people and programs: one table of formats, the same functions in each."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # the names of the formats are asked for by every command, the values by those that render
    from reconciler.errors import ReconcilerError
    from reconciler.model import Plan, Result


class Format(NamedTuple):
    """Every function yields lines without their ends. `plan` and `result` are told whether to colour them,
    `failure` whether there is a plan, which was not applied: else none could be made.
    """

    plan: "Callable[[Plan, bool], Iterator[str]]"
    result: "Callable[[Result, bool], Iterator[str]]"
    failure: "Callable[[ReconcilerError, bool], Iterator[str]]"


def _format(name: str) -> Format:
    """A module of this package; imported when it is used, since some bring large libraries along."""

    def plan(plan: "Plan", colour: bool) -> Iterator[str]:
        yield from import_module(f"{__name__}.{name}").plan(plan, colour)

    def result(result: "Result", colour: bool) -> Iterator[str]:
        yield from import_module(f"{__name__}.{name}").result(result, colour)

    def failure(error: "ReconcilerError", is_planned: bool) -> Iterator[str]:
        yield from import_module(f"{__name__}.{name}").failure(error, is_planned)

    return Format(plan, result, failure)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {name: _format(name) for name in ("text", "json", "markdown", "html", "github")}
)
