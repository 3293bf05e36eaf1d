"""A file laid out anew: two spaces for each level, lists below their key by two, lines never folded. A
comment on a line of its own belongs to what follows, any other to its line.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from reconciler.formatting.lines import Line, indented, own
from reconciler.formatting.ordering import Item, ordered
from reconciler.formatting.parsing import COMMENT, Note, Notes, Part, UntidyError, is_literal, parts
from reconciler.formatting.scalars import laid
from reconciler.formatting.shapes import Shape

_END = (SequenceEndEvent, MappingEndEvent)
_IN_FIRST = 2  # after the start of the first document
_LONGEST_KEY = 1000  # a parser looks no further than 1024 characters for the colon
_FOR_EDITORS = re.compile(r"#\s*(yaml-language-server:|yamllint\s|vim?:|-\*-)|#!")


class Layout:
    """Goes through the events of a sound text once, and through the comments along with them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.parts = list(parts(text))
        self._notes = [note for part in self.parts for note in part.notes]
        self._at = 1  # after the start of the stream
        self._noted = 0

    @property
    def _next(self) -> Part:
        return self.parts[self._at]

    def _is(self, *types: type) -> bool:
        return isinstance(self._next.event, types)

    def _take(self) -> Part:
        self._at += 1
        return self.parts[self._at - 1]

    # -- comments

    def _before(self, limit: int) -> Notes:
        """Those before a place that were not taken yet."""
        first = self._noted
        while self._noted < len(self._notes) and self._notes[self._noted].at < limit:
            self._noted += 1
        return tuple(self._notes[first : self._noted])

    def _beside(self) -> Note | None:
        """The one on the line of what was just taken."""
        note = self._notes[self._noted] if self._noted < len(self._notes) else None
        if note is None or note.own_line or note.at >= self._next.event.start_mark.index:
            return None
        self._noted += 1
        return note

    def _trailing(self, column: int, limit: int) -> Notes:
        """Those before the next event that are indented like a block, and deeper than what comes next."""
        first, found = self._noted, self._before(self._next.start)
        fits = [not note.text or (note.own_line and limit < note.column >= column) for note in found]
        found = found[: fits.index(False)] if False in fits else found
        return self._up_to(first, (note for note in found if note.text))

    def _at_head(self, *, of_file: bool) -> Notes:
        """What stays at the head of a document: the comments for editors, and those before a blank line; at
        the head of a file, all up to the first blank line.
        """
        first, found = self._noted, () if self._next.marks else self._before(self._next.start)
        if of_file and all(note.text for note in found[1:]):
            return found
        return self._up_to(first, (note for note in found if not note.text or _FOR_EDITORS.match(note.text)))

    def _up_to(self, first: int, chosen: Iterable[Note]) -> Notes:
        """Of those that were just taken, no more than the last of the chosen."""
        last = max((note.at for note in chosen), default=-1)
        self._noted = first
        return self._before(last + 1)

    def _column(self, part: Part) -> int:
        """-1 at the end of the text."""
        return part.start - self._text.rfind("\n", 0, part.start) - 1 if part.start < len(self._text) else -1

    # -- documents

    def lines(self, shape: Shape) -> Iterator[Line]:
        while not self._is(StreamEndEvent):
            yield from self._document(shape)
        yield from own(self._before(len(self._text)))

    def _document(self, shape: Shape) -> Iterator[Line]:
        part = self._take()
        if part.event.explicit:
            yield from own(self._before(part.end))
            yield from map(Line, part.marks)
            yield Line("---", self._beside())
        head = self._at_head(of_file=self._at == _IN_FIRST and not self._noted)
        yield from own(head)
        key = self._first_key()
        root = self._filled(Item("", (), [Line("-")]), shape, -1)  # and the dash is taken away
        lines = [line._replace(text=line.text[2:]) for line in root.lines]
        if head and key and (root.lead or not lines[0].text.startswith(f"{key}:")):
            yield Line()
        yield from own(root.lead)
        yield from lines[lines[0] == Line() :]
        yield from own(self._before(self._next.start))
        if self._take().event.explicit:
            yield Line("...", self._beside())

    # -- blocks

    def _block(self, part: Part, late: Notes, shape: Shape) -> tuple[list[Item], Notes]:
        """The items, of which the first has comments of its own already, and what stands after the last."""
        column = self._column(part)
        is_mapping = isinstance(part.event, MappingStartEvent)
        items: list[Item] = []
        while not self._is(*_END):
            at = self._at
            item = self._pair(late, shape, column) if is_mapping else self._entry(late, shape, column)
            items.append(item._replace(marks=self._marks(at)))
            late = ()
        trailing = self._trailing(column, self._column(self._next))
        self._take()
        return (ordered(items, shape) if is_mapping and shape.inside else items), trailing

    def _marks(self, at: int) -> frozenset[str]:
        """The anchors and aliases from an event on."""
        events = [part.event for part in self.parts[at : self._at]]
        named = [event for event in events if isinstance(event, NodeEvent) and event.anchor]
        return frozenset(f"{'*' if isinstance(each, AliasEvent) else '&'}{each.anchor}" for each in named)

    def _source(self, part: Part) -> str:
        return self._text[part.start : part.end]

    def _entry(self, late: Notes, shape: Shape, column: int) -> Item:
        return self._filled(Item("", late, [Line("-")]), shape.entry, column)

    def _pair(self, late: Notes, shape: Shape, column: int) -> Item:
        lead = late + self._before(self._next.start)
        name, key = self._key()
        return self._filled(Item(name, lead, [Line(f"{key}:")]), shape.of(name), column)

    def _first_key(self) -> str:
        """Of the block that comes next, if it is a mapping, as it will be written."""
        at = self._at
        part = self._take()
        is_block = isinstance(part.event, MappingStartEvent) and not part.event.flow_style
        key = self._key()[1] if is_block else ""
        self._at = at
        return key

    def _key(self) -> tuple[str, str]:
        """Its value, and how it is written."""
        part = self._take()
        text = self._source(part)
        if not isinstance(part.event, ScalarEvent | AliasEvent) or "\n" in text or len(text) > _LONGEST_KEY:
            mark = part.event.start_mark
            what = "a key that does not stand on one line, or is longer than a key may be"
            raise UntidyError(mark.line, mark.column, what)
        if isinstance(part.event, AliasEvent):
            return "", f"{text} "
        return part.event.value, " ".join((*part.marks, laid(part, text, 0, is_phone=False)[0].text))

    def _filled(self, item: Item, shape: Shape, column: int) -> Item:
        """With what stands after its key or dash, in a block at a column, -1 for a root."""
        head, part = item.lines[0].text, self._next
        is_empty = isinstance(part.event, ScalarEvent) and part.start == part.end
        notes = () if is_empty and head.endswith(":") else self._before(part.start)
        is_entry = head == "-" and column >= 0
        above, aside, late = _split(notes, part.event.start_mark.index if is_entry else 0)
        lead = item.lead + above
        self._take()
        if getattr(part.event, "flow_style", None) is False:
            return _around(item._replace(lead=lead), part.marks, aside, self._block(part, late, shape))
        lines = self._inline(part, shape, column)
        after = self._beside()
        if aside and (after or late):  # only one can stay beside it
            late, aside = (aside, *late), None
        lines[0] = lines[0]._replace(text=" ".join(filter(None, (head, *part.marks, lines[0].text))))
        if after or aside:
            noted = 0 if is_literal(part.event) else -1
            lines[noted] = lines[noted]._replace(note=after or aside)
        if is_empty:
            limit = self._column(self._next) if self._is(*_END) else column
            lines += own(self._trailing(column + 1, limit))
        return _led(item, [lines[0], *indented(lines[1:])], lead + _comments(late))

    # -- what stands within lines

    def _inline(self, part: Part, shape: Shape, column: int) -> list[Line]:
        if isinstance(part.event, ScalarEvent):
            return laid(part, self._source(part), column, is_phone=shape.is_phone)
        return [Line(self._source(part))] if isinstance(part.event, AliasEvent) else self._flow(part, shape)

    def _flow(self, part: Part, shape: Shape) -> list[Line]:
        """Between brackets, but for a single pair in a list, which has none."""
        is_mapping = isinstance(part.event, MappingStartEvent)
        lines = [Line(self._source(part).strip("?"), self._beside())]
        items = []
        while not self._is(*_END):
            items.append(self._flow_item(shape, is_mapping=is_mapping))
        closing = self._source(self._next)
        trailing = _comments(self._before(self._next.start)) if closing else ()
        gap = self._take().gap * bool(closing)
        has_comma = _breaks(gap) and "," in COMMENT.sub("", gap)
        items = ordered(items, shape) if is_mapping and shape.inside else items
        for item in items:
            _join(lines, item, ends=item is items[-1] and not has_comma)
        lines += indented(own(trailing))
        if _breaks(gap) or trailing or (lines[-1].note and closing):
            return [*lines, Line(closing)]
        lines[-1] = lines[-1]._replace(text=lines[-1].text + closing)
        return lines

    def _flow_item(self, shape: Shape, *, is_mapping: bool) -> Item:
        at, is_broken, name, head = self._at, _breaks(self._next.gap), "", ""
        notes = self._before(self._next.start)
        if is_mapping:
            name, head = self._key()
            head += ": " if ":" in COMMENT.sub("", self._next.gap) else ""
            notes += self._before(self._next.start)
        part = self._take()
        lines = self._inline(part, shape.of(name) if is_mapping else shape.entry, 0)
        lines[0] = lines[0]._replace(text=head + " ".join((*part.marks, lines[0].text)))
        return Item(name, _comments(notes), lines, self._marks(at), self._beside(), is_broken=is_broken)


