"""Plans and outcomes for people and programs: one table of formats, the same functions in each."""

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # the names of the formats are asked for by every command, the values by those that render
    from reconciler.errors import Attempt, ReconcilerError
    from reconciler.model import Plan, Result


class Format(NamedTuple):
    """Every function yields lines without their ends. `plan` and `result` are told whether to colour them,
    `failure` what was tried.
    """

    plan: "Callable[[Plan, bool], Iterator[str]]"
    result: "Callable[[Result, bool], Iterator[str]]"
    failure: "Callable[[ReconcilerError, Attempt], Iterator[str]]"


def later(module: str, function: str) -> Callable[..., Iterator[str]]:
    """A function of a module that is imported when it is used, since some bring large libraries along."""

    def lines(*arguments: Any) -> Iterator[str]:
        yield from getattr(import_module(module), function)(*arguments)

    return lines


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        name: Format(*(later(f"{__name__}.{name}", each) for each in Format._fields))
        for name in ("text", "json", "markdown", "html", "github")
    }
)
