import re
import threading
import time
from dataclasses import replace

import pytest

from reconciler.errors import NotFoundError, PlatformError, ReconcilerError
from reconciler.model import Outcome, Plan, Request, Status
from reconciler.runs.execute import execute

from .literals import Nowhere, created, deleted, kept, to, tools, updated, written


class Recorder:
    """Takes requests, and answers creations with ids from 1 up; what is in `refused` fails."""

    def __init__(self, refused=(), pause=0.0, parties=0):
        self.sent = []
        self.most = 0
        self._running = 0
        self._refused = refused
        self._pause = pause
        self._barrier = threading.Barrier(parties) if parties else None
        self._lock = threading.Lock()

    def send(self, request, _before_again):
        with self._lock:
            self.sent.append(request)
            self._running += 1
            self.most = max(self.most, self._running)
            number = len(self.sent)
        if self._barrier:
            self._barrier.wait(5)
        time.sleep(self._pause)
        with self._lock:
            self._running -= 1
        if request.path in self._refused:
            raise PlatformError(f"{request.method} {request.path}: 503 down")
        return {"tagId": number} if request.method == "POST" else None

    def paths(self):
        return [request.path for request in self.sent]


def new(name, *waits_for, body=None):
    change = created(written(f"tag/{name}"))
    request = Request("POST", f"/{name}", body or {})
    return replace(change, request=request, waits_for=tuple(map(to, waits_for)))


def unheard(_outcome):
    pass


def executed(changes, writer, parallel=4, *, stopping=None):
    heard: list[Outcome] = []
    plan = Plan(1001, "Acme", tuple(changes), (), 0, 0, 0)
    with_them = tools(writer, Nowhere())
    stopping = stopping or threading.Event()
    outcomes = execute(plan, with_them, parallel=parallel, report=heard.append, stopping=stopping)
    assert sorted(map(id, heard)) == sorted(map(id, outcomes))
    assert [outcome.change for outcome in outcomes] == list(plan.changes)
    return outcomes


def results(outcomes):
    return {each.change.address.key: (each.status.value, each.reason) for each in outcomes}


APPLIED = ("applied", None)


def test_nothing_to_do():
    assert executed([], Recorder()) == ()


@pytest.mark.parametrize("parallel", [1, 4])
def test_a_change_begins_when_all_that_it_waits_for_is_done(parallel):
    changes = [new("d", "tag/b", "tag/c"), new("c", "tag/a"), new("b", "tag/a"), new("a")]
    writer = Recorder(pause=0.01)
    outcomes = executed(changes, writer, parallel)
    assert (writer.paths()[0], sorted(writer.paths()[1:3]), writer.paths()[3]) == ("/a", ["/b", "/c"], "/d")
    assert {each.status for each in outcomes} == {Status.APPLIED}


def test_one_at_a_time_goes_by_the_plan():
    writer = Recorder()
    executed([new(name) for name in "abc"], writer, parallel=1)
    assert writer.paths() == ["/a", "/b", "/c"]


def test_what_the_longest_chain_waits_for_comes_first():
    """Or the chain would begin once everything else is done."""
    writer = Recorder()
    leaves = [new(f"a{number}") for number in range(5)]
    chain = [new("x"), new("y", "tag/x"), new("z", "tag/y")]
    executed([*leaves, *chain], writer, parallel=1)
    assert writer.paths() == ["/x", "/y", "/a0", "/a1", "/a2", "/a3", "/a4", "/z"]


def test_deletions_come_late():
    writer = Recorder()
    gone = [deleted(kept(f"tag/{number}", number)) for number in (7, 8)]
    executed([*gone, new("d"), new("e", "tag/d")], writer, parallel=1)
    assert writer.paths() == ["/d", "/e", "/tag/7", "/tag/8"]


def test_a_deletion_that_something_waits_for_is_as_urgent_as_that():
    writer = Recorder()
    old, other = (deleted(kept(f"tag/{number}", number)) for number in (7, 8))
    executed([new("a"), new("b", "tag/7"), new("c", "tag/b"), old, other], writer, parallel=1)
    assert writer.paths() == ["/tag/7", "/b", "/a", "/c", "/tag/8"]


def test_side_by_side_but_never_more_than_allowed():
    writer = Recorder(parties=3)
    outcomes = executed([new(str(number)) for number in range(9)], writer, parallel=3)
    assert writer.most == 3
    assert {each.status for each in outcomes} == {Status.APPLIED}


def test_what_is_ready_does_not_wait_for_what_is_slow():
    second = threading.Event()

    class Slow:
        def send(self, request, _before_again):
            if request.path == "/slow":
                assert second.wait(5)
            elif request.path == "/second":
                second.set()
            return {"tagId": len(request.path)}  # each its own

    outcomes = executed([new("slow"), new("first"), new("second", "tag/first")], Slow(), parallel=2)
    assert {each.status for each in outcomes} == {Status.APPLIED}


