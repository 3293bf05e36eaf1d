"""Signing in and out, and who that makes the user: as processes, against the platform over real HTTP."""

import json
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from reconciler.sandbox import default_seed
from tests.cli.test_terminal import Terminal

JANE, PASSWORD = "jane@acme.example", "pw-correct-horse"
SIGNED_IN = {"CONVIRZA_TOKEN": "", "CONVIRZA_EMAIL": JANE, "CONVIRZA_PASSWORD": PASSWORD}
NOBODY = {"CONVIRZA_TOKEN": ""}


@pytest.fixture(autouse=True)
def _jane_has_a_password(platform):
    platform.load({**default_seed(), "passwords": {JANE: PASSWORD}})


@pytest.fixture
def kept(tmp_path):
    """What is in the user's state folder."""
    return tmp_path / "state" / "convirza-reconciler" / "credentials.json"


def entry(kept, platform):
    return json.loads(kept.read_text())[platform.oauth_url]


def only_entry(kept):
    [found] = json.loads(kept.read_text()).items()
    return found


def calls(platform, *methods):
    return [
        f"{each['method']} {each['path']} {each['status']}"
        for each in platform.requests()
        if each["method"] in (methods or ("GET", "POST"))
    ]


def is_alive(platform, token):
    signed = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{platform.oauth_url}/auth/profile", headers=signed, timeout=10).ok


# -- login


