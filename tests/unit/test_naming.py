"""What was created by answers without an id: all of it is found out in one go."""

import threading
import time
from dataclasses import replace

import pytest

from reconciler.errors import PlatformError, ReconcilerError
from reconciler.kinds import KINDS
from reconciler.model import Outcome, Plan, Request, Status
from reconciler.runs.execute import execute
from reconciler.runs.naming import named

from .literals import Notebook, Shelf, again, created, to, tools, written

TOP = to("group/ROOT")
NAMELESS = "POST /tag: the answer has no new `tagId`"
UNKNOWN = "whether it was done is not known, the next plan will tell"


def new(name, *waits_for, within=TOP):
    change = created(written(f"tag/ROOT/{name}", tag_name=name, group=within))
    request = Request("POST", "/tag", {"tag_name": name, "org_unit_id": within})
    return replace(change, request=request, waits_for=tuple(map(to, waits_for)))


class Terse:
    """Creates tags and says no more of them than `says`: it keeps them as `kept` says, and shows them after
    so many `pauses`.
    """

    def __init__(self, pauses=1, kept=str, says=None):
        self.shelf = Shelf(tags=[])
        self.events = []
        self.left = pauses
        self._kept = kept
        self._says = says
        self._hidden = []
        self._number = 100

    def send(self, request, _before_again):
        self._number += 1
        name = self._kept(request.body["tag_name"])
        self.events.append(f"POST {name}")
        self._hidden.append({**request.body, "tag_id": self._number, "tag_name": name})
        return self._says and {"message": self._says}

    def pause(self, times, asked):
        self.events.append(f"pause {times}")
        self.left -= 1
        if self.left <= 0:
            self.shelf.lists["/tag"][1].extend(self._hidden)
            self._hidden = []
        return asked is None

    def readings(self):
        return [path for path, _ in self.shelf.asked]


def executed(platform, *changes, journal=None, knows_all=False, pause=None):
    journal, heard = journal or Notebook(), list[Outcome]()
    pause = pause or platform.pause
    with_them = tools(platform, again(platform.shelf), journal, pause=pause, knows_all=knows_all)
    plan = Plan(1001, "Acme", changes, (), 0, 0, 0, ids={TOP: 1001})
    outcomes = execute(plan, with_them, parallel=1, report=heard.append, stopping=threading.Event())
    assert sorted(each.change.address for each in heard) == sorted(each.change.address for each in outcomes)
    return [(each.status, each.id) for each in outcomes], outcomes, journal.events


def statuses(events):
    return [facts["status"] for event, facts in events if event == "outcome"]


def test_one_reading_does_for_all():
    platform = Terse()
    found, _, events = executed(platform, new("A"), new("B"), new("C"))
    assert found == [(Status.APPLIED, 101), (Status.APPLIED, 102), (Status.APPLIED, 103)]
    assert platform.events == ["POST A", "POST B", "POST C", "pause 1"]
    assert platform.readings() == ["/tag"]
    assert [event for event, _ in events] == ["intent"] * 3 + ["outcome"] * 3
    assert [facts["id"] for _, facts in events[3:]] == [101, 102, 103]


def test_what_waits_for_an_id_begins_once_it_is_known():
    platform = Terse()
    found, _, _ = executed(platform, new("A"), new("B"), new("C", "tag/ROOT/B"), new("D"))
    assert [number for _, number in found] == [102, 101, 104, 103]
    assert platform.events == ["POST B", "POST A", "POST D", "pause 1", "POST C", "pause 1"]
    assert platform.readings() == ["/tag"] * 2


def test_what_is_shown_late_is_looked_for_again():
    platform = Terse(pauses=3)
    found, _, _ = executed(platform, new("A"), new("B"))
    assert found == [(Status.APPLIED, 101), (Status.APPLIED, 102)]
    assert platform.events[2:] == ["pause 1", "pause 2", "pause 3"]
    assert platform.readings() == ["/tag"] * 3


