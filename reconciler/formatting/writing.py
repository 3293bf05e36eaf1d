"""The tree to text: two spaces for each level, lists below their key by two, lines never folded or joined."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from typing import NamedTuple

from reconciler.formatting.tree import Branch, Item, Leaf, Literal, Node, Note, Notes, Page

_STEP = 2
_LAST_SPACES = re.compile(r"(?<!\\)((?:\\\\)*)[ \t]+$")
_MOVED_GAP = 2  # before a comment that comes from a line of its own


class Line(NamedTuple):
    """`is_exact`: blank or not, it is part of a value; `is_open`: so might be a blank line below it."""

    text: str
    note: Note | None = None
    is_exact: bool = False
    is_open: bool = False


class Break(NamedTuple):
    """A new line; `is_spare` if it is not needed at the start of one."""

    level: int
    is_spare: bool = True


Piece = str | Break | Note


def write(pages: Iterable[Page]) -> str:
    lines = chain.from_iterable(map(_page, pages))
    return "".join(f"{text}\n" for text in _settled(_aligned(lines)))


# -- lines


def _settled(lines: Iterable[Line]) -> Iterator[str]:
    """One blank line at most, none at either end."""
    is_pending = can_be_blank = False
    for line in lines:
        is_blank = not line.text and not line.is_exact
        if is_blank:
            is_pending = can_be_blank
            continue
        if is_pending:
            yield ""
        yield line.text
        is_pending, can_be_blank = False, not line.is_open


def _aligned(lines: Iterable[Line]) -> Iterator[Line]:
    """Comments that stood below one another still do, the last but as far from its text as it was."""
    for column, group in groupby(lines, key=lambda line: line.note.column if line.note else None):
        if column is None:
            yield from group
            continue
        found = list(group)
        end = max(len(line.text) for line in found) + min(_gap(line.note) for line in found if line.note)
        for line in found:
            assert line.note
            yield line._replace(text=f"{line.text:<{end}}{line.note.text}", note=None, is_exact=True)


def _gap(note: Note) -> int:
    return _MOVED_GAP if note.own_line else max(note.gap, 1)


def _beside(notes: Notes) -> Note | None:
    return notes[0] if notes else None


def _own(notes: Notes, indent: int) -> Iterator[Line]:
    for note in notes:
        yield Line(" " * indent + note.text if note.text else "")


# -- documents


def _page(page: Page) -> Iterator[Line]:
    yield from _own(page.before, 0)
    yield from map(Line, page.directives)
    if page.start is not None:
        yield Line("---", _beside(page.start))
    yield from _own(page.header, 0)
    if page.root is not None:
        yield from _root(page.root)
    yield from _own(page.trailing, 0)
    if page.end is not None:
        yield Line("...", _beside(page.end))
        yield from _own(page.end[1:], 0)


def _root(root: Node) -> Iterator[Line]:
    if not isinstance(root, Branch) or root.brackets:
        yield from _own(root.notes, 0)
        yield from _inline(root, "", -_STEP, ())
        return
    if root.marks or root.notes:
        yield Line(" ".join(root.marks), _beside(root.notes))
    yield from _block(root, 0)


# -- blocks


def _block(branch: Branch, indent: int, *, is_begun: bool = False) -> Iterator[Line]:
    """`is_begun`: the first item stands on the line of a dash, its comments above that."""
    for number, item in enumerate(branch.items):
        if number or not is_begun:
            if item.is_blank_before:
                yield Line("")
            yield from _own((*item.lead, *_hoisted(item)), indent)
        yield from _item(item, indent)
        yield from _own(item.below, indent + _STEP)
    yield from _own(branch.trailing, indent)


def _hoisted(item: Item) -> Notes:
    """The comments of what will stand on the line of the item's dash."""
    if not _is_compact(item):
        return ()
    assert isinstance(item.value, Branch)
    first = item.value.items[0]
    return first.lead + _hoisted(first)


def _is_compact(item: Item) -> bool:
    value = item.value
    is_block = isinstance(value, Branch) and not value.brackets
    return item.key is None and is_block and not value.marks and not value.notes


def _item(item: Item, indent: int) -> Iterator[Line]:
    value = item.value
    head = " " * indent + ("-" if item.key is None else f"{_key(item.key)}:")
    if not isinstance(value, Branch) or value.brackets:
        yield from _scalar(item, head, indent)
    elif _is_compact(item):
        lines = _block(value, indent + _STEP, is_begun=True)
        first = next(lines)
        yield first._replace(text=f"{head} {first.text[indent + _STEP :]}")
        yield from lines
    else:
        yield Line(" ".join((head, *value.marks)), _beside(value.notes))
        yield from _block(value, indent + _STEP)


