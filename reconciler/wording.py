"""Counts and lists of names, as sentences have them."""

from collections.abc import Sequence


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 route`, `12,345 routes`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def listed(names: Sequence[str], most: int) -> str:
    """So many of them, and how many there are besides."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
