"""Patterns of addresses, in which `*` stands for anything: which objects they mean."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from reconciler.model import Address
from reconciler.objects.comparing import loosely, without_zeros


class Called(NamedTuple):
    """Objects by their names, and, folded, by kind and name."""

    names: Mapping[Address, Collection[str]]
    by_name: Mapping[tuple[str, str], Collection[Address]]


def called(names: Mapping[Address, Collection[str]]) -> Called:
    by_name = defaultdict[tuple[str, str], dict[Address, None]](dict)
    for address, some in names.items():
        for name in some:
            by_name[address.kind, _forms(name)[-1]][address] = None
    return Called(names, by_name)


def meant(pattern: str, objects: Called) -> Iterable[Address]:
    """The objects that an address pattern means; quickly, if there is no `*` in it."""
    kind, _, key = pattern.partition("/")
    if "*" not in key:
        return objects.by_name.get((kind, _forms(key)[-1]), ())
    wanted = [_wildcard(each).fullmatch for each in _forms(key)]
    every = ((at, names) for at, names in objects.names.items() if at.kind == kind)
    return (at for at, names in every if any(fits(each) for fits in wanted for each in _all_forms(names)))


def _all_forms(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield from _forms(name)


@cache
def _forms(key: str) -> tuple[str, ...]:
    """With each name in it as a platform may keep it, in any case; then with those of digits as numbers, if
    that is not the same.
    """
    if key.isascii() and key.split() == [key]:  # as most are
        folded = key.lower()
    else:
        folded = "/".join(loosely(name) or "" for name in key.split("/")).casefold()
    number = "/".join(map(_as_number, folded.split("/"))) if "0" in folded else folded
    return (folded,) if number == folded else (folded, number)


def _as_number(name: str) -> str:
    digits = without_zeros(name)
    return name if digits is None else digits or "0"


@cache
def _wildcard(folded: str) -> re.Pattern[str]:
    """What stands between two `*` is looked for once, from the left: all else takes very long."""
    first, *others = map(re.escape, folded.split("*"))
    between = "".join(f"(?>.*?{each})" for each in others[:-1])
    last = f".*{others[-1]}" if others else ""
    return re.compile(first + between + last, re.DOTALL)
