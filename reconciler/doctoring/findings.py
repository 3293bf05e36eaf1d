"""What an examination finds: checks, and the overrides that would mend what differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import reduce
from typing import Any, NamedTuple

from reconciler.facts import Kind
from reconciler.model import Platform
from reconciler.objects.overrides import kinds_with

Facts = Mapping[str, Any]


class Status(Enum):
    OK = "ok"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


class Check(NamedTuple):
    """A fact, what was found of it, and the facts of the kind that would mend it.

    `mark` says how well the fact is known: D, I or A as in `kinds`; "" for what is no fact of the platform's.
    """

    status: Status
    fact: str
    found: str
    mark: str = ""
    mend: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Report:
    """Checks by section; `suggested` is the whole `settings.platform`, with what the files have already.
    `finds_nothing` if no path at all leads anywhere, `is_turned_away` if no call is answered to this caller.
    """

    account: int | None
    sections: Mapping[str, tuple[Check, ...]]
    suggested: Platform
    requests: int
    finds_nothing: bool = False
    is_turned_away: bool = False

    @property
    def is_sound(self) -> bool:
        return not any(
            check.status is Status.DIFFERS for checks in self.sections.values() for check in checks
        )

    @property
    def mends(self) -> bool:
        return any(check.mend for checks in self.sections.values() for check in checks)


def merged(old: Facts, new: Facts) -> dict[str, Any]:
    """Mappings within mappings; where both say something, the new one wins."""
    both = dict(old)
    for name, value in new.items():
        former = both.get(name)
        if value and isinstance(value, Mapping) and isinstance(former, Mapping):
            both[name] = merged(former, value)
        else:
            both[name] = value
    return both


class Case:
    """One kind under examination: what was found so far, and the kind as it would be, mended by that."""

    def __init__(self, name: str, platform: Platform) -> None:
        self.name = name
        self.platform = platform
        self.checks: list[Check] = []

    @property
    def kind(self) -> Kind:
        return self.mended({})

    def mended(self, facts: Facts) -> Kind:
        """The kind with these facts besides."""
        found = (check.mend for check in self.checks)
        mine = reduce(merged, (*found, facts), self.platform.get(self.name, {}))
        return kinds_with({**self.platform, self.name: mine})[self.name]

    def add(self, status: Status, fact: str, found: str, mark: str = "", mend: Facts | None = None) -> None:
        self.checks.append(Check(status, fact, found, mark, mend or {}))

    def mark(self, fact: str) -> str:
        return self.kind.marks.get(fact, "D")
