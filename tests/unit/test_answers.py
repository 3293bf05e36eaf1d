"""What came back is told apart: data, an error in the platform's own words, or no answer at all."""

import datetime as dt
import gzip
import html
import json
import socket
import threading
import time
import tracemalloc
from contextlib import contextmanager, suppress
from email.utils import format_datetime
from itertools import chain
from urllib.parse import quote

import pytest

from reconciler.api import sending
from reconciler.api.answers import answered, understood
from reconciler.api.client import READ_AND_WRITE, Reader, Writer
from reconciler.api.headers import retry_after
from reconciler.api.sending import exchange, new_session, request
from reconciler.errors import NotAllowedError, NotFoundError, PassingError, PlatformError, UsageError
from reconciler.model import Request

from .loopback import Answer, free_port


@pytest.fixture
def reader(platform, transport):
    """A reader of a server that always answers the same; it asks once."""

    def make(answer):
        return Reader(transport(platform(lambda _: answer).url))

    return make


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"code": 200, "message": "Success", "data": {"a": 1}, "request_id": "r-1"}, {"a": 1}),
        ({"code": 200, "data": None}, None),
        ({"groups": [], "total": 0}, {"groups": [], "total": 0}),
        ({"code": "blue", "name": "x"}, {"code": "blue", "name": "x"}),
        ({"code": "E1", "data": {"a": 1}}, {"a": 1}),
        ({"code": "OK", "data": None}, None),
        ({"code": " success ", "data": []}, []),
        ({"code": "", "data": None}, None),
        ({"code": "200 OK", "data": None}, None),
        ({"code": "USER_DONE", "success": True, "data": None}, None),
        ({"code": "USER_DONE", "message": "Success.", "data": None}, None),
        ({"code": "DONE", "status": "ok", "data": None}, None),
        ({"code": None, "data": None}, None),
        ({"code": 0, "data": None}, None),
        ({"data": {"a": 1}, "status": "error"}, {"a": 1}),
        ({"code": 200, "data": {"a": 1}, "success": True, "error": None, "errors": []}, {"a": 1}),
        ({"code": 200, "data": None, "error": "null", "errors": {"count": 0}}, None),
        ({"code": 200, "data": [], "error": False, "errors": ["", {"count": 0}, " None "]}, []),
        ({"code": 200, "data": None, "message": "Updated", "error": "a mail was not sent"}, None),
        ({"tagId": 7, "errors": ["a mail was not sent"]}, {"tagId": 7, "errors": ["a mail was not sent"]}),
        ({"tag_id": 7, "status": "failed"}, {"tag_id": 7, "status": "failed"}),
        ({"name": "x", "status": "active"}, {"name": "x", "status": "active"}),
        ({"code": 200, "data": {"tagId": 7, "error": "a mail"}}, {"tagId": 7, "error": "a mail"}),
        ({"code": 200, "data": {"status": "done", "error": ""}}, {"status": "done", "error": ""}),
        ({"data": {"tags": [], "total": 0, "errors": []}}, {"tags": [], "total": 0, "errors": []}),
        ([1, 2], [1, 2]),
        (b"", None),
        (b"null", None),
        (b" null\n", None),
    ],
    ids=[
        "envelope",
        "no data",
        "bare",
        "a field called code",
        "data beside a word",
        "a word for a success",
        "a word for a success in blanks",
        "an empty code",
        "a word behind a number",
        "an unknown word, and a success",
        "an unknown word, and a message",
        "an unknown word, and a status",
        "no code",
        "a code of 0",
        "data that is there",
        "no errors",
        "errors beside a code",
        "no errors in other words",
        "an error, and a message of success",
        "errors beside an id",
        "a status beside an id",
        "a status",
        "an error beside an id",
        "data that is no failure",
        "no errors beside rows",
        "a list",
        "nothing",
        "null",
        "blanks",
    ],
)
def test_the_data_of_an_answer(reader, body, expected):
    assert reader(Answer(body)).get("/groups") == expected


