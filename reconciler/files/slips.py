"""What to write instead where YAML goes wrong, as far as the cause is certain enough."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from reconciler.files.hints import dashed


class Broken(NamedTuple):
    """What the parser says of a place; `opened` is where the list or mapping begins that it was in. All
    places are counted from 0.
    """

    what: str
    lines: Sequence[str]
    line: int
    column: int
    opened: tuple[int, int]

    @property
    def text(self) -> str:
        """The line, up to the place."""
        return self.rest(0)[: self.column]

    def rest(self, start: int) -> str:
        return self.lines[self.line][start:] if self.line < len(self.lines) else ""


class Remedy(NamedTuple):
    """Where the cause stands, and what is to be done."""

    line: int
    column: int
    words: str


def remedy(broken: Broken) -> Remedy:
    """No words where the cause cannot be told; then the place is the parser's."""
    found = (told for find in _KNOWN for told in find(broken))
    return next(found, Remedy(broken.line, broken.column, ""))


def _here(broken: Broken, words: str) -> Remedy:
    return Remedy(broken.line, broken.column, words)


def _dash(broken: Broken) -> Iterator[Remedy]:
    near = broken.lines[max(broken.line - 1, 0) : broken.line + 1]  # or in the second line of an entry
    for words in filter(None, map(dashed, near)):
        yield _here(broken, words)


def _quote(broken: Broken) -> Iterator[Remedy]:
    """One that ends the text in the middle of a word."""
    quote, follows = broken.text[-1:], broken.rest(broken.column)[:1]
    is_second = quote in _ESCAPED and broken.text.count(quote) > 1
    if "did not find expected" in broken.what and is_second and follows.isalnum():
        yield _here(broken, f"; between these quotes, write {_ESCAPED[quote]} for {quote}")


_ESCAPED = {"'": "''", '"': '\\"'}


def _comment(broken: Broken) -> Iterator[Remedy]:
    """One that takes away the bracket's end."""
    line, column = broken.opened
    begun = broken.lines[line][column:] if "did not find expected ',' or" in broken.what else ""
    found = re.search(r"(?<=[^\s,{[]) #", begun)
    if found and re.search("[]}]", begun[found.end() :]):
        yield Remedy(line, column + found.start() + 1, '; " #" begins a comment: put the text in quotes')


def _glued(broken: Broken) -> Iterator[Remedy]:
    """A key or an entry without its blank, here or in the line above, which runs on into this one."""
    if re.search("could not find expected ':'|mapping values are not allowed", broken.what):
        above = (n for n in range(broken.line - 1, -1, -1) if not _SAYS_NOTHING.match(broken.lines[n]))
        for line in (broken.line, next(above, broken.line)):
            if line < len(broken.lines) and (found := _GLUED.match(broken.lines[line])):
                mark = "hyphen" if found[1] == "-" else "colon"
                yield Remedy(line, found.end(1), f"; a blank belongs behind the {mark}")


_SAYS_NOTHING = re.compile(r"\s*(#|$)")
_GLUED = re.compile(r" *(?:- +)?(-(?=[A-Za-z_])|[A-Za-z_]\w*:(?=[^\s:/]))")


def _glued_in_braces(broken: Broken) -> Iterator[Remedy]:
    is_key = re.search(r"\{([^][]*, *)?[a-z_]+$", broken.text[-_NEAR:])
    if "unexpected ':'" in broken.what and is_key and broken.rest(broken.column + 1)[:1] != "/":
        yield _here(broken, "; a blank belongs behind the colon")


_NEAR = 200  # characters that are looked at in what may be long


def _indented(broken: Broken) -> Iterator[Remedy]:
    """A key or an entry that begins beside those above it."""
    begun = _BEGINS.match(broken.rest(0))
    is_deeper = "mapping values are not allowed" in broken.what and not re.search(r":\s", broken.text)
    is_first = re.search("expected key|expected '-'", broken.what) and not broken.text.strip()
    if begun and (is_deeper or is_first):
        is_entry, indent = bool(begun[2]), len(begun[1])
        meant = min(_columns(broken, is_entry), key=lambda at: (abs(at - indent), -at), default=indent)
        if meant != indent:
            what = "entry" if is_entry else "key"
            column = f"in column {meant + 1}, as the {what} above it"
            yield _here(broken, f"; begin it {column if meant else _ALIKE}")


_ALIKE = "in the same column as what it stands beside"  # where the nearest is a section, it may not be meant


def _columns(broken: Broken, is_entry: bool) -> Iterator[int]:
    """Where entries, or keys, begin in this section above the place."""
    for line in reversed(broken.lines[: broken.line]):
        if found := _BEGINS.match(line):
            if not is_entry or found[2]:
                yield len(found[1]) if is_entry else len(found[0])
            if found[0] == "":
                return


_BEGINS = re.compile(r"( *)(- +)?(?=[\w\"'-]+:(?:\s|$)|(?<=- )\S)")


def _text(broken: Broken) -> Iterator[Remedy]:
    """One that needs quotes."""
    what, follows = broken.what, broken.rest(broken.column)[:1]
    if "unexpected ':'" in what:
        yield _here(broken, "; between brackets, text with a colon needs quotes")
    if "mapping values are not allowed" in what and re.search(r":\s", broken.text):
        yield _here(broken, '; a text with ": " in it needs quotes')
    if "expected alphabetic" in what or ("cannot start any token" in what and follows in ("@", "`", "%")):
        yield _here(broken, "; put the text in quotes")


_Find = Callable[[Broken], Iterator[Remedy]]
_KNOWN: Sequence[_Find] = (_dash, _quote, _comment, _glued, _glued_in_braces, _text, _indented)
