import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler import client
from reconciler.client import READ_AND_WRITE, Account, Reader, Transport, Writer, check_url
from reconciler.errors import NotFoundError, PlatformError, ReconcilerError, RefusedError, UsageError
from reconciler.model import Request

from .loopback import Answer, data

OK = data({"org_unit_id": 1001})


@pytest.fixture
def reader(platform, transport):
    """A reader of a server that always answers the same."""

    def make(answer):
        return Reader(transport(platform(lambda _: answer).url))

    return make


# -- answers


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"code": 200, "message": "Success", "data": {"a": 1}, "request_id": "r-1"}, {"a": 1}),
        ({"code": 200, "data": None}, None),
        ({"groups": [], "total": 0}, {"groups": [], "total": 0}),
        ({"code": "blue", "name": "x"}, {"code": "blue", "name": "x"}),
        ([1, 2], [1, 2]),
        (b"", None),
        (b"null", None),
        (b" null\n", None),
    ],
    ids=["envelope", "no data", "bare", "a field called code", "a list", "nothing", "null", "blanks"],
)
def test_the_data_of_an_answer(reader, body, expected):
    assert reader(Answer(body)).get("/groups") == expected


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
        (Answer(b"<html>gateway</html>", status=502), "GET /groups: 502 Bad Gateway"),
        (Answer({"message": ""}, status=500), "GET /groups: 500 Internal Server Error"),
        (
            Answer({"message": "no"}, status=401),
            (
                "GET /groups: 401 no; not signed in, or not allowed: "
                "groups and users are for the role Admin only"
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


def test_a_redirect_is_not_followed(platform, transport):
    elsewhere = platform(lambda _: OK)
    here = platform(lambda _: Answer(status=302, headers=(("Location", f"{elsewhere.url}/x"),)))
    with pytest.raises(PlatformError, match="GET /groups: 302 Found"):
        Reader(transport(here.url)).get("/groups")
    with pytest.raises(PlatformError, match="POST /oauth/token: 302 Found"):
        Reader(transport(here.url, None, email="a@b", password="p")).get("/groups")
    assert elsewhere.asked == []


def test_what_is_asked(platform, transport):
    server = platform(lambda _: OK)
    sent = transport(f"{server.url}/v3", methods=READ_AND_WRITE)
    Reader(sent).get("/tag", {"limit": 200, "offset": 0})
    Writer(sent).send(Request("POST", "/tag", {"tag_name": "Hot"}))
    Writer(sent).send(Request("DELETE", "/tag/7", None))
    assert [tuple(each) for each in server.asked] == [
        ("GET", "/v3/tag", {"limit": "200", "offset": "0"}, "t-1", None),
        ("POST", "/v3/tag", {}, "t-1", {"tag_name": "Hot"}),
        ("DELETE", "/v3/tag/7", {}, "t-1", None),
    ]


def test_reads_are_counted(reader):
    found = reader(OK)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: found.get("/tag"), range(24)))
    assert found.reads == 24


# -- no answer


def test_a_refused_connection(transport):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(
        PlatformError, match=r"^GET http://127.0.0.1:\d+/tag: no connection: Connection refused$"
    ):
        Reader(transport(f"http://127.0.0.1:{port}")).get("/tag")


def test_a_connection_that_is_cut(reader):
    with pytest.raises(PlatformError, match=r"^GET .*/tag: no connection: "):
        reader(Answer(hang_up=True)).get("/tag")


def test_an_answer_that_does_not_come(reader, monkeypatch):
    monkeypatch.setattr(client, "READ_TIMEOUT", 0.05)
    with pytest.raises(PlatformError, match=r"^GET .*/tag: no answer in time; try again later$"):
        reader(Answer(delay=0.2)).get("/tag")


def test_a_server_whose_certificate_is_not_trusted(platform, transport):
    server = platform(lambda _: OK)
    with pytest.raises(PlatformError, match=r"^GET .*/tag: the server's certificate is not trusted: "):
        Reader(transport(server.url.replace("http:", "https:"))).get("/tag")
    assert server.asked == []


# -- signing in


