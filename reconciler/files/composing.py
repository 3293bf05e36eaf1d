"""The events of a YAML file to plain dicts, lists and scalars, with the place of each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

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

from reconciler.errors import Problem, Source
from reconciler.files.marks import Marks, Spelled, pack, spelling, unpacked
from reconciler.files.scalars import TAG, TAGGED, scalar
from reconciler.wording import shortened

MAX_DEPTH = 64
MAX_EXPANSION = 100_000  # nodes that aliases may add to a file, plus twenty for each node that is written out


class TooMuchError(Exception):
    """The file is built to exhaust whoever reads it; args are those of a Problem."""


class _Node(NamedTuple):
    """A value and where it starts; `size` and `depth` count what is in it."""

    value: Any
    line: int
    column: int
    size: int = 1
    depth: int = 0
    text: str = ""


@dataclass(slots=True)
class _Open:
    """A mapping or list that is being filled."""

    container: Any
    anchor: str | None
    start: tuple[int, int]
    marks: Marks
    spelled: Spelled
    key: str | None = None
    is_merge: bool = False
    depth: int = 1
    key_mark: tuple[int, int] = (0, 0)
    merges: list[tuple[Any, Source]] = field(default_factory=list)
    size: int = 1

    def put(self, key: str | int, value: Any, mark: bytes, text: str) -> None:
        """A value into a mapping, or an entry to a list."""
        if type(self.container) is list:
            self.container.append(value)
        else:
            self.container[key] = value
        self.marks[key] = mark
        if value is not text and spelling(value) != text:
            self.spelled[id(self.container), key] = text


def _fill(top: _Open, events: Iterator[Event]) -> Event | None:
    """Pairs of scalars into a mapping, up to the event that is no part of one."""
    container, marks = top.container, top.marks
    for key in events:
        # Spelled out twice and not in a function: this is most of what reading takes.
        if type(key) is not ScalarEvent or not (key.anchor is None is key.ctag):
            return key
        name, at = key.value, key.start_mark
        if name in marks or name == "<<":
            return key
        value = next(events)
        if type(value) is not ScalarEvent or not (value.anchor is None is value.ctag):
            top.key, top.key_mark, top.is_merge = name, (at.line, at.column), False
            return value
        text, to = value.value, value.start_mark
        container[name] = plain = scalar(text) if value.implicit[0] else text
        marks[name] = pack(at.line, at.column, to.line, to.column)
        if plain is not text and spelling(plain) != text:
            top.spelled[id(container), name] = text
    return None


class Builder:
    """Takes events, keeps the roots, the places and the problems."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.roots: list[Any] = []
        self.starts: list[Source] = []
        self.marks: dict[int, Marks] = {}
        self.spelled: Spelled = {}
        self.problems: list[Problem] = []
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int, int]] = {}
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

    @property
    def innermost(self) -> tuple[int, int]:
        """Where the innermost list or mapping starts that has not ended; (0, 0) outside of any."""
        return self._open[-1].start if self._open else (0, 0)

    def build(self, events: Iterator[Event]) -> None:
        """Takes them all. Raises TooMuchError, and whatever comes from the events."""
        event = next(events, None)
        while event is not None:
            take = self._take.get(type(event))
            if take:
                take(event)
            event = self._after_plain_pairs(events)

    def _after_plain_pairs(self, events: Iterator[Event]) -> Event | None:
        """Puts keys and values into a mapping at once as long as, as nearly always, nothing is special about
        them; gives the event behind those.
        """
        if not self._awaits_key():
            return next(events, None)
        top = self._open[-1]
        before = len(top.container)
        event = _fill(top, events)
        top.size += len(top.container) - before
        self._written += len(top.container) - before
        return event

    def _document(self, _: DocumentStartEvent) -> None:
        self._anchors = {}

    def _source(self, event: Event) -> Source:
        return Source(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _problem(self, event: Event, message: str) -> None:
        self.problems.append(Problem(self._source(event), message))

    def _scalar(self, event: ScalarEvent) -> None:
        mark = event.start_mark
        if self._awaits_key():
            self._key(event, event.value, is_merge=event.value == "<<" and event.implicit[0])
            if event.anchor:
                self._anchors[event.anchor] = (event.value, 1, 0)
            return
        value = scalar(event.value) if event.implicit[0] else event.value
        if event.tag is not None:
            value = self._tagged(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1, 0)
        self._add(_Node(value, mark.line, mark.column, text=event.value))

    def _awaits_key(self) -> bool:
        return bool(self._open) and type(self._open[-1].container) is dict and self._open[-1].key is None

    def _key(self, event: Event, key: str, *, is_merge: bool = False) -> None:
        """A key, with no value yet; one that stands here already is a problem, and its value is not used."""
        top, mark = self._open[-1], event.start_mark
        tag = getattr(event, "tag", None)
        if tag not in (None, f"{TAG}str"):
            self._problem(event, f"tag {_short(tag)} is not allowed here; keys are plain words")
        first = top.marks.get(key)
        if is_merge and top.merges:
            self._problem(event, "key '<<' stands here twice; give it a list of mappings")
        elif first and not is_merge:
            self._problem(
                event,
                f"key {shortened(key)!r} stands here twice, first on line {unpacked(first).key_line + 1}",
            )
        top.key, top.key_mark, top.is_merge = key, (mark.line, mark.column), is_merge

    def _tagged(self, event: ScalarEvent) -> Any:
        """The value as its tag wants it; where that cannot be, its text: one problem is enough."""
        expected = TAGGED.get(str(event.tag))
        if expected is None:
            self._problem(event, f"tag {_short(event.tag)} is not allowed here; values are plain YAML")
            return event.value
        value = event.value if expected is str else scalar(event.value)
        if isinstance(value, expected):
            return value
        self._problem(event, f"{shortened(event.value)!r} is not what its tag {_short(event.tag)} says")
        return event.value

    def _start(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        mark = event.start_mark
        mapping = type(event) is MappingStartEvent
        if event.ctag is not None and event.tag != (f"{TAG}map" if mapping else f"{TAG}seq"):
            self._problem(event, f"tag {_short(event.tag)} is not allowed here; values are plain YAML")
        self._check_depth(event, 1)
        if self._awaits_key():
            raise TooMuchError(self._source(event), "a key has to be a plain word, not a list or a mapping")
        container: Any = {} if mapping else []
        self._keep.append(container)
        marks = self.marks[id(container)] = {}
        self._open.append(_Open(container, event.anchor, (mark.line, mark.column), marks, self.spelled))

    def _check_depth(self, event: Event, depth: int) -> None:
        if len(self._open) + depth > MAX_DEPTH:
            raise TooMuchError(self._source(event), f"nested more than {MAX_DEPTH} levels deep")

    def _end(self, _: MappingEndEvent | SequenceEndEvent) -> None:
        done = self._open.pop()
        for merged, source in done.merges:
            self._merge(done, merged, source)
        if done.anchor:
            self._anchors[done.anchor] = (done.container, done.size, done.depth)
        self._add(_Node(done.container, *done.start, done.size, done.depth))

    def _merge(self, into: _Open, merged: Any, source: Source) -> None:
        """`<<`: keys that the mapping does not have itself."""
        for number, mapping in enumerate(merged if isinstance(merged, list) else [merged]):
            if not isinstance(mapping, dict):
                mark = unpacked(self.marks[id(merged)][number]) if isinstance(merged, list) else None
                place = Source(self.file, mark.line + 1, mark.column + 1) if mark else source
                self.problems.append(Problem(place, "`<<` takes a mapping or a list of mappings"))
                return
            for key in [each for each in mapping if each not in into.container]:
                text = self.spelled.get((id(mapping), key), spelling(mapping[key]))
                into.put(key, mapping[key], self.marks[id(mapping)][key], text)

    def _alias(self, event: AliasEvent) -> None:
        if event.anchor not in self._anchors:
            within = any(each.anchor == event.anchor for each in self._open)
            what = "stands within what it names" if within else "names no anchor above it"
            raise TooMuchError(self._source(event), f"alias *{shortened(event.anchor)} {what}")
        value, size, depth = self._anchors[event.anchor]
        self._check_depth(event, depth)
        self._expanded += size
        if self._expanded > MAX_EXPANSION + 20 * self._written:
            raise TooMuchError(
                self._source(event), "aliases expand to far more than is written; spell it out"
            )
        if not self._awaits_key():
            self._add(_Node(value, event.start_mark.line, event.start_mark.column, size, depth))
        elif isinstance(value, dict | list):
            raise TooMuchError(self._source(event), "a key has to be a plain word, not a list or a mapping")
        else:
            self._key(event, str(value))

    def _add(self, node: _Node) -> None:
        """Put a value where it belongs."""
        self._written += 1
        if not self._open:
            self.roots.append(node.value)
            self.starts.append(Source(self.file, node.line + 1, node.column + 1))
            return
        top = self._open[-1]
        top.size += node.size
        top.depth = max(top.depth, node.depth + 1)
        if type(top.container) is list:
            mark = pack(node.line, node.column, node.line, node.column)
            top.put(len(top.container), node.value, mark, node.text)
        else:
            self._add_to_mapping(top, node)

    def _add_to_mapping(self, top: _Open, node: _Node) -> None:
        key, top.key = top.key, None
        assert key is not None
        if top.is_merge:
            top.merges.append((node.value, Source(self.file, node.line + 1, node.column + 1)))
        elif key not in top.container:
            top.put(key, node.value, pack(*top.key_mark, node.line, node.column), node.text)


def _short(tag: object) -> str:
    """A tag as people write it."""
    return shortened(str(tag).replace(TAG, "!!", 1))
