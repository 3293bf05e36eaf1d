"""Every kind of request meets every fault, the first time, the second time and every time: the command
converges or ends with the right exit code, nothing is done twice, and one clean run heals what is left.
"""

import json
import shutil
from collections.abc import Mapping
from typing import Any

import pytest

from reconciler.sandbox import serve

from .estates import FILES, TWO_OF_EACH
from .rigs import contents, fates, runs

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

Rule = Mapping[str, Any]

PASSING: Mapping[str, Rule] = {
    "429": {"status": 429},
    "429 with Retry-After": {"status": 429, "retry_after": 0},
    "500": {"status": 500},
    "502": {"status": 502},
    "503": {"status": 503},
    "503 with Retry-After": {"status": 503, "retry_after": 0},
    "504": {"status": 504},
    "hung up before it": {"fault": "drop_before"},
}
PASSING_BUT_DONE: Mapping[str, Rule] = {
    "hung up after it": {"fault": "drop_after"},
    "broken JSON": {"fault": "broken_json"},
    "a page of HTML": {"fault": "html"},
    "500 though done": {"status": 500, "before": False},
    "504 though done": {"status": 504, "before": False},
}
LASTING: Mapping[str, Rule] = {
    "400": {"status": 400},
    "400 though done": {"status": 400, "before": False},
    "401": {"status": 401},
    "403": {"status": 403},
    "404": {"status": 404},
    "409": {"status": 409},
}
FAULTS: Mapping[str, Rule] = {**PASSING, **PASSING_BUT_DONE, **LASTING}

FIRST, SECOND, ALWAYS = "the first time", "the second time", "every time"
TIMES: Mapping[str, Rule] = {FIRST: {"times": 1}, SECOND: {"skip": 1, "times": 1}, ALWAYS: {"times": None}}

READS = ["/auth/profile", "/groups/tree", "/groups/list", "/groups/1001", "/users/list", "/tag"]
READS += ["/provisioned-routes", "/conversations/calls"]
WRITES = [
    ("groups.yaml", "POST", "/groups"),
    ("groups.yaml", "PATCH", "/groups/*"),
    ("groups.yaml", "DELETE", "/groups/*"),
    ("users.yaml", "POST", "/users"),
    ("users.yaml", "PATCH", "/users/*"),
    ("users.yaml", "DELETE", "/users/*"),
    ("tags.yaml", "POST", "/tag"),
    ("tags.yaml", "PUT", "/tag/*"),
    ("tags.yaml", "DELETE", "/tag/*"),
    ("routes.yaml", "POST", "/provisioned-routes"),
    ("routes.yaml", "PATCH", "/provisioned-routes/*"),
    ("routes.yaml", "DELETE", "/provisioned-routes/*"),
]


@pytest.fixture(scope="module")
def server():
    with serve(TWO_OF_EACH) as sandbox:
        yield sandbox


@pytest.fixture
def platform(server):
    server.load(TWO_OF_EACH)
    server.clear_faults()
    server.clear_requests()
    server.configure(signin_limit=None)
    return server


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def undisturbed():
    """What comes of each file, and what the plan of all is, when nothing happens; found out once."""
    return {}


# -- reading


def read_ends(path, fault, when):
    """The exit code of `plan`."""
    if path == "/conversations/calls":
        return 0  # the plan does without, and says so
    if path == "/auth/profile" and fault == "404" and when != ALWAYS:
        return 0  # it is looked for on the other host
    return 0 if fault not in LASTING and when != ALWAYS else 1


@pytest.mark.parametrize("when", TIMES)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("path", READS)
def test_a_read(call, platform, undisturbed, path, fault, when):
    if "plan" not in undisturbed:
        undisturbed["plan"] = changes(call("plan", "--format", "json"))
        platform.clear_requests()
    platform.add_fault(method="GET", path=path, **FAULTS[fault], **TIMES[when])
    plans = [call("plan", "--format", "json") for _ in range(2 if when == SECOND else 1)]
    assert was_met(platform)
    assert plans[-1].code == read_ends(path, fault, when)
    platform.clear_faults()
    if plans[-1].code:
        plans.append(call("plan", "--format", "json"))
        assert plans[-1].code == 0
    assert all(each.code == 1 or changes(each) == undisturbed["plan"] for each in plans)
    assert {each["method"] for each in platform.requests()} == {"GET"}


