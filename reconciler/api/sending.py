"""One request on its way: connections, time limits, and patience with what passes."""

import ipaddress
import logging
import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
import tenacity
from requests.utils import get_environ_proxies
from urllib3.exceptions import ConnectTimeoutError, LocationParseError, NewConnectionError
from urllib3.util import parse_url

from reconciler import __version__
from reconciler.errors import (
    LostAnswerError,
    NotFoundError,
    PassingError,
    PlatformError,
    UnsentError,
    UsageError,
)

# Told, before something is sent once more, whether it may have been done; may raise what ends it.
BeforeAgain = Callable[[bool], None]

_LOG = logging.getLogger(__name__)
CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 60.0  # seconds
LONGEST_WAIT = 30.0  # seconds between two attempts, unless the platform asks for more
LONGEST_OBEYED = 120.0  # seconds; a longer Retry-After is cut to this


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a call is tried, and how long the first wait may be: later ones double, each is a random
    part of that (full jitter). `stopping` ends every wait at once.
    """

    attempts: int = 6
    first_wait: float = 0.5
    stopping: threading.Event = field(default_factory=threading.Event)

    def pause(self, times: int, asked: float | None) -> bool:
        """Before something is tried once more that has been tried so many times: a second or more, for reads
        may lag behind writes. False: do not try again.
        """
        shortest = 2 * self.first_wait
        longest = min(shortest * 2**times, LONGEST_WAIT)
        seconds = random.uniform(shortest, longest) + min(asked or 0.0, LONGEST_OBEYED)  # noqa: S311
        return not self.stopping.wait(seconds)

    def wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        passing = error if isinstance(error, PassingError) else None
        jitter = tenacity.wait_random_exponential(multiplier=self.first_wait, max=LONGEST_WAIT)(state)
        if passing and passing.is_paced:
            return 0.0
        if not (passing and passing.wait):  # a moment that is over already says nothing
            return jitter
        return min(passing.wait, LONGEST_OBEYED) + min(jitter, 1.0)


def at_once(_may_be_done: bool) -> None:
    """Nothing has to be looked at before it is sent again."""


def persistent(
    send: Callable[[], Any], method: str, patience: Patience, before_again: BeforeAgain = at_once
) -> Any:
    """Send until it works out, or for as long as it makes sense. Raises PlatformError.

    A creation that may have been done is not sent again, and no write that may have been done is called a
    failure, whatever the last answer says: LostAnswerError. A deletion that was sent before and now finds
    nothing has worked.
    """
    sent = _Sent(send, patience.stopping, before_again)
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception(lambda error: _is_worth_another_try(error, method)),
        wait=patience.wait,
        stop=tenacity.stop_any(
            tenacity.stop_after_attempt(patience.attempts),
            tenacity.stop_when_event_set(patience.stopping),
        ),
        sleep=tenacity.sleep_using_event(patience.stopping),
        before_sleep=_pausing,
        reraise=True,
    )
    try:
        return retrying(sent)
    except PlatformError as error:
        if isinstance(error, NotFoundError) and method == "DELETE" and sent.times > 1:
            return None
        passed = isinstance(error, PassingError)
        if method == "GET" or not sent.may_be_done:
            final = PlatformError(f"{error}{sent.tried}") if passed else error
            final.status = error.status
            raise final from None
        lost = LostAnswerError(f"{error}{sent.tried}")
        lost.status = error.status
        lost.wait = error.wait if isinstance(error, PassingError) else None
        raise lost from None


def _pausing(state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    if state.upcoming_sleep:
        _LOG.info("%s; trying again in %.2f s", error, state.upcoming_sleep)


class _Sent:
    """A call that remembers how often it was tried, and whether the platform may have acted on it."""

    def __init__(self, send: Callable[[], Any], stopping: threading.Event, before_again: BeforeAgain) -> None:
        self._send = send
        self._stopping = stopping
        self._before_again = before_again
        self._error: PassingError | None = None
        self.times = 0
        self.may_be_done = False

    @property
    def tried(self) -> str:
        return f"; tried {self.times} times" if self.times > 1 else ""

    def __call__(self) -> Any:
        if self._error and self._stopping.is_set():
            raise self._error
        if self._error:
            self._before_again(self.may_be_done)
        self.times += 1
        try:
            return self._send()
        except UnsentError as error:
            self.times -= 1
            raise (self._error or error) from None
        except PassingError as error:
            self._error = error
            self.may_be_done |= error.may_be_done
            raise


def _is_worth_another_try(error: BaseException, method: str) -> bool:
    return isinstance(error, PassingError) and not (method == "POST" and error.may_be_done)


def exchange(send: Callable[[], requests.Response], call: str) -> requests.Response:
    """The answer, whatever it says. Raises PlatformError where there is none."""
    try:
        return _logged(send, call)
    except requests.exceptions.SSLError as error:
        if _has(error, ssl.SSLEOFError):
            raise PassingError(f"{call}: no connection: {_cause(error)}", may_be_done=True) from None
        distrust = _has(error, ssl.SSLCertVerificationError)
        reason = "the server's certificate is not trusted" if distrust else "no secure connection"
        raise PlatformError(f"{call}: {reason}: {_cause(error)}") from None
    except requests.Timeout as error:
        raise PassingError(f"{call}: no answer in time", may_be_done=_was_sent(error)) from None
    except (requests.exceptions.InvalidURL, UnicodeError, LocationParseError) as error:
        raise PlatformError(f"{call}: not an address that anything can be sent to: {_cause(error)}") from None
    except requests.RequestException as error:
        was_sent = _was_sent(error)
        reason = f"{call}: no connection: {_cause(error)}{'' if was_sent else _WHERE_TO_LOOK}"
        raise PassingError(reason, may_be_done=was_sent) from None
    except Exception as error:  # noqa: BLE001 - what libraries stumble over in odd answers, they let through
        raise PassingError(f"{call}: no answer that can be read: {_cause(error)}", may_be_done=True) from None


_WHERE_TO_LOOK = "; look at the network, and at CONVIRZA_API_URL and CONVIRZA_OAUTH_URL if they are set"


def _logged(send: Callable[[], requests.Response], call: str) -> requests.Response:
    """For `-v`: what was asked, what came of it and how long it took, but not what was sent or received."""
    began = time.monotonic()
    try:
        answer = send()
    except Exception:
        _LOG.info("%s: no answer after %.2f s", call, time.monotonic() - began)
        raise
    query = "".join(str(answer.request.path_url).partition("?")[1:])
    _LOG.info("%s%s: %d in %.2f s", call, query, answer.status_code, time.monotonic() - began)
    return answer


def _was_sent(error: requests.RequestException) -> bool:
    """Not if there was no connection to send it on."""
    return not _has(error, NewConnectionError, ConnectTimeoutError)


def _has(error: BaseException, *kinds: type[BaseException]) -> bool:
    return any(isinstance(each, kinds) for each in _reasons(error))


def _reasons(error: BaseException | None) -> Iterator[BaseException]:
    """An error and all that libraries have wrapped in it."""
    if isinstance(error, BaseException):
        yield error
        inner = (*error.args, *(getattr(error, name, None) for name in ("reason", "original_error")))
        for each in inner:
            yield from _reasons(each if each is not error else None)


def _cause(error: BaseException) -> str:
    """The innermost reason, without the addresses of objects that libraries print."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return getattr(error, "strerror", None) or type(error).__name__


