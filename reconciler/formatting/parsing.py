"""What the parser finds in a file, with the comments and blank lines between it."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from ruamel.yaml.events import AliasEvent, DocumentStartEvent, ScalarEvent

from reconciler.files.documents import events

LITERALS = ("|", ">")
HEADER = re.compile(r"[|>]([-+0-9]*)[ \t]*(#.*)?")
COMMENT = re.compile("#[^\n\x85\u2028\u2029]*")
_FOUND = re.compile(rf"^%[^#\n]*|[&!]\S*|{COMMENT.pattern}|(?:\n[ \t]*)+(?=\n)", re.MULTILINE)
_MARKS = re.compile(rf"(?:[&!]\S*\s*(?:{COMMENT.pattern}\s*)*)+")
_BLANK_END = re.compile(r"(?:\n[ \t]*)+\Z")


class UntidyError(Exception):
    """Written in a way that cannot be laid out anew; args are a line and a column, from 0, and what it is."""


class Note(NamedTuple):
    """A comment; without text, blank lines. `gap` is how many spaces stand before it on its line."""

    at: int
    text: str = ""
    own_line: bool = True
    column: int = 0
    gap: int = 0


Notes: TypeAlias = tuple[Note, ...]


class Part(NamedTuple):
    """An event; `start` and `end` are those of its text, without its anchor and tag, which are its `marks`;
    those of a document are its directives. `notes` stand in the `gap` before it, and in the header of a block
    scalar.
    """

    event: Any
    start: int
    end: int
    gap: str
    marks: tuple[str, ...]
    notes: Notes


def parts(text: str) -> Iterator[Part]:
    """Of a text that is known to be sound."""
    last = 0
    for event in events(text):
        start, end = _span(text, event)
        gap = text[last:start]
        found = [] if _is_plain(gap) else [*_FOUND.finditer(text, last, max(last, start))]
        marks = tuple(each[0].rstrip() for each in found if each[0][0] in "%&!")
        notes = [_note(text, each.start(), each[0].strip()) for each in found if each[0][0] in "#\n"]
        header = HEADER.match(text, start) if is_literal(event) else None
        notes += [_note(text, header.start(2), header[2].strip())] if header and header[2] else []
        yield Part(event, start, end, gap, marks, tuple(notes))
        last = max(last, end)


@lru_cache(512)
def _is_plain(gap: str) -> bool:
    """Nothing but what stands between most events: most gaps are like others."""
    return not _FOUND.search(gap)


def is_literal(event: Any) -> bool:
    return isinstance(event, ScalarEvent) and event.style in LITERALS


def _span(text: str, event: Any) -> tuple[int, int]:
    start, end = event.start_mark.index, event.end_mark.index
    if isinstance(event, DocumentStartEvent):
        return end, end
    if getattr(event, "tag", None) or (getattr(event, "anchor", None) and not isinstance(event, AliasEvent)):
        found = _MARKS.match(text, start, end)
        start = found.end() if found else start
    return start, _end(text, start, end, event.value) if is_literal(event) else end


def _end(text: str, start: int, end: int, value: str) -> int:
    """The blank lines after a block scalar are not its own unless it keeps them."""
    header = HEADER.match(text, start)
    is_kept = (value and not value.rstrip("\n").rpartition("\n")[2].strip(" \t")) or (
        header and "+" in header[1]
    )
    found = None if is_kept else _BLANK_END.search(text, start, end)
    return found.start() if found else end


def _note(text: str, at: int, words: str) -> Note:
    if not words:
        return Note(at)
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return Note(at, words, not line.strip(), len(line), len(line) - len(line.rstrip(" \t")))
