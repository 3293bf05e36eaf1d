"""The parts of a route's calls that its destinations get, in per cent."""

from collections.abc import Iterable, Mapping
from typing import Any

_WHOLE, _DIGITS = 100, 6  # how exactly fractions have to sum up
_SHOWN = 1_000_000  # what is more need not be told in all its digits


def percentages(destinations: Iterable[Any]) -> list[float | None]:
    """Of each destination of a route; None where one has none."""
    given = [each.get("percentage") if isinstance(each, Mapping) else None for each in destinations]
    return [each if isinstance(each, int | float) else None for each in given]


def wrong_sum(shares: Iterable[float | None]) -> str | None:
    """What they sum up to, if that is not the whole; None counts as nothing."""
    total = sum(filter(None, shares))
    if round(total, _DIGITS) == _WHOLE:
        return None
    return f"{total:g}" if abs(total) < _SHOWN else f"more than {_SHOWN:,}"
