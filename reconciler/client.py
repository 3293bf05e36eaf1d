"""HTTP: one place where calls are sent and answers turned into data or errors."""

import ipaddress
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import requests

from reconciler import __version__
from reconciler.errors import NotFoundError, PlatformError, ReconcilerError, RefusedError, UsageError
from reconciler.kinds import PROFILE_PATH
from reconciler.model import Request

Query = Mapping[str, str | int]
Data = Any

CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 60.0  # seconds
READ_ONLY = frozenset({"GET"})
READ_AND_WRITE = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


class Account(NamedTuple):
    """Where the platform is and how to sign in; `token` wins over e-mail and password."""

    api_url: str
    oauth_url: str
    token: str | None = None
    email: str | None = None
    password: str | None = None


class Transport:
    """Sends calls for one account; safe to share between threads. A method outside `methods` is refused."""

    def __init__(self, account: Account, methods: frozenset[str] = READ_ONLY) -> None:
        self.account = account
        self._methods = methods
        self._idle: list[requests.Session] = []
        self._lock = threading.Lock()
        self._token = account.token
        for url in (account.api_url, account.oauth_url):
            check_url(url)

    def close(self) -> None:
        for session in self._idle:
            session.close()

    def call(
        self, method: str, base: str, path: str, *, query: Query | None = None, body: Any = None
    ) -> Data:
        """The `data` of the answer. Raises PlatformError."""
        if method not in self._methods:
            raise RefusedError(f"{method} {path} was about to be sent by something that may only read")
        token = self._signed_in()
        answer = self._send(method, base + path, query, body, token)
        if answer.status_code == requests.codes.unauthorized and self._renew(token):
            answer = self._send(method, base + path, query, body, self._signed_in())
        return understood(answer, f"{method} {path}")

    def _send(self, method: str, url: str, query: Query | None, body: Any, token: str) -> requests.Response:
        with self._session() as session:
            return _exchange(
                lambda: session.request(
                    method,
                    url,
                    params=query,
                    json=body,
                    # As `auth`, or a .netrc entry for the host would take its place.
                    auth=_bearer(token),
                    timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
                    allow_redirects=False,
                ),
                f"{method} {url}",
            )

    @contextmanager
    def _session(self) -> Iterator[requests.Session]:
        """A session that no other thread uses meanwhile; its connection is kept for the next call."""
        with self._lock:
            session = self._idle.pop() if self._idle else new_session(self.account.api_url)
        try:
            yield session
        finally:
            with self._lock:
                self._idle.append(session)

    def _signed_in(self) -> str:
        with self._lock:
            if self._token is None:
                self._token = sign_in(self.account)
            return check_token(self._token)

    def _renew(self, rejected: str) -> bool:
        """Whether another token than the rejected one is worth a try; at most one sign-in for all threads."""
        if self.account.email is None or self.account.token is not None:
            return False
        with self._lock:
            if self._token == rejected:
                self._token = None
            return True


class Reader:
    """All that a preview is given: it has no way to send anything but GET."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._lock = threading.Lock()
        self.reads = 0

    def get(self, path: str, query: Query | None = None) -> Data:
        """The `data` of an answer. Raises PlatformError."""
        return self._get(self._transport.account.api_url, path, query)

    def _get(self, base: str, path: str, query: Query | None = None) -> Data:
        data = self._transport.call("GET", base, path, query=query)
        with self._lock:
            self.reads += 1
        return data

    def profile(self) -> Mapping[str, Any]:
        """Who is signed in. The page that names this call does not say on which of the two hosts it is."""
        try:
            data = self.get(PROFILE_PATH)
        except NotFoundError:
            data = self._get(self._transport.account.oauth_url, PROFILE_PATH)
        found = data.get("user", data) if isinstance(data, dict) else {}
        return found if isinstance(found, dict) else {}


class Writer:
    """What `apply` is given besides."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(self, request: Request) -> Data:
        """The `data` of an answer to a write. Raises PlatformError."""
        base = self._transport.account.api_url
        return self._transport.call(request.method, base, request.path, body=request.body)


# -- signing in


