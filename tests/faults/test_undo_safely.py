"""Undoing goes through the same confirmation, account check, limits and protection as applying."""

import json
import signal
from pathlib import Path

import pytest

from reconciler.sandbox import serve

from .literals import ACCOUNT, WITHOUT_FAREWELL
from .rigs import alive, latest, runs, somebody, wait_until, written

TWO = """\
users:
  - {username: new@acme.example, group: ORG-1003}
  - {username: newer@acme.example, group: ORG-1003}
"""
APPLY = ("apply", "--yes", "--parallel", "1")


@pytest.fixture
def two(applied, platform):
    """A run that created two users."""
    run = applied(TWO)
    platform.clear_requests()
    return run


def settings(workspace, text):
    (workspace / "all.yaml").write_text(f"settings: {text}\n{TWO}")


def test_limits_hold(call, two, workspace, platform):
    settings(workspace, "{limits: {user: {delete: 1, delete_percent: 0}}}")
    ended = call("undo", two, "--yes")
    assert "the plan deletes 2 users of 4" in ended.err
    assert ended.code == 3
    assert written(platform) == []
    assert call("undo", two, "--yes", "--allow-deletes", "user=1").code == 3
    assert call("undo", two, "--yes", "--allow-deletes", "users=2").code == 0
    assert len(written(platform)) == 2


def test_limits_of_updates_hold(call, applied, workspace, platform):
    run = applied("users: [{username: jane@acme.example, group: ORG-1002, first_name: Janet}]")
    platform.clear_requests()
    settings(workspace, "{limits: {update: 0}}")
    assert call("undo", run, "--yes").code == 3
    assert written(platform) == []
    assert call("undo", run, "--yes", "--allow-updates", "user=1").code == 0


def test_protection_holds(call, two, workspace, platform):
    settings(workspace, '{protect: ["user/new@*"]}')
    ended = call("undo", two, "--yes")
    assert "is never deleted: settings.protect has 'user/new@*' (all.yaml:1:22)" in ended.err
    assert ended.code == 3
    assert written(platform) == []


@pytest.mark.parametrize("paths", [[], ["."]])
def test_the_account_holds(call, two, workspace, platform, paths):
    settings(workspace, "{account: 1002}")
    ended = call("undo", two, *paths, "--yes")
    assert "these files are for account 1002" in ended.err
    assert ended.code == 3
    assert written(platform) == []


def test_a_run_for_another_account(call, two, platform):
    platform.load(
        {**ACCOUNT, "account": {"org_unit_id": 2001, "org_unit_name": "Other", "org_unit_ext_id": "O"}}
    )
    ended = call("undo", two, "--yes")
    assert f"run {two} was for account 1001 at {platform.api_url}, but the credentials" in ended.err
    assert ended.code == 3
    assert written(platform) == []


def test_a_run_on_another_platform(call, two, platform, environment):
    """Ids of the one mean something else on the other."""
    with serve(ACCOUNT) as other:
        environment["CONVIRZA_API_URL"], environment["CONVIRZA_TOKEN"] = other.api_url, other.token
        ended = call("undo", two, "--yes", "--report", "json=undone.json")
        assert written(other) == []
    assert f"run {two} was for account 1001 at {platform.api_url}, but" in ended.err
    assert ended.code == 3
    assert json.loads(Path("undone.json").read_text())["error"]["exit_code"] == 3


def test_nobody_there_to_confirm(start, two, platform):
    ended = start("undo", two).end()
    assert "nobody is there to confirm; nothing was changed" in ended.err
    assert ended.code == 3
    assert written(platform) == []


@pytest.mark.parametrize("name", ["20260101T000000Z-0000", "../journal/x", "", "*"])
def test_no_such_run(call, two, platform, name):
    ended = call("undo", name, "--yes")
    assert (ended.code, ended.err) == (
        64,
        f"Error: there is no run {name!r}; `reconciler history` lists them\n",
    )
    assert platform.requests() == []


# -- undoing a run that died