def new_session(url: str) -> requests.Session:
    """A session for calls to one host; what stays on this machine asks no proxy on the way. Raises UsageError
    where there is a proxy whose address is none.
    """
    session = requests.Session()
    session.trust_env = not is_loopback(urlsplit(url).hostname or "")
    if session.trust_env:
        _check_proxy(url)
    session.headers["User-Agent"] = f"convirza-reconciler/{__version__}"
    session.headers["Accept"] = "application/json"
    return session


def request(session: requests.Session, method: str, url: str, **more: Any) -> requests.Response:
    """Never to another host than the one that was asked: a redirect is an answer like any other."""
    timeout = (CONNECT_TIMEOUT, READ_TIMEOUT)
    return session.request(method, url, timeout=timeout, allow_redirects=False, **more)


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
    is_plain = url.isprintable() and " " not in url
    if not (is_plain and host) or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        raise UsageError(f"{url!r} is not an address such as https://platform-api.convirza.com/v3")
    if parts.scheme == "http" and not is_loopback(host):
        raise UsageError(f"{url}: plain http:// is for this machine's own addresses only; use https://")


def _check_proxy(url: str) -> None:
    """Raises UsageError, which does not show the address: a password may be in it."""
    proxies = get_environ_proxies(url)
    name = next((each for each in (urlsplit(url).scheme, "all") if each in proxies), None)
    if name is None:
        return
    proxy = str(proxies[name])
    try:
        host = parse_url(proxy if "://" in proxy else f"http://{proxy}").host
    except LocationParseError:
        host = None
    if not host:
        raise UsageError(f"{name.upper()}_PROXY is not an address such as http://proxy.example:3128")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
