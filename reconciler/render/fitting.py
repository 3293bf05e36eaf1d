"""As much as fits into a page of limited size, what matters most the last to be cut."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, NamedTuple


class Frame(NamedTuple):
    """The lines around the items of a block."""

    opening: str
    closing: str


class Block(NamedTuple):
    """Items of one sort: `head` gives the one line that each has, `body` those that it has besides if there
    is room; all without line ends. `title` is markup. Of what is left, the block may at first take one part
    in `share`.
    """

    title: str
    frame: Frame
    items: Sequence[Any]
    head: Callable[[Any], str]
    body: Callable[[Any], Iterable[str]] = lambda _: ()
    is_folded: bool = False
    share: int = 3

    def around(self, unshown: int, shortened: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What stands before the items and behind them, of which some are not shown or have no body."""
        opening, closing = ("<details>", "</details>") if self.is_folded else ("", "")
        title = f"{opening}<summary>{self.title}</summary>" if self.is_folded else f"<h4>{self.title}</h4>"
        said = _left_out(unshown, shortened)
        return (
            (title, "") if self.title else (),
            (*((said, "") if said else ()), *((closing, "") if closing else ())),
        )


def _left_out(unshown: int, shortened: int) -> str:
    parts = []
    if shortened:
        parts.append(f"{shortened:,} of these without {'its' if shortened == 1 else 'their'} fields")
    if unshown:
        parts.append(f"{unshown:,} more not shown")
    return f"… {', '.join(parts)}." if parts else ""


class Fitted(NamedTuple):
    """What of a block fits: the heads of its first items, and the bodies; None where one does not fit."""

    block: Block
    heads: Sequence[str]
    bodies: Sequence[Sequence[str] | None]

    @property
    def unshown(self) -> Sequence[Any]:
        return self.block.items[len(self.heads) :]

    def lines(self) -> Iterator[str]:
        shortened = sum(body is None for body in self.bodies)
        before, after = self.block.around(len(self.unshown), shortened)
        yield from before
        if self.heads:
            yield self.block.frame.opening
            for head, body in zip(self.heads, self.bodies, strict=True):
                yield head
                yield from body or ()
            yield self.block.frame.closing
            yield ""
        yield from after


def size(lines: Iterable[str]) -> int:
    """In bytes, which are never fewer than characters, whoever counts; with the ends of the lines."""
    return sum(len(line.encode()) + 1 for line in lines)


def fitted(blocks: Sequence[Block], room: int) -> list[Fitted]:
    """Blocks in the order of their weight: first a line for each item, no block taking all, then what is left
    over to more lines, then to bodies. Reads no more of the items than there is room for.
    """
    room -= sum(map(_overhead, blocks))
    heads: list[list[str]] = [[] for _ in blocks]
    for is_shared in (True, False):
        for block, taken in zip(blocks, heads, strict=True):
            more = [*_heads(block, len(taken), room // block.share if is_shared else room)]
            room -= size(more)
            taken.extend(more)
    return [*_with_bodies(blocks, heads, room)]


def _overhead(block: Block) -> int:
    count = len(block.items)
    return size([*chain.from_iterable(block.around(count, count)), *block.frame, ""])


def _heads(block: Block, start: int, room: int) -> Iterator[str]:
    for item in islice(block.items, start, None):
        head = block.head(item)
        room -= size([head])
        if room < 0:
            return
        yield head


def _with_bodies(blocks: Sequence[Block], heads: Sequence[Sequence[str]], room: int) -> Iterator[Fitted]:
    for block, found in zip(blocks, heads, strict=True):
        bodies: list[Sequence[str] | None] = []
        for item in block.items[: len(found)]:
            body = [*block.body(item)]
            fits = size(body) <= room
            room -= size(body) if fits else 0
            bodies.append(body if fits else None)
        yield Fitted(block, found, bodies)
