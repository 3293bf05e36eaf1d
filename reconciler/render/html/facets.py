"""What rows can be filtered by, and rows in portions: the first to be seen, the rest when needed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple, TypeVar

Row = TypeVar("Row")

AT_ONCE = 200
PORTION = 500
OPEN_AT_MOST = 30


class Option(NamedTuple):
    value: str
    label: str
    number: int


class Facet(NamedTuple):
    name: str
    title: str
    options: tuple[Option, ...]


def facet(name: str, title: str, values: Iterable[str], known: Iterable[tuple[str, str]]) -> Facet:
    """Those of the known values, as (value, label), that occur; there are no others."""
    counts = Counter(values)
    return Facet(name, title, tuple(Option(*each, counts[each[0]]) for each in known if counts[each[0]]))


class Portions(NamedTuple):
    """`first` are shown as they are; `rest` are kept out of the way until somebody gets there."""

    first: Iterator[object]
    rest: Iterator[Iterator[object]]


def portions(rows: Iterable[Row]) -> Portions:
    """One after the other has to be drawn from, in order."""
    source = iter(rows)
    return Portions(islice(source, AT_ONCE), _rest(source))


def _rest(source: Iterator[Row]) -> Iterator[Iterator[Row]]:
    for first in source:
        yield chain([first], islice(source, PORTION - 1))
