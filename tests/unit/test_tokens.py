"""One token for all workers of a process: renewed once, and never in a loop."""

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler.api.client import READ_AND_WRITE, Reader, Writer
from reconciler.api.credentials import Credentials, Store, password_entry
from reconciler.api.sending import Patience
from reconciler.api.signin import Account, sign_in
from reconciler.errors import LostAnswerError, NotAllowedError, PlatformError, ReconcilerError, StoreError
from reconciler.model import Request
from reconciler.sandbox import serve

from .conftest import full_disk
from .loopback import Answer, Guard, data

JANE = {"email": "jane@acme", "password": "p"}
WORKERS = 32
SIGN_IN, REFRESH = "POST /oauth/token", "POST /oauth/refresh-token"


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "state")


def keep(store, entry, *values):
    with store.locked():
        store.write(entry, Credentials(*values))


def janes(server):
    return password_entry(server.url, **JANE)


# -- renewed once


def test_the_account_of_a_sign_in_is_kept_with_its_tokens(platform, transport, store):
    server = platform(Guard(newest="a-0"))
    keep(store, server.url, "jane@acme", "a-0", "r-0", "", "1001")
    reader = Reader(transport(server.url, None, store=store))
    assert reader.signed_in_to is None
    reader.get("/tag")
    assert reader.signed_in_to == 1001


def test_an_expired_token_is_refreshed(platform, transport, store):
    server = platform(Guard(refresh="r-0"))
    keep(store, server.url, "jane@acme", "a-0", "r-0")
    reader = Reader(transport(server.url, None, store=store))
    assert [reader.get("/tag") for _ in range(3)] == [{"org_unit_id": 1001}] * 3
    assert [(f"{each.method} {each.path}", each.token) for each in server.asked] == [
        ("GET /tag", "a-0"),
        (REFRESH, None),
        *[("GET /tag", "a-1")] * 3,
    ]
    assert store.read(server.url) == Credentials("jane@acme", "a-1", "r-1")


def test_32_workers_on_one_expired_token_cause_one_refresh(platform, transport, store):
    server = platform(Guard(refresh="r-0", gathered="a-0", parties=WORKERS))
    keep(store, server.url, "jane@acme", "a-0", "r-0")
    reader = Reader(transport(server.url, None, store=store))
    with ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(lambda _: reader.get("/tag"), range(WORKERS)))
    assert answers == [{"org_unit_id": 1001}] * WORKERS
    assert (server.calls().count(REFRESH), server.calls().count(SIGN_IN)) == (1, 0)
    assert server.calls().count("GET /tag") == 2 * WORKERS


def test_32_workers_without_a_refresh_token_cause_one_sign_in(platform, transport, store):
    server = platform(Guard(gathered="a-0", parties=WORKERS))
    keep(store, janes(server), "jane@acme", "a-0")
    reader = Reader(transport(server.url, None, store=store, **JANE))
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda _: reader.get("/tag"), range(WORKERS)))
    assert (server.calls().count(REFRESH), server.calls().count(SIGN_IN)) == (0, 1)


def test_32_workers_without_any_token_cause_one_sign_in(platform, transport):
    server = platform(Guard())
    reader = Reader(transport(server.url, None, **JANE))
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(lambda _: reader.get("/tag"), range(WORKERS)))
    assert server.calls().count(SIGN_IN) == 1


def test_32_workers_on_a_token_whose_life_has_ended(transport, store):
    """The same on the simulated platform, by its own clock."""
    with serve() as sandbox:
        sandbox.configure(token_life=3)
        account = Account(sandbox.api_url, sandbox.oauth_url, None, "admin@example.com", "sandbox")
        keep(store, sandbox.oauth_url, *sign_in(account, Patience()))
        time.sleep(3.1)
        reader = Reader(transport(account.api_url, None, oauth_url=account.oauth_url, store=store))
        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(lambda _: reader.get("/tag", {"limit": 1, "offset": 0}), range(4 * WORKERS)))
        calls = [(each["path"], each["status"]) for each in sandbox.requests()]
    assert calls.count(("/oauth/refresh-token", 200)) == calls.count(("/oauth/token", 200)) == 1
    assert calls.count(("/tag", 200)) == 4 * WORKERS
    assert 1 <= calls.count(("/tag", 401)) <= WORKERS


