"""Lists that many ask for at once, such as the tags of one group: read once for all who wait."""

import threading
import time
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, NamedTuple

from reconciler.api.client import Query, Reader
from reconciler.api.crew import Crew
from reconciler.api.lists import read_list
from reconciler.errors import LongListError, PlatformError
from reconciler.facts import Kind
from reconciler.objects.codec import Row, decode, is_gone, row_id
from reconciler.objects.comparing import bare, comparable

FRESH = 10.0  # seconds for which what was read may count as what is there
_PAGES = 8  # that are read side by side
_NEVER = float("-inf")


class Reading:
    """The rows of one list, found by id and by key as often as one likes."""

    def __init__(self, kind: Kind, rows: tuple[Row, ...], within: Any) -> None:
        self.rows = rows
        self.is_long = len(rows) > kind.page_size
        self.ended = time.monotonic()
        self.served = 0  # who could have asked for one by name instead
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
        """Ids and names by what they are alike in but for case, spaces, accents and zeros."""
        found: defaultdict[tuple[int | None, Hashable], list[tuple[int | None, Hashable]]] = defaultdict(list)
        for (at, name), number in self.by_key.items():
            found[at, bare(name)].append((number, name))
        return found


class Leeway(NamedTuple):
    """How far one may look back into a list: not before `after`, and as long as it is fresh. With `times`,
    only into one of several pages, and at most so many times as long as it took to read it: or each of many
    that look into it would read all of it.
    """

    after: float
    times: float | None = None

    def allows(self, found: Reading, began: float) -> bool:
        age, limit = time.monotonic() - found.ended, FRESH
        if self.times is not None:
            limit = min(self.times * (found.ended - began), FRESH)
        return (found.is_long or self.times is None) and began >= self.after and age <= limit


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
        with self._lock(kind, query) as key:
            found = self._served(key, since, leeway)
            if found is None or isinstance(found, LongListError):
                found = self._read(key, kind, query)
        return _given(found)

    def whole(self, kind: Kind, since: float, leeway: Leeway | None, most: int) -> Reading | None:
        """The list of all, where one that will do was read already, or takes `most` requests at most: for who
        could ask for a few by name instead. What has become old is read once more where that takes no more
        requests than it has served, and never if it was too long. Raises PlatformError.
        """
        with self._lock(kind, kind.query) as key:
            found, (_, latest) = self._served(key, since, leeway), self._latest.get(key, (_NEVER, None))
            if isinstance(latest, Reading):
                most = _worth(latest, most) if leeway else most
            elif leeway and latest:
                most = 0
            if found is None and most:
                found = self._read(key, kind, kind.query, most)
            if isinstance(found, Reading):
                found.served += 1
        return None if found is None or isinstance(found, LongListError) else _given(found)

    @contextmanager
    def _lock(self, kind: Kind, query: Query) -> Iterator[Hashable]:
        """Those who wait here meanwhile are served by the next reading, all of them."""
        key = kind.name, *sorted(query.items())
        with self._taking:
            lock = self._locks[key]
        with lock:
            yield key

    def _served(self, key: Hashable, since: float, leeway: Leeway | None) -> Reading | PlatformError | None:
        """What was read already, if it will do."""
        began, found = self._latest.get(key, (_NEVER, None))
        looks_back = leeway is not None and isinstance(found, Reading) and leeway.allows(found, began)
        return found if began >= since or looks_back else None

    def _read(
        self, key: Hashable, kind: Kind, query: Query, most: int | None = None
    ) -> Reading | PlatformError:
        began, found = time.monotonic(), self._tried(kind, query, most)
        self._latest[key] = began, found
        return found

    def _tried(self, kind: Kind, query: Query, most: int | None) -> Reading | PlatformError:
        try:
            with Crew(_PAGES) as pages:
                rows = read_list(self.reader, kind, query, pages.map, most)
        except PlatformError as error:
            return error
        return Reading(kind, rows, query.get(kind.within))


def _worth(latest: Reading, most: int) -> int:
    """How many requests may go into reading it once more: one page always may."""
    return max(0 if latest.is_long else 1, min(most, latest.served))


def _given(found: Reading | PlatformError) -> Reading:
    if isinstance(found, PlatformError):
        raise found
    return found
