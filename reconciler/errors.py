"""What can go wrong, where, and with which exit code the program then ends."""

from collections.abc import Sequence
from enum import Enum, IntEnum
from pathlib import Path
from typing import NamedTuple

from reconciler.wording import safe


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


class Attempt(Enum):
    """What came to nothing where something went wrong: to make a plan, to show drift, or to apply a plan."""

    PLAN = "plan"
    DRIFT = "drift"
    APPLY = "apply"


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
    """Anything that ends the program on purpose; its arguments are lines for the user."""

    exit_code = ExitCode.ERROR

    def __str__(self) -> str:
        return "\n".join(map(str, self.args))


class UsageError(ReconcilerError):
    """The command line asks for something that cannot be."""

    exit_code = ExitCode.USAGE


class InvalidConfigurationError(ReconcilerError):
    """The files cannot be acted on; carries every problem, sorted."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(*self.problems)


class RefusedError(ReconcilerError):
    """A safety rule stands in the way."""

    exit_code = ExitCode.REFUSED


class StaleError(ReconcilerError):
    """The live state has moved since the plan was made."""

    exit_code = ExitCode.STALE


def mistake(error: Exception) -> str:
    """What nobody expected, and where it came from: a traceback helps no user, the place helps us."""
    place = error.__traceback__
    while place and place.tb_next:
        place = place.tb_next
    where = f" at {Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else ""
    return f"{type(error).__name__}{where}: {safe(error)}"


# -- the platform


class PlatformError(ReconcilerError):
    """The platform, or the way to it, failed; the text names the call. `status` is that of HTTP, `wait` the
    seconds that the platform asks for, if any; `is_final` says that nothing more can be done with these
    credentials.
    """

    status: int | None = None
    wait: float | None = None
    is_final: bool = False


class IncompleteListError(PlatformError):
    """A list could not be proved complete."""


class LongListError(PlatformError):
    """A list has more pages than it is worth to read."""


class UnexpectedAnswerError(PlatformError):
    """The platform answered something else than is known of it."""


class NotFoundError(PlatformError):
    """The platform answered 404."""


class NotAllowedError(PlatformError):
    """The platform answered 401 or 403, also with fresh credentials."""


class SignedOutError(PlatformError):
    """There is nothing to sign in with, or nothing any more."""

    is_final = True


class StoreError(SignedOutError):
    """The user's sign-in cannot be kept on disk, or not be read from there."""

    is_final = False


class SpentError(PlatformError):
    """As many requests were sent as the user allows; this one was not."""


class UnsentError(PlatformError):
    """The program is to stop, so this request was not sent."""


class PassingError(PlatformError):
    """What may go better in a moment; `may_be_done` if the platform may have acted on the request. Where
    `is_paced`, a limiter holds back all that is sent, and nobody has to wait besides.
    """

    is_paced: bool = False

    def __init__(self, message: str, *, may_be_done: bool, wait: float | None = None) -> None:
        super().__init__(message)
        self.may_be_done = may_be_done
        self.wait = wait


class LostAnswerError(PlatformError):
    """Nobody knows whether a write was done: it must be looked for before it is sent again, which it must not
    be where looking finds what may be it.
    """
