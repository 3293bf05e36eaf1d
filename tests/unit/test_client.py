"""Calls for one account: what is sent, by whom, to which host, and over which connection."""

import shutil
import ssl
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler.api.addresses import check_url
from reconciler.api.client import READ_AND_WRITE, READ_ONLY, Reader, Transport, Writer
from reconciler.api.sending import Patience, new_session
from reconciler.api.signin import Account
from reconciler.api.tokens import Tokens
from reconciler.errors import LostAnswerError, PlatformError, RefusedError, UnsentError, UsageError
from reconciler.model import Request

from .loopback import Answer, data

OK = data({"org_unit_id": 1001})


@pytest.fixture
def reader(platform, transport):
    """A reader of a server that always answers the same."""

    def make(answer):
        return Reader(transport(platform(lambda _: answer).url))

    return make


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


def test_a_long_wait_that_is_announced_is_told(platform, transport):
    stopping, told = threading.Event(), list[str]()

    def tell(host, words):
        told.append(f"{host}: {words}")
        stopping.set()

    limits = (("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "3600"))
    server = platform(lambda _: OK._replace(headers=limits))
    reader = Reader(transport(server.url, patience=Patience(attempts=1, stopping=stopping, tell=tell)))
    reader.get("/tag")
    assert not told
    with pytest.raises(UnsentError):
        reader.get("/tag")
    host = server.url.removeprefix("http://")
    assert told == [f"{host}: The platform takes no more for now, as it announced; going on in 120 s"]


# -- redirects


@pytest.fixture
def elsewhere(platform):
    """Another host, as a port is one; whatever is sent there is known to a stranger."""
    return platform(lambda _: OK)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", sorted(READ_AND_WRITE))
def test_a_redirect_takes_no_token_to_another_host(platform, transport, elsewhere, method, status):
    here = platform(lambda _: Answer(status=status, headers=(("Location", f"{elsewhere.url}/tag?t=1"),)))
    sent = transport(here.url, methods=READ_AND_WRITE)
    with pytest.raises(PlatformError, match=f"^{method} /tag: {status} ") as caught:
        sent.send(Request(method, "/tag", {"tag_name": "Hot"}), here.url)
    assert f"it leads to '{elsewhere.url}/tag', where nothing is sent" in str(caught.value)
    assert (here.calls(), elsewhere.asked) == ([f"{method} /tag"], [])


FACT = "say so with `settings.platform"
NO_SETTING = "no setting adds a `/` to the end of this path"
ITSELF = "that is where it was asked, so no setting helps"
HOSTS = "look at CONVIRZA_API_URL and CONVIRZA_OAUTH_URL"


@pytest.mark.parametrize(
    ("call", "location", "advice"),
    [
        ("GET /tag", "/v3/tag/?limit=200", f"if tags are listed there, {FACT}.tag.list_path: /tag/`"),
        ("GET /tag", "tags", f"if tags are listed there, {FACT}.tag.list_path: /tags`"),
        ("GET /users/list", "/v3/users", f"if users are listed there, {FACT}.user.list_path: /users`"),
        ("GET /groups/tree", "tree/", f"if groups are listed there, {FACT}.group.tree_path: /groups/tree/`"),
        ("POST /tag", "/v3/tag/", NO_SETTING),
        ("GET /groups/7", "/v3/groups/7/", NO_SETTING),
        ("GET /auth/profile", "/v3/auth/profile/", NO_SETTING),
        ("POST /tag", "/v3/tags", f"if tags are there, {FACT}.tag.path`"),
        ("PATCH /users/7", "/v3/people/7", f"if users are there, {FACT}.user.path`"),
        ("GET /auth/profile", "/v3/profile", HOSTS),
        ("GET /tag", "", ITSELF),
        ("GET /users/list", "/v3/users/list?limit=200", ITSELF),
        ("POST /tag", "", ITSELF),
        ("GET /tag", "/v4/tag/", HOSTS),
        ("GET /tag", "/v3/v3/tag", HOSTS),
        ("GET /tag", "/v3/tag/%41", HOSTS),
        ("GET /tag", "/v3/tag/t-1", "if tags are listed there, {FACT}.tag.list_path: /tag/***`"),
        ("GET /tag", "https://127.0.0.1/v3/tag/", HOSTS),
        ("GET /tag", "http://[", HOSTS),
    ],
)
def test_a_redirect_on_the_same_host_says_what_to_set(platform, transport, call, location, advice):
    method, path = call.split()
    here = platform(lambda _: Answer(status=308, headers=(("Location", location),)))
    sent = transport(f"{here.url}/v3", methods=READ_AND_WRITE)
    with pytest.raises(PlatformError, match=r", where nothing is sent: ") as caught:
        sent.send(Request(method, path, None), f"{here.url}/v3")
    assert str(caught.value).endswith(f", where nothing is sent: {advice.format(FACT=FACT)}")
    assert here.calls() == [f"{method} /v3{path}"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_takes_no_password_to_another_host(platform, transport, elsewhere, status):
    here = platform(lambda _: Answer(status=status, headers=(("Location", f"{elsewhere.url}/x"),)))
    with pytest.raises(PlatformError, match=f"^POST /oauth/token: {status} "):
        Reader(transport(here.url, None, email="a@b", password="p")).get("/tag")
    assert (here.calls(), elsewhere.asked) == (["POST /oauth/token"], [])


# -- certificates


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """One that no authority has signed, for every name that this machine has for itself."""
    if not shutil.which("openssl"):
        pytest.skip("needs the program openssl")
    folder = tmp_path_factory.mktemp("certificate")
    names = "subjectAltName=IP:127.0.0.1,IP:0.0.0.0,DNS:localhost"
    curve = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    made = f"openssl req -x509 {curve} -addext {names} -keyout key.pem -out cert.pem"
    subprocess.run(made.split(), cwd=folder, check=True, capture_output=True, timeout=60)
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def context(certificate):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*certificate)
    return made


@pytest.fixture
def secure(platform, context):
    return platform(lambda _: OK, tls=context)


SWITCHES = [
    *({}, {"CURL_CA_BUNDLE": ""}, {"REQUESTS_CA_BUNDLE": ""}, {"PYTHONHTTPSVERIFY": "0"}),
    *({"SSL_CERT_FILE": "", "SSL_CERT_DIR": ""}, {"SSL_NO_VERIFY": "1", "GIT_SSL_NO_VERIFY": "1"}),
]


# 0.0.0.0 is this machine too, but not by its address: it is treated like any host that is far away.
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("switches", SWITCHES, ids=lambda each: " ".join(each) or "nothing set")
def test_a_certificate_that_nobody_signed_is_refused(transport, secure, monkeypatch, switches, host):
    for name, value in switches.items():
        monkeypatch.setenv(name, value)
    url = secure.url.replace("127.0.0.1", host)
    with pytest.raises(PlatformError, match=r"^GET .*/tag: the server's certificate is not trusted: "):
        Reader(transport(url)).get("/tag")
    with pytest.raises(PlatformError, match=r"^POST .*: the server's certificate is not trusted: "):
        Reader(transport(url, None, email="a@b", password="p")).get("/tag")
    assert secure.asked == []


def test_a_certificate_that_the_user_trusts_is_taken(transport, secure, certificate, monkeypatch):
    """So that the refusals above are about trust, and about nothing else."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    Reader(transport(secure.url.replace("127.0.0.1", "0.0.0.0"))).get("/tag")
    assert secure.calls() == ["GET /tag"]


@pytest.mark.parametrize("answer", [Answer(hang_up=True), Answer(status=503)], ids=["cut", "503"])
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_secure_connection_that_is_cut_is_no_matter_of_trust(
    platform, transport, context, certificate, monkeypatch, method, answer
):
    """The platform may have acted on what it was sent."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    server = platform(lambda _: answer, tls=context)
    url = server.url.replace("127.0.0.1", "0.0.0.0")
    with pytest.raises(LostAnswerError):
        transport(url, methods=READ_AND_WRITE).send(Request(method, "/tag/7", None), url)
    assert server.calls() == [f"{method} /tag/7"]


def test_plain_http_where_https_is_expected(platform, transport):
    server = platform(lambda _: OK)
    with pytest.raises(PlatformError, match=r"^GET .*/tag: no secure connection: "):
        Reader(transport(server.url.replace("http:", "https:"))).get("/tag")
    assert server.asked == []


# -- the user's surroundings


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


def test_what_is_on_this_machine_is_not_asked_of_a_proxy_that_the_other_host_needs(
    platform, transport, monkeypatch
):
    here, proxy = platform(lambda _: OK), platform(lambda _: OK)
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("http_proxy", proxy.url)
    transport("https://host.example", oauth_url=here.url).get(here.url, "/auth/profile")
    assert (here.calls(), proxy.asked) == (["GET /auth/profile"], [])


@pytest.mark.parametrize(
    ("url", "asks"),
    [("https://host.example", True), ("http://localhost:8080/v3", False), ("http://[::1]", False)],
)
def test_what_is_elsewhere_may_be_asked_of_a_proxy(url, asks):
    with new_session(url) as session:
        assert session.trust_env is asks


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


def test_whoever_says_nothing_may_only_read():
    url = "https://fine.example"
    with pytest.raises(RefusedError, match="may only read"):
        Transport(Tokens(Account(url, url))).send(Request("POST", "/tag", None), url)
    assert sorted(READ_ONLY) == ["GET"]


def test_a_reader_has_no_way_to_send():
    names = {name for name in dir(Reader) if not name.startswith("_")}
    assert names == {"get", "platform", "profile", "signed_in_to"}


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
    check_url("CONVIRZA_API_URL", url)


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
        ("https://host.example?", "may hold nothing behind the path"),
        ("https://host.example/v3#top", "may hold nothing behind the path"),
        ("https://host:port", "is not an address such as https://"),
        ("https://[::1", "is not an address such as https://"),
        ("https://host.example/v3\n", "is not an address such as https://"),
        ("https://host.example /v3", "is not an address such as https://"),
        ("host.example", "is not an address such as https://"),
        ("", "is not an address such as https://"),
    ],
)
def test_addresses_that_may_not_be_used(url, words):
    with pytest.raises(UsageError) as caught:
        check_url("CONVIRZA_API_URL", url)
    assert str(caught.value).startswith("CONVIRZA_API_URL")
    assert words in str(caught.value)


def test_both_addresses_of_an_account_are_checked():
    for urls in (("http://10.0.0.1", "https://fine.example"), ("https://fine.example", "http://10.0.0.1")):
        with pytest.raises(UsageError, match="plain http:// is for this machine's own addresses only"):
            Transport(Tokens(Account(*urls)))
    Transport(Tokens(Account("https://fine.example", "http://[::1]:8080"))).close()
