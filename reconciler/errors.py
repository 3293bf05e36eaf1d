"""What can go wrong, where, and with which exit code the program then ends."""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple


class ExitCode(IntEnum):
    """The command line's fixed contract; pipelines branch on these numbers."""

    DONE = 0
    ERROR = 1
    CHANGES = 2
    REFUSED = 3
    STALE = 4
    PARTIAL = 5
    USAGE = 64
    INTERRUPTED = 130


class Source(NamedTuple):
    """A place in a file; line and column count from 1, as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem(NamedTuple):
    """One thing that is wrong with the user's files, and where."""

    source: Source
    message: str

    def __str__(self) -> str:
        return f"{self.source}: {self.message}"


class ReconcilerError(Exception):
    """Anything that ends the program on purpose; its text is for the user."""

    exit_code = ExitCode.ERROR


class UsageError(ReconcilerError):
    """The command line asks for something that cannot be."""

    exit_code = ExitCode.USAGE


class InvalidConfigurationError(ReconcilerError):
    """The files cannot be acted on; carries every problem, sorted."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


class RefusedError(ReconcilerError):
    """A safety rule stands in the way."""

    exit_code = ExitCode.REFUSED


class PlatformError(ReconcilerError):
    """The platform, or the way to it, failed; the text names the call."""


class IncompleteListError(PlatformError):
    """A list could not be proved complete."""


class NotFoundError(PlatformError):
    """The platform answered 404."""
