"""Somebody's data as a page may show it: harmless on its line, cut where it is long, and whole on request."""

import json
from typing import NamedTuple

from reconciler.model import Value
from reconciler.plans.planfile import plain
from reconciler.render.sides import parted, shown
from reconciler.wording import LONGEST, safe, visible

SHORT = 160
WHOLE = 20_000


class Words(NamedTuple):
    """`whole` is there only where `text` was cut, and `more` characters are beyond even that."""

    text: str
    whole: str = ""
    more: int = 0

    @property
    def is_nothing(self) -> bool:
        return self.text == "(nothing)"


def of_value(value: Value) -> Words:
    """As YAML would have it."""
    text = shown(value)
    return Words(text) if len(text) <= SHORT else _cut(text, _whole(value))


def of_pair(old: Value, new: Value) -> tuple[Words, Words]:
    """Both, spelled so that they differ where their values do: text on one side and a number on the other."""
    before, after = of_value(old), of_value(new)
    if isinstance(old, str) and isinstance(new, str):
        short, other = parted(old, new, SHORT)
        return (before, after) if short == old else (_cut(shown(short), old), _cut(shown(other), new))
    if before.text == after.text and not before.whole:
        before, after = (Words(safe(json.dumps(plain(each), ensure_ascii=False))) for each in (old, new))
    return before, after


def of_text(text: object) -> Words:
    """A sentence that may have names in it: if it is long, up to the end of a word."""
    whole = str(text)
    if len(whole) <= LONGEST:
        return Words(safe(whole))
    end = whole.rfind(" ", LONGEST // 2, LONGEST)
    return _with_whole(f"{safe(whole[: end if end > 0 else LONGEST])}…", whole)


def _whole(value: Value) -> str:
    return value if isinstance(value, str) else json.dumps(plain(value), ensure_ascii=False)


def _cut(text: str, whole: str) -> Words:
    return _with_whole(f"{text[:SHORT]}…" if len(text) > SHORT else text, whole)


def _with_whole(text: str, whole: str) -> Words:
    return Words(text, visible(whole[:WHOLE]), max(0, len(whole) - WHOLE))
