"""Lists that many ask for at once, such as the tags of one group: read once for all who wait."""

import threading
import time
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from reconciler.api.client import Query, Reader
from reconciler.api.crew import Crew
from reconciler.api.lists import read_list
from reconciler.errors import PlatformError
from reconciler.facts import Kind
from reconciler.objects.codec import Row, comparable, decode, is_gone, row_id, uncased

FRESH = 10.0  # seconds for which what was read may count as what is there
_PAGES = 8  # that are read side by side
_NEVER = float("-inf")


class Leeway(NamedTuple):
    """How far one may look back into a list of several pages: not before `after`, and at most `times` as long
    as it took to read it. Or each of many that look into it would read all of it.
    """

    after: float
    times: float

    def allows(self, began: float, ended: float, now: float) -> bool:
        return began >= self.after and now - ended <= min(self.times * (ended - began), FRESH)


class Reading:
    """The rows of one list, found by id and by key as often as one likes."""

    def __init__(self, kind: Kind, rows: tuple[Row, ...], within: Any) -> None:
        self.rows = rows
        self.is_long = len(rows) > kind.page_size
        self.ended = time.monotonic()
        self._kind, self._within = kind, within

    @cached_property
    def by_id(self) -> Mapping[int | None, Row]:
        return {row_id(self._kind, row): row for row in reversed(self.rows)}

    @cached_property
    def by_key(self) -> Mapping[tuple[int | None, Hashable], int | None]:
        """Ids by place (None where names are unique everywhere) and name; of doubles the first."""
        kind = self._kind
        found: dict[tuple[int | None, Hashable], int | None] = {}
        place, label = kind.field(kind.home), kind.field(kind.label)
        for row in self.rows:
            # Groups are listed below a parent, whatever they say of it.
            fields = decode(kind, {**row, place.wire_names[0]: self._within} if kind.is_tree else row)
            at = fields.get(kind.place) if kind.place else None
            if not is_gone(kind, row) and (at is None or isinstance(at, int)):
                found.setdefault((at, comparable(label, fields.get(kind.label))), row_id(kind, row))
        return found

    @cached_property
    def by_loose_key(self) -> Mapping[tuple[int | None, Hashable], Sequence[tuple[int | None, Hashable]]]:
        """Ids and names by what they are alike in but for case, spaces and accents."""
        found: defaultdict[tuple[int | None, Hashable], list[tuple[int | None, Hashable]]] = defaultdict(list)
        for (at, name), number in self.by_key.items():
            found[at, uncased(name)].append((number, name))
        return found


class Readings:
    """Whoever asks gets a reading that began after a moment that they name, their own or somebody else's.
    Safe to share between threads.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._taking = threading.Lock()
        self._locks: defaultdict[Any, threading.Lock] = defaultdict(threading.Lock)
        self._latest: dict[Any, tuple[float, Reading | PlatformError]] = {}

    def reading(self, kind: Kind, query: Query, since: float, leeway: Leeway | None = None) -> Reading:
        """Proved complete, as by `read_list`; `since` is a time of `time.monotonic`. Raises PlatformError."""
        if kind.asked_by_label:  # these are asked for by name, each by somebody else
            return self._read(kind, query)
        key = kind.name, *sorted(query.items())
        with self._taking:
            lock = self._locks[key]
        with lock:  # those who wait here meanwhile are served by the next reading, all of them
            began, found = self._latest.get(key, (_NEVER, None))
            if found is None or not (began >= since or _will_do(found, began, leeway)):
                began, found = time.monotonic(), self._tried(kind, query)
                self._latest[key] = began, found
        if isinstance(found, PlatformError):
            raise found
        return found

    def _tried(self, kind: Kind, query: Query) -> Reading | PlatformError:
        try:
            return self._read(kind, query)
        except PlatformError as error:
            return error

    def _read(self, kind: Kind, query: Query) -> Reading:
        with Crew(_PAGES) as pages:
            rows = read_list(self.reader, kind, query, pages.map)
        return Reading(kind, rows, query.get(kind.within))


def _will_do(found: Reading | PlatformError, began: float, leeway: Leeway | None) -> bool:
    if leeway is None or not isinstance(found, Reading) or not found.is_long:
        return False
    return leeway.allows(began, found.ended, time.monotonic())
