"""Lists that many ask for at once, such as the tags of one group: read once for all who wait."""

import threading
import time
from collections import defaultdict
from typing import Any

from reconciler.client import Query, Reader
from reconciler.codec import Row
from reconciler.crew import Crew
from reconciler.kinds import Kind
from reconciler.lists import read_list

_PAGES = 8  # that are read side by side
_NEVER = float("-inf")


class Readings:
    """Whoever asks gets a reading that began after a moment that they name, their own or somebody else's.
    Safe to share between threads.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._taking = threading.Lock()
        self._locks: defaultdict[Any, threading.Lock] = defaultdict(threading.Lock)
        self._latest: dict[Any, tuple[float, tuple[Row, ...]]] = {}

    def rows(self, kind: Kind, query: Query, since: float) -> tuple[Row, ...]:
        """As `read_list`; `since` is a time of `time.monotonic`. Raises PlatformError."""
        if not kind.place:  # these are asked for by name, each by somebody else
            return self._read(kind, query)
        key = kind.name, *sorted(query.items())
        with self._taking:
            lock = self._locks[key]
        with lock:  # those who wait here meanwhile are served by the next reading, all of them
            began, rows = self._latest.get(key, (_NEVER, ()))
            if began < since:
                began = time.monotonic()
                rows = self._read(kind, query)
                self._latest[key] = began, rows
            return rows

    def _read(self, kind: Kind, query: Query) -> tuple[Row, ...]:
        with Crew(_PAGES) as pages:
            return read_list(self.reader, kind, query, pages.map)
