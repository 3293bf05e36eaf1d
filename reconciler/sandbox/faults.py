"""Faults for single requests: rules that are used up as requests match them."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

FAULTS = ("status", "drop_before", "drop_after", "broken_json", "html")

_STATUSES = (200, 599)


class Rule(NamedTuple):
    """The first `skip` matching requests pass, the next `times` (None: all) meet the fault.

    `before` says whether the request is left undone. `path` is a pattern for the path without /v3.
    """

    method: str = "*"
    path: str = "*"
    fault: str = "status"
    status: int = 503
    retry_after: float | str | None = None
    skip: int = 0
    times: int | None = 1
    before: bool | None = None

    @property
    def undone(self) -> bool:
        if self.before is not None and self.fault not in ("drop_before", "drop_after"):
            return self.before
        return self.fault in ("status", "drop_before")

    def matches(self, method: str, path: str) -> bool:
        return self.times != 0 and self.method in ("*", method) and fnmatchcase(path, self.path)


class _Field(NamedTuple):
    types: tuple[type, ...]
    text: str


FIELDS: Mapping[str, _Field] = {
    "method": _Field((str,), "of the requests that it is for; * for any"),
    "path": _Field((str,), "pattern for their path, without /v3: /tag, /users/*"),
    "fault": _Field((str,), f"what they meet: {', '.join(FAULTS)}"),
    "status": _Field((int,), "what a fault of status answers"),
    "retry_after": _Field((int, float, str, type(None)), "seconds or a date, for the header Retry-After"),
    "skip": _Field((int,), "so many requests pass first"),
    "times": _Field((int, type(None)), "so many requests then meet it; null for all"),
    "before": _Field(
        (bool, type(None)), "whether the request is left undone; null: by status and drop_before"
    ),
}


class Faults:
    """The rules in the order in which they were added; the first that matches decides."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []

    def add(self, fields: Mapping[str, Any]) -> None:
        """Raises ValueError for a rule that says nothing sensible."""
        self._rules.append(rule(fields))

    def clear(self) -> None:
        self._rules.clear()

    def listed(self) -> list[dict[str, Any]]:
        """With what is left of `skip` and `times`."""
        return [found._asdict() for found in self._rules]

    def take(self, method: str, path: str) -> Rule | None:
        for position, found in enumerate(self._rules):
            if not found.matches(method, path):
                continue
            if found.skip:
                self._rules[position] = found._replace(skip=found.skip - 1)
                continue
            if found.times is not None:
                self._rules[position] = found._replace(times=found.times - 1)
            return found
        return None


def rule(fields: Mapping[str, Any]) -> Rule:
    for name, value in fields.items():
        if name not in FIELDS:
            raise ValueError(f"a fault has no {name!r}; it has {', '.join(FIELDS)}")
        if not isinstance(value, FIELDS[name].types) or (isinstance(value, bool) and name != "before"):
            raise ValueError(f"{name} of a fault cannot be {value!r}")
    made = Rule(**fields)
    if made.fault not in FAULTS:
        raise ValueError(f"there is no fault {made.fault!r}; there are {', '.join(FAULTS)}")
    if not (_STATUSES[0] <= made.status <= _STATUSES[1] and made.skip >= 0 and (made.times or 0) >= 0):
        raise ValueError("status must be a final one, skip and times cannot be negative")
    if not str(made.retry_after).isprintable():
        raise ValueError("retry_after must be printable")
    return made
