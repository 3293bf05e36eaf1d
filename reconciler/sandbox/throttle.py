"""Counts requests over a sliding span of time."""

import time
from collections import deque


class Throttle:
    """Requests that were turned away do not count."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], deque[float]] = {}

    def wait(self, key: tuple[str, str], limit: int | None, span: float) -> float:
        """Seconds until a request is let through; 0 lets this one through."""
        if limit is None:
            return 0
        now, seen = time.monotonic(), self._seen.setdefault(key, deque())
        while seen and seen[0] <= now - span:
            seen.popleft()
        if len(seen) < limit:
            seen.append(now)
            return 0
        return seen[0] + span - now if seen else span
