"""Patterns of addresses, in which `*` stands for anything: which objects they mean."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import NamedTuple

from reconciler.model import Address
from reconciler.objects.comparing import loosely


class Called(NamedTuple):
    """Objects by their names, and, folded, by kind and name."""

    names: Mapping[Address, Collection[str]]
    by_name: Mapping[tuple[str, str], Collection[Address]]


def called(names: Mapping[Address, Collection[str]]) -> Called:
    by_name = defaultdict[tuple[str, str], dict[Address, None]](dict)
    for address, some in names.items():
        for name in some:
            by_name[address.kind, _folded(name)][address] = None
    return Called(names, by_name)


def meant(pattern: str, objects: Called) -> Iterable[Address]:
    """The objects that an address pattern means; quickly, if there is no `*` in it."""
    kind, _, key = pattern.partition("/")
    if "*" not in key:
        return objects.by_name.get((kind, _folded(key)), ())
    fits = _wildcard(key).fullmatch
    every = ((at, names) for at, names in objects.names.items() if at.kind == kind)
    return (at for at, names in every if any(map(fits, map(_folded, names))))


@cache
def _folded(key: str) -> str:
    """With each name in it as a platform may keep it, in any case."""
    if key.isascii() and key.split() == [key]:  # as most are
        return key.lower()
    return "/".join(loosely(name) or "" for name in key.split("/")).casefold()


@cache
def _wildcard(pattern: str) -> re.Pattern[str]:
    """What stands between two `*` is looked for once, from the left: all else takes very long."""
    first, *others = map(re.escape, _folded(pattern).split("*"))
    between = "".join(f"(?>.*?{each})" for each in others[:-1])
    last = f".*{others[-1]}" if others else ""
    return re.compile(first + between + last, re.DOTALL)
