"""How far something long has come, for whoever looks on."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

# What is counted (empty where there is one thing only), how many so far, and of how many.
Progress = Callable[[str, int, int], None]


def unwatched(_what: str, _done: int, _total: int) -> None:
    """Nobody looks on."""


_Item = TypeVar("_Item")
_OFTEN = 256  # what is quicker to do than to tell is told of now and then


def watched(items: Iterable[_Item], report: Progress, total: int) -> Iterator[_Item]:
    """The same items; `report` is told how many have passed."""
    for number, item in enumerate(items):
        if number % _OFTEN == 0:
            report("", number, total)
        yield item