def sign_in(account: Account) -> str:
    """A fresh access token. Raises PlatformError."""
    if not (account.email and account.password):
        raise ReconcilerError("not signed in: set CONVIRZA_TOKEN, or CONVIRZA_EMAIL and CONVIRZA_PASSWORD")
    call = "POST /oauth/token"
    with new_session(account.oauth_url) as session:
        answer = _exchange(
            lambda: session.post(
                f"{account.oauth_url}/oauth/token",
                json={"email": account.email, "password": account.password},
                timeout=(CONNECT_TIMEOUT, READ_TIMEOUT),
                allow_redirects=False,
            ),
            call,
        )
    data = understood(answer, call)
    token = data.get("access_token") if isinstance(data, dict) else None
    if not isinstance(token, str) or not token:
        raise PlatformError(f"{call}: the answer has no access_token")
    return token


def new_session(url: str) -> requests.Session:
    """A session for calls to one host; what stays on this machine asks no proxy on the way."""
    session = requests.Session()
    session.trust_env = not _is_loopback(urlsplit(url).hostname or "")
    session.headers["User-Agent"] = f"convirza-reconciler/{__version__}"
    session.headers["Accept"] = "application/json"
    return session


def _bearer(token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return sign


# -- answers


def _exchange(send: Callable[[], requests.Response], call: str) -> requests.Response:
    try:
        return send()
    except requests.Timeout:
        raise PlatformError(f"{call}: no answer in time; try again later") from None
    except requests.exceptions.SSLError as error:
        raise PlatformError(f"{call}: the server's certificate is not trusted: {_cause(error)}") from None
    except requests.RequestException as error:
        raise PlatformError(f"{call}: no connection: {_cause(error)}") from None


def _cause(error: BaseException) -> str:
    """The innermost reason, without the addresses of objects that libraries print."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return getattr(error, "strerror", None) or type(error).__name__


def understood(answer: requests.Response, call: str) -> Data:
    """The `data` of a success, in an envelope or bare. Raises PlatformError with the platform's own words."""
    body = _json(answer)
    envelope = body if isinstance(body, dict) else {}
    code = envelope.get("code")
    code = int(code) if isinstance(code, str) and code.isascii() and code.isdigit() else code
    status = (
        code
        if answer.ok and isinstance(code, int) and code >= requests.codes.bad_request
        else answer.status_code
    )
    if not requests.codes.ok <= status < requests.codes.multiple_choices:
        error = NotFoundError if status == requests.codes.not_found else PlatformError
        raise error(f"{call}: {_refusal(status, answer, envelope)}")
    if body is None and answer.content.strip() not in (b"", b"null"):
        raise PlatformError(f"{call}: the answer is not JSON but begins with {answer.text[:40]!r}")
    return envelope.get("data", body)


def _json(answer: requests.Response) -> Any:
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return None


def _refusal(status: int, answer: requests.Response, envelope: Mapping[str, Any]) -> str:
    message = envelope.get("message") or answer.reason or "no reason given"
    request_id = envelope.get("request_id")
    hint = _HINTS.get(status, "")
    return f"{status} {message}{hint}" + (f" (request_id {request_id})" if request_id else "")


_HINTS = {
    401: "; not signed in, or not allowed: groups and users are for the role Admin only",
    403: "; not allowed: groups and users are for the role Admin only",
    429: "; too many requests, try again later",
}


# -- addresses


def check_url(url: str) -> None:
    """Raises UsageError unless the address is https, or http on this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = urlsplit(""), ""
    if "@" in url:
        raise UsageError("the address of the platform may not hold a user name or a password")
    if not host or parts.scheme not in ("http", "https"):
        raise UsageError(f"{url!r} is not an address such as https://platform-api.convirza.com/v3")
    if parts.scheme == "http" and not _is_loopback(host):
        raise UsageError(f"{url}: plain http:// is for this machine's own addresses only; use https://")


def check_token(token: str) -> str:
    """The token, if a header can carry it. Raises UsageError, which does not show it."""
    if not (token.isascii() and token.isprintable() and " " not in token):
        raise UsageError(
            "the access token holds characters that no token has; look for a line break or quotes"
        )
    return token


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
