"""Questions to the platform: what came back, whatever it was, and nothing asked for twice."""

import threading
from typing import Any, NamedTuple

from reconciler.api.client import Query, Reader, Transport
from reconciler.errors import PlatformError

_PATIENCE = 2  # so many calls without any answer, and nobody is there
_MISSING = frozenset({404, 405})
_BAD_REQUEST = frozenset({400, 413, 422})


class Answer(NamedTuple):
    """`data` of a success, or the `problem`; `status` is None where there was no answer."""

    data: Any = None
    problem: str = ""
    status: int | None = 200

    @property
    def is_good(self) -> bool:
        return not self.problem

    @property
    def is_missing(self) -> bool:
        return self.status in _MISSING

    @property
    def is_refused(self) -> bool:
        """What was asked for is wrong, not where."""
        return self.status in _BAD_REQUEST


_Call = tuple[str, str, tuple[tuple[str, str | int], ...]]


class Memory:
    """Asks through a transport, and remembers good answers until they are asked for once more: what a check
    has seen costs no second request where the whole is read.
    """

    def __init__(self, transport: Transport) -> None:
        self.account = transport.account
        self.tokens = transport.tokens
        self.requests = 0
        self.last_base = ""
        self._transport = transport
        self._kept: dict[_Call, Any] = {}
        self._lock = threading.Lock()
        self._unanswered = 0
        self._statuses: set[int | None] = set()

    @property
    def finds_nothing(self) -> bool:
        """Whether nothing at all is where it was looked for."""
        return bool(self._statuses) and self._statuses <= _MISSING

    def reader(self) -> Reader:
        return Reader(self)

    def get(self, base: str, path: str, query: Query | None, *, once: bool = False) -> Any:
        """As the transport's. Raises PlatformError."""
        key = _key(base, path, query)
        with self._lock:
            if key in self._kept:
                return self._kept.pop(key)
            self.requests += 1
            self.last_base = base
        return self._transport.get(base, path, query, once=once)

    def ask(self, path: str, query: Query | None = None) -> Answer:
        """Never raises for what the platform does. Where nobody is there, it stops asking."""
        if self._unanswered >= _PATIENCE:
            return Answer(None, f"GET {path}: not asked, the platform does not answer", None)
        base = self.account.api_url
        try:
            data = self.get(base, path, query)
        except PlatformError as error:
            return self.noted(error)
        self._unanswered = 0
        self._kept[_key(base, path, query)] = data
        answer = Answer(data)
        self._statuses.add(answer.status)
        return answer

    def noted(self, error: PlatformError) -> Answer:
        """A failed call as an answer; those without any answer are counted."""
        self._unanswered = 0 if error.status else self._unanswered + 1
        self._statuses.add(error.status)
        return Answer(None, str(error), error.status)


def _key(base: str, path: str, query: Query | None) -> _Call:
    return base, path, tuple(sorted((query or {}).items()))