def test_login_from_the_environment(reconciler, platform, kept):
    run = reconciler("login", **SIGNED_IN)
    assert (run.code, run.out, run.err) == (0, f"Signed in at {platform.oauth_url} as {JANE}.\n", "")
    assert calls(platform) == ["POST /oauth/token 200"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert entry(kept, platform)["email"] == JANE
    assert PASSWORD not in kept.read_text()


def test_login_beside_a_token_that_stands_above_it(reconciler, platform, kept):
    run = reconciler("login", **{**SIGNED_IN, "CONVIRZA_TOKEN": "tok-old"})
    assert (run.code, run.err) == (0, "")
    assert run.out.splitlines() == [
        f"Signed in at {platform.oauth_url} as {JANE}.",
        "Kept, but not used here: CONVIRZA_TOKEN is set and stands above it; unset it.",
    ]
    assert entry(kept, platform)["email"] == JANE


def test_whoever_has_signed_in_stays_signed_in(reconciler, platform):
    reconciler("login", **SIGNED_IN)
    for _ in range(3):
        assert reconciler("whoami", **NOBODY).code == 0
    assert calls(platform, "POST") == ["POST /oauth/token 200"]


@pytest.fixture
def terminal(workspace, environment):
    opened = []

    def start(*arguments, **variables):
        opened.append(Terminal(arguments, workspace, {**environment, "TERM": "xterm", **variables}))
        return opened[-1]

    yield start
    for each in opened:
        if each.process.poll() is None:
            each.process.kill()
            each.end()


def test_login_asks_a_person_and_shows_no_password(terminal, platform, kept):
    run = terminal("login", **NOBODY).read_until("E-mail address:").type(f"{JANE}\n").read_until("Password:")
    time.sleep(0.5)  # no person is faster than the terminal is at hiding what is typed
    run.type(f"{PASSWORD}\n").read_until("Signed in")
    assert run.end() == 0
    assert JANE in run.text
    assert PASSWORD not in run.text
    assert entry(kept, platform)["email"] == JANE


def test_ctrl_c_at_the_password(terminal, platform, kept):
    run = terminal("login", **NOBODY, CONVIRZA_EMAIL=JANE).read_until("Password:")
    time.sleep(0.5)
    run.process.send_signal(signal.SIGINT)
    assert run.end() == 130
    assert calls(platform) == []
    assert not kept.exists()


@pytest.mark.parametrize("given", [{}, {"CONVIRZA_EMAIL": JANE}, {"CONVIRZA_PASSWORD": PASSWORD}], ids=str)
def test_nobody_is_there_to_ask(reconciler, platform, given):
    run = reconciler("login", **NOBODY, **given)
    assert (run.code, run.out) == (64, "")
    assert run.err == "Error: nobody is there to ask: set CONVIRZA_EMAIL and CONVIRZA_PASSWORD\n"
    assert calls(platform) == []


def test_a_wrong_password_leaves_the_old_sign_in(reconciler, platform, kept):
    reconciler("login", **SIGNED_IN)
    before = kept.read_text()
    run = reconciler("login", **{**SIGNED_IN, "CONVIRZA_PASSWORD": "pw-wrong"})
    assert run.err.startswith(
        "Error: POST /oauth/token: 401 Unauthorized; look at the e-mail address and the password"
    )
    assert kept.read_text() == before
    assert calls(platform, "POST") == ["POST /oauth/token 200", "POST /oauth/token 401"]


def test_nobody_is_signed_in_whose_tokens_could_not_be_kept(reconciler, platform, kept):
    kept.parent.mkdir(parents=True)
    kept.write_text("{")
    run = reconciler("login", **SIGNED_IN)
    assert (run.code, "cannot be understood; delete it and run" in run.err) == (1, True)
    assert calls(platform) == []


# -- the platform's limit on sign-ins


def test_the_limit_is_waited_for(reconciler, platform):
    platform.add_fault("status", path="/oauth/token", status=429, retry_after=1, times=1)
    began = time.monotonic()
    assert reconciler("login", **SIGNED_IN).code == 0
    assert time.monotonic() - began >= 1
    assert calls(platform) == ["POST /oauth/token 429", "POST /oauth/token 200"]


def test_nothing_is_sent_while_the_platform_says_to_wait(workspace, environment, platform):
    """The limit of the platform itself, for a minute; it keeps no person waiting."""
    platform.configure(signin_limit=0)
    command = [sys.executable, "-m", "reconciler", "login"]
    with subprocess.Popen(command, cwd=workspace, env={**environment, **SIGNED_IN}, stderr=-1) as process:
        for _ in range(300):
            if platform.requests():
                break
            time.sleep(0.1)
        time.sleep(1)
        assert calls(platform) == ["POST /oauth/token 429"]
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    assert calls(platform) == ["POST /oauth/token 429"]


def test_a_limit_that_says_nothing_of_time_ends_in_an_error(reconciler, platform):
    platform.configure(signin_limit=0, retry_after=False)
    run = reconciler("login", **SIGNED_IN)
    assert run.code == 1
    assert "POST /oauth/token: 429 Too Many Requests; too many requests, try again later" in run.err
    assert "tried 6 times" in run.err
    assert calls(platform) == ["POST /oauth/token 429"] * 6


# -- logout


def test_logout_revokes_both_tokens_and_forgets_them(reconciler, platform, kept):
    reconciler("login", **SIGNED_IN)
    tokens = entry(kept, platform)
    assert is_alive(platform, tokens["access_token"])
    platform.clear_requests()
    run = reconciler("logout", **NOBODY)
    assert (run.code, run.out) == (0, f"Signed out at {platform.oauth_url}.\n")
    assert [(each["path"], each["body"]["token_type"], each["status"]) for each in platform.requests()] == [
        ("/oauth/revoke-token", "refresh", 200),
        ("/oauth/revoke-token", "access", 200),
    ]
    assert not is_alive(platform, tokens["access_token"])
    assert json.loads(kept.read_text()) == {}
    assert "not signed in: run `reconciler login`" in reconciler("whoami", **NOBODY).err


def test_a_password_in_the_environment_signs_nobody_else_in(reconciler, platform):
    assert reconciler("whoami", **SIGNED_IN).code == 0
    assert "not signed in: run `reconciler login`" in reconciler("whoami", **NOBODY).err
    wrong = reconciler("whoami", **{**SIGNED_IN, "CONVIRZA_PASSWORD": "pw-wrong"})
    assert "POST /oauth/token: 401 Unauthorized" in wrong.err
    assert reconciler("whoami", **SIGNED_IN).code == 0
    assert calls(platform, "POST") == ["POST /oauth/token 200", "POST /oauth/token 401"]


def test_logout_ends_what_passwords_have_begun_as_well(reconciler, platform, kept):
    reconciler("whoami", **SIGNED_IN)
    tokens = only_entry(kept)[1]
    run = reconciler("logout", **NOBODY)
    assert (run.code, run.out) == (0, f"Signed out at {platform.oauth_url}.\n")
    assert not is_alive(platform, tokens["access_token"])
    assert json.loads(kept.read_text()) == {}


def test_what_cannot_be_revoked_does_not_keep_the_rest_alive(reconciler, platform, kept):
    reconciler("whoami", **SIGNED_IN)
    reconciler("login", **SIGNED_IN)
    tokens = entry(kept, platform)
    platform.add_fault("status", path="/oauth/revoke-token", status=400, times=1)
    assert reconciler("logout", **NOBODY).code == 1
    assert not is_alive(platform, tokens["access_token"])
    assert json.loads(kept.read_text()) == {}


def test_nobody_to_sign_out(reconciler, platform):
    run = reconciler("logout", **NOBODY)
    assert (run.code, run.out) == (0, f"Nobody is signed in at {platform.oauth_url}.\n")
    assert calls(platform) == []


def test_tokens_that_cannot_be_revoked_are_forgotten_all_the_same(reconciler, platform, kept):
    reconciler("login", **SIGNED_IN)
    platform.add_fault("status", path="/oauth/revoke-token", status=503, times=None)
    run = reconciler("logout", **NOBODY)
    assert run.code == 1
    assert (
        "the tokens are forgotten here, but could not be revoked on the platform: POST /oauth/rev" in run.err
    )
    assert json.loads(kept.read_text()) == {}


def test_other_hosts_are_left_alone(reconciler, platform, kept):
    reconciler("login", **SIGNED_IN)
    entries = {**json.loads(kept.read_text()), "https://other.example": {"email": "a", "access_token": "b"}}
    kept.write_text(json.dumps(entries))
    reconciler("logout", **NOBODY)
    assert json.loads(kept.read_text()) == {"https://other.example": {"email": "a", "access_token": "b"}}


# -- whoami


def shown(platform, name, role, source):
    return [
        f"{name} ({role}), account 1001",
        f"API          {platform.api_url}",
        f"sign-in      {platform.oauth_url}",
        f"credentials  {source}",
    ]


def test_whoami_by_a_token(reconciler, platform):
    run = reconciler("whoami")
    assert run.out.splitlines() == shown(platform, "admin@example.com", "Admin", "CONVIRZA_TOKEN")
    assert calls(platform) == ["GET /auth/profile 200"]


def test_whoami_by_e_mail_and_password(reconciler, platform):
    admin = {"CONVIRZA_EMAIL": "admin@example.com", "CONVIRZA_PASSWORD": "sandbox"}
    run = reconciler("whoami", **NOBODY, **admin)
    source = "CONVIRZA_EMAIL and CONVIRZA_PASSWORD"
    assert run.out.splitlines() == shown(platform, "admin@example.com", "Admin", source)


def test_whoami_by_what_login_has_left(reconciler, platform):
    """Jane's unit is not the whole account, and her role not the admin's."""
    reconciler("login", **SIGNED_IN)
    run = reconciler("whoami", **NOBODY)
    assert run.out.splitlines()[0] == f"{JANE} (Standard), account 1002"
    assert run.out.splitlines()[-1] == "credentials  reconciler login"


def test_whoami_by_a_wrong_token(reconciler, platform):
    run = reconciler("whoami", CONVIRZA_TOKEN="tok-wrong")
    assert (run.code, run.out) == (1, "")
    assert run.err.startswith("Error: GET /auth/profile: 401 the access token is missing, expired or unknown")
    advice = "; CONVIRZA_TOKEN is not valid (any more): set a new one, or unset it and run `reconciler login`"
    assert advice in run.err
    assert "Admin" not in run.err
    assert "tok-wrong" not in run.err
    assert calls(platform) == ["GET /auth/profile 401"]


def test_whoami_by_nothing(reconciler, platform):
    run = reconciler("whoami", **NOBODY)
    assert (run.code, run.out) == (1, "")
    assert run.err.startswith("Error: not signed in: run `reconciler login`, or set CONVIRZA_TOKEN")
    assert calls(platform) == []


# -- side by side


def side_by_side(reconciler, count, *arguments, **variables):
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(lambda _: reconciler(*arguments, **variables), range(count)))


