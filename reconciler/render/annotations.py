"""A line that GitHub shows at a line of a pull request: a workflow command, as its runner reads it."""

from collections.abc import Iterable
from enum import Enum

from reconciler.errors import Source
from reconciler.wording import safe

# GitHub shows no more of each level for a step.
MOST = 10


class Level(Enum):
    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


def annotation(level: Level, lines: Iterable[str], *, title: str, source: Source | None = None) -> str:
    """The lines of the message may hold anybody's data; paths are shown where the repository has them."""
    place = {"file": source.file, "line": source.line, "col": source.column} if source else {}
    properties = ",".join(f"{name}={_property(value)}" for name, value in {**place, "title": title}.items())
    return f"::{level.value} {properties}::{_data(chr(10).join(map(safe, lines)))}"


def _data(text: str) -> str:
    """By the rules of the runner's toolkit."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: object) -> str:
    return _data(safe(value)).replace(":", "%3A").replace(",", "%2C")
