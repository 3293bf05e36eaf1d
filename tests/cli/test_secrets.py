"""Secrets are seen nowhere: on no screen, in no list of processes, in no file but the one for them."""

import html
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlencode

import pytest

from reconciler.sandbox import default_seed
from tests.unit.loopback import Answer, data, serving

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"
ADMIN = "ops@acme.example"
TOKEN = "tok-4e9ad1c07b5f4d2a9c38"
PASSWORD = "pw-zq81-rosebud-seven"
BY_TOKEN = {"CONVIRZA_TOKEN": TOKEN}
BY_PASSWORD = {"CONVIRZA_TOKEN": "", "CONVIRZA_EMAIL": ADMIN, "CONVIRZA_PASSWORD": PASSWORD}
BY_LOGIN = {"CONVIRZA_TOKEN": ""}


@pytest.fixture(autouse=True)
def _secrets_of_our_own(platform, workspace):
    platform.load({**default_seed(), "passwords": {ADMIN: PASSWORD}, "tokens": {TOKEN: ADMIN}})
    shutil.copytree(QUICKSTART, workspace, dirs_exist_ok=True)


@pytest.fixture
def kept(tmp_path):
    """The one file in which tokens may stand."""
    return tmp_path / "state" / "convirza-reconciler" / "credentials.json"


class Watch:
    """Runs commands, remembers all that they print, and every token that the state folder ever held."""

    def __init__(self, reconciler, kept):
        self._reconciler = reconciler
        self._kept = kept
        self.printed = []
        self.secrets = {TOKEN, PASSWORD}

    def __call__(self, *arguments, **variables):
        run = self._reconciler(*arguments, **variables)
        self.printed += [run.out, run.err]
        if self._kept.exists():
            for entry in json.loads(self._kept.read_text()).values():
                self.secrets |= {entry["access_token"], entry["refresh_token"]}
        return run


@pytest.fixture
def watch(reconciler, kept):
    return Watch(reconciler, kept)


def files(folder, allowed):
    return {path: path.read_text() for path in folder.rglob("*") if path.is_file() and path != allowed}


def runs(workspace):
    return [path.stem for path in sorted((workspace / ".reconciler" / "journal").glob("*.jsonl"))]


def job(watch, workspace, platform, signed_in):
    """Everything that one does in a day, on a bad day."""
    assert watch("whoami", **signed_in).code == 0
    assert watch("plan", **signed_in).code == 0
    assert watch("plan", "--format", "json", "--out", "plan.json", **signed_in).code == 0
    platform.add_fault("status", method="POST", path="/users", status=400)
    platform.add_fault("drop_after", method="POST", path="/groups")
    platform.add_fault("html", method="PATCH")
    platform.add_fault("broken_json", method="GET", path="/tag")
    assert watch("apply", "--plan", "plan.json", "--yes", "--format", "json", **signed_in).code == 5
    assert watch("apply", "--yes", **signed_in).code == 0
    assert watch("history", **signed_in).code == 0
    for run in runs(workspace):
        assert watch("history", run, "--format", "json", **signed_in).code == 0
    watch("undo", runs(workspace)[-1], "--yes", **signed_in)
    watch("doctor", **signed_in)
    platform.add_fault("status", method="GET", status=500, times=None)
    assert watch("plan", **signed_in).code == 1
    assert watch("plan", "--no-such-option", **signed_in).code == 64
    platform.clear_faults()


def assert_seen_nowhere(watch, tmp_path, kept):
    text = "\n".join(watch.printed)
    everywhere = files(tmp_path, kept)
    assert any("journal" in path.parts for path in everywhere)
    assert any(path.name == "plan.json" for path in everywhere)
    assert [secret for secret in watch.secrets if secret in text] == []
    assert [
        (path, secret) for path in everywhere for secret in watch.secrets if secret in everywhere[path]
    ] == []
    assert not kept.exists() or PASSWORD not in kept.read_text()


def test_a_day_with_a_token(watch, workspace, platform, tmp_path, kept):
    job(watch, workspace, platform, BY_TOKEN)
    assert_seen_nowhere(watch, tmp_path, kept)
    assert not kept.exists()


def test_a_day_with_a_password(watch, workspace, platform, tmp_path, kept):
    job(watch, workspace, platform, BY_PASSWORD)
    assert_seen_nowhere(watch, tmp_path, kept)
    assert len(watch.secrets) == 4


def test_a_day_signed_in(watch, workspace, platform, tmp_path, kept):
    assert watch("login", **BY_PASSWORD).code == 0
    job(watch, workspace, platform, BY_LOGIN)
    platform.add_fault("status", path="/oauth/revoke-token", status=400)
    assert watch("logout", **BY_LOGIN).code == 1
    assert watch("login", **BY_PASSWORD).code == 0
    assert watch("logout", **BY_LOGIN).code == 0
    assert watch("whoami", **BY_LOGIN).code == 1
    assert_seen_nowhere(watch, tmp_path, kept)
    assert len(watch.secrets) == 6
    assert [secret for secret in watch.secrets if secret in kept.read_text()] == []


