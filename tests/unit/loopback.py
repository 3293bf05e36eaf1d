"""A web server on this machine that answers as a test tells it to."""

import json
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit


class Asked(NamedTuple):
    method: str
    path: str
    query: dict[str, str]
    token: str | None
    body: Any


class Answer(NamedTuple):
    """`body` as JSON unless it is bytes; the `hang_up` of a connection comes before any answer."""

    body: Any = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0
    hang_up: bool = False


def free_port():
    """Of a server that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


def data(value):
    return Answer({"code": 200, "message": "Success", "data": value, "request_id": "r-1"})


class Loopback:
    """`asked` is what came in, in that order."""

    def __init__(self, url, asked):
        self.url = url
        self.asked = asked

    def calls(self):
        return [f"{each.method} {each.path}" for each in self.asked]


@contextmanager
def serving(script, tls: ssl.SSLContext | None = None):
    """`script` makes an Answer of an Asked, on one thread for each connection; https where there is `tls`."""
    asked: list[Asked] = []
    with Server(("127.0.0.1", 0), _answering(script, asked)) as server:
        server.tls = tls
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Loopback(f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}", asked)
        finally:
            server.shutdown()
            thread.join()


class Server(ThreadingHTTPServer):
    daemon_threads = False
    request_queue_size = 64
    tls: ssl.SSLContext | None = None

    def finish_request(self, request: Any, client_address: Any) -> None:
        if self.tls:
            with self.tls.wrap_socket(request, server_side=True) as wrapped:
                super().finish_request(wrapped, client_address)
        else:
            super().finish_request(request, client_address)

    def handle_error(self, *_arguments: Any) -> None:
        """Whoever waits in vain hangs up: that is what some tests are about."""


def _answering(script, asked: list[Asked]):
    class Answering(BaseHTTPRequestHandler):
        def answer(self) -> None:
            parts = urlsplit(self.path)
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            authorization = self.headers.get("Authorization")
            token = authorization.removeprefix("Bearer ") if authorization else None
            query = dict(parse_qsl(parts.query))
            asked.append(Asked(self.command, parts.path, query, token, json.loads(text) if text else None))
            self.reply(script(asked[-1]))

        def reply(self, answer: Answer) -> None:
            time.sleep(answer.delay)
            if answer.hang_up:
                return
            body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in (*answer.headers, ("Content-Length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - the library's names

    return Answering


class Guard:
    """A platform of which only the newest access token is good, and each refresh token once.

    `forbidden` paths answer 401 to everybody. Those who come with the token `gathered` wait for each other.
    """

    def __init__(self, *, newest="", refresh="", forbidden=(), gathered=None, parties=1):
        self.newest, self.refresh = newest, refresh
        self.forbidden = forbidden
        self.gathered = gathered
        self._issued = 0
        self._barrier = threading.Barrier(parties)
        self._lock = threading.Lock()

    def __call__(self, asked):
        turned_away = Answer({"message": "expired or not allowed"}, status=401)
        with self._lock:
            if asked.path == "/oauth/token":
                return self._issue()
            if asked.path == "/oauth/refresh-token":
                return self._issue() if asked.body["refresh_token"] == self.refresh else turned_away
            good = asked.token == self.newest and asked.path not in self.forbidden
        if asked.token == self.gathered:
            self._barrier.wait(30)
        return data({"org_unit_id": 1001}) if good else turned_away

    def _issue(self):
        self._issued += 1
        self.newest, self.refresh = f"a-{self._issued}", f"r-{self._issued}"
        return data({"access_token": self.newest, "refresh_token": self.refresh})