@pytest.mark.parametrize("kind", ["text/html", "application/json; charset=ISO-8859-1", "text/plain"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["", "byte order mark"])
def test_json_says_itself_how_it_is_encoded(reader, kind, mark):
    body = mark + '{"data": {"tag_name": "Überfällig"}}'.encode()
    assert reader(Answer(body, headers=(("Content-Type", kind),))).get("/tag") == {"tag_name": "Überfällig"}


HIDDEN = "GET /groups: an error in a 200: name is taken"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (
            Answer({"code": 400, "message": "name is taken", "request_id": "r-7"}, status=400),
            "GET /groups: 400 name is taken (request_id r-7)",
        ),
        (
            Answer({"code": 400, "message": "name is taken", "data": None, "request_id": "r-7"}),
            "GET /groups: 400 name is taken (request_id r-7)",
        ),
        (Answer({"code": "400", "message": "name is taken"}), "GET /groups: 400 name is taken"),
        (Answer({"result": "error", "message": "name is taken"}), HIDDEN),
        (Answer({"status": "Failed", "data": None}), "GET /groups: an error in a 200: no reason given"),
        (
            Answer({"code": "E1", "message": "name is taken"}),
            "GET /groups: an error in a 200: E1: name is taken",
        ),
        (Answer({"code": "404_GONE", "data": []}), "GET /groups: 404 no reason given"),
        (Answer({"code": "E1", "data": []}), "GET /groups: an error in a 200: E1: no reason given"),
        (Answer({"success": False}, status=201), "GET /groups: an error in a 201: no reason given"),
        (Answer({"success": False, "message": "name is taken"}), HIDDEN),
        (Answer({"error": "name is taken"}), HIDDEN),
        (Answer({"errors": ["name is taken"], "data": []}), HIDDEN),
        (Answer({"code": 200, "message": "Failed", "error": "name is taken"}), HIDDEN),
        (Answer({"code": 200, "data": None, "errors": ["name is taken", ""]}), HIDDEN),
        (Answer(b"<html>gateway</html>", status=502), "GET /groups: 502 Bad Gateway"),
        (Answer({"message": ""}, status=500), "GET /groups: 500 Internal Server Error"),
        (
            Answer({"message": "no"}, status=401),
            (
                "GET /groups: 401 no; CONVIRZA_TOKEN is not valid (any more): set a new one, or unset it and "
                "run `reconciler login`"
            ),
        ),
        (
            Answer({"message": "no"}, status=403),
            "GET /groups: 403 no; not allowed: groups and users are for the role Admin only",
        ),
        (
            Answer({"message": "slow down"}, status=429),
            "GET /groups: 429 slow down; too many requests, try again later",
        ),
        (Answer([1], status=503), "GET /groups: 503 Service Unavailable"),
        (Answer(b"", status=599), "GET /groups: 599 no reason given"),
        (
            Answer(b"<html>" + b"x" * 100),
            "GET /groups: the answer is not JSON but begins with '<html>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'",
        ),
        (
            Answer(b'{"code": 200, "da'),
            'GET /groups: the answer is not JSON but begins with \'{"code": 200, "da\'',
        ),
        (Answer(b"[" * 100_000), f"GET /groups: the answer is not JSON but begins with '{'[' * 40}'"),
    ],
    ids=[
        *(
            "error",
            "error in a success",
            "error code as text",
            "result",
            "status",
            "a word as the code",
            "a number before a word",
            "a word alone",
            "of another success",
            "no success",
            "in its own words",
            "in several words",
            "beside a code",
            "in several words beside a code",
            "html",
            "no message",
            "401",
            "403",
            "429",
            "a list",
            "no reason",
        ),
        *("html in a success", "broken json", "nested too deep"),
    ],
)
def test_refusals_say_what_the_platform_says(reader, answer, message):
    with pytest.raises(PlatformError) as caught:
        reader(answer).get("/groups")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "answer", [Answer({"message": "gone"}, status=404), Answer({"code": 404, "message": "gone"})]
)
def test_what_is_not_there_is_told_apart(reader, answer):
    with pytest.raises(NotFoundError, match="404 gone"):
        reader(answer).get("/groups/7")


IN_USE = "group is in use"
WITHIN = f"an error in a 200: {IN_USE}"


