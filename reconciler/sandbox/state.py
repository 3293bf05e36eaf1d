"""Everything that the simulated platform remembers, and the lock that every request takes."""

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable, Mapping
from copy import deepcopy
from typing import Any

from reconciler.sandbox.errors import SeedError
from reconciler.sandbox.faults import Faults
from reconciler.sandbox.seeds import dumped, loaded
from reconciler.sandbox.sessions import Accounts, Sessions
from reconciler.sandbox.settings import Settings, changed, defaults, set_apart
from reconciler.sandbox.store import Store


class State:
    """Whoever reads or writes it holds `lock`; `closing` wakes those who wait out a latency."""

    def __init__(self, seed: Mapping[str, Any]) -> None:
        self.lock = threading.RLock()
        self.closing = threading.Event()
        self.settings = defaults()
        self.faults = Faults()
        self.throttle = Throttle()
        self.log: list[dict[str, Any]] = []
        self.load(seed)

    def load(self, seed: Mapping[str, Any]) -> None:
        """Raises SeedError and changes nothing if the seed is not sound; settings stay where it has none."""
        found = loaded(seed)
        settings = self.settings if found.settings is None else _settings(found.settings)
        self.store = found.store
        self._past: list[tuple[float, Store]] = []  # what there was until a moment, the oldest first
        self.cache = Cache()
        self.sessions = Sessions(Accounts(found.tokens, found.passwords), found.store)
        self.settings = settings

    def dump(self) -> dict[str, Any]:
        """A seed that loads to this state, but for tokens handed out at sign-in, faults and the log."""
        accounts = self.sessions.accounts
        return {
            **dumped(self.store),
            "tokens": dict(accounts.tokens),
            "passwords": dict(accounts.passwords),
            "settings": set_apart(self.settings),
        }

    def about_to_change(self) -> None:
        """What lists go on showing for a while."""
        if self.settings["list_lag"]:
            self._past.append((time.monotonic(), deepcopy(self.store)))

    def listed(self) -> Store:
        """What lists show now."""
        moment = time.monotonic() - (self.settings["list_lag"] or 0)
        self._past = [each for each in self._past if each[0] > moment]
        return self._past[0][1] if self._past else self.store

    def configure(self, changes: Mapping[str, Any]) -> None:
        self.settings = changed(self.settings, changes)
        if "token_life" in changes:
            self.sessions.restart()


def _settings(changes: Mapping[str, Any]) -> Settings:
    try:
        return changed(defaults(), changes)
    except ValueError as error:
        raise SeedError(f"settings: {error}") from None


_MOST_KEPT = 5000


class Cache:
    """Answers to expensive questions about the store, kept until what they were drawn from changes."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Hashable, Any]] = {}

    def get(self, key: Hashable, version: Hashable, make: Callable[[], Any]) -> Any:
        found = self._kept.get(key)
        if found is None or found[0] != version:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = found = (version, make())
        return found[1]


class Throttle:
    """Counts requests over a sliding span of time; those that were turned away do not count."""

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