@pytest.mark.parametrize(("status", "tries"), [(401, 1), (429, 3)])
def test_32_workers_that_cannot_sign_in_ask_as_one(platform, transport, store, status, tries):
    guard = Guard(refresh="another", gathered="a-0", parties=WORKERS)
    server = platform(lambda asked: Answer(status=status) if "oauth/token" in asked.path else guard(asked))
    keep(store, janes(server), "jane@acme", "a-0", "r-0")
    patient = {"patience": Patience(attempts=3, first_wait=0.01), "methods": READ_AND_WRITE}
    writer = Writer(transport(server.url, None, store=store, **patient, **JANE))

    def write(_):
        with pytest.raises(PlatformError, match=f"^{SIGN_IN}: {status}") as caught:
            writer.send(Request("PATCH", "/tag/7", {}))
        return caught.value.is_final, isinstance(caught.value, LostAnswerError)

    with ThreadPoolExecutor(WORKERS) as pool:
        assert list(pool.map(write, range(WORKERS))) == [(True, False)] * WORKERS
    assert (server.calls().count(REFRESH), server.calls().count(SIGN_IN)) == (1, tries)
    assert server.calls().count("PATCH /tag/7") == WORKERS


def test_a_dead_refresh_token_leads_to_one_sign_in(platform, transport, store):
    server = platform(Guard(refresh="another"))
    keep(store, janes(server), "jane@acme", "a-0", "r-0")
    Reader(transport(server.url, None, store=store, **JANE)).get("/tag")
    assert server.calls() == ["GET /tag", REFRESH, SIGN_IN, "GET /tag"]


def test_a_dead_refresh_token_and_no_password(platform, transport, store):
    server = platform(Guard(refresh="another"))
    keep(store, server.url, "jane@acme", "a-0", "r-0")
    reader = Reader(transport(server.url, None, store=store))
    for _ in range(2):
        with pytest.raises(ReconcilerError, match=r"^not signed in: run `reconciler login`"):
            reader.get("/tag")
    assert SIGN_IN not in server.calls()


def test_a_refresh_that_does_not_get_through_leaves_the_token_for_later(platform, transport, store):
    guard = Guard(refresh="r-0")
    answers = [Answer(status=503)]
    server = platform(lambda asked: answers.pop() if "refresh" in asked.path and answers else guard(asked))
    keep(store, server.url, "jane@acme", "a-0", "r-0")
    with pytest.raises(PlatformError, match="503"):
        Reader(transport(server.url, None, store=store)).get("/tag")
    assert store.read(server.url) == Credentials("jane@acme", "a-0", "r-0")
    assert Reader(transport(server.url, None, store=store)).get("/tag") == {"org_unit_id": 1001}


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize("failure", [Answer(status=503), Answer(hang_up=True)], ids=["503", "cut"])
def test_a_write_that_waits_in_vain_for_a_token_is_not_in_doubt(platform, transport, store, method, failure):
    """It was turned away and not sent again: it has certainly not been done."""
    guard = Guard(refresh="r-0")
    server = platform(lambda asked: failure if "oauth" in asked.path else guard(asked))
    keep(store, server.url, "jane@acme", "a-0", "r-0")
    writer = Writer(transport(server.url, None, store=store, methods=READ_AND_WRITE))
    with pytest.raises(PlatformError, match=r"^POST /oauth/refresh-token: ") as caught:
        writer.send(Request(method, "/tag/7", {}))
    assert not isinstance(caught.value, LostAnswerError)


# -- not allowed


def test_what_a_fresh_token_does_not_open_is_not_allowed(platform, transport):
    """And then it is known: what is turned away later causes no more sign-ins."""
    server = platform(Guard(forbidden=["/users"]))
    reader = Reader(transport(server.url, None, **JANE))
    for _ in range(5):
        with pytest.raises(
            NotAllowedError, match=r"^GET /users: 401 expired or not allowed; a good token was turned away"
        ):
            reader.get("/users")
    assert server.calls() == [SIGN_IN, "GET /users", REFRESH, "GET /users", *["GET /users"] * 4]
    assert reader.get("/tag") == {"org_unit_id": 1001}


