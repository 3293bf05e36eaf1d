"""The platform, simulated: its endpoints and rules over real HTTP on this machine, with faults to order.

It is written from the description of the API alone and shares no code with the rest of it,
so that the two cannot be wrong in the same way. `GET /_sandbox` says how a running one is controlled.
"""

import copy
import json
from collections.abc import Mapping
from importlib import resources
from types import TracebackType
from typing import Any, Self

from reconciler.sandbox.answering import answering
from reconciler.sandbox.errors import SeedError
from reconciler.sandbox.server import Server
from reconciler.sandbox.sessions import TOKEN
from reconciler.sandbox.settings import SETTINGS
from reconciler.sandbox.state import State

__all__ = ["SETTINGS", "Sandbox", "SeedError", "default_seed", "serve"]


class Sandbox:
    """A simulated platform that listens on 127.0.0.1 until it is closed."""

    token = TOKEN

    def __init__(self, seed: Mapping[str, Any], port: int = 0) -> None:
        self._state = State(seed)
        self._server = Server(answering(self._state), port)
        self.oauth_url = f"http://127.0.0.1:{self._server.port}"
        self.api_url = f"{self.oauth_url}/v3"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def configure(self, **settings: Any) -> None:
        """Raises ValueError for a setting that does not exist or does not fit; SETTINGS lists them."""
        with self._state.lock:
            self._state.configure(settings)

    def add_fault(self, fault: str = "status", **rule: Any) -> None:
        """`rule`: method, path, status, retry_after, skip, times, before. Raises ValueError."""
        with self._state.lock:
            self._state.faults.add({"fault": fault, **rule})

    def clear_faults(self) -> None:
        with self._state.lock:
            self._state.faults.clear()

    def requests(self) -> list[dict[str, Any]]:
        """What was asked so far: method, path without /v3, query, body, status (None: hung up), fault."""
        with self._state.lock:
            return list(self._state.log)

    def clear_requests(self) -> None:
        with self._state.lock:
            self._state.log.clear()

    def dump(self) -> dict[str, Any]:
        """The whole state as a seed."""
        with self._state.lock:
            return copy.deepcopy(self._state.dump())

    def load(self, seed: Mapping[str, Any]) -> None:
        """Replace the whole state. Raises SeedError, and then nothing is changed."""
        with self._state.lock:
            self._state.load(copy.deepcopy(seed))

    def close(self) -> None:
        self._state.closing.set()
        self._server.close()


def serve(seed: Mapping[str, Any] | None = None, *, port: int = 0) -> Sandbox:
    """With the demo account unless a seed is given. Raises SeedError, and OSError if the port is taken."""
    return Sandbox(default_seed() if seed is None else copy.deepcopy(seed), port)


def default_seed() -> dict[str, Any]:
    """The demo account."""
    text = resources.files(__name__).joinpath("seed.json").read_text(encoding="utf-8")
    seed: dict[str, Any] = json.loads(text)
    return seed