def was_met(platform):
    return any(each["fault"] for each in platform.requests())


def changes(plan):
    return json.loads(plan.out)["changes"]


# -- writing


def write_ends(fault, when):
    """The exit code of `apply`."""
    if fault in LASTING:
        return 5
    if when != ALWAYS:
        return 0
    return 0 if fault in PASSING_BUT_DONE else 5  # it is found by its key, or by its new values


@pytest.mark.parametrize("when", TIMES)
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("file", "method", "path"), WRITES)
def test_a_write(call, platform, workspace, undisturbed, file, method, path, fault, when):
    if file not in undisturbed:
        assert call("apply", "--yes", file).code == 0
        undisturbed[file] = state(platform)
        platform.load(TWO_OF_EACH)
        shutil.rmtree(workspace / ".reconciler")  # or this is a platform that forgets
    platform.add_fault(method=method, path=path, **FAULTS[fault], **TIMES[when])
    code = call("apply", "--yes", file).code
    assert was_met(platform)
    assert code == write_ends(fault, when)
    platform.clear_faults()
    assert code == 0 or call("apply", "--yes", file).code == 0
    assert state(platform) == undisturbed[file]
    for run in runs(workspace):
        assert run[-1]["event"] == "end"
        assert "open" not in fates(run).values()


def state(platform):
    """With the next ids: nothing was created and lost."""
    return contents(platform), platform.dump()["next_ids"]


# -- signing in


@pytest.fixture
def by_password(call, monkeypatch):
    monkeypatch.delenv("CONVIRZA_TOKEN")
    monkeypatch.setenv("CONVIRZA_EMAIL", "admin@example.com")
    monkeypatch.setenv("CONVIRZA_PASSWORD", "sandbox")


@pytest.mark.parametrize("when", TIMES)
@pytest.mark.parametrize("fault", FAULTS)
def test_signing_in(call, platform, by_password, fault, when):
    platform.add_fault(method="POST", path="/oauth/token", **FAULTS[fault], **TIMES[when])
    codes = [call("login").code for _ in range(2 if when == SECOND else 1)]
    assert codes[-1] == (0 if fault not in LASTING and when != ALWAYS else 1)
    assert was_met(platform)
    platform.clear_faults()
    assert call("whoami").code == 0


def refresh_ends(fault, when):
    """A refresh token that is not accepted is of no more use: then the password is."""
    if fault.removesuffix(" though done") in ("400", "401", "403"):
        return 0
    return 0 if fault not in LASTING and when != ALWAYS else 1


@pytest.mark.parametrize("when", TIMES)
@pytest.mark.parametrize("fault", FAULTS)
def test_refreshing(call, platform, by_password, fault, when):
    assert call("plan").code == 0
    platform.add_fault(method="POST", path="/oauth/refresh-token", **FAULTS[fault], **TIMES[when])
    codes = [with_a_dead_token(call, platform).code for _ in range(2 if when == SECOND else 1)]
    assert codes[-1] == refresh_ends(fault, when)
    assert any(each["fault"] for each in platform.requests() if each["path"] == "/oauth/refresh-token")
    platform.clear_faults()
    assert call("plan").code == 0


def with_a_dead_token(call, platform):
    platform.add_fault(path="/groups/tree", status=401)
    return call("plan")


def test_a_sign_in_that_ends_in_the_middle_fails_what_needed_it(call, platform, by_password, monkeypatch):
    """Neither what was done nor what was not is left untold."""
    assert call("login").code == 0
    monkeypatch.delenv("CONVIRZA_PASSWORD")
    platform.add_fault(method="POST", path="/oauth/refresh-token", status=401, times=None)
    platform.add_fault(method="DELETE", status=401, times=None)
    ended = call("apply", "--yes", "--format", "json")
    found = json.loads(ended.out)
    fate = {each["address"]: (each["action"], each["status"]) for each in found["outcomes"]}
    assert set(fate.values()) == {("create", "applied"), ("update", "applied"), ("delete", "failed")}
    assert ended.code == 5
    reasons = {each["reason"] for each in found["outcomes"] if each["status"] == "failed"}
    assert {reason.partition(":")[0] for reason in reasons} == {"not signed in"}
    platform.clear_faults()
    monkeypatch.setenv("CONVIRZA_PASSWORD", "sandbox")
    assert call("apply", "--yes").code == 0
    assert call("plan", "--detailed-exitcode").code == 0