def test_secrets_that_are_wrong_are_secrets_too(watch):
    """Most wrong passwords are right ones with a slip."""
    wrong = {**BY_PASSWORD, "CONVIRZA_PASSWORD": "pw-wrong"}
    assert watch("login", **wrong).code == watch("plan", **wrong).code == 1
    assert watch("plan", CONVIRZA_TOKEN="tok-wrong").code == 1
    assert watch("plan", CONVIRZA_TOKEN="tok-wrong two").code == 64
    assert "wrong two" not in "".join(watch.printed)
    assert "pw-wrong" not in "".join(watch.printed)
    assert "tok-wrong" not in "".join(watch.printed)


@pytest.mark.parametrize("name", ["CONVIRZA_API_URL", "CONVIRZA_OAUTH_URL"])
@pytest.mark.parametrize(
    "address",
    ["https://ops:tok-9@platform.example/v3", "https://platform.example/v3?access_token=tok-9", "tok-9"],
)
def test_a_secret_in_an_address_is_not_shown(watch, name, address):
    run = watch("plan", **{name: address})
    assert (run.code, run.err.startswith(f"Error: {name} ")) == (64, True)
    assert "tok-9" not in run.out + run.err


@pytest.mark.parametrize(
    "variables",
    [
        {"CONVIRZA_RETRY_WAIT": "tok-9"},
        {"CONVIRZA_TOKEN": "", "CONVIRZA_EMAIL": "tok-9", "CONVIRZA_PASSWORD": "pw"},
        {"CONVIRZA_TOKEN": "Bearer tok-9"},
        {"CONVIRZA_API_URL": "https://platform.invalid/v3", "HTTPS_PROXY": "http://u:tok-9@127.0.0.1:9"},
        {"CONVIRZA_API_URL": "https://platform.invalid/v3", "HTTPS_PROXY": "tok-9://127.0.0.1:9"},
    ],
)
def test_a_secret_in_the_wrong_variable_is_not_shown(watch, variables):
    run = watch("plan", "-v", **variables)
    assert run.code in (1, 64)
    assert "tok-9" not in run.out + run.err


def test_no_option_takes_a_secret(reconciler):
    """What stands on a command line, everybody on the machine can read."""
    for command in ("login", "whoami", "plan", "apply", "undo", "logout", "doctor"):
        shown = reconciler(command, "--help").out.lower()
        assert "--token" not in shown
        assert "--password" not in shown


@pytest.mark.parametrize("signed_in", [BY_TOKEN, BY_PASSWORD], ids=["token", "password"])
def test_the_process_list_shows_no_secret(workspace, environment, platform, signed_in):
    platform.configure(latency=0.3)
    command = [sys.executable, "-m", "reconciler", "plan"]
    with subprocess.Popen(command, cwd=workspace, env={**environment, **signed_in}, stdout=-1) as process:
        for _ in range(300):
            if platform.requests():
                break
            time.sleep(0.1)
        lines = [path.read_text() for path in Path("/proc").glob("[0-9]*/cmdline") if is_readable(path)]
        assert process.poll() is None
        process.communicate(timeout=60)
    assert any("reconciler\0plan" in line for line in lines)
    assert [line for line in lines if TOKEN in line or PASSWORD in line] == []


def is_readable(path):
    """Other processes may have ended meanwhile."""
    try:
        path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return False
    return True


# -- a platform that says it all again

ROOT = {"org_unit_name": "Acme", "org_unit_ext_id": "ORG-1000", "org_unit_parent_id": None}
LISTS = {
    "/users/list": "users",
    "/tag": "tags",
    "/provisioned-routes": "provisionedRoutes",
    "/groups/list": "groups",
}
GROUP = "groups:\n  - {org_unit_name: East, parent: ORG-1000}\n"
LONG = "tok-long-" + "0123456789abcdef" * 4


def echoing(asked):
    """Reads like a small account; whatever is written is refused, with the token or the body for a reason."""
    path = asked.path.removeprefix("/v3")
    if asked.method != "GET":
        return Answer(
            {"message": f"refused: Bearer {asked.token} {asked.body}", "request_id": asked.token}, 400
        )
    if path in LISTS:
        return data({LISTS[path]: [], "total": 0})
    if path == "/groups/tree":
        return data({"groups": [{"org_unit_id": 1001, "text": "Acme", "code": "1"}]})
    return data({"org_unit_id": 1001, **ROOT})


@pytest.fixture
def at(watch, workspace):
    """Runs a command on a platform that answers by a script."""
    for path in workspace.glob("*.yaml"):
        path.unlink()
    (workspace / "all.yaml").write_text(GROUP)

    def run(script, *arguments, **variables):
        with serving(script) as server:
            urls = {"CONVIRZA_API_URL": f"{server.url}/v3", "CONVIRZA_OAUTH_URL": server.url}
            return watch(*arguments, **{**urls, **variables})

    return run


