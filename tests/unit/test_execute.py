import threading
import time
from dataclasses import replace

import pytest

from reconciler.errors import NotFoundError, PlatformError
from reconciler.execute import execute, with_ids
from reconciler.model import Outcome, Plan, Request, Status

from .literals import created, deleted, kept, to, updated, written


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

    def send(self, request):
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


def executed(changes, writer, parallel=4):
    heard: list[Outcome] = []
    plan = Plan(1001, "Acme", tuple(changes), (), 0, 0, 0)
    outcomes = execute(plan, writer, parallel=parallel, report=heard.append)
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


def test_one_at_a_time_goes_by_address():
    writer = Recorder()
    executed([new(name) for name in "cab"], writer, parallel=1)
    assert writer.paths() == ["/a", "/b", "/c"]


def test_side_by_side_but_never_more_than_allowed():
    writer = Recorder(parties=3)
    outcomes = executed([new(str(number)) for number in range(9)], writer, parallel=3)
    assert writer.most == 3
    assert {each.status for each in outcomes} == {Status.APPLIED}


def test_what_is_ready_does_not_wait_for_what_is_slow():
    second = threading.Event()

    class Slow:
        def send(self, request):
            if request.path == "/slow":
                assert second.wait(5)
            elif request.path == "/second":
                second.set()
            return {"tagId": 1}

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


@pytest.mark.parametrize("answer", [{}, {"tagId": None}, {"tagId": "new"}, [], None, "done"])
def test_a_creation_whose_answer_has_no_id(answer):
    class Silent:
        def send(self, _request):
            return answer

    assert results(executed([new("a"), new("b", "tag/a")], Silent())) == {
        "a": ("failed", "POST /a: done, but the answer has no `tagId`; run again to go on"),
        "b": ("skipped", "waits for tag/a, which failed"),
    }


@pytest.mark.parametrize("answer", [{"tagId": "301"}, {"tag_id": 301}])
def test_ids_however_they_are_spelled(answer):
    class Spelling:
        def send(self, _request):
            return answer

    (outcome,) = executed([new("a")], Spelling())
    assert (outcome.status, outcome.id) == (Status.APPLIED, 301)


def test_what_is_not_there_any_more_is_a_failure_too():
    class Empty:
        def send(self, request):
            raise NotFoundError(f"DELETE {request.path}: 404 gone")

    assert results(executed([deleted(kept("tag/a", 7))], Empty())) == {
        "a": ("failed", "DELETE /tag/7: 404 gone")
    }


def test_a_mistake_in_the_program_is_not_an_outcome():
    class Mistaken:
        def send(self, _request):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        executed([new("a")], Mistaken())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (to("tag/a"), 1),
        ([to("tag/a"), 2], [1, 2]),
        ({"a": [to("tag/a")]}, {"a": [1]}),
        ("x", "x"),
    ],
)
def test_addresses_in_bodies(value, expected):
    assert with_ids(value, {to("tag/a"): 1}) == expected
