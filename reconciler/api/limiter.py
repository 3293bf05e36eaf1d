"""One limiter for all that a process sends, whichever thread sends it."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from reconciler.api.pace import Pace
from reconciler.api.waits import WORTH_A_WORD
from reconciler.errors import SpentError, UnsentError

_LOG = logging.getLogger(__name__)
_SHORT = 1.0  # seconds in which what is in hand may still be sent when the program is to stop
_NEVER = float("-inf")
_GLANCE = 0.1  # seconds after which whoever waits looks whether the program is to stop


class Limits(NamedTuple):
    """What the user allows: requests a second, and requests in all."""

    rate: float | None = None
    requests: int | None = None


UNLIMITED = Limits()


class Limiter:
    """Safe to share between threads. Once `stopping` is set, only those wait whose turn is near."""

    def __init__(self, limits: Limits, unit: float, stopping: threading.Event) -> None:
        self._limits = limits
        self._pace = Pace(limits.rate, unit)
        self._stopping = stopping
        self._changed = threading.Condition()
        self._flying = 0
        self._stopped: float | None = None  # when it was first seen that the program is to stop
        self._told = _NEVER  # until when there was a word about an announced wait
        self._spent = 0.0  # seconds, on all requests together
        self.count = 0

    @property
    def left(self) -> int | None:
        """How many more requests the user allows, if that is limited."""
        return None if self._limits.requests is None else max(0, self._limits.requests - self.count)

    def estimate(self, requests: int, side_by_side: int) -> float:
        """Seconds that so many more may take, from what those so far have taken."""
        each = self._spent / self.count / side_by_side if self.count else 0.0
        return requests * max(each, 1 / self._pace.rate if self._pace.rate else 0.0)

    @contextmanager
    def turn(self, tell: Callable[[float], None]) -> Iterator[float]:
        """Waits until one more may be sent; gives the moment. `tell` hears of the seconds if the platform has
        announced that they are many, once for all that wait. Raises SpentError, UnsentError.
        """
        sent = self._waited(tell)
        try:
            yield sent
        finally:
            with self._changed:
                self._spent += time.monotonic() - sent
                self._flying -= 1
                self._changed.notify_all()

    def _waited(self, tell: Callable[[float], None]) -> float:
        with self._changed:
            while True:
                if self.left == 0:
                    raise SpentError(
                        f"{self.count} requests were sent, as many as --max-requests allows; give it more"
                    )
                now = time.monotonic()
                wait = self._pace.wait(now, self._flying)
                if wait == 0:
                    break
                if self._stopping.is_set() and not self._is_soon(now, wait):
                    raise UnsentError("interrupted before it was sent")
                self._tell(now, tell)
                self._changed.wait(_GLANCE if wait is None else min(wait, _GLANCE))
            self._pace.sent(now)
            self._flying += 1
            self.count += 1
            return now

    def _tell(self, now: float, tell: Callable[[float], None]) -> None:
        seconds = self._pace.renewal(now)
        if seconds >= WORTH_A_WORD and now >= self._told:
            self._told = now + seconds
            _LOG.info("no requests are left: holding back for %.2f s", seconds)
            tell(seconds)

    def _is_soon(self, now: float, wait: float | None) -> bool:
        """Whether it can be sent within a short time of the first sign that the program is to stop."""
        self._stopped = now if self._stopped is None else self._stopped
        return wait is not None and now + wait <= self._stopped + _SHORT

    def accepted(self, sent: float) -> None:
        with self._changed:
            self._pace.accepted(sent, time.monotonic())

    def turned_away(self, sent: float, asked: float) -> float:
        """A 429, with the seconds that it asks for; gives how long all hold back from now on."""
        with self._changed:
            pause = self._pace.turned_away(sent, time.monotonic(), asked)
            rate = self._pace.rate
        then = f", then {rate:.1f} a second at most" if rate else ""
        _LOG.info("too many requests: holding back for %.2f s%s", pause, then)
        return pause

    def announced(self, left: int, seconds: float) -> None:
        """So many requests are left, says the platform, for so many seconds."""
        with self._changed:
            self._pace.announced(left, seconds, time.monotonic())
