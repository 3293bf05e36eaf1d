"""Answers to expensive questions about the store, kept until what they were drawn from changes."""

from collections.abc import Callable, Hashable
from typing import Any

_MOST = 5000


class Cache:
    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Hashable, Any]] = {}

    def get(self, key: Hashable, version: Hashable, make: Callable[[], Any]) -> Any:
        found = self._kept.get(key)
        if found is None or found[0] != version:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            self._kept[key] = found = (version, make())
        return found[1]
