"""A request on its way to the function that answers it."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from reconciler.sandbox.errors import RefusedError
from reconciler.sandbox.rules import Kind
from reconciler.sandbox.sessions import Caller
from reconciler.sandbox.state import State
from reconciler.sandbox.store import Store


class Request(NamedTuple):
    """`client` is the caller's address; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    client: str


class Call(NamedTuple):
    """`kind` and `id` say what the path is about, where it is about a resource; `store` is what it sees."""

    state: State
    request: Request
    caller: Caller | None
    kind: Kind
    id: int
    store: Store

    def body(self) -> dict[str, Any]:
        body = parsed(self.request.body)
        if not isinstance(body, dict):
            raise RefusedError(400, "the body must be a JSON object")
        return body


def parsed(body: bytes) -> Any:
    """What a body says; None if it is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def demand_scope(call: Call, group_id: int | None) -> None:
    """A caller reaches its own unit and what lies below it."""
    if call.caller is None or group_id is None or call.store.group(group_id) is None:
        return
    if not call.store.within(call.caller.unit, group_id):
        raise refused_scope(call.state, f"organizational unit {group_id} is outside your scope")


def refused_scope(state: State, message: str) -> RefusedError:
    return RefusedError(401 if state.settings["scope_401"] else 403, message)
