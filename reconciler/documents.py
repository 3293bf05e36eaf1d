"""YAML 1.2 files to plain dicts and lists that know their places.

Built straight from the C parser's events: an order of magnitude faster than a loader that keeps
positions, and nothing in a file can make it construct anything but scalars, lists and mappings.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from reconciler.errors import Problem, Source
from reconciler.scalars import TAG, TAGGED, scalar

MAX_DEPTH = 64
MAX_EXPANSION = 100_000  # nodes that aliases may add to a file, plus twenty for each node that is written out


class Mark(NamedTuple):
    """Where a key (in a list: the entry) and its value start; lines and columns count from 0."""

    key_line: int
    key_column: int
    line: int
    column: int


class Document(NamedTuple):
    """One YAML document; `marks` has the places of every mapping and list in it, by `id()`."""

    file: str
    data: Any
    marks: Mapping[int, Mapping[str | int, Mark]]

    def place(self, container: Any, key: str | int) -> Source:
        """Where the value of a key or an entry stands."""
        mark = self.marks[id(container)][key]
        return Source(self.file, mark.line + 1, mark.column + 1)

    def key_place(self, container: Any, key: str | int) -> Source:
        mark = self.marks[id(container)][key]
        return Source(self.file, mark.key_line + 1, mark.key_column + 1)


def parse(file: str, text: str) -> tuple[list[Document], list[Problem]]:
    """The documents of one file; after a syntax error there are none."""
    builder = _Builder(file)
    try:
        for event in YAML(typ="safe").parse(text):
            builder.take(event)
    except _TooMuchError as error:
        return [], [*builder.problems, Problem(*error.args)]
    except YAMLError as error:
        return [], [*builder.problems, _syntax(file, text, error)]
    return [Document(file, root, builder.marks) for root in builder.roots], builder.problems


def _syntax(file: str, text: str, error: YAMLError) -> Problem:
    if isinstance(error, ReaderError):
        return _bad_character(file, text)
    mark = error.problem_mark or error.context_mark if isinstance(error, MarkedYAMLError) else None
    line, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.splitlines()
    indent = lines[line][: column + 1] if line < len(lines) else ""
    if "\t" in indent and not indent.strip():
        return Problem(Source(file, line + 1, column + 1), "a tab; YAML is indented with spaces only")
    what = getattr(error, "problem", None) or str(error)
    context = getattr(error, "context", None)
    return Problem(
        Source(file, line + 1, column + 1), f"not valid YAML: {what}" + (f" ({context})" if context else "")
    )


_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _bad_character(file: str, text: str) -> Problem:
    found = _FORBIDDEN.search(text)
    at = found.start() if found else 0
    line, column = text.count("\n", 0, at), at - (text.rfind("\n", 0, at) + 1)
    name = f"U+{ord(text[at]):04X}" if found else "a character"
    return Problem(
        Source(file, line + 1, column + 1),
        f"{name} is not allowed in YAML; write it as an escape in double quotes",
    )


# -- events


class _TooMuchError(Exception):
    """The file is built to exhaust whoever reads it; args are those of a Problem."""


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being filled."""

    container: Any
    anchor: str | None
    start: tuple[int, int]
    key: str | None = None
    key_mark: tuple[int, int] = (0, 0)
    merges: list[tuple[Any, Source]] = field(default_factory=list)
    size: int = 1


