"""Somebody presses Ctrl-C, once or twice, or the system ends the program, while two writes are in hand."""

import json
import signal

import pytest

from .literals import TWENTY
from .rigs import claimed, done, fates, latest, named, runs, wait_until, written

APPLY = ("apply", "--yes", "--parallel", "2")
NAMES = [f"u{number:02}@acme.example" for number in range(1, 21)]


@pytest.fixture
def api_url(proxy):
    return proxy.url


@pytest.fixture
def twenty(workspace):
    (workspace / "all.yaml").write_text(TWENTY)


@pytest.mark.parametrize("passed", [0, 7])
@pytest.mark.parametrize(
    "signals",
    [[signal.SIGINT], [signal.SIGTERM], [signal.SIGTERM, signal.SIGTERM], [signal.SIGINT, signal.SIGTERM]],
)
def test_what_is_in_hand_is_finished(start, held, call, twenty, platform, workspace, signals, passed):
    hand = held(passed)
    started = start(*APPLY)
    wait_until(hand.are_two)
    for number in signals:
        started.process.send_signal(number)
        started.hear("Stopping: what is being written is finished first.")
    assert started.process.poll() is None
    hand.release()
    ended = started.end()
    assert ended.code == 130
    assert ended.out.endswith(
        f"Interrupted: {passed + 2} applied, {18 - passed} skipped.\n"
        "What is done is done: apply, or undo, again does what is left.\n"
    )
    assert len(written(platform)) == passed + 2
    assert claimed(workspace) == done(platform)
    check_journal(runs(workspace)[0], passed + 2)
    told = call("history", latest(workspace)).out.splitlines()
    assert told[-1] == f"  {18 - passed} more were not begun; the journal does not name them"
    check_healed(call, platform)


def test_what_is_to_be_ignored_is(start, held, twenty, platform):
    """A script that starts it in the background means Ctrl-C for itself."""
    hand = held(3)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    started = start(*APPLY)
    signal.signal(signal.SIGINT, before)
    wait_until(hand.are_two)
    started.process.send_signal(signal.SIGINT)
    hand.release()
    assert started.end().code == 0
    check_all_once(platform)


def check_journal(run, count):
    assert list(fates(run).values()) == ["applied"] * count
    [end] = named(run, "end")
    assert (end["interrupted"], end["applied"], end["skipped"]) == (True, count, 20 - count)


def check_healed(call, platform):
    """The next apply has nothing to settle and does the rest, each once."""
    ended = call(*APPLY)
    assert (ended.code, ended.err) == (0, "")
    check_all_once(platform)


def check_all_once(platform):
    assert len(done(platform)) == 20
    assert {*NAMES} <= {each["username"] for each in platform.dump()["users"]}


@pytest.mark.parametrize("taken", [False, True], ids=["the platform has them not", "the platform has them"])
@pytest.mark.parametrize("first", [signal.SIGINT, signal.SIGTERM])
def test_a_second_ctrl_c_leaves_at_once(start, held, proxy, call, twenty, platform, workspace, first, taken):
    hand = held(5, taken=taken)
    started = start(*APPLY)
    wait_until(hand.are_two)
    started.process.send_signal(first)
    started.hear("Ctrl-C again leaves at once.")
    started.process.send_signal(signal.SIGINT)
    assert started.end().code == 130  # while the writes are still held
    assert sorted(fates(runs(workspace)[0]).values()) == ["applied"] * 5 + ["open"] * 2
    assert named(runs(workspace)[0], "end") == []

    proxy.on_write = lambda _number, pass_on: pass_on()
    told = call("plan")
    assert "5 of 20 changes are known to be done" in told.err
    assert told.err.count("was done: it is on the platform" if taken else "was not done: it is not") == 2
    assert claimed(workspace) == done(platform)
    assert call(*APPLY).code == 0
    check_all_once(platform)


def test_waiting_for_the_platform_is_cut_short(start, twenty, platform, workspace):
    platform.add_fault(method="POST", status=429, retry_after=100, times=None)
    started = start(*APPLY)
    wait_until(lambda: written(platform))
    started.process.send_signal(signal.SIGINT)
    assert started.end().code == 130
    assert 1 <= len(written(platform)) <= 2  # the second was on its way, or not
    assert set(fates(runs(workspace)[0]).values()) == {"failed"}


def test_what_waits_for_its_turn_is_skipped_and_counts_alike_everywhere(
    start, call, twenty, platform, workspace
):
    """It was written down and not sent: nothing of that has failed."""
    started = start("apply", "--yes", "--max-rate", "4", "--parallel", "12", "--format", "json")
    wait_until(lambda: len(written(platform)) > 1)
    started.process.send_signal(signal.SIGINT)
    ended = started.end()
    summary = json.loads(ended.out)["summary"]
    assert (ended.code, summary["failed"], summary["applied"]) == (130, 0, len(done(platform)))
    assert "skipped" in fates(runs(workspace)[0]).values()
    told = f"{summary['applied']} applied, {summary['skipped']} skipped of 20 changes, interrupted\n"
    assert call("history").out.endswith(told)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_while_it_reads(start, twenty, platform, workspace, number):
    platform.configure(latency=1)
    started = start(*APPLY)
    wait_until(platform.requests)
    started.process.send_signal(number)
    ended = started.end()
    assert (ended.code, ended.out, ended.err.strip()) == (130, "", "Interrupted.")
    assert (written(platform), runs(workspace)) == ([], [])
