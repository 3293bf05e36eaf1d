"""Killed at every moment of every write, the program finishes the work when it is run again: nothing is
done twice, and the journal tells what happened.
"""

import re
import resource
import signal
import threading
import time
from collections.abc import Iterable

import pytest

from reconciler.sandbox import serve

from . import rigs
from .literals import ACCOUNT, MIXED, WRITES
from .rigs import claimed, contents, done, fates, intents, runs

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

BEFORE = "before the platform has it"
BETWEEN = "before its answer"
AFTER = "after its answer"
APPLY = ("apply", "--yes", "--parallel", "1")


@pytest.fixture
def api_url(proxy):
    return proxy.url


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What the platform holds after a run that nothing happened to."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "all.yaml").write_text(MIXED)
    with serve(ACCOUNT) as platform:
        named = {"CONVIRZA_API_URL": platform.api_url, "CONVIRZA_TOKEN": platform.token}
        assert rigs.start(APPLY, folder, named).end().code == 0
        assert intents(runs(folder)[0]) == WRITES
        assert claimed(folder) == done(platform)
        yield contents(platform)


def at(moment, write, started, workspace):
    """Kills the process at a moment of one of its writes."""

    def kill_after_outcome():
        rigs.wait_until(lambda: outcomes(workspace) >= write)
        started.process.kill()

    def on_write(number, pass_on):
        if number < write:
            return pass_on()
        if number > write:  # it is being killed: what it sends in its last moment does not get through
            started.process.wait(rigs.PATIENCE)
            return None
        answer = None if moment is BEFORE else pass_on()
        if moment is AFTER:
            threading.Thread(target=kill_after_outcome).start()
            return answer
        started.process.kill()
        started.process.wait(rigs.PATIENCE)  # it does not live to see the connection end
        return None

    return on_write


def outcomes(workspace):
    """How many whole lines say what came of a write."""
    [path] = workspace.glob(".reconciler/journal/*.jsonl")
    return len(re.findall(r'^\{"event": "outcome".*\n', path.read_text(), re.MULTILINE))


@pytest.mark.parametrize("moment", [BEFORE, BETWEEN, AFTER])
@pytest.mark.parametrize("write", range(1, len(WRITES) + 1))
def test_killed(start, call, proxy, platform, workspace, undisturbed, write, moment):
    killed = start(*APPLY)
    proxy.on_write = at(moment, write, killed, workspace)
    code = killed.end().code
    assert code == -signal.SIGKILL or (code, moment, write) == (0, AFTER, len(WRITES))
    proxy.on_write = lambda _number, pass_on: pass_on()

    told = call("plan")
    assert told.code == 0
    check_told(told.err, write, moment)
    assert "open" not in fates(runs(workspace)[0]).values()
    assert claimed(workspace) == done(platform)

    healed = call(*APPLY)
    assert (healed.code, healed.err) == (0, "")
    assert "\nNo changes." in call("plan").out
    assert contents(platform) == undisturbed
    assert len(done(platform)) == len(WRITES)
    assert claimed(workspace) == done(platform)


def check_told(err, write, moment):
    """What was in flight, and what became of it."""
    flying = re.findall(r"^  in flight: (.*) (was done|was not done): ", err, re.MULTILINE)
    known = re.findall(r"(\d+) of 14 changes are known to be done", err)
    match moment:
        case "before the platform has it":
            assert (known, flying) == ([f"{write - 1}"], [(WRITES[write - 1], "was not done")])
        case "before its answer":
            assert (known, flying) == ([f"{write - 1}"], [(WRITES[write - 1], "was done")])
        case _ if err:  # the next write may have been on its way, and the platform may have got it
            assert known == [f"{write}"]
            following = next_of(write)
            assert flying in ([], *([(each, fate) for each in following] for fate in FATES))
        case _:
            assert write == len(WRITES)  # it came to its end in that very moment


FATES = ("was done", "was not done")


def next_of(write: int) -> Iterable[str]:
    return WRITES[write : write + 1]


def test_killed_again_and_again(start, call, proxy, platform, workspace, undisturbed):
    """Each run gets one write through and dies of it: the work is done all the same, each write once."""
    for write in range(1, len(WRITES) + 1):
        killed = start(*APPLY)
        proxy.on_write = at(BETWEEN, write, killed, workspace)
        assert killed.end().code == -signal.SIGKILL
    assert "\nNo changes." in call("plan").out
    assert contents(platform) == undisturbed
    assert len(done(platform)) == len(WRITES)
    assert claimed(workspace) == done(platform)


