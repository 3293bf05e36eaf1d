"""Text to a tree that keeps everything. A comment on a line of its own belongs to what follows, any other to
its line.
"""

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml.tokens import (
    AliasToken,
    AnchorToken,
    BlockEndToken,
    BlockEntryToken,
    BlockMappingStartToken,
    BlockSequenceStartToken,
    DirectiveToken,
    DocumentEndToken,
    DocumentStartToken,
    FlowEntryToken,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    KeyToken,
    ScalarToken,
    StreamEndToken,
    TagToken,
    ValueToken,
)

from reconciler.formatting.literals import literal
from reconciler.formatting.notes import BLOCK_STYLES, Token, between, scan, source
from reconciler.formatting.tree import Branch, Item, Leaf, Literal, Node, Note, Notes, Page, UntidyError

_ENDS = (DocumentStartToken, DocumentEndToken, DirectiveToken, StreamEndToken)
_NOTHING = (
    *(KeyToken, ValueToken, BlockEndToken, FlowEntryToken, FlowMappingEndToken, FlowSequenceEndToken),
    *_ENDS,
)
_BLOCK = (BlockMappingStartToken, BlockSequenceStartToken, BlockEntryToken)
_CLOSING = (FlowMappingEndToken, FlowSequenceEndToken)
_FOR_EDITORS = re.compile(r"#\s*(yaml-language-server:|yamllint\s|vim?:|-\*-)|#!")
_NO_NOTES: Notes = ()
_LONGEST_KEY = 1000  # a parser looks no further than 1024 characters for the colon


