"""Stands between the program and the platform, and lets a test act at the moment of any write."""

import contextlib
import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .rigs import PATIENCE


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


KEPT = ("Content-Type", "Retry-After")


PassOn = Callable[[], Answer]
OnRead = Callable[[str, PassOn], Answer]  # the path of what is read
OnWrite = Callable[[int, PassOn], Answer | None]  # the number of the write, from 1; None hangs up


class Proxy:
    """Passes everything on, but asks `on_read` and `on_write` about it."""

    def __init__(self, port: int, target: str) -> None:
        parts = urlsplit(target)
        self.url = f"http://127.0.0.1:{port}{parts.path}"
        self.on_read: OnRead = lambda _path, pass_on: pass_on()
        self.on_write: OnWrite = lambda _number, pass_on: pass_on()
        self._target = parts.netloc
        self._writes = 0
        self._lock = threading.Lock()

    def answered(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer | None:
        def pass_on() -> Answer:
            with contextlib.closing(http.client.HTTPConnection(self._target)) as connection:
                connection.request(method, path, body or None, headers)
                found = connection.getresponse()
                kept = {name: found.headers[name] for name in KEPT if name in found.headers}
                return Answer(found.status, kept, found.read())

        if method == "GET":
            return self.on_read(path, pass_on)
        with self._lock:
            self._writes += 1
            number = self._writes
        return self.on_write(number, pass_on)


@contextmanager
def between(target: str) -> Iterator[Proxy]:
    """A proxy in front of `target`, the address of the platform."""

    class Passing(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kept = {
                name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers
            }
            found = proxy.answered(self.command, self.path, kept, body)
            if found is not None:
                self.send_response(found.status)
                for name, value in {**found.headers, "Content-Length": str(len(found.body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(found.body)

        def log_message(self, *_arguments: Any) -> None:
            """Say nothing."""

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - the library's names

    class Server(ThreadingHTTPServer):
        daemon_threads = False

        def handle_error(self, *_arguments: Any) -> None:
            """Whoever asked may have been killed meanwhile: that is what this is for."""

    with Server(("127.0.0.1", 0), Passing) as server:
        proxy = Proxy(server.server_port, target)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()


class Held:
    """Lets some writes through and holds those that follow, before or after the platform has them."""

    def __init__(self, passed, *, taken=False):
        self.count = 0
        self._passed = passed
        self._taken = taken
        self._lock = threading.Lock()
        self._release = threading.Event()

    def on_write(self, number, pass_on):
        if number <= self._passed:
            return pass_on()
        answer = pass_on() if self._taken else None
        with self._lock:
            self.count += 1
        self._release.wait(PATIENCE)
        return answer or pass_on()

    def release(self):
        self._release.set()

    def are_two(self):
        return self.count == 2
