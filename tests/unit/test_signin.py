"""The sign-in calls: what is sent, what comes of it."""

import time

import pytest

from reconciler.api.addresses import check_url
from reconciler.api.client import Reader
from reconciler.api.credentials import Credentials
from reconciler.api.sending import Patience
from reconciler.api.signin import Account, check_token, refresh, revoke, sign_in
from reconciler.api.tokens import Tokens
from reconciler.errors import NotAllowedError, PlatformError, ReconcilerError, UsageError

from .loopback import Answer, data

ISSUED = {"access_token": "a-1", "refresh_token": "r-1", "expires_in": "2026-04-08T00:00:00Z"}
QUICK = Patience(attempts=3, first_wait=0.001)
OLD = Credentials("jane@acme", "a-0", "r-0")


def jane(server):
    return Account(f"{server.url}/v3", server.url, None, "jane@acme", "secret")


@pytest.mark.parametrize("answer", [data(ISSUED), Answer(ISSUED)], ids=["in the envelope", "bare"])
def test_a_password_becomes_tokens(platform, answer):
    server = platform(lambda _: answer)
    expected = Credentials("jane@acme", "a-1", "r-1", "2026-04-08T00:00:00Z")
    assert sign_in(jane(server), QUICK) == expected
    assert [tuple(each) for each in server.asked] == [
        ("POST", "/oauth/token", {}, None, {"email": "jane@acme", "password": "secret"})
    ]


def test_a_refresh_token_becomes_new_tokens(platform):
    server = platform(lambda _: data(ISSUED))
    expected = Credentials("jane@acme", "a-1", "r-1", "2026-04-08T00:00:00Z")
    assert refresh(jane(server), OLD, QUICK) == expected
    assert [tuple(each) for each in server.asked] == [
        ("POST", "/oauth/refresh-token", {}, None, {"refresh_token": "r-0"})
    ]


def test_where_only_so_many_may_sign_in_it_waits_longer_than_elsewhere(platform):
    """Of the documented 10 a minute, not a part of a second."""
    began: list[float] = []

    def script(_):
        began.append(time.monotonic())
        return Answer({"message": "slow down"}, status=429) if len(began) == 1 else data(ISSUED)

    sign_in(jane(platform(script)), Patience(attempts=2, first_wait=0.02))
    assert began[1] - began[0] >= 24 * 0.02


@pytest.mark.parametrize(("user", "account"), [({"org_unit_id": 1002}, "1002"), ({}, "1001"), (None, "1001")])
def test_a_refresh_may_leave_out_which_account_it_is(platform, user, account):
    server = platform(lambda _: data({**ISSUED, "user": user}))
    found = refresh(jane(server), OLD._replace(account="1001"), QUICK)
    assert found is not None
    assert found.account == account


@pytest.mark.parametrize("status", [401, 403])
def test_a_refresh_token_that_is_dead_is_no_error(platform, status):
    server = platform(lambda _: Answer({"message": "not valid"}, status=status))
    assert refresh(jane(server), OLD, QUICK) is None
    assert len(server.asked) == 1


def test_a_refresh_that_fails_otherwise_is_one(platform):
    server = platform(lambda _: Answer({"message": "down"}, status=503))
    with pytest.raises(PlatformError, match=r": 503 Service Unavailable; tried 3 times$"):
        refresh(jane(server), OLD, QUICK)


def test_both_tokens_are_revoked_the_one_that_makes_new_ones_first(platform):
    server = platform(lambda _: data({}))
    revoke(jane(server), OLD, QUICK)
    assert [(each.path, each.token, each.body) for each in server.asked] == [
        ("/oauth/revoke-token", None, {"token": "r-0", "token_type": "refresh"}),
        ("/oauth/revoke-token", None, {"token": "a-0", "token_type": "access"}),
    ]


def test_a_token_that_there_is_not_is_not_revoked(platform):
    server = platform(lambda _: data({}))
    revoke(jane(server), Credentials("jane@acme", "a-0"), QUICK)
    assert [each.body["token_type"] for each in server.asked] == ["access"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"access_token": "a-1"}, Credentials("jane@acme", "a-1")),
        ({"access_token": "a-1", "refresh_token": None, "expires_in": None}, Credentials("jane@acme", "a-1")),
        ({"access_token": "a-1", "refresh_token": 7, "more": 1}, Credentials("jane@acme", "a-1")),
    ],
    ids=["nothing more", "null", "no text"],
)
def test_what_a_token_object_may_lack(platform, body, expected):
    assert sign_in(jane(platform(lambda _: data(body))), QUICK) == expected


@pytest.mark.parametrize("body", [{}, {"access_token": ""}, {"access_token": 7}, [], None])
def test_an_answer_without_a_token(platform, body):
    server = platform(lambda _: data(body))
    with pytest.raises(PlatformError, match=r"^POST /oauth/token: the answer has no access_token$"):
        sign_in(jane(server), QUICK)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, ""),
        ({"email": "a@b"}, "; CONVIRZA_PASSWORD is not set"),
        ({"email": "a@b", "password": ""}, "; CONVIRZA_PASSWORD is not set"),
        ({"password": "p"}, "; CONVIRZA_EMAIL is not set"),
    ],
    ids=str,
)
def test_nothing_to_sign_in_with(platform, given, missing):
    server = platform(lambda _: data(ISSUED))
    with pytest.raises(ReconcilerError) as caught:
        sign_in(Account(server.url, server.url, **given), QUICK)
    assert str(caught.value) == (
        "not signed in: run `reconciler login`, or set CONVIRZA_TOKEN, "
        f"or CONVIRZA_EMAIL and CONVIRZA_PASSWORD{missing}"
    )
    assert server.asked == []