def test_a_token_that_comes_back_is_neither_printed_nor_journaled(at, watch, workspace, tmp_path, kept):
    run = at(echoing, "apply", "--yes", **BY_TOKEN)
    assert run.code == 5
    assert "400 refused: Bearer ***" in run.out
    assert at(echoing, "history", *runs(workspace), **BY_TOKEN).code == 0
    assert TOKEN not in "".join([*watch.printed, *files(tmp_path, kept).values()])
    assert (
        "refused: Bearer ***"
        in (workspace / ".reconciler/journal" / f"{runs(workspace)[0]}.jsonl").read_text()
    )


@pytest.mark.parametrize(
    "answer",
    [
        lambda token: Answer({"message": f"the token {token} is unknown"}, status=401),
        lambda token: Answer({"code": 500, "message": token, "request_id": token}),
        lambda token: Answer({"message": {"authorization": f"Bearer {token}"}}, status=400),
        lambda token: Answer({"message": [token]}, status=503),
        lambda token: Answer(f"<p>{token}</p>".encode()),
        lambda token: Answer(b'{"message": "Bearer ' + token.encode()),
    ],
    ids=["401", "in a success", "an object", "a list", "html", "broken json"],
)
def test_a_token_that_comes_back_is_not_shown_in_part_either(at, answer):
    run = at(lambda asked: answer(asked.token or "nobody"), "plan", CONVIRZA_TOKEN=LONG)
    assert run.code == 1
    assert LONG[:12] not in run.err
    assert "***" in run.err


@pytest.mark.parametrize("command", ["login", "whoami", "plan"])
def test_a_password_that_comes_back_is_not_shown(at, command):
    def answer(asked):
        return Answer({"message": f"{asked.body['email']} is not {asked.body['password']}"}, status=401)

    run = at(answer, command, **BY_PASSWORD)
    assert run.code == 1
    assert "POST /oauth/token: 401 Unauthorized" in run.err
    assert PASSWORD not in run.err


@pytest.mark.parametrize("command", ["login", "whoami", "plan", "doctor"])
@pytest.mark.parametrize(
    "answer",
    [
        Answer(b'{"access_token":"TOK-secret-1234567'),
        Answer(b"access_token=TOK-secret-1234567&token_type=bearer"),
        Answer({"code": 400, "message": "TOK-secret-1234567 bad"}),
    ],
    ids=["cut", "a form", "an error"],
)
def test_new_tokens_in_an_answer_that_is_not_understood_are_not_shown(at, watch, command, answer):
    how = ["--verbose"] if command == "plan" else []
    assert at(lambda _: answer, command, *how, **BY_PASSWORD).code == 1
    assert "TOK-secret" not in "".join(watch.printed)


ODD = "+zq81/\"rosebud\"&'seven'<u>=="


@pytest.mark.parametrize(
    "echo",
    [
        lambda token: Answer({"message": f"no: {token}"}, status=401),
        lambda token: Answer({"message": {"token": [f"not {token}"]}}, status=400),
        lambda token: Answer({"message": f"you said {json.dumps({'token': token})}"}, status=400),
        lambda token: Answer(f"<p>{html.escape(token)}".encode()),
        lambda token: Answer(json.dumps(token).encode()[:-1]),
        lambda token: Answer(urlencode({"token": token}).encode()),
        lambda token: Answer({"message": json.dumps(token).replace("&", r"\u0026")}, status=400),
        lambda token: Answer({"message": token.replace("'", "&#39;")}, status=400),
        lambda token: Answer({"message": ascii(token)}, status=400),
        lambda token: Answer({"message": urlencode({"token": token}).lower()}, status=400),
    ],
    ids=[
        *("text", "an object", "json in text", "html", "broken json", "a form"),
        *("json for html", "html with numbers", "python", "a form in lower case"),
    ],
)
def test_a_token_that_comes_back_in_other_spellings_is_not_shown(at, echo):
    run = at(lambda asked: echo(asked.token), "plan", CONVIRZA_TOKEN=ODD)
    assert run.code == 1
    assert "***" in run.err
    assert "rosebud" not in run.err


def test_tokens_that_come_back_on_the_way_out_are_not_shown(at, watch, kept):
    issued = data({"access_token": "at-secret-7", "refresh_token": "rt-secret-7"})
    echo = Answer({"message": "never heard of at-secret-7 and rt-secret-7"}, status=400)

    def answer(asked):
        return (
            issued
            if asked.path == "/oauth/token"
            else echo._replace(body={"message": f"never heard of {asked.body['token']}"})
        )

    with serving(answer) as server:
        urls = {"CONVIRZA_API_URL": f"{server.url}/v3", "CONVIRZA_OAUTH_URL": server.url}
        assert watch("login", **urls, **BY_PASSWORD).code == 0
        run = watch("logout", **urls, **BY_LOGIN)
    assert run.code == 1
    assert "POST /oauth/revoke-token: 400 Bad Request" in run.err
    assert "secret-7" not in run.err
