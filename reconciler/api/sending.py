"""One request on its way: connections, time limits, and patience with what passes."""

import errno
import logging
import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
import tenacity
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NewConnectionError,
    ReadTimeoutError,
)

from reconciler import __version__
from reconciler.api.addresses import check_proxy, is_loopback
from reconciler.api.waits import WORTH_A_WORD, Tell, silent, trying_again
from reconciler.errors import (
    LostAnswerError,
    NotFoundError,
    PassingError,
    PlatformError,
    UnsentError,
)

# Told, before something is sent once more, whether it may have been done; may raise what ends it.
BeforeAgain = Callable[[bool], None]

_LOG = logging.getLogger(__name__)
CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 60.0  # seconds
LONGEST_ANSWER = 300.0  # seconds from the request to the end of the answer, however it trickles in
LARGEST_ANSWER = 1 << 28  # bytes, unpacked; a page of 200 rows has less than a thousandth of that
_PIECE = 1 << 16  # bytes
LONGEST_WAIT = 30.0  # seconds between two attempts, unless the platform asks for more
LONGEST_OBEYED = 120.0  # seconds; a longer Retry-After is cut to this


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a call is tried, and how long the first wait may be: later ones double, each is a random
    part of that (full jitter). `stopping` ends every wait at once; `tell` hears of long ones.
    """

    attempts: int = 6
    first_wait: float = 0.5
    stopping: threading.Event = field(default_factory=threading.Event)
    tell: Tell = silent

    @property
    def second(self) -> float:
        """What stands for a second; less where the first wait is shorter than by default."""
        return min(1.0, 2 * self.first_wait)

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
    send: Callable[[], Any],
    method: str,
    patience: Patience,
    before_again: BeforeAgain = at_once,
    host: str = "the platform",
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
        before_sleep=partial(_pausing, patience, host),
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
        lost.status, lost.wait = error.status, error.wait
        raise lost from None


def _pausing(patience: Patience, host: str, state: tenacity.RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    if state.upcoming_sleep:
        _LOG.info("%s; trying again in %.2f s", error, state.upcoming_sleep)
    if isinstance(error, PassingError) and not error.is_paced and state.idle_for >= WORTH_A_WORD:
        attempt = f"{state.attempt_number + 1} of {patience.attempts}"
        patience.tell(host, trying_again(error, host, state.upcoming_sleep, attempt))


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
        if _has(error, ssl.SSLEOFError, ssl.SSLZeroReturnError):  # cut off, with or without a good-bye
            raise PassingError(f"{call}: no connection: {_cause(error)}", may_be_done=True) from None
        distrust = _has(error, ssl.SSLCertVerificationError)
        reason = "the server's certificate is not trusted" if distrust else "no secure connection"
        raise PlatformError(f"{call}: {reason}: {_cause(error)}") from None
    except (requests.Timeout, ReadTimeoutError) as error:
        raise PassingError(f"{call}: no answer in time", may_be_done=_was_sent(error)) from None
    except (requests.exceptions.InvalidURL, UnicodeError, LocationParseError) as error:
        raise PlatformError(f"{call}: not an address that anything can be sent to: {_cause(error)}") from None
    except (requests.RequestException, HTTPError) as error:
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


def _was_sent(error: BaseException) -> bool:
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
        check_proxy(url)
    session.headers["User-Agent"] = f"convirza-reconciler/{__version__}"
    session.headers["Accept"] = "application/json"
    return session


def request(session: requests.Session, method: str, url: str, **more: Any) -> requests.Response:
    """Never to another host than the one that was asked: a redirect is an answer like any other, and not even
    looked at, as the session's own way of sending would.
    """
    deadline = time.monotonic() + LONGEST_ANSWER
    asked = session.prepare_request(requests.Request(method, url, **more))
    surroundings: Any = session.merge_environment_settings(url, {}, True, None, None)
    timeout = (CONNECT_TIMEOUT, READ_TIMEOUT)
    response = session.get_adapter(url).send(asked, timeout=timeout, **surroundings)
    session.cookies.update(response.cookies)
    with closing(response.raw) as raw:  # what was read to its end keeps its connection
        response.raw = BytesIO(b"".join(_pieces(raw, deadline)))
    return response


def _pieces(raw: Any, deadline: float) -> Iterator[bytes]:
    """A body, unpacked, as it comes: it ends, however slow and however large it is."""
    size = 0
    while piece := raw.read1(_PIECE, decode_content=True):
        yield piece
        size += len(piece)
        if size > LARGEST_ANSWER:
            raise OSError(errno.EFBIG, f"more than {LARGEST_ANSWER:,} bytes")
        if time.monotonic() > deadline:
            raise requests.ReadTimeout
