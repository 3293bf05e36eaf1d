"""Two that write in one workspace exclude each other, and a lock dies with its process."""

from threading import Event

import pytest

from .literals import TWENTY
from .rigs import PATIENCE, done, fates, runs, wait_until

APPLY = ("apply", "--yes", "--parallel", "2")
IN_USE = (
    "Error: another apply is running in this workspace (.reconciler/apply.lock is held); "
    "wait until it is done\n"
)


@pytest.fixture
def api_url(proxy):
    return proxy.url


@pytest.fixture
def hand(workspace, held, start):
    """Two writes of an apply that goes no further until it is released."""
    (workspace / "all.yaml").write_text(TWENTY)
    return held(5)


def test_a_second_apply_is_refused(start, call, hand, platform, workspace):
    first = start(*APPLY)
    wait_until(hand.are_two)
    for arguments in (APPLY, ("apply", "--plan", "plan.json", "--yes")):
        second = start(*arguments).end()
        assert (second.code, second.out, second.err) == (3, "", IN_USE)
    hand.release()
    assert first.end().code == 0
    assert len(done(platform)) == 20
    assert len(runs(workspace)) == 1


def test_undo_is_refused_too(start, call, hand, platform, workspace):
    first = start(*APPLY)
    wait_until(hand.are_two)
    [journal] = workspace.glob(".reconciler/journal/*.jsonl")
    second = start("undo", journal.stem, "--yes").end()
    assert (second.code, second.err) == (3, IN_USE)
    hand.release()
    assert first.end().code == 0
    assert len(done(platform)) == 20


def test_a_plan_is_not(start, call, hand, platform, workspace):
    """What is in flight is left to the process that is at work on it."""
    first = start(*APPLY)
    wait_until(hand.are_two)
    second = start("plan").end()
    assert (second.code, second.err) == (0, "")
    assert "Plan: 15 to create" in second.out
    assert list(fates(runs(workspace)[0]).values()).count("open") == 2
    hand.release()
    assert first.end().code == 0
    assert len(done(platform)) == 20


def test_what_dies_while_a_plan_is_being_made_is_left_to_the_next(
    start, call, hand, proxy, platform, workspace
):
    """What was read before says nothing about writes that arrived since."""
    is_read, may_go_on = Event(), Event()

    def slow(path, pass_on):
        answer = pass_on()
        if "/users/list" in path:
            is_read.set()
            may_go_on.wait(PATIENCE)
        return answer

    first = start(*APPLY)
    wait_until(hand.are_two)
    proxy.on_read = slow
    second = start("plan")
    assert is_read.wait(PATIENCE)
    first.process.kill()
    first.process.wait()
    hand.release()
    wait_until(lambda: len(done(platform)) == 7)
    may_go_on.set()
    ended = second.end()
    assert (ended.code, ended.err) == (0, "")
    assert list(fates(runs(workspace)[0]).values()).count("open") == 2
    third = call("plan")
    assert third.err.count("was done") == 2
    assert "Plan: 13 to create" in third.out


def test_the_lock_dies_with_its_process(start, call, hand, proxy, platform, workspace):
    first = start(*APPLY)
    wait_until(hand.are_two)
    first.process.kill()
    first.process.wait()
    proxy.on_write = lambda _number, pass_on: pass_on()
    second = start(*APPLY).end()
    assert second.code == 0
    assert second.err.count("was not done") == 2
    assert len(done(platform)) == 20


def test_two_workspaces_do_not_meet(start, call, hand, platform, workspace, monkeypatch, tmp_path):
    first = start(*APPLY)
    wait_until(hand.are_two)
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    (tmp_path / "other" / "all.yaml").write_text("removed: [user/nobody@acme.example]")
    assert call("apply", "--yes").code == 0
    hand.release()
    assert first.end().code == 0