def test_a_wrong_password_is_tried_once(platform):
    server = platform(lambda _: Answer({"message": "wrong"}, status=401))
    with pytest.raises(
        NotAllowedError, match=r"^POST /oauth/token: 401 Unauthorized; look at the e-mail address"
    ):
        sign_in(jane(server), QUICK)
    assert server.calls() == ["POST /oauth/token"]


@pytest.mark.parametrize(
    "failure", [Answer(status=429), Answer(status=503), Answer(hang_up=True), Answer(b"<html>")], ids=str
)
def test_what_passes_is_waited_for_when_signing_in(platform, failure):
    """Signing in twice does no harm, so a lost answer is no reason to give up."""
    answers = [failure, data(ISSUED)]
    server = platform(lambda _: answers.pop(0))
    assert sign_in(jane(server), QUICK).access_token == "a-1"
    assert server.calls() == ["POST /oauth/token"] * 2


PAIR = {"email": "jane@acme", "password": "p"}


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ({"token": "t"}, "CONVIRZA_TOKEN"),
        ({"token": "t", **PAIR}, "CONVIRZA_TOKEN"),
        ({"token": "t", "label": "sandbox"}, "those of the sandbox"),
        (PAIR, "CONVIRZA_EMAIL and CONVIRZA_PASSWORD"),
        ({"email": "jane@acme"}, "reconciler login"),
        ({}, "reconciler login"),
    ],
    ids=str,
)
def test_where_the_credentials_come_from(given, source):
    assert Tokens(Account("https://api.example", "https://oauth.example", **given)).source == source


# -- what must not be seen


@pytest.mark.parametrize(
    "token",
    ["s€cret", "secret\n", "secret\r\nX-Other: 1", "secret\x7f", "the secret", "\tsecret", "Bearer secret"],
)
def test_a_token_that_no_header_can_carry_is_not_shown(token):
    with pytest.raises(UsageError) as caught:
        check_token(token)
    assert str(caught.value) == (
        "the access token holds characters that no token has; "
        "look for a line break, quotes or the word Bearer"
    )


@pytest.mark.parametrize("token", ["s€cret", "secret\n", "the secret"])
def test_a_token_that_no_header_can_carry_is_not_sent(platform, transport, token):
    server = platform(lambda asked: data({"access_token": token}) if "oauth" in asked.path else data(None))
    for reader in (
        transport(server.url, token),
        transport(server.url, None, email="jane@acme", password="p"),
    ):
        with pytest.raises(UsageError, match=r"^the access token holds characters that no token has"):
            Reader(reader).get("/tag")
    assert server.calls() == ["POST /oauth/token"]


def test_an_account_shows_no_secrets():
    account = Account("https://api.example", "https://oauth.example", "t-secret", "jane@acme", "p-secret")
    assert repr(account) == str(account) == "Account('https://api.example', 'https://oauth.example', …)"


NEW = "TOK-secret-1234567"
CALLS = {
    "/oauth/token": lambda account: sign_in(account, QUICK),
    "/oauth/refresh-token": lambda account: refresh(account, OLD, QUICK),
    "/oauth/revoke-token": lambda account: revoke(account, OLD, QUICK),
}


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(f'{{"access_token":"{NEW}'.encode()), "the answer is not JSON; tried 3 times"),
        (Answer(f"access_token={NEW}&token_type=bearer".encode()), "the answer is not JSON; tried 3 times"),
        (Answer(NEW.encode()), "the answer is not JSON; tried 3 times"),
        (Answer({"code": 409, "message": f"{NEW} bad"}), "409 Conflict"),
        (Answer({"code": 444, "message": f"{NEW} bad"}), "444 no reason given"),
        (Answer({"error": {"access_token": NEW}}, status=409), "409 Conflict"),
        (Answer({"message": "no", "request_id": NEW}, status=409), "409 Conflict"),
        (
            Answer(status=302, headers=(("Location", f"https://app.example/#access_token={NEW}"),)),
            (
                "302 Found; it leads elsewhere, where nothing is sent: "
                "look at CONVIRZA_API_URL and CONVIRZA_OAUTH_URL"
            ),
        ),
    ],
    ids=["cut", "a form", "bare", "in a success", "of no known status", "an error", "its name", "a redirect"],
)
@pytest.mark.parametrize("path", CALLS)
def test_nothing_is_quoted_of_what_may_hold_new_tokens(platform, path, answer, told):
    with pytest.raises(PlatformError) as caught:
        CALLS[path](jane(platform(lambda _: answer)))
    assert str(caught.value) == f"POST {path}: {told}"


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500])
def test_a_password_that_comes_back_in_an_error_is_not_shown(platform, status):
    echo = "no user jane@acme with the password secret-7"
    server = platform(lambda _: Answer({"message": echo, "request_id": "secret-7"}, status=status))
    with pytest.raises(PlatformError, match=rf"^POST /oauth/token: {status} [A-Z]") as caught:
        sign_in(jane(server)._replace(password="secret-7"), QUICK)
    assert "secret-7" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "https://user:secret@host.example",
            "ftp://user:secret@host.example",
            "https://user:secret@host:port",
        ),
        *("https://host.example/v3?access_token=secret", "https://host.example/v3#secret", "tok-secret"),
        *("secret://host.example", "http://host.example/secret", "https://host.example/v3 secret"),
    ],
)
def test_a_secret_in_an_address_is_not_shown(url):
    with pytest.raises(UsageError) as caught:
        check_url("CONVIRZA_API_URL", url)
    assert "secret" not in str(caught.value)