def test_32_workers_that_are_not_allowed_cause_one_refresh(platform, transport, store):
    server = platform(
        Guard(newest="a-0", refresh="r-0", forbidden=["/users"], gathered="a-0", parties=WORKERS)
    )
    keep(store, server.url, "jane@acme", "a-0", "r-0")
    reader = Reader(transport(server.url, None, store=store))

    def turned_away(_):
        with pytest.raises(NotAllowedError):
            reader.get("/users")

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(turned_away, range(WORKERS)))
    assert (server.calls().count(REFRESH), server.calls().count(SIGN_IN)) == (1, 0)
    assert server.calls().count("GET /users") == 2 * WORKERS


def test_a_scope_that_answers_401_causes_one_refresh(transport, store):
    with serve() as sandbox:
        sandbox.configure(scope_401=True)
        sandbox.load({**sandbox.dump(), "passwords": {"jane@acme.example": "p"}})
        account = {"oauth_url": sandbox.oauth_url, "email": "jane@acme.example", "password": "p"}
        reader = Reader(transport(sandbox.api_url, None, store=store, **account))
        for _ in range(5):
            with pytest.raises(NotAllowedError, match="this is for Admins only"):
                reader.get("/groups/1002")
        calls = [f"{each['method']} {each['path']}" for each in sandbox.requests()]
    assert calls == [SIGN_IN, "GET /groups/1002", REFRESH, *["GET /groups/1002"] * 5]


def test_what_is_not_allowed_does_not_hide_that_another_process_has_renewed_the_token(transport, store):
    """Which is the end of the token before: the new one is in the store."""
    with serve() as sandbox:
        sandbox.configure(scope_401=True)
        sandbox.load({**sandbox.dump(), "passwords": {"jane@acme.example": "p"}})
        jane = {"email": "jane@acme.example", "password": "p"}
        urls = {"oauth_url": sandbox.oauth_url, "store": store, **jane}
        mine = Reader(transport(sandbox.api_url, None, **urls))
        with pytest.raises(NotAllowedError):
            mine.get("/groups/1002")
        others = transport(sandbox.api_url, None, **urls)
        assert others.tokens.renew(others.tokens.current())
        sandbox.clear_requests()
        assert mine.get("/tag", {"limit": 1, "offset": 0})
        calls = [(each["path"], each["status"]) for each in sandbox.requests()]
    assert calls == [("/tag", 401), ("/tag", 200)]


@pytest.mark.parametrize("more", [{}, JANE], ids=["a token", "a token wins"])
def test_a_token_from_the_environment_is_used_as_it_is(platform, transport, store, more):
    server = platform(Guard())
    keep(store, server.url, "jane@acme", "a-0", "r-0")
    with pytest.raises(NotAllowedError, match=r"^GET /tag: 401 "):
        Reader(transport(server.url, "t-9", store=store, **more)).get("/tag")
    assert [(each.path, each.token) for each in server.asked] == [("/tag", "t-9")]


def test_what_a_token_does_not_open_that_opens_something_else_is_not_allowed(platform, transport):
    reader = Reader(transport(platform(Guard(newest="t-9", forbidden=["/users"])).url, "t-9"))
    with pytest.raises(NotAllowedError, match="; CONVIRZA_TOKEN is not valid"):
        reader.get("/users")
    reader.get("/tag")
    with pytest.raises(NotAllowedError, match=r"; not allowed \(groups and users are for .*, or CONV"):
        reader.get("/users")


FOR_ADMINS = "groups and users are for the role Admin only"
BEYOND = "this is outside what the signed-in user may see or do"


