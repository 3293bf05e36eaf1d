"""What goes back over the wire: envelopes, error pages, and broken ones."""

import json
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from reconciler.sandbox.clock import instant, now
from reconciler.sandbox.errors import RefusedError
from reconciler.sandbox.faults import Rule

_HTML = b"<html><head><title>Error</title></head><body><h1>Something went wrong</h1></body></html>"


class Response(NamedTuple):
    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)


def plain(data: Any, status: int = 200) -> Response:
    return Response(status, json.dumps(data, separators=(",", ":")).encode())


def enveloped(data: Any, status: int = 200, message: str = "Success") -> Response:
    return plain(
        {
            "code": status,
            "message": message,
            "data": data,
            "request_id": str(uuid.uuid4()),
            "timestamp": instant(now()),
        },
        status,
    )


def refusal(error: RefusedError, *, as_html: bool) -> Response:
    if as_html:
        return _page(error.status, error.headers)
    response = enveloped(None, error.status, error.message)
    return response._replace(headers=response.headers + error.headers)


def spoiled(rule: Rule, act: Callable[[], Response], *, as_html: bool) -> Response | None:
    """The answer under a fault; None hangs up."""
    done = enveloped({}) if rule.undone else act()
    match rule.fault:
        case "status":
            after = () if rule.retry_after is None else (("Retry-After", str(rule.retry_after)),)
            return refusal(RefusedError(rule.status, "a fault that was asked for", after), as_html=as_html)
        case "broken_json":
            return Response(200, done.body[: len(done.body) // 2])
        case "html":
            return _page(200)
    return None


def _page(status: int, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    return Response(status, _HTML, (("Content-Type", "text/html"), *headers))
