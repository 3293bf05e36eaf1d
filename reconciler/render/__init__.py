"""Plans and outcomes for people and programs: one table of formats, the same functions in each."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from reconciler.model import Outcome, Plan
from reconciler.render import json, text


class Format(NamedTuple):
    """Every function yields lines without their ends."""

    plan: Callable[[Plan, bool], Iterator[str]]
    result: Callable[[Sequence[Outcome], bool], Iterator[str]]


FORMATS: Mapping[str, Format] = MappingProxyType(
    {"text": Format(text.plan, text.result), "json": Format(json.plan, json.result)}
)