def test_ids_of_what_was_created_stand_in_the_bodies_of_what_follows():
    body = {
        "org_unit_id": to("tag/a"),
        "tag_ids": [to("tag/b"), 77],
        "more": {"of": to("tag/a")},
        "name": "x",
    }
    writer = Recorder()
    outcomes = executed([new("a"), new("b", "tag/a"), new("c", "tag/a", "tag/b", body=body)], writer)
    assert writer.sent[-1].body == {"org_unit_id": 1, "tag_ids": [2, 77], "more": {"of": 1}, "name": "x"}
    assert [each.id for each in outcomes] == [1, 2, 3]


def test_a_failure_skips_what_depends_on_it_and_nothing_else():
    changes = [new("a"), new("b", "tag/a"), new("c", "tag/b", "tag/x"), new("x"), new("y", "tag/x")]
    writer = Recorder(refused=["/a"])
    assert results(executed(changes, writer)) == {
        "a": ("failed", "POST /a: 503 down"),
        "b": ("skipped", "waits for tag/a, which failed"),
        "c": ("skipped", "waits for tag/b, which was skipped"),
        "x": APPLIED,
        "y": APPLIED,
    }
    assert sorted(writer.paths()) == ["/a", "/x", "/y"]


def test_updates_and_deletions_keep_their_ids():
    changes = [
        updated(kept("tag/a", 7, tag_name="a"), tag_name="A"),
        deleted(kept("tag/b", 8)),
        deleted(kept("tag/c", 9)),
        replace(deleted(kept("tag/d", 10)), waits_for=(to("tag/c"),)),
    ]
    outcomes = executed(changes, Recorder(refused=["/tag/9"]))
    assert [(each.status.value, each.id) for each in outcomes] == [
        ("applied", 7),
        ("applied", 8),
        ("failed", 9),
        ("skipped", 10),
    ]


def test_what_is_not_there_any_more_is_a_failure_too():
    class Empty:
        def send(self, request, _before_again):
            raise NotFoundError(f"DELETE {request.path}: 404 gone")

    assert results(executed([deleted(kept("tag/a", 7))], Empty())) == {
        "a": ("failed", "DELETE /tag/7: 404 gone")
    }


def test_a_mistake_in_the_program_stops_nothing_but_the_change_that_it_met():
    class Mistaken(Recorder):
        def send(self, request, before_again):
            super().send(request, before_again)
            return 1 // len(request.path[2:]) and {"tagId": 7}

    first, waiting, last = executed([new("a"), new("bb", "tag/a"), new("cc")], Mistaken())
    assert (first.status, first.is_open) == (Status.FAILED, True)
    assert re.fullmatch(
        r"ZeroDivisionError at test_execute\.py:\d+: integer division or modulo by zero; "
        "this is a mistake in the program, please report it",
        first.reason or "",
    )
    assert (waiting.status, last.status) == (Status.SKIPPED, Status.APPLIED)


def test_whoever_breaks_off_is_obeyed():
    class Broken:
        def send(self, _request, _before_again):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        executed([new("a")], Broken())


def test_ids_of_what_is_there_already_are_those_of_the_plan():
    new_tag = new("a", body={"org_unit_id": to("group/S")})
    plan = Plan(1001, "Acme", (new_tag,), (), 0, 0, 0, ids={to("group/S"): 2})
    writer = Recorder()
    execute(plan, tools(writer, Nowhere()), parallel=1, report=unheard, stopping=threading.Event())
    assert writer.sent[0].body == {"org_unit_id": 2}


# -- stopping


def test_nothing_is_begun_once_somebody_asks_to_stop():
    stopping = threading.Event()

    class Stopped(Recorder):
        def send(self, request, before_again):
            stopping.set()
            return super().send(request, before_again)

    writer = Stopped()
    changes = [new("a"), new("b"), new("c", "tag/a"), new("d", "tag/c")]
    assert results(executed(changes, writer, parallel=1, stopping=stopping)) == {
        "a": APPLIED,
        "b": ("skipped", "interrupted before it was begun"),
        "c": ("skipped", "interrupted before it was begun"),
        "d": ("skipped", "waits for tag/c, which was skipped"),
    }
    assert writer.paths() == ["/a"]


def test_what_is_being_written_is_finished_first():
    stopping, begun = threading.Event(), threading.Barrier(2)

    class Both(Recorder):
        def send(self, request, before_again):
            begun.wait(5)
            stopping.set()
            return super().send(request, before_again)

    found = results(executed([new(name) for name in "abc"], Both(), parallel=2, stopping=stopping))
    assert found == {"a": APPLIED, "b": APPLIED, "c": ("skipped", "interrupted before it was begun")}


def test_nothing_is_sent_where_the_journal_cannot_be_written():
    class Full:
        def write(self, _event, **_facts):
            raise ReconcilerError("run.jsonl: No space left on device")

    writer = Recorder()
    plan = Plan(1001, "Acme", (new("a"), new("b")), (), 0, 0, 0)
    with_them = tools(writer, Nowhere(), Full())
    outcomes = execute(plan, with_them, parallel=1, report=unheard, stopping=threading.Event())
    assert [each.status for each in outcomes] == [Status.FAILED] * 2
    assert writer.sent == []