@pytest.mark.parametrize(
    ("role", "path", "why"),
    [
        (None, "/users/7", FOR_ADMINS),
        (2, "/groups/list", FOR_ADMINS),
        ("2", "/users", FOR_ADMINS),
        (1, "/groups/list", BEYOND),
        ("1", "/users/7", BEYOND),
        (None, "/tag", BEYOND),
        (2, "/provisioned-routes/801", BEYOND),
        (2, "/groupings", BEYOND),
    ],
)
@pytest.mark.parametrize("bare", [True, False])
def test_what_is_not_allowed_to_whom(platform, transport, role, path, why, bare):
    """The platform itself has said what role it is."""
    profile = {"org_unit_id": 1001, "role_id": role}
    profile = data(profile if bare else {"user": profile})
    server = platform(lambda asked: profile if asked.path == "/auth/profile" else Answer(status=403))
    reader = Reader(transport(server.url))
    reader.profile()
    with pytest.raises(NotAllowedError) as caught:
        reader.get(path)
    assert str(caught.value) == f"GET {path}: 403 Forbidden; not allowed: {why}"


def test_what_is_not_allowed_to_an_admin_by_401(platform, transport):
    profile = data({"role_id": 1})
    server = platform(lambda asked: profile if asked.path == "/auth/profile" else Answer(status=401))
    reader = Reader(transport(server.url))
    reader.profile()
    with pytest.raises(NotAllowedError, match=rf"; not allowed \({BEYOND}\), or CONVIRZA_TOKEN is not "):
        reader.get("/users")


def test_an_embedded_platform_names_no_variable(transport):
    tokens = transport("http://127.0.0.1:1", "t-9", label="sandbox").tokens
    assert tokens.advice(401, "/tag") == "the access token is not valid any more: run `reconciler login`"


