import contextlib
import socket
import threading
import time
import urllib.parse
from collections.abc import Iterator

import pytest

from reconciler.sandbox import Sandbox, serve
from reconciler.sandbox.state import Cache

from .client import Api


@contextlib.contextmanager
def connected(sandbox: Sandbox) -> Iterator[socket.socket]:
    port = urllib.parse.urlsplit(sandbox.oauth_url).port
    with socket.create_connection(("127.0.0.1", port or 0), timeout=5) as connection:
        yield connection


def exchange(sandbox: Sandbox, sent: bytes) -> bytes:
    """What comes back until the other side hangs up."""
    with connected(sandbox) as connection:
        connection.sendall(sent)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    ("sent", "start"),
    [
        (b"nonsense\r\n\r\n", b"HTTP/1.1 400 Bad Request"),
        (b"POST /v3/tag HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"HTTP/1.1 400 Bad Request"),
        (b"GET /v3/tag HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"HTTP/1.1 400 Bad Request"),
        (b"GET /v3/tag HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"HTTP/1.1 400 Bad Request"),
        (b"GET /v3/tag HTTP/1.1\r\nConnection: close\r\n\r\n", b"HTTP/1.1 401 Unauthorized"),
        (b"GET /v3/tag HTTP/1.0\r\n\r\n", b"HTTP/1.1 401 Unauthorized"),
        (b"BREW /v3/tag HTTP/1.0\r\n\r\n", b"HTTP/1.1 405 Method Not Allowed"),
    ],
)
def test_plain_bytes(sandbox: Sandbox, sent: bytes, start: bytes) -> None:
    answer = exchange(sandbox, sent)
    assert answer.startswith(start), answer
    assert b"\r\nConnection: close\r\n" in answer


def test_head_has_no_body(sandbox: Sandbox) -> None:
    assert exchange(sandbox, b"HEAD /v3/tag HTTP/1.0\r\n\r\n").endswith(b"\r\n\r\n")


def test_envelopes(api: Api) -> None:
    answer = api.raw("GET", "/tag").json()
    assert list(answer) == ["code", "message", "data", "request_id", "timestamp"]
    assert (answer["code"], answer["message"], len(answer["request_id"])) == (200, "Success", 36)
    error = api.raw("GET", "/nix").json()
    assert list(error) == list(answer)
    assert (error["code"], error["data"]) == (404, None)


def test_a_body_that_is_no_json(api: Api) -> None:
    headers = {"Authorization": f"Bearer {api.sandbox.token}"}
    for body in (b"{", b"\xff", b"[" * 100_000):
        answer = api.session.post(f"{api.sandbox.api_url}/tag", data=body, headers=headers, timeout=5)
        assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/groups", "/v4/groups/list", "/v3/tag/", "/v3/groups/" + "9" * 5000])
def test_paths_that_are_not_there(api: Api, path: str) -> None:
    assert api("GET", path, base=api.sandbox.oauth_url)[0] == 404


@pytest.mark.parametrize("sent", [b"", b"POST /v3/tag HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"])
def test_a_client_that_hangs_up(sandbox: Sandbox, capfd: pytest.CaptureFixture[str], sent: bytes) -> None:
    with connected(sandbox) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1) == b""
    sandbox.close()
    assert capfd.readouterr() == ("", "")


def test_a_client_that_resets(sandbox: Sandbox, capfd: pytest.CaptureFixture[str]) -> None:
    sandbox.configure(latency=0.05)
    with connected(sandbox) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.sendall(b"GET /v3/tag HTTP/1.1\r\n\r\n" * 2)
    time.sleep(0.1)
    sandbox.close()
    assert capfd.readouterr() == ("", "")


def closing_time() -> float:
    """Of a sandbox with one idle connection and one that waits for its answer."""
    sandbox = serve()
    sandbox.configure(latency=60)
    before = threading.active_count()
    with connected(sandbox) as idle, connected(sandbox) as waiting:
        waiting.sendall(b"GET /v3/tag HTTP/1.1\r\n\r\n")
        while threading.active_count() < before + 2:
            time.sleep(0.001)
        begin = time.perf_counter()
        sandbox.close()
        taken = time.perf_counter() - begin
        assert idle.recv(1) == b""
    sandbox.close()
    return taken


def test_closing_is_quick_and_leaves_nothing() -> None:
    before = threading.active_count()
    assert min(closing_time() for _ in range(3)) < 0.05
    assert threading.active_count() == before


def test_a_port_of_ones_choice() -> None:
    with serve() as first:
        port = urllib.parse.urlsplit(first.oauth_url).port or 0
        with pytest.raises(OSError, match="in use"):
            serve(port=port)
    with serve(port=port) as second:
        assert second.api_url == first.api_url


def test_many_callers_at_once(sandbox: Sandbox) -> None:
    def create(first: int) -> None:
        api = Api(sandbox)
        for number in range(first, first + 20):
            api.write("POST", "/tag", {"tag_name": f"T{number}", "org_unit_id": 1001})
        api.session.close()

    threads = [threading.Thread(target=create, args=(100 * n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tags = sandbox.dump()["tags"]
    assert len({tag["tag_id"] for tag in tags}) == len(tags) == 162


def test_a_cache_does_not_grow_for_ever() -> None:
    cache = Cache()
    kept = [cache.get(key, 1, str) for key in range(6000)]
    assert cache.get(5999, 1, list) is kept[5999]
    assert cache.get(5999, 2, list) == []
    assert cache.get(0, 1, list) == []
