"""A YAML file as it is written: values with their comments, blank lines, quotes, anchors and tags."""

from typing import NamedTuple, TypeAlias


class UntidyError(Exception):
    """Written in a way that cannot be laid out anew; args are a line and a column, from 0, and what it is."""


class Note(NamedTuple):
    """A comment; without text, a blank line. `gap` is how many spaces stand before it on its line."""

    at: int
    text: str = ""
    own_line: bool = True
    column: int = 0
    gap: int = 0


Notes: TypeAlias = tuple[Note, ...]


class Leaf(NamedTuple):
    """A scalar on its lines, an alias, or nothing at all; `notes` stand between its indicator and itself."""

    text: str = ""
    value: str = ""
    style: str = ""  # a quote, * for an alias
    marks: tuple[str, ...] = ()  # anchor and tag, as written
    notes: Notes = ()


class Literal(NamedTuple):
    """A scalar after | or >; `lines` are without their indentation."""

    style: str
    chomping: str
    is_measured: bool  # the header says how far it is indented
    lines: tuple[str, ...]
    notes: Notes
    note: Note | None = None  # the comment in the header
    marks: tuple[str, ...] = ()


class Item(NamedTuple):
    """An entry of a list, or with a key one of a mapping. `is_broken`: within brackets, on a new line."""

    value: "Node"
    key: Leaf | None = None
    has_colon: bool = True
    is_blank_before: bool = False
    is_broken: bool = False
    lead: Notes = ()  # on lines of their own before it
    after: Notes = ()
    below: Notes = ()  # on deeper lines below it, where its value would stand if it had one


class Branch(NamedTuple):
    """A list or a mapping; `notes` as in a leaf, `trailing` after its last item."""

    is_mapping: bool
    items: tuple[Item, ...]
    brackets: str = ""
    marks: tuple[str, ...] = ()
    notes: Notes = ()
    trailing: Notes = ()
    opening: Notes = ()  # after the opening bracket
    is_closed_below: bool = False
    has_last_comma: bool = False


Node: TypeAlias = Leaf | Literal | Branch


class Page(NamedTuple):
    """One document, with its markers."""

    before: Notes
    directives: tuple[str, ...]
    start: Notes | None  # the comment after ---; None if there is no ---
    header: Notes
    root: Node | None
    trailing: Notes
    end: Notes | None