class Reader:
    """Goes through the tokens of a sound text once, and through the comments along with them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = scan(text)
        self._notes = list(between(text, self._tokens))
        self._at = 1  # after the start of the stream
        self._noted = 0
        self._columns = [-1]  # of the blocks that are open

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _is(self, *types: type) -> bool:
        return isinstance(self._tokens[self._at], types)

    def _take(self) -> Token:
        self._at += 1
        return self._tokens[self._at - 1]

    def _untidy(self, token: Token, what: str) -> UntidyError:
        return UntidyError(token.start_mark.line, token.start_mark.column, what)

    # -- comments

    def _before(self) -> Notes:
        """Those before the next token that were not taken yet."""
        first, limit = self._noted, self._next.start_mark.index
        while self._noted < len(self._notes) and self._notes[self._noted].at < limit:
            self._noted += 1
        return tuple(self._notes[first : self._noted])

    def _beside(self) -> Notes:
        """The one on the line of what was just taken."""
        pending = self._notes[self._noted : self._noted + 1]
        if not pending or pending[0].own_line or pending[0].at >= self._next.start_mark.index:
            return ()
        self._noted += 1
        return tuple(pending)

    def _lead(self) -> tuple[bool, Notes]:
        notes = self._before()
        is_blank = bool(notes) and not notes[0].text
        return is_blank, notes[is_blank:]

    def _trailing(self, column: int) -> Notes:
        """Those after a block's last item that are indented like it, and deeper than what comes next."""
        limit, end = self._next_column(), self._next.start_mark.index
        first = last = here = self._noted
        while here < len(self._notes) and self._notes[here].at < end:
            note, here = self._notes[here], here + 1
            if note.text and not (note.column > limit and note.column >= column):
                break
            last = here if note.text else last
        self._noted = last
        return tuple(self._notes[first:last])

    def _next_column(self) -> int:
        coming = (self._tokens[n] for n in range(self._at, len(self._tokens)))
        token = next(each for each in coming if not isinstance(each, BlockEndToken))
        return -1 if isinstance(token, _ENDS) else int(token.start_mark.column)

    # -- documents

    def pages(self) -> Iterator[Page]:
        while not self._is(StreamEndToken):
            page = self._page()
            yield page._replace(trailing=page.trailing + self._before()) if self._is(StreamEndToken) else page

    def _page(self) -> Page:
        before: Notes = ()
        directives: tuple[str, ...] = ()
        start: Notes | None = None
        while self._is(DirectiveToken, DocumentStartToken):
            before += self._before()
            token = self._take()
            if isinstance(token, DocumentStartToken):
                start = self._beside()
                break
            directives += (source(self._text, token).rstrip(),)
        root = None if self._is(*_ENDS) else self._node((), is_entry=True)
        header, root = _headed(root)
        trailing = self._before()
        return Page(before, directives, start, header, root, trailing, self._end())

    def _end(self) -> Notes | None:
        end: Notes | None = None
        while self._is(DocumentEndToken):
            self._take()
            end = (end or ()) + self._beside()
        return end

    # -- values

    def _value(self, notes: Notes, *, is_entry: bool) -> Node:
        """What stands after an indicator; a list in a list (`is_entry`) is always indented."""
        if not self._is(*_NOTHING) and not (is_entry and self._is(BlockEntryToken)):
            return self._node(notes, is_entry=is_entry)
        if notes:
            raise self._untidy(self._next, "a comment between a key and a value that is not there")
        return Leaf()

    def _node(self, notes: Notes, *, is_entry: bool) -> Node:
        marks: tuple[str, ...] = ()
        while self._is(AnchorToken, TagToken):
            notes += self._before()
            marks += (source(self._text, self._take()),)
        if self._is(*_NOTHING) or (is_entry and self._is(BlockEntryToken)):
            return Leaf(marks=marks, notes=_comments(notes))
        if self._is(*_BLOCK):
            return self._block(_comments(notes + self._beside()), marks)
        notes = _comments(notes + self._before())
        if self._is(FlowSequenceStartToken, FlowMappingStartToken):
            return self._flow(notes, marks)
        return self._scalar(notes, marks)

    def _scalar(self, notes: Notes, marks: tuple[str, ...]) -> Leaf | Literal:
        token = self._take()
        text = source(self._text, token)
        if isinstance(token, AliasToken):
            return Leaf(text, "", "*", marks, notes)
        assert isinstance(token, ScalarToken)
        if token.style in BLOCK_STYLES:
            return literal(text, token, self._columns[-1])._replace(notes=notes, marks=marks)
        return Leaf(text, token.value, "" if token.plain else token.style, marks, notes)

    # -- blocks

    def _block(self, notes: Notes, marks: tuple[str, ...]) -> Branch:
        """`notes` that are not on the line of the key or dash belong to the first item."""
        column = self._next.start_mark.column
        is_mapping = self._is(BlockMappingStartToken)
        is_closed = not self._is(BlockEntryToken)
        if is_closed:
            self._take()
        self._columns.append(column)
        items = list(self._pairs() if is_mapping else self._entries())
        self._columns.pop()
        trailing = self._trailing(column)
        if is_closed:
            self._take()
        aside = notes[:1] if notes and not notes[0].own_line else ()
        items[0] = items[0]._replace(lead=notes[len(aside) :] + items[0].lead)
        return Branch(is_mapping, tuple(items), marks=marks, notes=aside, trailing=trailing)

    def _entries(self) -> Iterator[Item]:
        while self._is(BlockEntryToken):
            is_blank, lead = self._lead()
            column = self._take().start_mark.column
            item = Item(self._value((), is_entry=True), None, is_blank_before=is_blank, lead=lead)
            yield self._noted_around(item, column)

    def _pairs(self) -> Iterator[Item]:
        while self._is(KeyToken, ValueToken):
            is_blank, lead = self._lead()
            column = self._next.start_mark.column
            item = self._pair()._replace(is_blank_before=is_blank, lead=lead)
            yield self._noted_around(item, column)

    def _noted_around(self, item: Item, column: int) -> Item:
        after, value = item.after + self._beside(), item.value
        is_empty = isinstance(value, Leaf) and not value.text and not value.style
        return item._replace(after=after, below=self._trailing(column + 1) if is_empty else ())

    def _pair(self) -> Item:
        key, notes = Leaf(), _NO_NOTES
        if self._is(KeyToken):
            token = self._take()
            key = self._key(token, self._value((), is_entry=True))
            notes, key = key.notes, key._replace(notes=())
        if not self._is(ValueToken):
            return Item(Leaf(), key, has_colon=False, after=notes)
        notes += _comments(self._before())
        self._take()
        return Item(self._value(notes, is_entry=False), key)

    def _key(self, token: Token, key: Node) -> Leaf:
        if not isinstance(key, Leaf) or "\n" in key.text or len(key.text) > _LONGEST_KEY:
            raise self._untidy(token, "a key that does not stand on one line, or is longer than a key may be")
        return key

    # -- brackets

    def _flow(self, notes: Notes, marks: tuple[str, ...]) -> Branch:
        is_mapping = isinstance(self._take(), FlowMappingStartToken)
        opening = self._beside()
        items = tuple(self._flow_items(is_mapping=is_mapping))
        has_last_comma = bool(items) and isinstance(self._tokens[self._at - 1], FlowEntryToken)
        is_closed_below = self._is_broken()
        trailing = _comments(self._before())
        self._take()
        return Branch(
            *(is_mapping, items, "{}" if is_mapping else "[]", marks, notes, trailing, opening),
            is_closed_below=is_closed_below,
            has_last_comma=has_last_comma,
        )

    def _is_broken(self) -> bool:
        start = self._tokens[self._at - 1].end_mark.index
        return "\n" in self._text[start : self._next.start_mark.index]

    def _flow_items(self, *, is_mapping: bool) -> Iterator[Item]:
        while not self._is(*_CLOSING):
            is_broken, lead = self._is_broken(), _comments(self._before())
            item = self._pair() if self._is(KeyToken, ValueToken) else Item(self._node((), is_entry=False))
            if is_mapping and item.key is None:
                item = Item(Leaf(), self._key(self._next, item.value), has_colon=False)
            after = item.after + self._beside()
            if self._is(FlowEntryToken):
                after += _comments(self._before())
                self._take()
                after += self._beside()
            yield item._replace(is_broken=is_broken, lead=lead, after=after)


def _comments(notes: Notes) -> Notes:
    """Without the blank lines."""
    return tuple(note for note in notes if note.text)


def _headed(root: Any) -> tuple[Notes, Any]:
    """The comments at the head of a document stay there: those for editors, and those before a blank line."""
    if not isinstance(root, Branch) or root.brackets or root.notes or root.marks:
        return (), root
    first = root.items[0]
    cut = max((n + 1 for n, note in enumerate(first.lead) if _stays(note)), default=0)
    if not cut:
        return (), root
    head = first.lead[:cut]
    kept = first._replace(lead=first.lead[cut:], is_blank_before=not head[-1].text)
    blank = (Note(0),) if first.is_blank_before else ()
    return blank + head, root._replace(items=(kept, *root.items[1:]))


def _stays(note: Note) -> bool:
    return not note.text or bool(_FOR_EDITORS.match(note.text))


def read(text: str) -> tuple[Page, ...]:
    """The documents of a text that `reconciler.documents` has no problem with. Raises UntidyError."""
    return tuple(Reader(text).pages())