def test_a_netrc_entry_does_not_take_the_place_of_the_token(platform, transport, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login other password secret\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server = platform(lambda _: OK)
    Reader(transport(server.url)).get("/tag")
    assert [each.token for each in server.asked] == ["t-1"]


def test_what_is_on_this_machine_is_not_asked_of_a_proxy(platform, transport, monkeypatch):
    here, proxy = platform(lambda _: OK), platform(lambda _: OK)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("http_proxy", proxy.url)
    Reader(transport(here.url)).get("/tag")
    with pytest.raises(PlatformError, match="the answer has no access_token"):
        Reader(transport(here.url, None, email="a@b", password="p")).get("/tag")
    assert (here.calls(), proxy.asked) == (["GET /tag", "POST /oauth/token"], [])


@pytest.mark.parametrize(
    ("url", "asks"),
    [("https://host.example", True), ("http://localhost:8080/v3", False), ("http://[::1]", False)],
)
def test_what_is_elsewhere_may_be_asked_of_a_proxy(url, asks):
    with client.new_session(url) as session:
        assert session.trust_env is asks


def test_signing_in_with_e_mail_and_password(platform, transport):
    server = platform(lambda asked: Answer({"access_token": "new"}) if "oauth" in asked.path else OK)
    found = Reader(transport(f"{server.url}/v3", None, oauth_url=server.url, email="a@b", password="p"))
    assert server.asked == []
    found.get("/tag")
    found.get("/tag")
    assert [(each.path, each.token, each.body) for each in server.asked] == [
        ("/oauth/token", None, {"email": "a@b", "password": "p"}),
        ("/v3/tag", "new", None),
        ("/v3/tag", "new", None),
    ]


@pytest.mark.parametrize("answer", [data({"access_token": "new"}), Answer({"access_token": "new"})])
def test_a_token_in_the_envelope_or_bare(platform, transport, answer):
    server = platform(lambda asked: answer if "oauth" in asked.path else OK)
    Reader(transport(server.url, None, email="a@b", password="p")).get("/tag")
    assert server.asked[-1].token == "new"


@pytest.mark.parametrize("body", [{}, {"access_token": ""}, {"access_token": 7}, [], None])
def test_an_answer_without_a_token(platform, transport, body):
    server = platform(lambda _: data(body))
    with pytest.raises(PlatformError, match=r"^POST /oauth/token: the answer has no access_token$"):
        Reader(transport(server.url, None, email="a@b", password="p")).get("/tag")


@pytest.mark.parametrize(
    "account", [{}, {"email": "a@b"}, {"email": "a@b", "password": ""}, {"password": "p"}]
)
def test_nobody_is_signed_in(platform, transport, account):
    server = platform(lambda _: OK)
    with pytest.raises(ReconcilerError, match=r"^not signed in: set CONVIRZA_TOKEN, or CONVIRZA_EMAIL and"):
        Reader(transport(server.url, None, **account)).get("/tag")
    assert server.asked == []


def expiring(*, parties=1, always=False):
    """The first token to be handed out is dead; whoever uses it waits for the others that do."""
    barrier, lock = threading.Barrier(parties), threading.Lock()
    handed_out: list[str] = []

    def answer(asked):
        if asked.path == "/oauth/token":
            with lock:
                handed_out.append(f"t-{len(handed_out) + 1}")
                return data({"access_token": handed_out[-1]})
        if asked.token == "t-1":
            barrier.wait(5)
        return Answer({"message": "expired"}, status=401) if always or asked.token == "t-1" else OK

    return answer


def test_an_expired_token_is_renewed_once(platform, transport):
    server = platform(expiring())
    found = Reader(transport(server.url, None, email="a@b", password="p"))
    found.get("/tag")
    found.get("/tag")
    assert server.calls() == ["POST /oauth/token", "GET /tag", "POST /oauth/token", "GET /tag", "GET /tag"]


def test_an_expired_token_is_renewed_once_for_all_threads(platform, transport):
    server = platform(expiring(parties=8))
    found = Reader(transport(server.url, None, email="a@b", password="p"))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: found.get("/tag"), range(8)))
    assert answers == [OK.body["data"]] * 8
    assert server.calls().count("POST /oauth/token") == 2
    assert server.calls().count("GET /tag") == 16


@pytest.mark.parametrize(
    ("token", "account", "calls"),
    [
        ("t-9", {}, ["GET /tag"]),
        ("t-9", {"email": "a@b", "password": "p"}, ["GET /tag"]),
        (None, {"email": "a@b", "password": "p"}, ["POST /oauth/token", "GET /tag"] * 2),
    ],
    ids=["a token", "a token wins", "e-mail and password"],
)
def test_a_refusal_that_stays_does_not_loop(platform, transport, token, account, calls):
    server = platform(expiring(always=True))
    with pytest.raises(PlatformError, match=r"^GET /tag: 401 expired"):
        Reader(transport(server.url, token, **account)).get("/tag")
    assert server.calls() == calls


def test_a_wrong_password_is_tried_once(platform, transport):
    server = platform(lambda _: Answer({"message": "wrong"}, status=401))
    with pytest.raises(PlatformError, match=r"^POST /oauth/token: 401 wrong"):
        Reader(transport(server.url, None, email="a@b", password="p")).get("/tag")
    assert server.calls() == ["POST /oauth/token"]