@pytest.mark.parametrize(
    ("envelope", "told"),
    [
        (
            {"code": 200, "message": "Success", "data": {"error": IN_USE}, "version": 3},
            WITHIN,
        ),
        ({"code": 200, "data": {"errors": [IN_USE]}}, WITHIN),
        ({"data": {"success": False, "message": IN_USE}}, WITHIN),
        ({"code": 200, "data": {"code": 409, "message": IN_USE}}, f"409 {IN_USE}"),
        ({"code": 409, "message": IN_USE, "data": {"error": "E42"}}, f"409 {IN_USE}"),
        ({"code": 409, "message": IN_USE, "data": {"id": 7}}, f"409 {IN_USE}"),
    ],
    ids=["error", "errors", "no success", "a code", "a code of its own", "beside other data"],
)
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_write_whose_answer_holds_an_error_alone_is_refused(platform, transport, method, envelope, told):
    server = platform(lambda _: Answer(envelope))
    writer = Writer(transport(server.url, methods=READ_AND_WRITE))
    with pytest.raises(PlatformError) as caught:
        writer.send(Request(method, "/groups/7", None))
    assert str(caught.value) == f"{method} /groups/7: {told}"
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"code": 200, "message": "full", "data": None}, {"message": "full"}),
        ({"code": 200, "message": ["full", "up"], "data": []}, {"message": "full; up"}),
        ({"message": "Success", "data": None}, {"message": ""}),
        ({"message": "Success", "data": {"tagId": 7}}, {"tagId": 7}),
        ({"message": "Success", "data": {"tagId": 7, "message": "T-1"}}, {"tagId": 7, "message": "***"}),
        ({"message": "not for T-1", "done": True}, {"message": "not for ***", "done": True}),
        ({"code": 200, "data": None}, None),
        ([], []),
        ("done", "done"),
        (b"", None),
    ],
)
def test_a_write_is_told_what_the_platform_says_even_where_there_is_no_data(platform, transport, body, told):
    server = platform(lambda _: Answer(body))
    writer = Writer(transport(server.url, "T-1", methods=READ_AND_WRITE))
    assert writer.send(Request("POST", "/tag", None)) == told


@pytest.mark.parametrize("status", [401, 403])
def test_what_is_not_allowed_is_told_apart(reader, status):
    with pytest.raises(NotAllowedError):
        reader(Answer({"message": "no"}, status=status)).get("/groups")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("hidden", [False, True], ids=["as the status", "in a success"])
def test_every_error_names_the_call_the_message_and_the_request(reader, status, hidden):
    envelope = {"code": status, "message": "the reason", "request_id": "r-7"}
    with pytest.raises(PlatformError) as caught:
        reader(Answer(envelope, status=200 if hidden else status)).get("/groups/7")
    assert str(caught.value).startswith(f"GET /groups/7: {status} the reason")
    assert str(caught.value).endswith(" (request_id r-7)")


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"errors": [{"field": "username", "message": "is taken"}]}, "username: is taken"),
        ({"errors": [{"field": "a", "message": "b"}, "c", None, {}]}, "a: b; c"),
        ({"message": ["a", "b"]}, "a; b"),
        ({"message": {"field": "a", "message": "b"}}, "a: b"),
        ({"message": [], "error": {"zip": ["is", 7, True]}}, '{"zip": ["is", 7, true]}'),
        ({"errors": [{"message": "b", "code": "ü"}]}, '{"message": "b", "code": "ü"}'),
        ({"errors": [{"field": 1, "message": "b"}, ["c"]]}, '{"field": 1, "message": "b"}; ["c"]'),
        ({"message": 7}, "7"),
    ],
)
def test_what_an_error_holds_is_told_in_words(reader, told, message):
    with pytest.raises(PlatformError) as caught:
        reader(Answer(told, status=400)).get("/tag")
    assert str(caught.value) == f"GET /tag: 400 {message}"


def test_what_is_nested_too_deep_for_words(platform, transport):
    """Whatever can still be read."""

    def nested(asked):
        depth = int(asked.path[1:])
        return Answer(b'{"errors": ' + b"[" * depth + b'"x"' + b"]" * depth + b"}", status=400)

    reader = Reader(transport(platform(nested).url))
    for depth in range(850, 1000):
        with pytest.raises(PlatformError, match=rf"^GET /{depth}: 400 "):
            reader.get(f"/{depth}")


# -- what must not be seen

LONG = {"alone": "", "in the middle": "x" * 400, "at the border": "x" * 990, "beyond it": "x" * 1100}


def spellings(token):
    escaped = "".join(each if each.isalnum() else f"\\u{ord(each):04x}" for each in token)
    yield from (token, quote(token, safe=""), html.escape(token), escaped)
    for _ in range(4):
        escaped = json.dumps(escaped)[1:-1]
        yield escaped


@pytest.mark.parametrize("before", LONG.values(), ids=LONG)
@pytest.mark.parametrize(
    "token", ["+abcdefgh1/secret==", r"\\abc\defgh\+secret", "abcdefgh-secret" * 100], ids=["", "odd", "long"]
)
def test_no_part_of_a_token_is_seen_wherever_it_is_cut(platform, transport, token, before):
    for spelled in spellings(token):
        answer = Answer({"message": f"{before}{spelled}{spelled}{before * 3}"}, status=400)
        with pytest.raises(PlatformError) as caught:
            Reader(transport(platform(lambda _, answer=answer: answer).url, token)).get("/tag")
        assert "abc" not in str(caught.value)
        assert "secret" not in str(caught.value)
        assert "***" in str(caught.value) or len(before) > 400
        assert len(str(caught.value)) < 1100