@pytest.mark.parametrize("expires", ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00"])
def test_a_token_that_is_past_its_life_is_renewed_all_the_same(platform, transport, store, expires):
    """What was not allowed once is no reason to leave a later token to die."""
    guard = Guard(newest="a-0", refresh="r-0", forbidden=["/users"])

    def answer(asked):
        found = guard(asked)
        return data({**found.body["data"], "expires_in": expires}) if "oauth" in asked.path else found

    server = platform(answer)
    keep(store, server.url, "jane@acme", "a-0", "r-0")
    reader = Reader(transport(server.url, None, store=store))
    with pytest.raises(NotAllowedError):
        reader.get("/users")
    guard.newest = "another"
    assert reader.get("/tag") == {"org_unit_id": 1001}
    assert server.calls().count(REFRESH) == 2


# -- with what others have kept


def test_what_is_kept_is_used_and_no_more_sign_ins_than_needed(platform, transport, store):
    server = platform(Guard())
    for _ in range(5):
        Reader(transport(server.url, None, store=store, **JANE)).get("/tag")
    assert server.calls() == [SIGN_IN, *["GET /tag"] * 5]


def test_a_token_that_another_process_has_got_meanwhile_is_taken(platform, transport, store):
    guard = Guard(newest="a-0")
    server = platform(guard)
    keep(store, server.url, "jane@acme", "a-0", "r-0")
    reader = Reader(transport(server.url, None, store=store))
    reader.get("/tag")
    keep(store, server.url, "jane@acme", "a-7", "r-7")
    guard.newest = "a-7"
    reader.get("/tag")
    assert [each.token for each in server.asked] == ["a-0", "a-0", "a-7"]


def test_nobody_is_signed_in(platform, transport, store):
    server = platform(Guard())
    with pytest.raises(ReconcilerError, match=r"^not signed in: run `reconciler login`"):
        Reader(transport(server.url, None, store=store)).get("/tag")
    assert server.asked == []


@pytest.mark.parametrize(
    "others",
    [{}, {"email": "jane@acme"}, {"password": "p"}, {"email": "jane@acme", "password": "P"}],
    ids=["nothing", "the address", "the password", "another password"],
)
def test_what_a_password_has_got_only_this_password_uses(platform, transport, store, others):
    def answer(asked):
        is_wrong = asked.path == "/oauth/token" and asked.body != JANE
        return Answer(status=401) if is_wrong else guard(asked)

    guard = Guard()
    server = platform(answer)
    mine, its = ({"store": store, **each} for each in (JANE, others))
    Reader(transport(server.url, None, **mine)).get("/tag")
    with pytest.raises(PlatformError):
        Reader(transport(server.url, None, **its)).get("/tag")
    assert server.calls() == [SIGN_IN, "GET /tag", *[SIGN_IN] * (len(others) == len(JANE))]


def test_what_login_has_left_is_not_for_a_password(platform, transport, store):
    server = platform(Guard(newest="a-0"))
    keep(store, server.url, "jane@acme", "a-0", "r-0")
    Reader(transport(server.url, None, store=store, **JANE)).get("/tag")
    assert server.calls() == [SIGN_IN, "GET /tag"]
    assert store.read(server.url) == Credentials("jane@acme", "a-0", "r-0")


def test_a_new_password_takes_the_place_of_the_old_one(platform, transport, store):
    server = platform(Guard())
    for password in ("p", "q"):
        account = {"email": "jane@acme", "password": password}
        Reader(transport(server.url, None, store=store, **account)).get("/tag")
    assert server.calls() == [SIGN_IN, "GET /tag"] * 2
    with store.locked():
        assert [each.access_token for each in store.forget(server.url)] == ["a-2"]


@pytest.mark.parametrize("error", [AttributeError, ValueError])
def test_where_no_password_can_be_hidden_nothing_is_kept(platform, transport, store, monkeypatch, error):
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr(hashlib, "scrypt", refuse)
    server = platform(Guard())
    for _ in range(2):
        Reader(transport(server.url, None, store=store, **JANE)).get("/tag")
    assert server.calls() == [SIGN_IN, "GET /tag"] * 2


def test_another_users_entry_is_neither_used_nor_overwritten(platform, transport, store):
    server = platform(Guard())
    keep(store, server.url, "sam@acme", "a-0", "r-0")
    Reader(transport(server.url, None, store=store, **JANE)).get("/tag")
    assert [(each.path, each.body) for each in server.asked] == [
        ("/oauth/token", {"email": "jane@acme", "password": "p"}),
        ("/tag", None),
    ]
    assert store.read(server.url) == Credentials("sam@acme", "a-0", "r-0")


def test_another_hosts_entry_is_neither_used_nor_overwritten(platform, transport, store):
    server = platform(Guard())
    keep(store, "https://oauth.example", "jane@acme", "a-0", "r-0")
    Reader(transport(server.url, None, store=store, **JANE)).get("/tag")
    assert store.read("https://oauth.example") == Credentials("jane@acme", "a-0", "r-0")
    assert store.read(janes(server)) == Credentials("jane@acme", "a-1", "r-1")


@pytest.mark.parametrize("obstacle", ["state", "state/credentials.json", "state/credentials.lock"])
def test_a_folder_that_cannot_be_used_stops_nobody_who_has_a_password(
    platform, transport, tmp_path, obstacle
):
    place = tmp_path / obstacle
    if obstacle == "state":
        place.write_text("no folder")
    else:
        place.mkdir(parents=True)
    server = platform(Guard())
    reader = Reader(transport(server.url, None, store=Store(tmp_path / "state"), **JANE))
    assert [reader.get("/tag") for _ in range(2)] == [{"org_unit_id": 1001}] * 2
    assert server.calls() == [SIGN_IN, "GET /tag", "GET /tag"]


def test_a_full_disk_costs_no_second_sign_in(platform, transport, store):
    server = platform(Guard())
    reader = Reader(transport(server.url, None, store=store, **JANE))
    with full_disk():
        found = [reader.get("/tag") for _ in range(2)]
    assert found == [{"org_unit_id": 1001}] * 2
    assert server.calls() == [SIGN_IN, "GET /tag", "GET /tag"]


def test_a_folder_that_cannot_be_used_stops_who_has_none(platform, transport, tmp_path):
    (tmp_path / "state").write_text("no folder")
    server = platform(Guard())
    with pytest.raises(StoreError, match="cannot keep or read the sign-in"):
        Reader(transport(server.url, None, store=Store(tmp_path / "state"))).get("/tag")
    assert server.asked == []


def test_the_password_is_not_kept(platform, transport, store, tmp_path):
    server = platform(Guard())
    jane = {"email": "jane@acme", "password": "pw-secret"}
    Reader(transport(server.url, None, store=store, **jane)).get("/tag")
    files = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert json.loads("".join(files))[password_entry(server.url, **jane)]["access_token"] == "a-1"
    assert "pw-secret" not in "".join(files)