class _Builder:
    """Takes events, keeps the roots, the places and the problems."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.roots: list[Any] = []
        self.marks: dict[int, dict[str | int, Mark]] = {}
        self.problems: list[Problem] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._written = self._expanded = 0
        self._keep: list[Any] = []  # `marks` goes by id(), which may not be reused while it is in use
        self._take: Mapping[type[Event], Callable[[Any], None]] = {
            ScalarEvent: self._scalar,
            AliasEvent: self._alias,
            MappingStartEvent: self._start,
            SequenceStartEvent: self._start,
            MappingEndEvent: self._end,
            SequenceEndEvent: self._end,
            DocumentStartEvent: self._document,
        }

    def take(self, event: Event) -> None:
        take = self._take.get(type(event))
        if take:
            take(event)

    def _document(self, _: DocumentStartEvent) -> None:
        self._anchors = {}

    def _source(self, event: Event) -> Source:
        return Source(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _problem(self, event: Event, message: str) -> None:
        self.problems.append(Problem(self._source(event), message))

    def _scalar(self, event: ScalarEvent) -> None:
        mark = event.start_mark
        top = self._open[-1] if self._open else None
        if top and type(top.container) is dict and top.key is None:
            top.key, top.key_mark = self._key(event, top), (mark.line, mark.column)
            return
        value = scalar(event.value) if event.implicit[0] else event.value
        if event.tag is not None:
            value = self._tagged(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._add(value, (mark.line, mark.column), 1)

    def _key(self, event: ScalarEvent, top: _Open) -> str:
        if event.value in top.container:
            first = self.marks[id(top.container)][event.value]
            self._problem(event, f"key {event.value!r} stands here twice, first on line {first.key_line + 1}")
        if event.anchor:
            self._anchors[event.anchor] = (event.value, 1)
        return str(event.value)

    def _tagged(self, event: ScalarEvent) -> Any:
        expected = TAGGED.get(str(event.tag))
        if expected is None:
            self._problem(event, f"tag {event.tag} is not allowed here; values are plain YAML")
            return None
        value = event.value if expected is str else scalar(event.value)
        if not isinstance(value, expected):
            self._problem(event, f"{event.value!r} is not what its tag {event.tag} says")
        return value

    def _start(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        mark = event.start_mark
        mapping = isinstance(event, MappingStartEvent)
        if event.tag not in (None, f"{TAG}map" if mapping else f"{TAG}seq"):
            self._problem(event, f"tag {event.tag} is not allowed here; values are plain YAML")
        if len(self._open) >= MAX_DEPTH:
            raise _TooMuchError(self._source(event), f"nested more than {MAX_DEPTH} levels deep")
        if self._open and type(self._open[-1].container) is dict and self._open[-1].key is None:
            raise _TooMuchError(self._source(event), "a key has to be a plain word, not a list or a mapping")
        container: Any = {} if mapping else []
        self._keep.append(container)
        self.marks[id(container)] = {}
        self._open.append(_Open(container, event.anchor, (mark.line, mark.column)))

    def _end(self, _: MappingEndEvent | SequenceEndEvent) -> None:
        done = self._open.pop()
        for merged, source in done.merges:
            self._merge(done, merged, source)
        if done.anchor:
            self._anchors[done.anchor] = (done.container, done.size)
        self._add(done.container, done.start, done.size)

    def _merge(self, into: _Open, merged: Any, source: Source) -> None:
        """`<<`: keys that the mapping does not have itself."""
        for mapping in merged if isinstance(merged, list) else [merged]:
            if not isinstance(mapping, dict):
                self.problems.append(Problem(source, "`<<` takes a mapping or a list of mappings"))
                return
            for key in mapping.keys() - into.container.keys():
                into.container[key] = mapping[key]
                self.marks[id(into.container)][key] = self.marks[id(mapping)][key]

    def _alias(self, event: AliasEvent) -> None:
        mark = event.start_mark
        if event.anchor not in self._anchors:
            within = any(each.anchor == event.anchor for each in self._open)
            what = "stands within what it names" if within else "names no anchor above it"
            raise _TooMuchError(self._source(event), f"alias *{event.anchor} {what}")
        value, size = self._anchors[event.anchor]
        self._expanded += size
        if self._expanded > MAX_EXPANSION + 20 * self._written:
            raise _TooMuchError(
                self._source(event), "aliases expand to far more than is written; spell it out"
            )
        top = self._open[-1]
        if type(top.container) is dict and top.key is None:
            top.key, top.key_mark = str(value), (mark.line, mark.column)
        else:
            self._add(value, (mark.line, mark.column), size)

    def _add(self, value: Any, mark: tuple[int, int], size: int) -> None:
        self._written += 1
        if not self._open:
            self.roots.append(value)
            return
        top = self._open[-1]
        top.size += size
        if type(top.container) is list:
            self.marks[id(top.container)][len(top.container)] = Mark(*mark, *mark)
            top.container.append(value)
            return
        key, top.key = top.key, None
        assert key is not None
        if key == "<<":
            top.merges.append((value, Source(self.file, mark[0] + 1, mark[1] + 1)))
        elif key not in top.container:
            top.container[key] = value
            self.marks[id(top.container)][key] = Mark(*top.key_mark, *mark)
