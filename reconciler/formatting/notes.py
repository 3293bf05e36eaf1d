"""The comments and blank lines between the tokens of a YAML file."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.tokens import AliasToken, AnchorToken, DirectiveToken, ScalarToken, TagToken

from reconciler.formatting.tree import Note, UntidyError

Token = Any
BLOCK_STYLES = ("|", ">")
BLOCK_HEADER = re.compile(r"([|>])([-+0-9]*)([ \t]*)(#.*)?")
_BREAK = re.compile("[\n\x85\u2028\u2029]")
_KEPT = (AliasToken, AnchorToken, TagToken, DirectiveToken)


def scan(text: str) -> list[Token]:
    """The tokens of a text that is known to be sound."""
    return list(YAML(typ="safe").scan(text))


def source(text: str, token: Token) -> str:
    return text[token.start_mark.index : token.end_mark.index]


def between(text: str, tokens: Sequence[Token]) -> Iterator[Note]:
    """All of them, in the order in which they stand; several blank lines count as one."""
    end = 0
    for token in tokens:
        start = token.start_mark.index
        if start > end:
            yield from _notes(text, end, start)
        end = max(end, start if token.end_mark.index == start else _end(text, token))


def _end(text: str, token: Token) -> int:
    """Where it ends; the blank lines after a block scalar are not its own unless it keeps them."""
    start, end = int(token.start_mark.index), int(token.end_mark.index)
    if not _is_block(token):
        return end
    written = text[start:end]
    keeps = "+" in written.partition("\n")[0].partition("#")[0]
    ends_in_spaces = not token.value.rstrip("\n").rpartition("\n")[2].strip(" \t")
    if keeps or (ends_in_spaces and token.value):
        return end
    kept = written.rstrip(" \t\n")
    return start + len(kept) + (1 if len(kept) < len(written) else 0)


def _is_block(token: Token) -> bool:
    return isinstance(token, ScalarToken) and token.style in BLOCK_STYLES


def _notes(text: str, start: int, end: int) -> Iterator[Note]:
    at, is_own, was_blank = start, start == 0 or text[start - 1] == "\n", False
    *lines, last = _BREAK.split(text[start:end])
    for line in lines:
        words = line.strip(" \t")
        if words:
            yield _comment(text, at, line, is_own=is_own)
        elif is_own and not was_blank:
            yield Note(at)
        was_blank = is_own and not words
        at, is_own = at + len(line) + 1, True
    if last.strip(" \t"):
        yield _comment(text, at, last, is_own=is_own)


def _comment(text: str, at: int, line: str, *, is_own: bool) -> Note:
    words = line.strip(" \t")
    gap = len(line) - len(line.lstrip(" \t"))
    column = at + gap - text.rfind("\n", 0, at) - 1
    if not words.startswith("#"):
        raise UntidyError(text.count("\n", 0, at), column, f"{words[:20]!r} stands where nothing may")
    return Note(at + gap, words, is_own, column, gap)


def inventory(text: str) -> Counter[str]:
    """How often there is each of its comments, anchors, aliases, tags, directives, block scalars."""
    tokens = scan(text)
    found = Counter(note.text for note in between(text, tokens) if note.text)
    found.update(source(text, token).rstrip() for token in tokens if isinstance(token, _KEPT))
    for token in filter(_is_block, tokens):
        header = BLOCK_HEADER.match(source(text, token))
        assert header
        found.update((token.style, (header[4] or "").rstrip()))
    return found
