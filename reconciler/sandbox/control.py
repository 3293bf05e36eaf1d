"""The sandbox's own endpoints, on the platform's port and without a token."""

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.sandbox.answers import Response, plain
from reconciler.sandbox.call import Request, parsed
from reconciler.sandbox.faults import FIELDS, Rule
from reconciler.sandbox.settings import SETTINGS
from reconciler.sandbox.state import State

Control = Callable[[State, Any], Any]


def answer(state: State, request: Request) -> Response:
    methods = _CONTROLS.get(request.path)
    if methods is None or request.method not in methods:
        return plain({"message": "not here; GET /_sandbox says what there is"}, 405 if methods else 404)
    try:
        return plain(methods[request.method](state, parsed(request.body)))
    except ValueError as error:
        return plain({"message": str(error)}, 400)


def _index(_state: State, _body: Any) -> dict[str, Any]:
    return {
        "endpoints": {path: list(methods) for path, methods in _CONTROLS.items()},
        "settings": {name: setting._asdict() for name, setting in SETTINGS.items()},
        "faults": {
            name: {"default": default, "text": FIELDS[name].text}
            for name, default in Rule._field_defaults.items()
        },
    }


def _configure(state: State, body: Any) -> dict[str, Any]:
    state.configure(_object(body))
    return dict(state.settings)


def _add_faults(state: State, body: Any) -> list[dict[str, Any]]:
    """One rule or a list of them."""
    for fields in body if isinstance(body, list) else [body]:
        state.faults.add(_object(fields))
    return state.faults.listed()


def _clear_faults(state: State, _body: Any) -> list[dict[str, Any]]:
    state.faults.clear()
    return []


def _clear_requests(state: State, _body: Any) -> list[dict[str, Any]]:
    state.log.clear()
    return []


def _load(state: State, body: Any) -> dict[str, Any]:
    state.load(_object(body))
    return {name: len(table) for name, table in state.store.tables.items()}


def _object(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise ValueError("the body must be a JSON object")  # noqa: TRY004 - as for any other bad value
    return body


_CONTROLS: Mapping[str, Mapping[str, Control]] = {
    "/_sandbox": {"GET": _index},
    "/_sandbox/settings": {"GET": lambda state, _: dict(state.settings), "PATCH": _configure},
    "/_sandbox/faults": {
        "GET": lambda state, _: state.faults.listed(),
        "POST": _add_faults,
        "DELETE": _clear_faults,
    },
    "/_sandbox/requests": {"GET": lambda state, _: state.log, "DELETE": _clear_requests},
    "/_sandbox/state": {"GET": lambda state, _: state.dump(), "PUT": _load},
}
