"""The sign-in endpoints, and what every other request shows of them: its Bearer token."""

import datetime as dt
import math
from typing import Any

from reconciler.sandbox.call import Call, Request
from reconciler.sandbox.clock import instant, now
from reconciler.sandbox.errors import RefusedError
from reconciler.sandbox.sessions import ACCESS_LIFE, REFRESH_LIFE, Caller
from reconciler.sandbox.state import State


def token(call: Call) -> dict[str, Any]:
    demand_rate(call.state, ("sign-in", call.request.client), call.state.settings["signin_limit"], 60)
    body = call.body()
    email, password = (_text(body, name) for name in ("email", "password"))
    found = (
        call.state.sessions.caller(call.store, email)
        if call.state.sessions.is_password(email, password)
        else None
    )
    if found is None:
        raise RefusedError(401, "e-mail address or password is wrong")
    return _tokens(call, found)


def refresh(call: Call) -> dict[str, Any]:
    email = call.state.sessions.spend(_text(call.body(), "refresh_token"))
    found = call.state.sessions.caller(call.store, email) if email else None
    if found is None:
        raise RefusedError(401, "the refresh token is not valid")
    return _tokens(call, found)


def revoke(call: Call) -> dict[str, Any]:
    body = call.body()
    value, token_type = (_text(body, name) for name in ("token", "token_type"))
    if token_type not in ("access", "refresh"):
        raise RefusedError(400, "token_type must be one of access, refresh")
    call.state.sessions.revoke(value, token_type)
    return {}


def profile(call: Call) -> dict[str, Any]:
    assert call.caller is not None
    return call.caller.profile


def authenticate(state: State, request: Request) -> Caller:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    email = state.sessions.used(value.strip(), state.settings) if scheme.lower() == "bearer" else None
    found = None if email is None else state.sessions.caller(state.store, email, value.strip())
    if found is None:
        raise RefusedError(401, "the access token is missing, expired or unknown")
    return found


def demand_rate(state: State, key: tuple[str, str], limit: int | None, span: float) -> None:
    wait = state.throttle.wait(key, limit, span)
    if wait:
        seconds = (("Retry-After", str(math.ceil(wait))),)
        raise RefusedError(429, "too many requests", seconds if state.settings["retry_after"] else ())


def _tokens(call: Call, found: Caller) -> dict[str, Any]:
    access_token, refresh_token = call.state.sessions.issue(found.email)
    life = call.state.settings["token_life"]
    access_life = ACCESS_LIFE if life is None else dt.timedelta(seconds=life)
    return {
        "access_token": access_token,
        "refresh_token": refresh_token,
        "frontend_token": "unused",
        "token_type": "Bearer",
        "expires_in": instant(now() + access_life),
        "refresh_expires_in": instant(now() + REFRESH_LIFE),
        "user": found.profile,
    }


def _text(body: dict[str, Any], name: str) -> str:
    if not isinstance(body.get(name), str):
        raise RefusedError(400, f"{name} is required, as a string")
    return str(body[name])
