"""How like each other two names are, however they are spelled."""

import difflib
import re

from reconciler.objects.codec import fold


def words(name: str) -> list[str]:
    return [each.lower() for each in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+", name)] or [name]


def likeness(one: str, other: str) -> float:
    """From 0 to 1, which is the same but for spelling."""
    if fold(one) == fold(other):
        return 1.0
    mine, its = set(words(one)), set(words(other))
    ratio = difflib.SequenceMatcher(None, fold(one), fold(other)).ratio()
    return max(ratio, 0.75) if mine <= its or its <= mine else min(ratio, 0.99)
