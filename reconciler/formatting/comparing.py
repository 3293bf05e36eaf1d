"""What is different between two texts, line by line, as git shows it; quick for long files too."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

_SHORT = 1_000  # up to so many lines, difflib needs no help
Opcode = tuple[str, int, int, int, int]


def unified(before: str, after: str, name: str) -> Iterator[str]:
    """Nothing if they are equal."""
    old, new = _lines(before), _lines(after)
    matcher = SequenceMatcher(None, old, new)
    if before != after:
        yield from (f"--- a/{name}", f"+++ b/{name}")
        matcher.opcodes = [*_opcodes(old, new)]  # type: ignore[attr-defined]  # what it would find itself, slowly
    for hunk in matcher.get_grouped_opcodes() if before != after else ():
        yield f"@@ -{_range(hunk[0][1], hunk[-1][2])} +{_range(hunk[0][3], hunk[-1][4])} @@"
        for tag, i1, i2, j1, j2 in hunk:
            yield from (f"{' ' if tag == 'equal' else '-'}{line}" for line in old[i1:i2])
            yield from (f"+{line}" for line in new[j1:j2] if tag != "equal")


def _lines(text: str) -> list[str]:
    *lines, last = text.split("\n")
    return [*lines, f"{last}\n\\ No newline at end of file"] if last else lines


def _range(start: int, end: int) -> str:
    length = end - start
    return f"{start + 1 if length else start}" + (f",{length}" if length != 1 else "")


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[Opcode]:
    """What is equal on both sides of an anchor is equal in one piece."""
    i = j = 0
    last: Opcode = ("", 0, 0, 0, 0)
    for to_i, to_j in (*_anchors(old, new), (len(old), len(new))):
        for tag, i1, i2, j1, j2 in SequenceMatcher(None, old[i:to_i], new[j:to_j]).get_opcodes():
            if tag == last[0] == "equal":
                last = (tag, last[1], i + i2, last[3], j + j2)
                continue
            if last[0]:
                yield last
            last = (tag, i + i1, i + i2, j + j1, j + j2)
        i, j = to_i, to_j
    yield last


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Places in a long file that belong together: lines that both have once, as far as their order is one."""
    there = _once(new) if len(old) > _SHORT else {}
    tails: list[int] = []
    chains: list[tuple[int, int, object]] = []  # for each length, a pair with the chain before it
    for i, j in ((i, there[line]) for line, i in _once(old).items() if line in there):
        at = bisect_left(tails, j)
        tails[at : at + 1], chains[at : at + 1] = [j], [(i, j, chains[at - 1] if at else None)]
    found: list[tuple[int, int]] = []
    chain: object = chains[-1] if chains else None
    while isinstance(chain, tuple):
        found.append(chain[:2])
        chain = chain[2]
    return found[::-1]


def _once(lines: Sequence[str]) -> dict[str, int]:
    stripped = [line.strip() for line in lines]
    counts = Counter(stripped)
    return {line: number for number, line in enumerate(stripped) if counts[line] == 1}
