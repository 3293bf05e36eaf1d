"""Lists that many ask for at once, such as the tags of one group: read once for all who wait."""

import threading
import time
from collections import defaultdict
from collections.abc import Hashable, Mapping
from functools import cached_property
from typing import Any

from reconciler.client import Query, Reader
from reconciler.codec import Row, comparable, decode, is_gone, loosely, row_id
from reconciler.crew import Crew
from reconciler.errors import PlatformError
from reconciler.kinds import Kind
from reconciler.lists import read_list

_PAGES = 8  # that are read side by side
_LASTING = 10.0  # times what it took to read a list of several pages: how long it may count at most
_NEVER = float("-inf")


class Reading:
    """The rows of one list, found by id and by key as often as one likes. It counts until a time of
    `time.monotonic`, for those who take one from before they asked.
    """

    def __init__(self, kind: Kind, rows: tuple[Row, ...], within: Any, until: float = _NEVER) -> None:
        self.rows = rows
        self.until = until
        self._kind, self._within = kind, within

    @cached_property
    def by_id(self) -> Mapping[int | None, Row]:
        return {row_id(self._kind, row): row for row in reversed(self.rows)}

    @cached_property
    def by_key(self) -> Mapping[tuple[int | None, Hashable], int | None]:
        """Ids by place (None where names are unique everywhere) and name, as it is and loosely; the first of
        doubles.
        """
        kind = self._kind
        found: dict[tuple[int | None, Hashable], int | None] = {}
        place, label = kind.field(kind.home), kind.field(kind.label)
        for row in self.rows:
            # Groups are listed below a parent, and need not say which.
            fields = decode(kind, {place.wire_name: self._within, **row} if kind.tree_path else row)
            at = fields.get(kind.place) if kind.place else None
            if not is_gone(kind, row) and (at is None or isinstance(at, int)):
                found.setdefault((at, comparable(label, fields.get(kind.label))), row_id(kind, row))
        for (at, name), number in [*found.items()]:
            found.setdefault((at, loosely(name)), number)
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

    def reading(self, kind: Kind, query: Query, since: float, after: float | None = None) -> Reading:
        """Proved complete, as by `read_list`; `since` is a time of `time.monotonic`. Of a long list one from
        before then will do for a while, if it began `after` a moment: or each of many that look into it would
        read all of it. Raises PlatformError.
        """
        if not kind.place:  # these are asked for by name, each by somebody else
            return self._read(kind, query)
        key = kind.name, *sorted(query.items())
        with self._taking:
            lock = self._locks[key]
        with lock:  # those who wait here meanwhile are served by the next reading, all of them
            began, found = self._latest.get(key, (_NEVER, None))
            lasts = isinstance(found, Reading) and time.monotonic() < found.until
            will_do = began >= since or (lasts and after is not None and began >= after)
            if found is None or not will_do:
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
        began = time.monotonic()
        with Crew(_PAGES) as pages:
            rows = read_list(self.reader, kind, query, pages.map)
        now, is_long = time.monotonic(), len(rows) > kind.page_size
        until = now + _LASTING * (now - began) if is_long else _NEVER
        return Reading(kind, rows, query.get("org_unit_id"), until)
