"""Everything that the simulated platform remembers, and the lock that every request takes."""

import threading
import time
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from reconciler.sandbox.cache import Cache
from reconciler.sandbox.errors import SeedError
from reconciler.sandbox.faults import Faults
from reconciler.sandbox.seeds import dumped, loaded
from reconciler.sandbox.sessions import Accounts, Sessions
from reconciler.sandbox.settings import Settings, changed, defaults, set_apart
from reconciler.sandbox.store import Store
from reconciler.sandbox.throttle import Throttle


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
