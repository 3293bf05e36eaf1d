"""Lists that show what was written only after a while: what runs from here did a moment ago is not done
again, and nothing is taken for described that is not.
"""

import datetime as dt
import re
import time

import pytest

from . import rigs

BOSTON = "groups: [{org_unit_name: Sales, org_unit_ext_id: ORG-1002, parent: ORG-1000, city: Boston}]\n"
ROME = BOSTON.replace("Boston", "Rome") + "tags: [{tag_name: New, group: ORG-1002}]\n"
WAITED = "The lists do not show yet what was written a moment ago; reading them again\n"


@pytest.fixture
def lagging(platform, environment, monkeypatch):
    """Lists that have caught up by the time that somebody has waited for them, which takes no time here."""

    def sleep(seconds):
        platform.configure(list_lag=0 if seconds else 3600)

    monkeypatch.setenv("CONVIRZA_RETRY_WAIT", "0.05")
    monkeypatch.setattr(time, "sleep", sleep)
    platform.configure(list_lag=3600)
    return platform


@pytest.fixture
def stuck(platform):
    """Lists that do not catch up for as long as anybody waits."""
    platform.configure(list_lag=3600)
    return platform


def test_the_same_again_at_once(applied, call, lagging):
    applied(ROME)
    lagging.clear_requests()
    ended = call("apply", "--yes")
    assert (ended.code, "No changes." in ended.out, ended.err) == (0, True, WAITED)
    assert rigs.written(lagging) == []


def test_back_to_what_is_still_shown(applied, lagging):
    applied(ROME)
    applied(BOSTON)
    assert lagging.dump()["groups"][0]["city"] == "Boston"


def test_taken_back_at_once(applied, call, lagging):
    run = applied(ROME)
    assert call("undo", run, "--yes").code == 0
    assert lagging.dump()["groups"][0]["city"] == "Boston"
    assert [tag["tag_name"] for tag in lagging.dump()["tags"]] == ["Hot lead", "Stale lead"]


@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes"), ("drift",), ("export",)])
def test_lists_that_do_not_catch_up(applied, call, stuck, command):
    run = applied(ROME)
    stuck.clear_requests()
    ended = call(*command)
    assert (ended.code, ended.out, rigs.written(stuck)) == (1, "", [])
    assert "Error: the platform does not show yet what was written from here a moment ago;" in ended.err
    assert f"run {run} created tag/ORG-1002/New (id 303) at 2" in ended.err
    assert "Z; it is not listed\n" in ended.err
    assert f"run {run} updated group/ORG-1002 (id 1002) at 2" in ended.err
    assert "Z; it is listed with the old city\n" in ended.err
    assert [each["path"] for each in stuck.requests()].count("/tag") == 5


def test_what_somebody_has_changed_back_at_once_is_planned_on(applied, call, platform):
    """Once two more readings show the same."""
    applied(ROME + "users: [{username: new@acme.example, group: ORG-1002}]\n")
    (new,) = [
        each["ct_user_id"] for each in platform.dump()["users"] if each["username"] == "new@acme.example"
    ]
    rigs.somebody(platform, "DELETE", f"/users/{new}")
    rigs.somebody(platform, "PATCH", "/groups/1002", {"city": "Boston"})
    platform.clear_requests()
    ended = call("plan")
    assert (ended.code, ended.err, "1 to create, 1 to update" in ended.out) == (0, WAITED, True)
    assert [each["path"] for each in platform.requests()].count("/tag") == 3


def test_after_a_minute_what_is_listed_counts(applied, call, stuck, workspace):
    applied(ROME)
    rigs.let_a_minute_pass(workspace)
    stuck.clear_requests()
    ended = call("plan")
    assert (ended.code, ended.err, "1 to create, 1 to update" in ended.out) == (0, "", True)
    assert [each["path"] for each in stuck.requests()].count("/tag") == 1


def test_what_a_dead_run_did_long_ago_is_not_looked_for(applied, call, platform, workspace):
    """Although it is settled only now."""
    run = applied(ROME)
    [path] = workspace.glob(".reconciler/journal/*.jsonl")
    lines = path.read_text().splitlines(keepends=True)[:-1]
    path.write_text("".join(lines).replace('"time": "20', '"time": "19'))
    rigs.somebody(platform, "DELETE", "/tag/303")
    assert f"Run {run} did not come to its end" in call("plan").err
    ended = call("plan")
    assert (ended.code, ended.err, "tag/ORG-1002/New" in ended.out) == (0, "", True)


def test_what_was_deleted_may_go_on_being_listed(applied, call, stuck):
    """Nothing is refused, once it was read again; sent once more, it finds nothing."""
    applied("removed: [tag/ORG-1004/Stale lead]")
    ended = call("plan")
    assert (ended.code, ended.err, "1 to delete" in ended.out) == (0, WAITED, True)


def test_what_was_deleted_and_is_described_again(applied, lagging):
    applied("removed: [tag/ORG-1004/Stale lead]")
    applied("tags: [{tag_name: Stale lead, group: ORG-1004}]")
    assert [tag["tag_name"] for tag in lagging.dump()["tags"]] == ["Hot lead", "Stale lead"]


def test_a_saved_plan_waits_as_well(applied, call, workspace, lagging):
    (workspace / "all.yaml").write_text(ROME.replace("[{tag_", "[{tag_name: More, group: ORG-1002}, {tag_"))
    assert call("plan", "--out", "plan.json").code == 0
    applied(ROME)
    ended = call("apply", "--yes", "--plan", "plan.json")
    assert (ended.code, rigs.written(lagging)[2:]) == (4, [])


def test_the_clock_may_be_set_back(applied, call, workspace, lagging):
    applied(ROME)
    [path] = workspace.glob(".reconciler/journal/*.jsonl")
    moment = dt.datetime.now(tz=dt.UTC) + dt.timedelta(seconds=30)
    path.write_text(re.sub(r'"time": "[^"]{19}', f'"time": "{moment:%Y-%m-%dT%H:%M:%S}', path.read_text()))
    assert call("plan").err == WAITED


def test_what_was_done_on_another_platform_is_not_looked_for(applied, call, platform, monkeypatch):
    applied(ROME)
    rigs.somebody(platform, "DELETE", "/tag/303")
    assert call("plan").err == WAITED
    monkeypatch.setenv("CONVIRZA_API_URL", platform.api_url.replace("127.0.0.1", "localhost"))
    ended = call("plan")
    assert (ended.code, ended.err) == (0, "")