def _breaks(gap: str) -> bool:
    """Whether a line ends in it, after a comma."""
    return "\n" in COMMENT.sub("", gap).rpartition(",")[2]


def _split(notes: Notes, start: int) -> tuple[Notes, Note | None, Notes]:
    """What is above, beside and below a key or dash; `start` is where above ends if nothing is beside it."""
    for number, note in enumerate(notes):
        if not note.own_line:
            return notes[:number], note, notes[number + 1 :]
    above = tuple(note for note in notes if note.at < start)
    return above, None, notes[len(above) :]


def _comments(notes: Notes) -> Notes:
    """Without the blank lines."""
    return tuple(note for note in notes if note.text)


def _led(item: Item, lines: list[Line], lead: Notes) -> Item:
    is_blank = bool(lead) and not lead[0].text
    return item._replace(lines=lines, lead=lead[is_blank:], is_blank_before=is_blank)


def _around(item: Item, marks: Sequence[str], aside: Note | None, block: tuple[list[Item], Notes]) -> Item:
    """An item with a block in it, which begins on the line of a dash if it can."""
    (first, *rest), trailing = block
    lines = [*first.lines, *chain.from_iterable(map(_whole, rest)), *own(trailing)]
    head = item.lines[0].text
    if head != "-" or marks or aside:
        inside = indented([*_whole(first)[: -len(first.lines)], *lines])
        return _led(item, [Line(" ".join((head, *marks)), aside), *inside], item.lead)
    begun = lines[0]._replace(text=f"- {lines[0].text}")
    return _led(item, [begun, *indented(lines[1:])], item.lead + first.lead)


def _whole(item: Item) -> list[Line]:
    return [*([Line()] if item.is_blank_before else []), *own(item.lead), *item.lines]


def _join(lines: list[Line], item: Item, *, ends: bool) -> None:
    """An item to those before it within brackets: lines break where they did, and after comments."""
    first, *rest = item.lines
    if lines[-1].note or item.is_broken or item.lead:
        lines += indented([*own(item.lead), first])
    else:
        space = " " if lines[-1].text.endswith(",") else ""
        lines[-1] = first._replace(text=lines[-1].text + space + first.text)
    lines += indented(rest)
    text, note = lines[-1].text + ("" if ends else ","), item.note or lines[-1].note
    lines[-1] = lines[-1]._replace(text=text, note=note)
