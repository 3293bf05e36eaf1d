"""Patterns of addresses, in which `*` stands for anything: which objects they mean."""

import re
from collections.abc import Iterable
from functools import cache

from reconciler.model import Address
from reconciler.objects.codec import loosely


def is_named(pattern: str, address: Address, names: Iterable[str]) -> bool:
    """Whether an address pattern, in which `*` stands for anything, means an object of these names."""
    kind, _, key = pattern.partition("/")
    if kind != address.kind:
        return False
    called = map(_folded, names)
    return any(map(_wildcard(key).fullmatch, called)) if "*" in key else _folded(key) in called


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