def _key(key: Leaf) -> str:
    return " ".join((*key.marks, key.text)) + (" " if key.style == "*" else "")


def _scalar(item: Item, head: str, indent: int) -> Iterator[Line]:
    """On the line of its key or dash, unless a comment stands between them."""
    notes = item.value.notes
    if not notes:
        yield from _inline(item.value, f"{head} ", indent, item.after)
        return
    aside = 0 if notes[0].own_line else 1
    yield Line(head, _beside(notes[:aside]))
    yield from _own(notes[aside:], indent + _STEP)
    yield from _inline(item.value, " " * (indent + _STEP), indent, item.after)


def _inline(value: Node, head: str, indent: int, after: Notes) -> Iterator[Line]:
    if isinstance(value, Literal):
        yield from _literal(value, head, indent)
    else:
        yield from _laid(chain((head,), _pieces(value, 0), after), indent)


def _literal(literal: Literal, head: str, indent: int) -> Iterator[Line]:
    style = literal.style + (str(_STEP) if literal.is_measured else "") + literal.chomping
    ends_in_spaces = bool(literal.lines) and literal.lines[-1].isspace()
    keeps = literal.chomping == "+" or ends_in_spaces
    yield Line(head + " ".join((*literal.marks, style)), literal.note, is_open=keeps)
    for line in literal.lines:
        yield Line(" " * (indent + _STEP) + line if line else "", is_exact=True, is_open=keeps)


# -- what stands within lines


def _laid(pieces: Iterable[Piece], indent: int) -> Iterator[Line]:
    parts: list[str] = []
    note, is_fresh = None, False
    for piece in pieces:
        match piece:
            case str():
                parts.append(piece)
                is_fresh = False
            case Note():
                note = piece
            case Break(level, is_spare):
                if not (is_fresh and is_spare):
                    yield _line(parts, note)
                parts, note, is_fresh = [" " * (indent + _STEP * (level + 1))], None, True
    yield _line(parts, note)


def _line(parts: Iterable[str], note: Note | None) -> Line:
    text = "".join(parts)
    return Line(_LAST_SPACES.sub(_kept, text) if text.strip() else "", note, is_exact=True)


def _kept(found: re.Match[str]) -> str:
    return found[1]


def _pieces(node: Node, level: int) -> Iterator[Piece]:
    for mark in node.marks:
        yield f"{mark} "
    if isinstance(node, Branch):
        yield from _brackets(node, level)
    elif isinstance(node, Leaf):
        yield from _lines(node.text, level)


def _lines(text: str, level: int) -> Iterator[Piece]:
    """Of a scalar; the spaces at either end of its lines mean nothing, but for one that is escaped."""
    for number, line in enumerate(text.split("\n")):
        if number:
            yield Break(level, is_spare=False)
        yield line if "\n" not in text else _LAST_SPACES.sub(_kept, line).lstrip(" \t")


def _brackets(branch: Branch, level: int) -> Iterator[Piece]:
    """Lines break where they did, and after comments."""
    yield branch.brackets[0]
    yield from branch.opening
    yield from _between_brackets(branch, level)
    for note in branch.trailing:
        yield from (Break(level + 1), note.text)
    last = branch.items[-1].after if branch.items else branch.opening
    if last or branch.trailing or branch.is_closed_below:
        yield Break(level)
    yield branch.brackets[1]


def _between_brackets(branch: Branch, level: int) -> Iterator[Piece]:
    beside = branch.opening
    for number, item in enumerate(branch.items):
        if beside or item.is_broken or item.lead:
            yield Break(level + 1)
        elif number:
            yield " "
        yield from _among(item.lead, level)
        yield from _flow_item(item, level)
        if number < len(branch.items) - 1 or (branch.has_last_comma and branch.is_closed_below):
            yield ","
        beside = item.after
        yield from beside[:1]
        for note in beside[1:]:
            yield from (Break(level + 1), note.text)


def _among(notes: Notes, level: int) -> Iterator[Piece]:
    """Comments on lines of their own, at the start of a line."""
    for note in notes:
        yield from (note.text, Break(level + 1))


def _flow_item(item: Item, level: int) -> Iterator[Piece]:
    if item.key is None:
        yield from _among(item.value.notes, level)
        yield from _pieces(item.value, level + 1)
        return
    yield _key(item.key)
    if not item.has_colon:
        return
    yield ":"
    for note in item.value.notes:
        if note.own_line:
            yield from (Break(level + 1), note.text)
        else:
            yield note
        yield Break(level + 1)
    if not item.value.notes:
        yield " "
    yield from _pieces(item.value, level + 1)
