"""A request from its arrival to its answer: faults, limits, the caller, the endpoint, the log."""

from collections.abc import Callable, Mapping
from typing import Any

from reconciler.sandbox import control, signin
from reconciler.sandbox.answers import Response, enveloped, plain, refusal, spoiled
from reconciler.sandbox.call import Call, Request, parsed, refused_scope
from reconciler.sandbox.errors import RefusedError
from reconciler.sandbox.routing import BASE, Endpoint, endpoints, split
from reconciler.sandbox.sessions import Caller
from reconciler.sandbox.state import State
from reconciler.sandbox.variants import vary

_SECRETS = ("password", "token")

Endpoints = Mapping[str, Mapping[str, Endpoint]]


def answering(state: State) -> Callable[[Request], Response | None]:
    """The function that answers requests; None from it means to hang up."""
    table = endpoints()

    def answer(request: Request) -> Response | None:
        if request.path.startswith("/_sandbox"):
            with state.lock:
                return control.answer(state, request)
        state.closing.wait(state.settings["latency"])
        with state.lock:
            return _logged(state, request, table)

    return answer


def _logged(state: State, request: Request, table: Endpoints) -> Response | None:
    path = request.path.removeprefix(BASE)
    rule = state.faults.take(request.method, path)
    as_html = state.settings["errors_not_json"]
    if rule is None:
        response: Response | None = _answer(state, request, table)
    else:
        response = spoiled(rule, lambda: _answer(state, request, table), as_html=as_html)
    state.log.append(
        {
            "method": request.method,
            "path": path,
            "query": censored(dict(request.query)),
            "body": censored(parsed(request.body)),
            "status": response.status if response else None,
            "fault": rule.fault if rule else None,
        }
    )
    return response


def _answer(state: State, request: Request, table: Endpoints) -> Response:
    try:
        signin.demand_rate(state, ("all", ""), state.settings["rate_limit"], 1)
        return _reached(state, request, table)
    except RefusedError as error:
        return refusal(error, as_html=state.settings["errors_not_json"])


def _reached(state: State, request: Request, table: Endpoints) -> Response:
    endpoint, number = _endpoint(request, table)
    caller = None if endpoint.public else signin.authenticate(state, request)
    if caller and endpoint.kind.admins_only:
        _demand_admin(state, caller)
    if request.method != "GET":
        state.about_to_change()
    store = state.listed() if endpoint.is_list else state.store
    data = endpoint.answer(Call(state, request, caller, endpoint.kind, number, store))
    data = vary(data, state.settings)
    return plain(data) if endpoint.bare and state.settings["signin_bare"] else enveloped(data)


def _endpoint(request: Request, table: Endpoints) -> tuple[Endpoint, int]:
    template, number = split(request.path)
    methods = table.get(template)
    if methods is None:
        raise RefusedError(404, f"there is nothing at {request.path}")
    if request.method not in methods:
        raise RefusedError(405, f"{request.method} is not possible here", (("Allow", ", ".join(methods)),))
    return methods[request.method], number


def _demand_admin(state: State, caller: Caller) -> None:
    if caller.role != "Admin":
        raise refused_scope(state, "this is for Admins only")


def censored(value: Any) -> Any:
    """Without passwords and tokens, wherever they stand."""
    if isinstance(value, list):
        return [censored(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    return {name: "***" if _is_secret(name) else censored(entry) for name, entry in value.items()}


def _is_secret(name: str) -> bool:
    return name != "token_type" and any(secret in name.lower() for secret in _SECRETS)