@pytest.mark.parametrize(
    "token", ["s€cret", "secret\n", "secret\r\nX-Other: 1", "secret\x7f", "the secret", "\tsecret"]
)
def test_a_token_that_no_header_can_carry(platform, transport, token):
    message = "the access token holds characters that no token has; look for a line break or quotes"
    server = platform(lambda asked: data({"access_token": token}) if "oauth" in asked.path else OK)
    with pytest.raises(UsageError, match=f"^{message}$"):
        Reader(transport(server.url, token)).get("/tag")
    with pytest.raises(UsageError, match=f"^{message}$"):
        Reader(transport(server.url, None, email="a@b", password="p")).get("/tag")
    assert server.calls() == ["POST /oauth/token"]


# -- who may send what


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_preview_cannot_write(platform, transport, method):
    server = platform(lambda _: OK)
    request = Request(method, "/tag/7", {"tag_name": "Hot"})
    with pytest.raises(
        RefusedError, match=rf"^{method} /tag/7 was about to be sent by something that may only"
    ):
        Writer(transport(server.url, None, email="a@b", password="p")).send(request)
    assert server.asked == []
    Writer(transport(server.url, methods=READ_AND_WRITE)).send(request)
    assert server.calls() == [f"{method} /tag/7"]


def test_a_reader_has_no_way_to_send():
    assert {name for name in dir(Reader) if not name.startswith("_")} == {"get", "profile"}


# -- who is signed in

USER = {"user_id": 7, "org_unit_id": 1001}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (USER, USER),
        ({"access": 1, "user": USER}, USER),
        ({"org_unit_id": "1001"}, {"org_unit_id": "1001"}),
        ({"user": "jane"}, {}),
        ([USER], {}),
        (None, {}),
    ],
    ids=["flat", "nested", "ids as text", "no object", "a list", "nothing"],
)
def test_the_profile(reader, body, expected):
    assert reader(data(body)).profile() == expected


def test_the_profile_is_on_one_of_two_hosts(platform, transport):
    api = platform(lambda _: Answer({"message": "no such page"}, status=404))
    oauth = platform(lambda _: data(USER))
    assert Reader(transport(api.url, oauth_url=oauth.url)).profile() == USER
    assert (api.calls(), oauth.calls()) == (["GET /auth/profile"], ["GET /auth/profile"])


def test_no_other_error_leads_to_the_other_host(platform, transport):
    api, oauth = platform(lambda _: Answer(status=503)), platform(lambda _: data(USER))
    with pytest.raises(PlatformError, match="503"):
        Reader(transport(api.url, oauth_url=oauth.url)).profile()
    assert oauth.asked == []


# -- addresses


@pytest.mark.parametrize(
    "url",
    [
        "https://platform-api.convirza.com/v3",
        "https://10.0.0.1:8443",
        "http://localhost:8080/v3",
        "http://LOCALHOST",
        "http://127.0.0.1",
        "http://127.8.9.1:1",
        "http://[::1]:8080",
    ],
)
def test_addresses_that_may_be_used(url):
    check_url(url)
    Transport(Account(url, url)).close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://10.0.0.1", "plain http:// is for this machine's own addresses only; use https://"),
        ("http://localhost.evil.example", "plain http:// is for"),
        ("http://127.0.0.1.evil.example", "plain http:// is for"),
        ("http://2130706433", "plain http:// is for"),
        ("http://platform-api.convirza.com", "plain http:// is for"),
        ("http://evil.example#@127.0.0.1", "may not hold a user name or a password"),
        ("https://user:pw@host.example", "may not hold a user name or a password"),
        ("http://user@127.0.0.1", "may not hold a user name or a password"),
        ("https://host.example/@v3", "may not hold a user name or a password"),
        ("ftp://host.example", "is not an address such as https://"),
        ("https://", "is not an address such as https://"),
        ("https://host:port", "is not an address such as https://"),
        ("https://[::1", "is not an address such as https://"),
        ("host.example", "is not an address such as https://"),
        ("", "is not an address such as https://"),
    ],
)
def test_addresses_that_may_not_be_used(url, words):
    with pytest.raises(UsageError) as caught:
        check_url(url)
    assert words in str(caught.value)
    for urls in ((url, "https://fine.example"), ("https://fine.example", url)):
        with pytest.raises(UsageError):
            Transport(Account(*urls))


@pytest.mark.parametrize(
    "url",
    ["https://user:secret@host.example", "ftp://user:secret@host.example", "https://user:secret@host:port"],
)
def test_a_password_in_an_address_is_not_shown(url):
    with pytest.raises(UsageError) as caught:
        check_url(url)
    assert "secret" not in str(caught.value)
