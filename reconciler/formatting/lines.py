"""Lines of a tidy file, before their comments are set beside them."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from reconciler.formatting.parsing import Note, Notes

STEP = "  "
_MOVED_GAP = 2  # before a comment that comes from a line of its own


class Line(NamedTuple):
    """`is_exact`: blank or not, it is part of a value; `is_open`: so might be a blank line below it."""

    text: str = ""
    note: Note | None = None
    is_exact: bool = False
    is_open: bool = False


def indented(lines: Iterable[Line]) -> Iterator[Line]:
    return (line._replace(text=STEP + line.text) if line.text else line for line in lines)


def own(notes: Notes) -> Iterator[Line]:
    return (Line(note.text) for note in notes)


def written(lines: Iterable[Line]) -> str:
    return "".join(f"{text}\n" for text in _settled(_aligned(lines)))


def _settled(lines: Iterable[Line]) -> Iterator[str]:
    """One blank line at most, none at either end."""
    is_pending = can_be_blank = False
    for line in lines:
        if not line.text and not line.is_exact:
            is_pending = can_be_blank
            continue
        if is_pending:
            yield ""
        yield line.text
        is_pending, can_be_blank = False, not line.is_open


def _aligned(lines: Iterable[Line]) -> Iterator[Line]:
    """Comments that stood below one another still do, the last but as far from its text as it was."""
    for _, group in groupby(map(_stripped, lines), key=lambda line: line.note and line.note.column):
        found = list(group)
        noted = [(line, line.note) for line in found if line.note]
        gaps = (_MOVED_GAP if note.own_line else max(note.gap, 1) for _, note in noted)
        end = max(len(line.text) for line in found) + min(gaps, default=0)
        yield from [line._replace(text=f"{line.text:<{end}}{note.text}") for line, note in noted] or found


def _stripped(line: Line) -> Line:
    is_done = line.is_exact or not line.text[-1:].isspace()
    return line if is_done else line._replace(text=line.text.rstrip())
