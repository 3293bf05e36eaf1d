"""HTTP/1.1 as bytes: requests read from a connection, responses written to it in one piece."""

from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import parse_qsl, unquote, urlsplit

from reconciler.sandbox.answers import Response
from reconciler.sandbox.call import Request

_LONGEST_LINE = 65536


def read_request(stream: BinaryIO, client: str) -> Request | None:
    """None once the other side has hung up; ValueError for what is no HTTP."""
    line = stream.readline(_LONGEST_LINE)
    if not line:
        return None
    method, target, version = line.decode("latin-1").split()
    headers = {"connection": "close"} if version == "HTTP/1.0" else {}
    headers |= _read_headers(stream)
    if "transfer-encoding" in headers:
        raise ValueError("a body needs a Content-Length")
    length = int(headers.get("content-length", 0))
    if length < 0:
        raise ValueError("a body cannot be shorter than nothing")
    body = stream.read(length)
    if len(body) < length:
        return None
    parts = urlsplit(target)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Request(method, unquote(parts.path), query, headers, body, client)


def wants_close(request: Request) -> bool:
    return request.headers.get("connection", "").lower() == "close"


def encoded(response: Response, *, close: bool, body: bool = True) -> bytes:
    """An answer to HEAD has no body, but its length."""
    headers = [
        f"HTTP/1.1 {response.status} {_phrase(response.status)}",
        f"Content-Length: {len(response.body)}",
        *(f"{name}: {value}" for name, value in response.headers),
        *(("Connection: close",) if close else ()),
    ]
    head = "\r\n".join(headers).encode("latin-1", "replace") + b"\r\n\r\n"
    return head + response.body if body else head


def _read_headers(stream: BinaryIO) -> dict[str, str]:
    headers = {}
    while (line := stream.readline(_LONGEST_LINE).strip()) != b"":
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.strip().lower()] = value.strip()
    return headers


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
