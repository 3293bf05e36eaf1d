"""Where files stand for somebody else: annotations name them from the top of the repository."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import InvalidConfigurationError, ReconcilerError, Source

if TYPE_CHECKING:
    from reconciler.model import Change, Plan, Resource


def top(here: Path) -> Path:
    """The top of the repository, which the paths in annotations start at; else the folder itself."""
    return next((each for each in (here, *here.parents) if os.path.lexists(each / ".git")), here)


def from_the_top(plan: "Plan") -> "Plan":
    """The same plan, its files named from the top of the repository."""
    above = _above()
    if above == Path():
        return plan
    return replace(plan, changes=tuple(_from_the_top(change, above) for change in plan.changes))


def problems_from_the_top(error: ReconcilerError) -> ReconcilerError:
    """The same, with the files of problems named from the top of the repository."""
    if not isinstance(error, InvalidConfigurationError):
        return error
    above = _above()
    return InvalidConfigurationError(
        [each._replace(source=_from(above, each.source)) for each in error.problems]
    )


def _above() -> Path:
    """The current folder, from the top of the repository."""
    here = Path.cwd()
    return here.relative_to(top(here))


def _from_the_top(change: "Change", above: Path) -> "Change":
    return replace(change, before=_placed(change.before, above), after=_placed(change.after, above))


def _placed(resource: "Resource | None", above: Path) -> "Resource | None":
    if resource is None or resource.source is None:
        return resource
    return replace(resource, source=_from(above, resource.source))


def _from(above: Path, source: Source) -> Source:
    return source._replace(file=Path(os.path.normpath(above / source.file)).as_posix())
