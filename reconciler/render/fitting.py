"""As much as fits into a page of limited size, what matters most the last to be cut."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from itertools import chain, islice
from typing import Any, NamedTuple


class Frame(NamedTuple):
    """The lines around the items of a block."""

    opening: str
    closing: str


class Standing(Enum):
    """What weighs is open, other changes are folded; of what changes nothing, there is what room is left."""

    OPEN = "open"
    FOLDED = "folded"
    LAST = "last"


class Block(NamedTuple):
    """Items of one sort: `head` gives the one line that each has, `body` those that it has besides if there
    is room; all without line ends. `title` is markup.
    """

    title: str
    frame: Frame
    items: Sequence[Any]
    head: Callable[[Any], str]
    body: Callable[[Any], Iterable[str]] = lambda _: ()
    standing: Standing = Standing.OPEN

    def around(self, unshown: int, shortened: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What stands before the items and behind them, of which some are not shown or have no body."""
        is_open = self.standing is Standing.OPEN
        title = f"<h4>{self.title}</h4>" if is_open else f"<details><summary>{self.title}</summary>"
        said = _left_out(unshown, shortened)
        return (
            (title, "") if self.title else (),
            (*((said, "") if said else ()), *(() if is_open else ("</details>", ""))),
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
    heads: list[str]
    bodies: list[Sequence[str] | None]

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
    """Step by step, the blocks in their order. Reads no more of the items than there is room for."""
    found = [Fitted(block, [], []) for block in blocks]
    room -= sum(map(_overhead, blocks))
    for add, standing, parts in _STEPS:
        for each in found:
            if each.block.standing is standing:
                room -= add(each, room // parts)
    return found


def _overhead(block: Block) -> int:
    count = len(block.items)
    return size([*chain.from_iterable(block.around(count, count)), *block.frame, ""])


def _add_heads(found: Fitted, room: int) -> int:
    """How much of the room they take."""
    left = room
    for item in islice(found.block.items, len(found.heads), None):
        head = found.block.head(item)
        if size([head]) > left:
            break
        left -= size([head])
        found.heads.append(head)
        found.bodies.append(None)
    return room - left


def _add_bodies(found: Fitted, room: int) -> int:
    left = room
    for number, item in enumerate(found.block.items[: len(found.heads)]):
        if found.bodies[number] is None:
            body = [*found.block.body(item)]
            if size(body) <= left:
                left -= size(body)
                found.bodies[number] = body
    return room - left


# First some of everything, no block taking all, and of what weighs more than a line, however much else there
# is; then as much as fits of what weighs, of what does not, and of what changes nothing. A block takes one
# part, in so many, of what is left.
_STEPS = (
    (_add_heads, Standing.OPEN, 3),
    (_add_bodies, Standing.OPEN, 3),
    (_add_heads, Standing.FOLDED, 10),
    (_add_heads, Standing.OPEN, 1),
    (_add_bodies, Standing.OPEN, 1),
    (_add_heads, Standing.FOLDED, 1),
    (_add_bodies, Standing.FOLDED, 1),
    (_add_heads, Standing.LAST, 1),
    (_add_bodies, Standing.LAST, 1),
)
