"""Whether the credentials are still good, asked where the platform turns something away."""

import threading
import time
from collections.abc import Callable
from http import HTTPStatus

from reconciler.errors import PlatformError

_SELDOM = 1.0  # seconds for which an answer counts: many objects may be outside one's scope


class Standing:
    """Safe to share between threads. `ask` asks who is signed in; raises PlatformError."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self._ask = ask
        self._lock = threading.Lock()
        self._answered: float | None = None
        self.is_over = False

    def turned_away(self, error: PlatformError) -> None:
        """401 may mean this one object as well: who is signed in is refused only where all is."""
        if not _is_doubtful(error):
            return
        with self._lock:
            if not self.is_over and not self._is_known():
                try:
                    self._ask()
                except PlatformError as refusal:
                    self.is_over = _is_doubtful(refusal)
                self._answered = time.monotonic()

    def _is_known(self) -> bool:
        return self._answered is not None and time.monotonic() - self._answered < _SELDOM


def _is_doubtful(error: PlatformError) -> bool:
    return error.is_final or error.status == HTTPStatus.UNAUTHORIZED