@pytest.mark.parametrize(
    ("says", "told"), [(None, ""), ("", ""), ("it's full", '; the platform says "it\'s full"')]
)
def test_what_is_not_shown_may_have_been_made_and_what_waits_for_it_is_skipped(says, told):
    platform = Terse(pauses=4, says=says)
    found, outcomes, events = executed(platform, new("A"), new("B", "tag/ROOT/A"))
    assert found == [(Status.FAILED, None), (Status.SKIPPED, None)]
    reason = f"{NAMELESS}, and nothing of that name is on the list yet{told}; the next plan will tell"
    assert (outcomes[0].is_open, outcomes[0].reason) == (True, reason)
    assert statuses(events) == ["answered"]
    assert platform.readings() == ["/tag"] * 3


def test_what_may_be_there_under_another_name_stays_open():
    _, [outcome], events = executed(Terse(kept=str.upper, says="thanks"), new("Hot"))
    says = "the platform says 'thanks'; perhaps it was created as 'HOT', id 101"
    assert (outcome.is_open, outcome.reason) == (True, f"{NAMELESS}; {says}; {UNKNOWN}")
    assert statuses(events) == ["answered"]


def test_once_the_program_is_to_stop_it_looks_a_last_time():
    platform = Terse(pauses=4)

    def stopped(times, asked):
        return platform.pause(times, asked) and False

    _, [outcome], _ = executed(platform, new("A"), pause=stopped)
    assert (outcome.is_open, outcome.reason) == (True, f"{NAMELESS}; {UNKNOWN}")
    assert platform.readings() == ["/tag"]


def test_a_list_that_cannot_be_read_leaves_it_open():
    class Down(Shelf):
        def get(self, path, query=None):
            raise PlatformError(f"GET {path}: 403 no" if query else path)

    platform = Terse()
    platform.shelf = Down()
    _, [outcome], _ = executed(platform, new("A"))
    assert (outcome.status, outcome.is_open) == (Status.FAILED, True)
    assert outcome.reason == f"{NAMELESS}; GET /tag: 403 no; {UNKNOWN}"


@pytest.mark.parametrize(("knows_all", "status"), [(True, Status.APPLIED), (False, Status.FAILED)])
def test_names_that_a_platform_keeps_otherwise(knows_all, status):
    """Where all that was there before is known, what is new can be told."""
    platform = Terse(kept=str.strip)
    found, _, _ = executed(platform, new("A "), new("B"), knows_all=knows_all)
    assert found == [(status, 101 if knows_all else None), (Status.APPLIED, 102)]


def test_what_is_one_of_them_is_not_another():
    """Under its own name it is what was sent so; the other is not shown yet."""
    platform = Terse(pauses=9)
    platform.shelf.lists["/tag"][1].append({"tag_id": 50, "tag_name": "A", "org_unit_id": 1001})
    found, _, _ = executed(platform, new("A "), new("A"), knows_all=True)
    assert found == [(Status.FAILED, None), (Status.APPLIED, 50)]


def test_what_cannot_be_written_down_has_to_be_found_out_again():
    class Filling(Notebook):
        def write(self, event, **facts):
            if event == "outcome":
                raise ReconcilerError("No space left on device")
            super().write(event, **facts)

    _, [outcome], _ = executed(Terse(), new("A"), journal=Filling())
    assert (outcome.status, outcome.id, outcome.is_open) == (Status.APPLIED, 101, True)


def test_a_reading_from_before_they_were_made_proves_nothing():
    platform = Terse()
    taken = again(platform.shelf)
    taken.lists.reading(KINDS["tag"], {"org_unit_id": 1001}, time.monotonic())
    made = Outcome(new("A"), Status.APPLIED)
    platform.send(Request("POST", "/tag", {"tag_name": "A", "org_unit_id": 1001}), None)
    [outcome] = named([made], tools(platform, taken, pause=platform.pause), {TOP: 1001})
    assert outcome == made._replace(id=101)
