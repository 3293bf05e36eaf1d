"""Calls to the platform: who may send what, signed, tried again where that is safe."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from reconciler.api.addresses import check_url
from reconciler.api.answers import Answer, Data, answered, understood, with_words
from reconciler.api.headers import allowance, retry_after
from reconciler.api.limiter import UNLIMITED, Limiter, Limits
from reconciler.api.sending import (
    LONGEST_OBEYED,
    BeforeAgain,
    Patience,
    at_once,
    exchange,
    new_session,
    persistent,
    request,
)
from reconciler.api.signin import Account
from reconciler.api.tokens import Tokens
from reconciler.api.waits import WORTH_A_WORD, asked_to_wait, held_back, none_left
from reconciler.errors import NotFoundError, PassingError, RefusedError
from reconciler.kinds import PROFILE_PATH
from reconciler.model import Request
from reconciler.objects.codec import whole_number
from reconciler.progress import Progress, unwatched

Query = Mapping[str, str | int]

READ_ONLY = frozenset({"GET"})
READ_AND_WRITE = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


class Calls(Protocol):
    """What a Reader asks through; raises PlatformError."""

    account: Account
    tokens: Tokens

    def get(self, base: str, path: str, query: Query | None, *, once: bool = False) -> Data: ...


class Transport:
    """Sends calls for one account; safe to share between threads. A method outside `methods` is refused."""

    def __init__(
        self,
        tokens: Tokens,
        methods: frozenset[str] = READ_ONLY,
        patience: Patience | None = None,
        limits: Limits = UNLIMITED,
    ) -> None:
        self.account = tokens.account
        self.tokens = tokens
        self.patience = patience or Patience()
        self.limiter = Limiter(limits, self.patience.second or 0.001, self.patience.stopping)
        self._methods = methods
        self._idle: defaultdict[str, list[requests.Session]] = defaultdict(list)  # by host
        self._lock = threading.Lock()
        check_url("CONVIRZA_API_URL", self.account.api_url)
        check_url("CONVIRZA_OAUTH_URL", self.account.oauth_url)

    def close(self) -> None:
        for session in chain.from_iterable(self._idle.values()):
            session.close()

    def get(self, base: str, path: str, query: Query | None = None, *, once: bool = False) -> Data:
        """The `data` of the answer; `once`: not tried again, with no new token. Raises PlatformError."""
        if once:
            answer = self._send("GET", base + path, query, None, self.tokens.current())
            return understood(answer, f"GET {path}")
        return self.send(Request("GET", path, None), base, query)

    def send(
        self, request: Request, base: str, query: Query | None = None, before_again: BeforeAgain = at_once
    ) -> Data:
        """The `data` of the answer, that to a write `with_words`. Raises PlatformError; LostAnswerError for a
        write that may be done.
        """
        method, path, body = request
        if method not in self._methods:
            raise RefusedError(f"{method} {path} was about to be sent by something that may only read")

        def once() -> Data:
            answer = self._signed(method, base + path, query, body)
            try:
                data = understood(answer, f"{method} {path}", self.tokens.advice(answer.status, path))
            except PassingError as error:
                if answer.status == requests.codes.too_many_requests:
                    error.is_paced = True
                raise
            return data if method == "GET" else with_words(data, answer)

        data = persistent(once, method, self.patience, before_again, urlsplit(base).netloc)
        if path == PROFILE_PATH:
            self.tokens.belong_to(whole_number(_person(data).get("role_id")))
        return data

    def _signed(self, method: str, url: str, query: Query | None, body: Any) -> Answer:
        """An answer to a call with a good token: one that is turned away is renewed, but only once."""
        token = self.tokens.current()
        answer = self._send(method, url, query, body, token)
        if answer.status == requests.codes.unauthorized and self.tokens.renew(token):
            answer = self._send(method, url, query, body, self.tokens.current())
            if answer.status == requests.codes.unauthorized:
                self.tokens.no_help()
        if answer.response.ok:
            self.tokens.accepted()
        return answer

    def _send(self, method: str, url: str, query: Query | None, body: Any, token: str) -> Answer:
        def tell(seconds: float) -> None:
            self.patience.tell(urlsplit(url).netloc, none_left(seconds))

        with self.limiter.turn(tell) as sent, self._session(url) as session:
            # As `auth`, or a .netrc entry for the host would take its place.
            signed = {"params": query, "json": body, "auth": _bearer(token)}
            response = exchange(lambda: request(session, method, url, **signed), f"{method} {url}")
            answer = answered(response)
            self._learn(sent, answer)
            return answer

    def _learn(self, sent: float, answer: Answer) -> None:
        """What an answer says about how fast the platform may be asked."""
        headers = answer.response.headers
        if answer.status == requests.codes.too_many_requests:
            asked = min(retry_after(headers) or 0.0, LONGEST_OBEYED)
            pause = self.limiter.turned_away(sent, asked)
            if pause >= WORTH_A_WORD:
                told = asked_to_wait if asked else held_back
                self.patience.tell(urlsplit(answer.response.url).netloc, told(pause, answer.status))
        else:
            self.limiter.accepted(sent)
        if found := allowance(headers):
            self.limiter.announced(found.left, min(found.seconds, LONGEST_OBEYED))

    @contextmanager
    def _session(self, url: str) -> Iterator[requests.Session]:
        """A session that no other thread uses meanwhile; its connection is kept for the host's next call."""
        with self._lock:
            idle = self._idle[urlsplit(url).netloc]
            session = idle.pop() if idle else new_session(url)
        try:
            yield session
        finally:
            with self._lock:
                idle.append(session)


class Reader:
    """All that a preview is given: it has no way to send anything but GET.

    `report` is told what has been read so far of a list, and how much there is.
    """

    def __init__(self, transport: Calls) -> None:
        self._transport = transport
        self._lock = threading.Lock()
        self.reads = 0
        self.report: Progress = unwatched

    @property
    def platform(self) -> str:
        """What the journal calls the platform."""
        return self._transport.account.label or self._transport.account.api_url

    @property
    def signed_in_to(self) -> int | None:
        """As `Tokens` has it."""
        return self._transport.tokens.signed_in_to

    def get(self, path: str, query: Query | None = None, *, once: bool = False) -> Data:
        """The `data` of an answer; `once`: nobody tries again. Raises PlatformError."""
        return self._get(self._transport.account.api_url, path, query, once=once)

    def _get(self, base: str, path: str, query: Query | None = None, *, once: bool = False) -> Data:
        with self._lock:
            self.reads += 1
        return self._transport.get(base, path, query, once=once)

    def profile(self) -> Mapping[str, Any]:
        """Who is signed in. The page that names this call does not say on which of the two hosts it is."""
        try:
            data = self.get(PROFILE_PATH)
        except NotFoundError:
            data = self._get(self._transport.account.oauth_url, PROFILE_PATH)
        return _person(data)


class Writer:
    """What `apply` is given besides."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(self, request: Request, before_again: BeforeAgain = at_once) -> Data:
        """The `data` of an answer to a write. Raises PlatformError, and whatever `before_again` does."""
        return self._transport.send(request, self._transport.account.api_url, None, before_again)


def _person(data: Data) -> Mapping[str, Any]:
    found = data.get("user", data) if isinstance(data, dict) else {}
    return found if isinstance(found, dict) else {}


def _bearer(token: str) -> Callable[[requests.PreparedRequest], requests.PreparedRequest]:
    def sign(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {token}"
        return request

    return sign
