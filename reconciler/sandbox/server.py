"""Connections: one thread accepts them, one more serves each until either side hangs up."""

import contextlib
import socket
import threading
from collections.abc import Callable

from reconciler.sandbox.answers import Response, refusal
from reconciler.sandbox.call import Request
from reconciler.sandbox.errors import RefusedError
from reconciler.sandbox.wire import encoded, read_request, wants_close

Answer = Callable[[Request], Response | None]


class Server:
    """Owns the listening socket, the connections and their threads; `close` ends them all at once."""

    def __init__(self, answer: Answer, port: int = 0) -> None:
        self._answer = answer
        self._closing = False
        self._lock = threading.Lock()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, name="sandbox", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Connecting wakes the thread that waits in accept, on every system."""
        if self._closing:
            return
        self._closing = True
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join()
        self._listener.close()
        with self._lock:
            left = dict(self._connections)
        for connection, thread in left.items():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()

    def _accept(self) -> None:
        while True:
            connection, address = self._listener.accept()
            if self._closing:
                connection.close()
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._serve, args=(connection, address[0]), daemon=True)
            with self._lock:
                self._connections[connection] = thread
            thread.start()

    def _serve(self, connection: socket.socket, client: str) -> None:
        try:
            with contextlib.suppress(OSError), connection:
                serve_connection(connection, client, self._answer)
        finally:
            with self._lock:
                del self._connections[connection]


def serve_connection(connection: socket.socket, client: str, answer: Answer) -> None:
    """Raises OSError where the other side hangs up in the middle."""
    with connection.makefile("rb") as stream:
        while True:
            try:
                request = read_request(stream, client)
            except ValueError as error:
                refused = refusal(RefusedError(400, f"this is no request: {error}"), as_html=False)
                connection.sendall(encoded(refused, close=True))
                return
            response = answer(request) if request else None
            if request is None or response is None:
                return
            close = wants_close(request)
            connection.sendall(encoded(response, close=close, body=request.method != "HEAD"))
            if close:
                return