@pytest.mark.parametrize(("first", "variables"), [("login", NOBODY), ("whoami", SIGNED_IN)])
def test_processes_that_refresh_at_once_burn_no_token(reconciler, platform, kept, first, variables):
    reconciler(first, **SIGNED_IN)
    name, tokens = only_entry(kept)
    kept.write_text(json.dumps({name: {**tokens, "access_token": "at-dead"}}))
    platform.configure(latency=0.3)
    platform.clear_requests()
    runs = side_by_side(reconciler, 4, "whoami", **variables)
    assert [run.code for run in runs] == [0] * 4, runs
    assert calls(platform, "POST") == ["POST /oauth/refresh-token 200"]
    renewed = only_entry(kept)[1]
    assert is_alive(platform, renewed["access_token"])
    assert renewed["refresh_token"] != tokens["refresh_token"]


def test_processes_that_sign_in_at_once_sign_in_once(reconciler, platform, kept):
    platform.configure(latency=0.3)
    runs = side_by_side(reconciler, 4, "whoami", **SIGNED_IN)
    assert [run.code for run in runs] == [0] * 4, runs
    assert calls(platform, "POST") == ["POST /oauth/token 200"]
    assert is_alive(platform, only_entry(kept)[1]["access_token"])


def test_two_logins_at_once_leave_one_whole_entry(reconciler, platform, kept):
    platform.configure(latency=0.2)
    runs = side_by_side(reconciler, 2, "login", **SIGNED_IN)
    assert [run.code for run in runs] == [0, 0]
    assert is_alive(platform, entry(kept, platform)["access_token"])
    assert sorted(path.name for path in kept.parent.iterdir()) == ["credentials.json", "credentials.lock"]


def test_a_process_that_dies_while_it_refreshes_leaves_the_lock_free(
    reconciler, platform, kept, workspace, environment
):
    reconciler("login", **SIGNED_IN)
    kept.write_text(json.dumps({platform.oauth_url: {**entry(kept, platform), "access_token": "at-dead"}}))
    platform.configure(latency=1)
    command = (sys.executable, "-m", "reconciler", "whoami")
    with subprocess.Popen(command, cwd=workspace, env={**environment, **NOBODY}, stderr=-1) as process:
        for _ in range(300):
            if "GET /auth/profile 401" in calls(platform):
                break
            time.sleep(0.1)
        process.kill()
    platform.configure(latency=0)
    assert reconciler("whoami", **SIGNED_IN).code == 0
