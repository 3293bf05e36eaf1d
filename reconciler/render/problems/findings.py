"""What was found in the files, as a value that every format is made from."""

import os.path
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum
from pathlib import PurePath
from typing import NamedTuple

from reconciler.errors import Problem
from reconciler.wording import safe


class Rule(Enum):
    """What kind of problem it is; the words are stable, for whoever keeps track of problems by them."""

    INVALID = "invalid-configuration"
    UNKNOWN = "unknown-reference"


class Severity(Enum):
    """Whether the files can be acted on all the same."""

    ERROR = "error"
    WARNING = "warning"


class Finding(NamedTuple):
    """A problem, and how much it matters."""

    problem: Problem
    rule: Rule
    severity: Severity

    def __str__(self) -> str:
        word = "warning: " if self.severity is Severity.WARNING else ""
        return safe(f"{self.problem.source}: {word}{self.problem.message}")


class Findings(NamedTuple):
    """Findings in order, the files looked at, and how many objects of each kind they describe.

    File names that are not absolute start at `folder`; `root` is the top of the repository, which other
    programs' paths start at. Both are absolute.
    """

    all: tuple[Finding, ...]
    files: tuple[str, ...]
    objects: Mapping[str, int]
    folder: str
    root: str

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(each for each in self.all if each.severity is severity)

    @property
    def is_valid(self) -> bool:
        return not self.of(Severity.ERROR)

    def by_file(self) -> Mapping[str, Sequence[Finding]]:
        """The findings of each file that was looked at, or could not be; none is a good sign."""
        found: dict[str, list[Finding]] = {file: [] for file in self.files}
        for each in self.all:
            found.setdefault(each.problem.source.file, []).append(each)
        return dict(sorted(found.items()))

    def path(self, file: str) -> str:
        """A file's path from the root, with slashes, or from / if it lies elsewhere."""
        return path_from(self.root, self.folder, file)


def path_from(root: str, folder: str, file: str) -> str:
    """The path from the root, or from /, of a file whose name starts at the folder if it is not absolute."""
    path = PurePath(os.path.normpath(os.path.join(folder, file)))  # noqa: PTH118 - keeps ..
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def findings(
    problems: Iterable[Problem],
    references: Collection[Problem],
    doubts: Iterable[Problem] = (),
    *,
    strict: bool,
) -> tuple[Finding, ...]:
    """Each problem once, sorted; `references` mean what no file describes, and `doubts` are of what may be
    meant otherwise: both are errors only if `strict`.
    """
    lesser = Severity.ERROR if strict else Severity.WARNING
    severities = dict.fromkeys(problems, Severity.ERROR) | dict.fromkeys([*references, *doubts], lesser)
    unknown = frozenset(references)
    return tuple(
        Finding(each, Rule.UNKNOWN if each in unknown else Rule.INVALID, severities[each])
        for each in sorted(severities)
    )
