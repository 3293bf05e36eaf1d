"""How far something long has come, for whoever looks on."""

from collections.abc import Callable

# What is counted (empty where there is one thing only), how many so far, and of how many.
Progress = Callable[[str, int, int], None]


def unwatched(_what: str, _done: int, _total: int) -> None:
    """Nobody looks on."""
