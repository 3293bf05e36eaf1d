"""YAML 1.2 files to plain dicts and lists that know their places.

Built straight from the C parser's events: an order of magnitude faster than a loader that keeps
positions, and nothing in a file can make it construct anything but scalars, lists and mappings.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from ruamel.yaml import YAML, __with_libyaml__
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import Event
from ruamel.yaml.reader import ReaderError

from reconciler.errors import Problem, Source
from reconciler.files.composing import Builder, TooMuchError
from reconciler.files.marks import Marks, Spelled, spelling, unpacked
from reconciler.files.slips import Broken, remedy


class Document(NamedTuple):
    """One YAML document; `marks` has the places of every mapping and list in it, by `id()`. `lines` are there
    only where some comment may be meant as text.
    """

    file: str
    data: Any
    marks: Mapping[int, Marks]
    spelled: Spelled
    start: Source
    lines: Sequence[str] = ()

    def place(self, container: Any, key: str | int) -> Source:
        """Where the value of a key or an entry stands."""
        _, _, line, column = unpacked(self.marks[id(container)][key])
        return Source(self.file, line + 1, column + 1)

    def key_place(self, container: Any, key: str | int) -> Source:
        line, column, _, _ = unpacked(self.marks[id(container)][key])
        return Source(self.file, line + 1, column + 1)

    def comment(self, container: Any, key: str) -> str:
        """The word that is a comment behind a plain text, and may be meant as part of it."""
        _, _, line, column = unpacked(self.marks[id(container)][key])
        written = self.lines[line][column:] if line < len(self.lines) else ""
        text = container[key]
        found = _COMMENT.match(written, len(text)) if written.startswith(text) else None
        return found[0].strip() if found else ""

    def text(self, container: Any, key: str | int) -> str:
        """A plain scalar as it is written."""
        text = self.spelled.get((id(container), key))
        return spelling(container[key]) if text is None else text


_COMMENT = re.compile("[ \t]#[0-9]\\S*")


def parse(file: str, text: str) -> tuple[list[Document], list[Problem]]:
    """The documents of one file; after a syntax error there are none."""
    builder = Builder(file)
    try:
        builder.build(events(text))
    except TooMuchError as error:
        return [], [*builder.problems, Problem(*error.args)]
    except YAMLError as error:
        return [], [*builder.problems, _syntax(file, text, error, builder.innermost)]
    lines = text.split("\n") if re.search(" #[^\\s#]", text) else ()
    found = [
        Document(file, root, builder.marks, builder.spelled, start, lines)
        for root, start in zip(builder.roots, builder.starts, strict=True)
    ]
    return found, builder.problems


def events(text: str) -> Iterator[Event]:
    """As `YAML.parse` gives them, which asks the C parser twice for each. Raises YAMLError."""
    return iter(_parser()(text).get_event, None) if __with_libyaml__ else YAML(typ="safe").parse(text)


@cache
def _parser() -> Any:
    """The C parser; to ask for it takes as long as to parse a small file."""
    return YAML(typ="safe").Parser


def _syntax(file: str, text: str, error: YAMLError, unclosed: tuple[int, int]) -> Problem:
    if isinstance(error, ReaderError):
        return _bad_character(file, text)
    lines = text.splitlines()
    for number, each in enumerate(lines, 1):
        if _CONFLICT.match(each):
            return Problem(Source(file, number, 1), "a conflict marker of git; finish the merge")
    line, column = _mark(error, text, unclosed)
    indent = lines[line][: column + 1] if line < len(lines) else ""
    if "\t" in indent and not indent.strip():
        return Problem(Source(file, line + 1, column + 1), "a tab; YAML is indented with spaces only")
    what = getattr(error, "problem", None) or str(error)
    context = getattr(error, "context", None)
    place = error.context_mark if isinstance(error, MarkedYAMLError) else None
    opened = (place.line, place.column) if place else unclosed
    line, column, hint = remedy(Broken(what, lines, line, column, opened))
    why = f" ({context})" if context else ""
    return Problem(Source(file, line + 1, column + 1), f"not valid YAML: {what}{why}{hint}")


_CONFLICT = re.compile(r"(<{7}|\|{7}|={7}|>{7})( |$)")


def _mark(error: YAMLError, text: str, unclosed: tuple[int, int]) -> tuple[int, int]:
    """Where the problem is; where what is never closed begins, if that is at the end of the file."""
    if not isinstance(error, MarkedYAMLError):
        return 0, 0
    mark, context = error.problem_mark, error.context_mark
    at_end = mark is not None and mark.index >= len(text.rstrip())
    if at_end and "flow" in (error.context or ""):
        return unclosed
    if mark is None or (at_end and "quoted" in (error.context or "")):
        mark = context
    return (mark.line, mark.column) if mark else (0, 0)


_FORBIDDEN = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def _bad_character(file: str, text: str) -> Problem:
    found = re.search(_FORBIDDEN, text)
    at = found.start() if found else 0
    before = re.split(r"\r\n|\r|\n", text[:at])
    line, column = len(before) - 1, len(before[-1])
    name = f"U+{ord(text[at]):04X}" if found else "a character"
    return Problem(
        Source(file, line + 1, column + 1),
        f"{name} is not allowed in YAML; write it as an escape in double quotes",
    )