@pytest.mark.parametrize("token", ["+abcdefgh1", r"a\\\\\\+b", "+" * 30 + "a", "=" * 2000], ids=len)
@pytest.mark.parametrize("piece", ["\\", "\\+", "&#000", "%2b", "="])
def test_no_text_takes_long_to_look_through(platform, transport, token, piece):
    answer = Answer({"message": piece * 400_000}, status=400)
    reader = Reader(transport(platform(lambda _: answer).url, token))
    began = time.monotonic()
    with pytest.raises(PlatformError, match=r"^GET /tag: 400 "):
        reader.get("/tag")
    assert time.monotonic() - began < 20


# -- Retry-After


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("7", 7),
        (" 7 ", 7),
        ("1.5", 1.5),
        ("86400", 86400),
        ("Wed, 01 Jan 2020 00:00:00 GMT", 0),
        ("Wednesday, 01-Jan-20 00:00:00 GMT", 0),
        ("Wed, 01 Jan 2020 00:00:00 -0000", 0),
        ("-7", None),
        ("soon", None),
        ("1e9", None),
        ("Wed, 99 Jan 2020 00:00:00 GMT", None),
        ("Wed, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        ("", None),
    ],
)
def test_how_long_the_platform_asks_to_wait(text, seconds):
    assert retry_after({"Retry-After": text}) == seconds


def test_a_wait_until_a_moment_that_is_to_come():
    moment = dt.datetime.now(tz=dt.UTC) + dt.timedelta(hours=1)
    assert retry_after({"Retry-After": format_datetime(moment, usegmt=True)}) == pytest.approx(3600, abs=300)


@pytest.mark.parametrize("hours", [-1, 0, 1, 24])
def test_a_moment_by_a_clock_that_does_not_agree_with_ours(hours):
    now = dt.datetime.now(tz=dt.UTC) + dt.timedelta(hours=hours)
    then = now + dt.timedelta(seconds=2)
    headers = {name: format_datetime(at, usegmt=True) for name, at in (("Date", now), ("Retry-After", then))}
    assert retry_after(headers) == 2


def test_a_clock_that_cannot_be_read_counts_for_nothing():
    assert retry_after({"Retry-After": "Wed, 01 Jan 2020 00:00:00 GMT", "Date": "today"}) == 0


def test_no_wait_is_asked_for():
    assert retry_after({}) is None


# -- no answer


def exchanged(url, method="GET"):
    with new_session(url) as session:
        return answered(exchange(lambda: request(session, method, url), f"{method} {url}"))


def test_a_refused_connection():
    with pytest.raises(
        PassingError, match=r"^GET http://127.0.0.1:\d+: no connection: Connection refused; look at "
    ) as caught:
        exchanged(f"http://127.0.0.1:{free_port()}")
    assert caught.value.may_be_done is False


def test_a_connection_that_is_cut(platform):
    with pytest.raises(PassingError, match=r"^GET .*: no connection: ") as caught:
        exchanged(platform(lambda _: Answer(hang_up=True)).url)
    assert caught.value.may_be_done is True


def test_an_answer_that_does_not_come(platform, monkeypatch):
    monkeypatch.setattr(sending, "READ_TIMEOUT", 0.05)
    with pytest.raises(PassingError, match=r"^GET .*: no answer in time$") as caught:
        exchanged(platform(lambda _: Answer(delay=0.2)).url)
    assert caught.value.may_be_done is True


def test_a_time_limit_stands_on_connecting_and_on_reading():
    assert (sending.CONNECT_TIMEOUT, sending.READ_TIMEOUT) == (10, 60)
    assert (sending.LONGEST_ANSWER, sending.LARGEST_ANSWER) == (300, 256 * 1024 * 1024)


