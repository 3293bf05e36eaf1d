"""Whose credentials `doctor` finds, and for which account."""

import pytest

from reconciler.sandbox import default_seed
from tests.unit.loopback import Answer

from .platforms import ANSWERS, FILES, lines, replaced, scripted, without


def test_another_account_costs_one_request(reconciler, workspace, platform):
    (workspace / "acme.yaml").write_text("settings: {account: 1002}\n")
    run = reconciler("doctor")
    assert run.code == 1
    assert lines(run, "✗") == [
        "✗ the files are for this account, 1001: acme.yaml:1:21: they are for 1002; nothing else was read"
    ]
    assert [each["path"] for each in platform.requests()] == ["/auth/profile"]


def test_files_that_do_not_name_their_account(reconciler, workspace):
    (workspace / "acme.yaml").write_text("groups:\n  - {org_unit_name: Acme, org_unit_ext_id: ORG-1000}\n")
    run = reconciler("doctor")
    assert run.code == 0
    assert "? the files are for this account: they do not say: write settings.account" in run.out


def test_files_that_are_not_valid(reconciler, workspace):
    (workspace / "acme.yaml").write_text("settings: {account: 1001}\ngroups:\n  - {city: 7}\n")
    run = reconciler("doctor")
    assert run.code == 1
    assert lines(run, "✗") == [
        (
            "✗ the files are valid: acme.yaml:3:5: `org_unit_name` is missing "
            "(and 1 more: see `reconciler validate`)"
        )
    ]
    assert "? what the platform has rewritten: not with files that are not valid" in run.out
    assert "✓ the whole list can be read, and is proved complete: 4 groups" in run.out
    missing = reconciler("doctor", "missing.yaml")
    assert lines(missing, "✗") == ["✗ the files are valid: missing.yaml:1:1: no such file or directory"]


def test_somebody_who_is_no_admin(reconciler, workspace, platform):
    seed = default_seed()
    platform.load({**seed, "tokens": {"jane": "jane@acme.example"}})
    run = reconciler("doctor", CONVIRZA_TOKEN="jane")
    assert run.code == 1
    assert lines(run, "✗")[0] == (
        "✗ `role_id` 1 is Admin, which groups and users are for (documented): 2, Standard"
    )
    assert any(line.startswith("? GET /groups/list lists groups (inferred): ") for line in lines(run, "?"))
    assert "✓ GET /tag lists tags" in run.out


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        (
            {"email": "a@b.example", "role_id": 7, "org_unit_id": 1001},
            "✗ `role_id` 1 is Admin, which groups and users are for (documented): 7, which is not known here",
        ),
        (
            {"email": "a@b.example", "org_unit_id": 1001},
            "? `role_id` 1 is Admin, which groups and users are for (assumed): the profile has no `role_id`",
        ),
        (
            {"role_id": 1, "org_unit_id": "1001"},
            "✗ GET /auth/profile says who is signed in (assumed): no `email`",
        ),
        (
            {"email": "a@b.example", "role_id": 1},
            "✗ its `org_unit_id` is the account (assumed): the profile has none",
        ),
        (
            {"email": "a@b.example", "role_id": 1},
            "? the files are for this account, 1001: nobody knows which this is",
        ),
        (
            {"email": "a@b.example", "role_id": 1, "ct_user_ou_id": 1001},
            "? its `org_unit_id` is the account (assumed): the profile has none; that of the user's group",
        ),
        (None, "✗ its `org_unit_id` is the account (assumed): the profile has none"),
        ([1], "✗ its `org_unit_id` is the account (assumed): the profile has none"),
        (Answer(status=401), "✗ GET /auth/profile says who is signed in (assumed): GET /auth/profile: 401"),
        (Answer(status=404), "✗ GET /auth/profile says who is signed in (assumed): GET /auth/profile: 404"),
    ],
)
def test_profiles(ask, workspace, profile, said):
    (workspace / "acme.yaml").write_text(FILES)
    with scripted(replaced("/auth/profile", profile)) as held:
        run = ask(held.url, "doctor")
    assert any(line.strip().startswith(said) for line in run.out.splitlines()), run.out
    assert "✓ the whole list can be read, and is proved complete: 2 groups" in run.out


def test_an_account_that_nobody_names(ask, workspace):
    with scripted(replaced("/auth/profile", {})) as held:
        run = ask(held.url, "doctor")
    assert "not without knowing which account this is" in run.out
    assert "✓ the whole list can be read, and is proved complete: 2 tags" in run.out


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ({"email": "a@b.example", "role_id": 1}, "the profile has none"),
        ({"email": "a@b.example", "role_id": 1, "org_unit_id": 1003}, "1003"),
    ],
)
def test_the_account_by_the_sign_in(reconciler, workspace, profile, said):
    tokens = {"access_token": "a-1", "user": {"org_unit_id": 1001}}
    with scripted({**replaced("/auth/profile", profile), "/oauth/token": tokens}) as held:
        addresses = {"CONVIRZA_API_URL": held.url, "CONVIRZA_OAUTH_URL": held.url, "CONVIRZA_TOKEN": ""}
        run = reconciler("doctor", **addresses, CONVIRZA_EMAIL="a@b.example", CONVIRZA_PASSWORD="p")
    told = f"✗ its `org_unit_id` is the account (assumed): {said}, but the sign-in was to account 1001"
    assert told in lines(run, "✗")


def test_a_profile_on_the_host_for_sign_in(reconciler, workspace):
    with scripted(without(ANSWERS, "/auth/profile")) as api, scripted(ANSWERS) as oauth:
        run = reconciler("doctor", CONVIRZA_API_URL=api.url, CONVIRZA_OAUTH_URL=oauth.url)
    assert run.code == 0
    assert (
        f"✓ GET /auth/profile says who is signed in (assumed): admin@acme.example, on {oauth.url}" in run.out
    )


def test_nobody_is_there(ask, workspace):
    with scripted({}) as held:
        gone = held.url
    run = ask(gone, "doctor")
    assert run.code == 1
    assert "no connection" in run.out
    assert "GET /users/list: not asked, the platform does not answer" in run.out


def test_who_is_turned_away_is_told_once(reconciler, workspace, platform):
    run = reconciler("doctor", CONVIRZA_TOKEN="tok-old")
    assert run.code == 1
    (found,) = lines(run, "✗")
    assert found.startswith("✗ GET /auth/profile says who is signed in (assumed): GET /auth/profile: 401 ")
    said = run.out.splitlines()
    assert said[3:] == ["", "Nothing else was asked: sign in first.", said[-1]]
    assert [each["path"] for each in platform.requests()] == ["/auth/profile", "/tag"]


def test_no_way_to_sign_in(reconciler, workspace, platform):
    refused = reconciler(
        "doctor", CONVIRZA_TOKEN="", CONVIRZA_EMAIL="admin@example.com", CONVIRZA_PASSWORD="wrong"
    )
    assert refused.code == 1
    assert lines(refused, "✗")[0].startswith("✗ the credentials sign in (assumed): POST /oauth/token: 401")
    assert "Nothing else was asked: sign in first." in refused.out
    assert [each["path"] for each in platform.requests()] == ["/oauth/token"]
    nothing = reconciler("doctor", CONVIRZA_TOKEN="")
    assert nothing.code == 1
    assert "not signed in: run `reconciler login`" in nothing.err
