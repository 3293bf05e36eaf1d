"""What is different between two texts, line by line, as git shows it; quick for long files too."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher

_SHORT = 1_000  # up to so many lines, difflib needs no help
_CONTEXT = 3
_EQUAL = "equal"
Opcode = tuple[str, int, int, int, int]
Lines = Sequence[str]


def unified(before: str, after: str, name: str) -> Iterator[str]:
    """Nothing if they are equal."""
    old, new = _lines(before), _lines(after)
    for number, hunk in enumerate(_hunks(_joined(_opcodes(old, new)))):
        if not number:
            yield from (f"--- a/{name}", f"+++ b/{name}")
        first, last = hunk[0], hunk[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"
        for tag, i1, i2, j1, j2 in hunk:
            yield from (f"{' ' if tag == _EQUAL else '-'}{line}" for line in old[i1:i2])
            yield from (f"+{line}" for line in new[j1:j2] if tag != _EQUAL)


def _hunks(opcodes: Iterable[Opcode]) -> Iterator[list[Opcode]]:
    """What differs, with three lines before and after it."""
    hunk: list[Opcode] = []
    for code in opcodes:
        is_short = code[2] - code[1] <= 2 * _CONTEXT
        if code[0] != _EQUAL or (hunk and is_short):
            hunk.append(code)
            continue
        if hunk:
            yield [*hunk, _first_lines(code)]
        hunk = [_last_lines(code)]
    if hunk and hunk[-1][0] == _EQUAL:
        hunk = [*hunk[:-1], _first_lines(hunk[-1])]
    if any(tag != _EQUAL for tag, *_ in hunk):
        yield hunk


def _first_lines(code: Opcode) -> Opcode:
    tag, i1, i2, j1, j2 = code
    return tag, i1, min(i2, i1 + _CONTEXT), j1, min(j2, j1 + _CONTEXT)


def _last_lines(code: Opcode) -> Opcode:
    tag, i1, i2, j1, j2 = code
    return tag, max(i1, i2 - _CONTEXT), i2, max(j1, j2 - _CONTEXT), j2


def _lines(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines


def _range(start: int, end: int) -> str:
    length = end - start
    return f"{start + 1 if length else start}" + (f",{length}" if length != 1 else "")


def _opcodes(old: Lines, new: Lines) -> Iterator[Opcode]:
    i = j = 0
    for to_i, to_j in (*_anchors(old, new), (len(old), len(new))):
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, old[i:to_i], new[j:to_j]).get_opcodes():
            yield tag, i + i1, i + i2, j + j1, j + j2
        i, j = to_i, to_j


def _joined(opcodes: Iterator[Opcode]) -> Iterator[Opcode]:
    """What is equal on both sides of an anchor is equal in one piece."""
    last: Opcode | None = None
    for code in opcodes:
        if last and last[0] == code[0] == _EQUAL:
            last = (_EQUAL, last[1], code[2], last[3], code[4])
            continue
        if last:
            yield last
        last = code
    if last:
        yield last


def _anchors(old: Lines, new: Lines) -> list[tuple[int, int]]:
    """Places in a long file that belong together: lines that both have once, as far as their order is one."""
    if len(old) <= _SHORT:
        return []
    there = _once(new)
    pairs = [(i, there[line]) for line, i in _once(old).items() if line in there]
    tails: list[int] = []
    chain: list[tuple[tuple[int, int], int]] = []  # a pair, and the number of the one before it
    numbers: list[int] = []
    for number, pair in enumerate(pairs):
        at = bisect_left(tails, pair[1])
        chain.append((pair, numbers[at - 1] if at else -1))
        tails[at : at + 1], numbers[at : at + 1] = [pair[1]], [number]
    found, number = [], numbers[-1] if numbers else -1
    while number >= 0:
        pair, number = chain[number]
        found.append(pair)
    return found[::-1]


def _once(lines: Lines) -> dict[str, int]:
    stripped = [line.strip() for line in lines]
    counts = Counter(stripped)
    return {line: number for number, line in enumerate(stripped) if counts[line] == 1}
