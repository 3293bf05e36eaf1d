"""Where files stand for somebody else: annotations name them from the top of the repository."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import InvalidConfigurationError, ReconcilerError, Source
from reconciler.files.worktree import top_of
from reconciler.render import FORMATS, Format
from reconciler.render.problems.findings import path_from

if TYPE_CHECKING:
    from reconciler.model import Change, Plan, Resource, Result


def top(here: Path) -> Path:
    """The top of the repository, which the paths in annotations start at; else the folder itself."""
    return top_of(here) or here


def format_of(name: str) -> Format:
    """The format, with files named as whoever reads it needs them: only GitHub does not know this folder."""
    found = FORMATS[name]
    if name != "github":
        return found
    here = Path.cwd()
    place = _Place(str(top(here)), str(here))
    return Format(
        lambda plan, colour: found.plan(place.of_plan(plan), colour),
        lambda result, colour: found.result(place.of_result(result), colour),
        lambda error, attempt: found.failure(place.of_error(error), attempt),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """Where files are to be named from, and where their names start now."""

    root: str
    folder: str

    def of_plan(self, plan: "Plan") -> "Plan":
        return replace(plan, changes=tuple(map(self._change, plan.changes)))

    def of_result(self, result: "Result") -> "Result":
        moved = [each._replace(change=self._change(each.change)) for each in result.outcomes]
        return result._replace(outcomes=moved)

    def of_error(self, error: ReconcilerError) -> ReconcilerError:
        if not isinstance(error, InvalidConfigurationError):
            return error
        return InvalidConfigurationError(
            [each._replace(source=self._source(each.source)) for each in error.problems]
        )

    def _change(self, change: "Change") -> "Change":
        return replace(change, before=self._resource(change.before), after=self._resource(change.after))

    def _resource(self, resource: "Resource | None") -> "Resource | None":
        if resource is None or resource.source is None:
            return resource
        return replace(resource, source=self._source(resource.source))

    def _source(self, source: Source) -> Source:
        return source._replace(file=path_from(self.root, self.folder, source.file))