@pytest.mark.parametrize(
    "command",
    [("plan",), ("plan", "--format", "json"), APPLY, ("apply", "--plan", "other.json", "--yes"), ("undo",)],
)
def test_the_next_command_tells(start, call, proxy, platform, workspace, command):
    """Whatever it is: what was in flight, and what became of it."""
    (workspace / "other.yaml").write_text("removed: [user/nobody@acme.example]")
    assert call("plan", "--out", "other.json", "other.yaml").code == 0
    killed = start(*APPLY)
    write = WRITES.index("update route/ORG-1002/Main line") + 1
    proxy.on_write = at(BETWEEN, write, killed, workspace)
    killed.end()
    proxy.on_write = lambda _number, pass_on: pass_on()
    arguments = (*command, rigs.latest(workspace), "--yes") if command == ("undo",) else command
    told = call(*arguments).err
    assert f"{write - 1} of 14 changes are known to be done" in told
    assert "in flight: update route/ORG-1002/Main line was done: the platform has the new values" in told
    assert call("plan").err == ""


def test_files_of_another_account_are_refused_after_a_crash_too(start, call, proxy, platform, workspace):
    killed = start(*APPLY)
    proxy.on_write = at(BETWEEN, 3, killed, workspace)
    killed.end()
    (workspace / "all.yaml").write_text("settings: {account: 1002}\n")
    ended = call("plan")
    assert (ended.code, "but the credentials belong to account 1001" in ended.err) == (3, True)


def test_what_was_written_a_moment_ago_is_given_time_to_be_seen(
    start, call, proxy, platform, workspace, monkeypatch
):
    """A platform whose lists lag behind by less than that gets nothing twice."""
    (workspace / "all.yaml").write_text("tags: [{tag_name: New, group: ORG-1002}]")
    killed = start(*APPLY)
    proxy.on_write = at(BETWEEN, 1, killed, workspace)
    killed.end()
    monkeypatch.setenv("CONVIRZA_RETRY_WAIT", "0.25")
    seen = time.monotonic() + 0.5

    def late(path, pass_on):
        answer = pass_on()
        hidden = time.monotonic() < seen and path.startswith("/v3/tag")
        return answer._replace(body=answer.body.replace(b'"New"', b'"Hot lead"')) if hidden else answer

    proxy.on_read = late
    ended = call("plan")
    assert "create tag/ORG-1002/New was done: it is on the platform" in ended.err
    assert "No changes." in ended.out


def test_a_saved_plan_that_died_is_not_applied_again(start, call, proxy, platform, workspace, undisturbed):
    assert call("plan", "--out", "plan.json").code == 0
    saved = ("apply", "--plan", "plan.json", "--yes", "--parallel", "1")
    killed = start(*saved)
    proxy.on_write = at(BETWEEN, 3, killed, workspace)
    killed.end()
    proxy.on_write = lambda _number, pass_on: pass_on()
    assert call(*saved).code == 3
    assert len(done(platform)) == 3
    assert call(*APPLY).code == 0
    assert contents(platform) == undisturbed
    assert len(done(platform)) == len(WRITES)


def test_what_cannot_be_told(start, call, proxy, platform, workspace, undisturbed):
    """Somebody else writes the same field before anybody looks; the work is finished all the same."""
    killed = start(*APPLY)
    proxy.on_write = at(BEFORE, WRITES.index("update group/ORG-1002") + 1, killed, workspace)
    killed.end()
    proxy.on_write = lambda _number, pass_on: pass_on()
    rigs.somebody(platform, "PATCH", "/groups/1002", {"city": "Chicago"})
    told = "update group/ORG-1002 cannot be told: the platform has neither the old values nor the new ones"
    assert told in call("plan").err
    assert fates(runs(workspace)[0])["group/ORG-1002"] == "unclear"
    assert call(*APPLY).code == 0
    assert contents(platform) == undisturbed


@pytest.mark.parametrize("room", [*range(600, 9_300, 900), *range(9_300, 10_500, 150)])
def test_the_disk_fills_up(call, platform, undisturbed, room):
    """What cannot be written down is not sent; with room again, an ordinary apply finishes the work."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        ended = call(*APPLY)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    sent = len(done(platform))
    said = "File too large; not all of it is written down, the next command looks at it" in ended.err
    assert ended.code == (5 if sent < len(WRITES) else 1 if said else 0)
    assert sent == len(WRITES) or (said and "not written down, so not sent" in ended.out)
    assert call("apply", "--yes").code == 0
    assert "\nNo changes." in call("plan").out
    assert len(set(done(platform))) == len(done(platform)) == len(WRITES)
    assert contents(platform) == undisturbed