@pytest.mark.parametrize("write", [1, 4, 8, 12, 14])
@pytest.mark.parametrize("taken", [False, True], ids=["the platform has it not", "the platform has it"])
def test_a_run_that_was_killed(start, held, call, proxied, workspace, platform, write, taken):
    """Whatever got through is taken back, what was in flight as well."""
    (workspace / "all.yaml").write_text(WITHOUT_FAREWELL)
    before = alive(platform)
    hand = held(write - 1, taken=taken)
    killed = start(*APPLY)
    wait_until(lambda: hand.count == 1)
    killed.process.kill()
    assert killed.end().code == -signal.SIGKILL
    proxied.on_write = lambda _number, pass_on: pass_on()
    ended = call("undo", latest(workspace), "--yes")
    assert ended.code == 0
    assert ended.err.count("was done" if taken else "was not done") == 1
    assert alive(platform) == before
    assert runs(workspace)[0][-1]["event"] == "end"


def forget(workspace, address, when=""):
    """What came of a write is not in the journal of the run, as if it had died before it could tell; with
    `when`, then.
    """
    [path] = workspace.glob(".reconciler/journal/*.jsonl")
    events = [json.loads(line) for line in path.read_text().splitlines()]
    kept = [each for each in events if each["event"] == "intent" or each.get("address") != address]
    dated = [{**each, "time": when or each["time"]} for each in kept if each["event"] != "end"]
    path.write_text("".join(f"{json.dumps(each)}\n" for each in dated))


def test_what_may_have_been_done_is_left_and_said(call, applied, platform, workspace):
    run = applied(
        "groups:\n"
        "- {org_unit_name: Sales, org_unit_ext_id: ORG-1002, parent: ORG-1000, city: New York}\n"
        "- {org_unit_name: Support, org_unit_ext_id: ORG-1003, parent: ORG-1000, city: New York}"
    )
    forget(workspace, "group/ORG-1003")
    somebody(platform, "PATCH", "/groups/1003", {"city": "Paris"})
    ended = call("undo", run, "--yes")
    assert ended.code == 0
    assert (
        "group/ORG-1003 stays as it is: whether its update was done is not known "
        "(the platform has neither the old values nor the new ones)"
    ) in ended.out
    assert [group.get("city") for group in platform.dump()["groups"][:2]] == ["Boston", "Paris"]
    assert f"undone in part by {latest(workspace)}" in call("history", run).out


def test_what_somebody_else_may_have_created_is_left_and_said(call, applied, platform, workspace):
    sales = "{org_unit_name: Sales, org_unit_ext_id: ORG-1002, parent: ORG-1000, city: New York}"
    run = applied(f"groups: [{sales}]\ntags: [{{tag_name: Cold lead, group: ORG-1003}}]")
    forget(workspace, "tag/ORG-1003/Cold lead", when="2026-04-01T10:15:00.000000Z")
    somebody(platform, "DELETE", "/tag/303")
    somebody(platform, "POST", "/tag", {"tag_name": "Cold lead", "org_unit_id": 1003})
    ended = call("undo", run, "--yes")
    assert ended.code == 0
    assert "create tag/ORG-1003/Cold lead was done: it is on the platform" in ended.err
    assert (
        "tag/ORG-1003/Cold lead stays as it is: its creation was never answered, "
        "so it may be somebody else's; list it under `removed:` if it is to go"
    ) in ended.out
    assert platform.dump()["tags"][-1]["tag_id"] == 304
    assert platform.dump()["groups"][0]["city"] == "Boston"
    assert f"undone in part by {latest(workspace)}" in call("history", run).out
    applied("removed: [tag/ORG-1003/Cold lead]")
    assert "tag/ORG-1003/Cold lead is already gone" in call("undo", run, "--yes").out


@pytest.fixture
def proxied(proxy, environment, monkeypatch):
    monkeypatch.setenv("CONVIRZA_API_URL", proxy.url)
    return proxy


def test_what_is_called_so_but_for_case_stops_no_undo(call, applied, platform):
    applied("tags: [{tag_name: VIP, group: ORG-1002}]")
    run = applied("removed: [tag/ORG-1002/VIP]")
    somebody(platform, "POST", "/tag", {"tag_name": "vip", "org_unit_id": 1002})
    ended = call("undo", run, "--yes")
    assert (ended.code, "looks like" in ended.out) == (0, False)
    assert {"VIP", "vip"} <= {tag["tag_name"] for tag in platform.dump()["tags"]}


def test_who_is_not_listed_while_inactive_is_still_there(call, applied, platform):
    before = alive(platform)
    platform.configure(inactive_users_unlisted=True)
    run = applied("users: [{username: jane@acme.example, user_status: inactive}]")
    ended = call("undo", run, "--yes")
    assert (ended.code, ended.err) == (0, "")
    assert alive(platform) == before