def test_a_handshake_that_is_cut():
    """A server on its way down: nothing that a certificate is to blame for, and better in a moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        cutting = threading.Thread(target=cut_off, args=(server,))
        cutting.start()
        with pytest.raises(PassingError, match=r"^GET .*: no connection: "):
            exchanged(f"https://127.0.0.1:{server.getsockname()[1]}")
        cutting.join()


def cut_off(server):
    connection, _ = server.accept()
    with connection:
        connection.recv(65536)


def test_a_proxy_that_is_not_there(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(PassingError, match=r"^GET .*: no connection: Connection refused; look at ") as caught:
        exchanged("https://platform.example")
    assert caught.value.may_be_done is False


@pytest.mark.parametrize("location", ["http://[", "http://a\u2100b/", "http://", "//["])
def test_a_redirect_to_what_is_no_address(platform, location):
    """In Latin-1, as headers are sent; the library reads them as UTF-8 where it can."""
    header = ("Location", location.encode().decode("latin-1"))
    url = platform(lambda _: Answer(status=302, headers=(header,))).url
    with pytest.raises(PlatformError, match=r"^POST "):
        understood(exchanged(url, "POST"), f"POST {url}")


@pytest.mark.parametrize(
    "body",
    [
        b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n0\r\n\r\n",
        b"Content-Length: 50\r\n\r\nhello",
        b"Content-Length: 5\r\nContent-Encoding: gzip\r\n\r\nhello",
    ],
    ids=["a negative size", "no size", "too short", "no gzip"],
)
def test_a_body_that_cannot_be_read(body):
    with raw(b"HTTP/1.1 200 OK\r\n" + body) as url, pytest.raises(PassingError, match=r"^POST ") as caught:
        exchanged(url, "POST")
    assert caught.value.may_be_done is True


IN_CHUNKS = b"Transfer-Encoding: chunked\r\n\r\n"


def slowly(piece):
    """Until whoever reads has had enough, a minute at most."""
    for _ in range(3000):
        yield piece
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b" "),
        (b"HTTP/1.1 200 OK\r\n" + IN_CHUNKS, b"1\r\n \r\n"),
    ],
    ids=["a byte at a time", "endless"],
)
def test_an_answer_that_trickles_in_has_an_end(monkeypatch, head, piece):
    """No pause in it is long; all of it would be."""
    monkeypatch.setattr(sending, "LONGEST_ANSWER", 0.3)
    began = time.monotonic()
    with raw(head, slowly(piece)) as url, pytest.raises(PassingError, match=r"no answer in time$") as caught:
        exchanged(url, "POST")
    assert caught.value.may_be_done is True
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "packed"])
def test_an_answer_that_is_too_large(monkeypatch, is_packed):
    monkeypatch.setattr(sending, "LARGEST_ANSWER", 1_000_000)
    body = gzip.compress(bytes(50_000_000)) if is_packed else bytes(50_000_000)
    how = b"Content-Encoding: gzip\r\n" if is_packed else b""
    head = b"HTTP/1.1 200 OK\r\n%bContent-Length: %d\r\n\r\n" % (how, len(body))
    tracemalloc.start()
    try:
        with (
            raw(head, [body]) as url,
            pytest.raises(PassingError, match=r": more than 1,000,000 bytes$") as caught,
        ):
            exchanged(url, "POST")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.may_be_done is True
    assert peak < 40_000_000


@pytest.mark.parametrize("how", ["plain", "packed", "in chunks", "empty"])
def test_what_was_read_to_its_end_keeps_its_connection(how):
    text = b"" if how == "empty" else json.dumps({"data": "x" * 200_000}).encode()
    body = gzip.compress(text) if how == "packed" else text
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    heads = {
        "packed": b"Content-Encoding: gzip\r\n" + length,
        "in chunks": b"Transfer-Encoding: chunked\r\n\r\n",
    }
    sent = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if how == "in chunks" else body
    answer = b"HTTP/1.1 200 OK\r\n" + heads.get(how, length) + sent
    with raw(answer, times=3) as url, new_session(url) as session:
        for _ in range(3):
            assert exchange(lambda: request(session, "GET", url), "it").content == text


def test_cookies_are_kept_for_the_next_call(platform):
    server = platform(lambda _: Answer(headers=(("Set-Cookie", "node=7; Path=/"),)))
    with new_session(server.url) as session:
        request(session, "GET", server.url)
        assert request(session, "GET", server.url).request.headers["Cookie"] == "node=7"


@contextmanager
def raw(head, pieces=(), times=1):
    """A server that answers so many requests on its only connection with bytes as they are."""

    def answer():
        connection, _ = server.accept()
        with connection, suppress(OSError):
            for _ in range(times):
                connection.recv(65536)
                for piece in chain([head], pieces):
                    connection.sendall(piece)

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(30)
        answering = threading.Thread(target=answer)
        answering.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        answering.join()


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("proxy", ["http://u:pw-7@", "u:pw-7@", "http://u:pw-7@[", "http://pw-7@a b"])
def test_a_proxy_whose_address_is_none(monkeypatch, name, proxy):
    monkeypatch.setenv(name, proxy)
    with pytest.raises(UsageError) as caught:
        new_session("https://platform.example")
    assert str(caught.value) == f"{name} is not an address such as http://proxy.example:3128"


@pytest.mark.parametrize("proxy", ["http://u:pw-7@proxy.example:3128", "proxy.example:3128", "proxy.example"])
def test_a_proxy_with_an_address(monkeypatch, proxy):
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    new_session("https://platform.example").close()
