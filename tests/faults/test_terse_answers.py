"""A platform that answers creations, and says nothing of what it made: everything is found out, and nothing
twice.
"""

import signal
from collections import Counter

import pytest

from . import rigs
from .proxy import Answer
from .rigs import claimed, contents, done, fates, latest, let_a_minute_pass, runs

EMPTY = Answer(200, {}, b"")
MANY = (
    "users:\n" + "".join(f"  - {{username: u{n}@acme.example, group: Acme}}\n" for n in range(30))
    + "tags:\n" + "".join(f"  - {{tag_name: T{n}, group: Acme}}\n" for n in range(30))
)  # fmt: skip


@pytest.fixture
def api_url(proxy):
    return proxy.url


def check_healed(call, platform, workspace):
    assert claimed(workspace) == done(platform)
    assert "\nNo changes." in call("plan").out
    assert len(done(platform)) == len(set(done(platform)))


@pytest.mark.parametrize("answer", [EMPTY, Answer(204, {}, b"")], ids=["empty", "204"])
def test_what_waits_for_ids_gets_them(call, proxy, platform, workspace, answer):
    proxy.on_write = lambda _number, pass_on: pass_on() and answer
    ended = call("apply", "--yes")
    assert (ended.code, "Done: 14 applied." in ended.out) == (0, True), ended.err
    check_healed(call, platform, workspace)
    assert len(contents(platform)) == 12


def test_one_reading_of_each_list_tells_all_ids(call, proxy, platform, workspace):
    (workspace / "all.yaml").write_text(MANY)
    proxy.on_write = lambda _number, pass_on: pass_on() and EMPTY
    ended = call("apply", "--yes")
    assert (ended.code, "Done: 60 applied." in ended.out) == (0, True), ended.err
    read = Counter(each["path"] for each in platform.requests() if each["method"] == "GET")
    assert (read["/users/list"], read["/tag"]) == (2, 2)  # once for the plan
    check_healed(call, platform, workspace)


def test_what_was_said_yes_to_is_not_sent_again_before_it_is_shown(call, proxy, platform, workspace):
    (workspace / "all.yaml").write_text("tags: [{tag_name: New, group: Acme}]")
    proxy.on_write = lambda _number, pass_on: pass_on() and EMPTY
    platform.configure(list_lag=3600)
    first = call("apply", "--yes")
    assert (first.code, "nothing of that name is on the list yet" in first.out) == (5, True)
    again = call("apply", "--yes")
    assert (again.code, again.out, len(done(platform))) == (1, "", 1)
    assert f"run {latest(workspace)} created tag/ORG-1000/New at 2" in again.err
    assert "Z; it is not listed\n" in again.err
    platform.configure(list_lag=0)
    assert "create tag/ORG-1000/New was done: it is on the platform" in call("plan").err
    check_healed(call, platform, workspace)


def test_a_minute_later_it_counts_as_not_done(call, proxy, platform, workspace):
    (workspace / "all.yaml").write_text("tags: [{tag_name: New, group: Acme}]")
    proxy.on_write = lambda *_: EMPTY
    assert call("apply", "--yes").code == 5
    let_a_minute_pass(workspace)
    assert "create tag/ORG-1000/New was not done: it is not on the platform" in call("plan").err


@pytest.mark.no_cover
@pytest.mark.parametrize("write", [1, 30, 60])
def test_killed_before_the_ids_are_known(start, call, proxy, platform, workspace, write):
    (workspace / "all.yaml").write_text(MANY)
    killed = start("apply", "--yes", "--parallel", "1")

    def on_write(number, pass_on):
        if number == write:
            pass_on()
            killed.process.kill()
            killed.process.wait(rigs.PATIENCE)
            return None
        return EMPTY if pass_on() else None

    proxy.on_write = on_write
    assert killed.end().code == -signal.SIGKILL
    proxy.on_write = lambda _number, pass_on: pass_on() and EMPTY
    assert set(fates(runs(workspace)[0]).values()) == {"open"}
    assert call("apply", "--yes").code == 0
    assert set(fates(runs(workspace)[0]).values()) == {"applied"}
    check_healed(call, platform, workspace)
    assert len(done(platform)) == 60
