"""A preview cannot write: nothing but `apply`, `undo` and signing in can send anything but GET."""

import ast
import inspect
from pathlib import Path

import pytest

from reconciler import cli
from reconciler.api import live
from reconciler.api.client import READ_ONLY, Reader, Transport, Writer
from reconciler.cli.connecting import connected
from reconciler.errors import RefusedError
from reconciler.model import Request, Settings
from reconciler.plans import planning

SOURCE = Path(inspect.getfile(cli)).parents[1]
WRITERS = {"apply", "undo"}
SIGN_IN = {"login", "logout"}
SIGN_IN_PATHS = {"/oauth/token", "/oauth/refresh-token", "/oauth/revoke-token"}
READERS = sorted(set(cli.cli.commands) - WRITERS - SIGN_IN - {"sandbox"})
# What a command needs besides, and the exit code that says it has done its work.
ARGUMENTS = {"init": ["elsewhere"], "show": ["plan.json"], "why": ["group/ORG-1000"]}
CODES = {"drift": 2}
JANE = {"CONVIRZA_TOKEN": "", "CONVIRZA_EMAIL": "admin@example.com", "CONVIRZA_PASSWORD": "sandbox"}


@pytest.fixture
def signed_in(monkeypatch, platform):
    monkeypatch.setenv("CONVIRZA_API_URL", platform.api_url)
    monkeypatch.setenv("CONVIRZA_OAUTH_URL", platform.oauth_url)
    monkeypatch.setenv("CONVIRZA_TOKEN", platform.token)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "get", "OPTIONS"])
def test_what_a_preview_is_given_refuses_to_write(signed_in, platform, method):
    with connected(sandbox=False) as transport:
        with pytest.raises(RefusedError, match="may only read"):
            Writer(transport).send(Request(method, "/groups", {"org_unit_name": "X"}))
        live.read(Reader(transport), Settings())
    assert {each["method"] for each in platform.requests()} == {"GET"}


def test_a_reader_has_no_way_to_write():
    public = {name for name in vars(Reader) if not name.startswith("_")}
    assert public == {"get", "platform", "profile", "signed_in_to"}


def test_planning_is_given_no_connection_at_all():
    assert set(inspect.signature(planning.plan).parameters) == {"desired", "live", "options", "report"}


# -- who asks for what: whoever lets another command write has to change these lists


def scopes():
    """The functions and classes of the program, by module."""
    for path in SOURCE.rglob("*.py"):
        for scope in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(scope, ast.FunctionDef | ast.ClassDef):
                yield f"{path.relative_to(SOURCE).with_suffix('').as_posix()}.{scope.name}", scope


def is_name(node, name):
    return isinstance(node, ast.Name) and node.id == name


def users_of(name):
    return {place for place, scope in scopes() if any(is_name(node, name) for node in ast.walk(scope))}


def callers_of(name):
    """Whoever only says in its type hints what it is given is not among them."""
    return {
        place
        for place, scope in scopes()
        if any(isinstance(node, ast.Call) and is_name(node.func, name) for node in ast.walk(scope))
    }


def users_of_module(name):
    """Where a name may be reached by its module, past the lists below."""
    return {
        place
        for place, scope in scopes()
        if any(isinstance(node, ast.Attribute) and is_name(node.value, name) for node in ast.walk(scope))
    }


def test_only_one_function_asks_for_more_than_reading_and_only_apply_and_undo_call_it():
    assert users_of("READ_AND_WRITE") == {"cli/applying.writing"}
    assert users_of("writing") == {"cli/apply.apply", "cli/history.undo"}
    assert users_of_module("client") == users_of_module("work") == set()
    assert inspect.signature(Transport).parameters["methods"].default is READ_ONLY
    assert inspect.signature(connected).parameters["methods"].default is READ_ONLY


def test_only_what_carries_out_a_plan_makes_a_writer():
    assert callers_of("Writer") == {"cli/applying._executed"}
    assert users_of("_executed") == {"cli/applying.carry_out"}
    assert users_of("carry_out") == {"cli/apply.apply", "cli/history.undo"}


def test_only_one_function_connects():
    assert callers_of("Transport") == {"cli/connecting.connected"}
    assert users_of("new_session") == {"api/client.Transport", "api/signin._post"}
    modules = {place.rpartition(".")[0] for place in users_of_module("requests")}
    assert modules <= {"api/answers", "api/client", "api/sending"}


def test_only_signing_in_and_out_calls_the_sign_in():
    assert callers_of("sign_in") == {"cli/account.login", "api/tokens.Tokens"}
    assert callers_of("refresh") == {"api/tokens.Tokens"}
    assert callers_of("revoke") == {"cli/account.logout"}


# -- what is sent


@pytest.fixture
def new_group(reconciler, workspace, platform):
    """Something to plan, planned once."""
    (workspace / "all.yaml").write_text("groups:\n  - {org_unit_name: New, parent: ORG-1000}\n")
    reconciler("plan", "--out", "plan.json")
    platform.clear_requests()


def sent(platform):
    return {each["method"] for each in platform.requests()}


@pytest.mark.parametrize("name", READERS)
def test_no_other_command_sends_anything_but_get(reconciler, new_group, platform, name):
    assert reconciler(name, *ARGUMENTS.get(name, ())).code == CODES.get(name, 0)
    assert sent(platform) <= {"GET"}


def test_these_are_the_other_commands():
    assert [
        *("doctor", "drift", "export", "fmt", "graph", "history", "init"),
        *("plan", "schema", "show", "validate", "whoami", "why"),
    ] == READERS


@pytest.mark.parametrize(
    "options",
    [["--out", "plan.json"], ["--format", "json", "--detailed-exitcode"], ["--resend", "user.timezone"]],
)
def test_no_option_of_plan_makes_it_write(reconciler, new_group, platform, options):
    assert reconciler("plan", *options).code in (0, 2)
    assert sent(platform) == {"GET"}


@pytest.mark.parametrize("name", [*READERS, *sorted(SIGN_IN)])
def test_whoever_signs_in_sends_to_the_sign_in_only(reconciler, new_group, platform, name):
    assert reconciler(name, *ARGUMENTS.get(name, ()), **JANE).code == CODES.get(name, 0)
    written = [(each["method"], each["path"]) for each in platform.requests() if each["method"] != "GET"]
    assert {method for method, _ in written} <= {"POST"}
    assert {path for _, path in written} <= SIGN_IN_PATHS


def test_signing_out_sends_to_the_sign_in_only(reconciler, platform):
    reconciler("login", **JANE)
    platform.clear_requests()
    assert reconciler("logout", **JANE).code == 0
    assert {(each["method"], each["path"]) for each in platform.requests()} == {
        ("POST", "/oauth/revoke-token")
    }


@pytest.mark.parametrize("arguments", [["apply"], ["apply", "--plan", "plan.json"]], ids=" ".join)
def test_apply_reads_until_it_is_told_to_write(reconciler, new_group, platform, arguments):
    run = reconciler(*arguments)
    assert (run.code, "give --yes" in run.err) == (3, True)
    assert sent(platform) == {"GET"}


def test_undo_reads_until_it_is_told_to_write(reconciler, new_group, workspace, platform):
    assert reconciler("apply", "--yes").code == 0
    run = next((workspace / ".reconciler" / "journal").glob("*.jsonl")).stem
    platform.clear_requests()
    assert reconciler("undo", run).code == 3
    assert sent(platform) == {"GET"}
