import datetime as dt
import time

import pytest
import requests

from reconciler.sandbox import Sandbox, serve

from .client import Api

ADMIN = {"email": "admin@example.com", "password": "sandbox"}


def with_token(api: Api, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{api.sandbox.api_url}/tag", headers=headers, timeout=5).status_code


def test_the_operator_is_no_user(api: Api) -> None:
    status, tokens = api.signin("token", ADMIN)
    assert (status, tokens["token_type"]) == (200, "Bearer")
    profile = {"user_id": 1, "email": "admin@example.com", "role_id": 1, "org_unit_id": 1001}
    assert tokens["user"] == api.get("/auth/profile") == profile
    assert api("GET", "/auth/profile", base=api.sandbox.oauth_url)[1] == profile
    assert with_token(api, tokens["access_token"]) == 200
    assert "admin@example.com" not in [row["email"] for row in api.get("/users/list")["users"]]


def test_expiry_is_an_instant(api: Api) -> None:
    tokens = api.signin("token", ADMIN)[1]
    left = [
        dt.datetime.fromisoformat(tokens[name]) - dt.datetime.now(tz=dt.UTC)
        for name in ("expires_in", "refresh_expires_in")
    ]
    assert [round(span.total_seconds() / 86400) for span in left] == [7, 180]


def test_a_refresh_token_works_once(api: Api) -> None:
    first = api.signin("token", ADMIN)[1]
    second = api.signin("refresh-token", first)[1]
    assert second["refresh_token"] != first["refresh_token"]
    assert second["access_token"] != first["access_token"]
    assert api.signin("refresh-token", first)[0] == 401
    assert with_token(api, first["access_token"]) == 401  # it is dead with its refresh token
    assert with_token(api, second["access_token"]) == 200


def test_revoking(api: Api) -> None:
    tokens = api.signin("token", ADMIN)[1]
    for token_type in ("access", "refresh"):
        body = {"token": tokens[f"{token_type}_token"], "token_type": token_type}
        assert [api.signin("revoke-token", body)[0] for _ in range(2)] == [200, 200]
    assert with_token(api, tokens["access_token"]) == 401
    assert api.signin("refresh-token", tokens)[0] == 401
    api.signin("revoke-token", {"token": api.sandbox.token, "token_type": "access"})
    assert with_token(api, api.sandbox.token) == 200


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("token", {"email": "admin@example.com"}, 400),
        ("token", {**ADMIN, "password": "wrong"}, 401),
        ("token", {"email": "jane@acme.example", "password": "sandbox"}, 401),
        ("refresh-token", {}, 400),
        ("refresh-token", {"refresh_token": "made up"}, 401),
        ("revoke-token", {"token": "x"}, 400),
        ("revoke-token", {"token": "x", "token_type": "frontend"}, 400),
    ],
)
def test_refusals(api: Api, path: str, body: object, status: int) -> None:
    assert api.signin(path, body)[0] == status


@pytest.mark.parametrize("header", [None, "Bearer made-up", "Basic sandbox-token", "Bearer"])
def test_other_calls_need_a_token(sandbox: Sandbox, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    assert requests.get(f"{sandbox.api_url}/tag", headers=headers, timeout=5).status_code == 401


def test_ten_sign_ins_a_minute(api: Api) -> None:
    assert [api.signin("token", ADMIN)[0] for _ in range(11)] == [200] * 10 + [429]
    api.sandbox.configure(signin_limit=12)
    assert [api.signin("token", ADMIN)[0] for _ in range(3)] == [200, 200, 429]
    answer = api.raw("POST", "/oauth/token", ADMIN, api.sandbox.oauth_url)
    assert 55 <= int(answer.headers["Retry-After"]) <= 60
    api.sandbox.configure(signin_limit=0)
    assert api.signin("token", ADMIN)[0] == 429
    api.sandbox.configure(signin_limit=None)
    assert api.signin("token", ADMIN)[0] == 200


def test_users_sign_in_while_they_are_active_and_keep_their_address(api: Api) -> None:
    api.sandbox.load(
        {**api.sandbox.dump(), "passwords": {"Jane@acme.example": "pw", "ops@acme.example": "pw"}}
    )
    jane = {"email": "jane@ACME.example", "password": "pw"}
    tokens = api.signin("token", jane)[1]
    assert tokens["user"] == {
        "user_id": 10001,
        "email": "jane@acme.example",
        "role_id": 2,
        "org_unit_id": 1002,
    }
    assert api.signin("token", {"email": "ops@acme.example", "password": "pw"})[1]["user"]["role_id"] == 1
    api.write("PATCH", "/users/10001", {"user_status": "inactive"})
    assert api.signin("token", jane)[0] == with_token(api, tokens["access_token"]) == 401
    api.write("PATCH", "/users/10001", {"user_status": "active", "username": "doe@acme.example"})
    assert with_token(api, tokens["access_token"]) == 401


def test_tokens_of_the_seed() -> None:
    with serve({"users": [{"email": "a@b.c"}], "tokens": {"T": "a@b.c", "U": "operator@b.c"}}) as sandbox:
        for token, user_id in (("T", 10001), ("U", 1), ("sandbox-token", 1)):
            api = Api(sandbox, token)
            assert api.get("/auth/profile")["user_id"] == user_id
            api.session.close()


def test_access_tokens_end_with_their_life(api: Api) -> None:
    tokens = api.signin("token", ADMIN)[1]
    for token in (tokens["access_token"], api.sandbox.token):
        api.sandbox.configure(token_life=0)
        assert with_token(api, token) == 401
        api.sandbox.configure(token_life=None)
        assert with_token(api, token) == 200


@pytest.mark.parametrize(("renew", "status"), [(True, 200), (False, 401)])
def test_use_renews_an_access_token(api: Api, renew: bool, status: int) -> None:
    api.sandbox.configure(token_life=0.5, renew_on_use=renew)
    for _ in range(3):
        time.sleep(0.2)
        found = with_token(api, api.sandbox.token)
    assert found == status


def test_bare_answers(api: Api) -> None:
    api.sandbox.configure(signin_bare=True)
    tokens = api.raw("POST", "/oauth/token", ADMIN, api.sandbox.oauth_url).json()
    assert tokens["token_type"] == "Bearer"
    assert api.get("/auth/profile")["user_id"] == 1
