import time
from dataclasses import replace

import pytest

from reconciler.api.rereading import Look
from reconciler.errors import (
    LostAnswerError,
    NotFoundError,
    PassingError,
    PlatformError,
    ReconcilerError,
    UnsentError,
)
from reconciler.kinds import KINDS
from reconciler.model import Request, Status
from reconciler.runs.performing import perform, with_ids

from .literals import (
    GROUP_ROW,
    ROUTE_ROW,
    USER_ROW,
    Notebook,
    Shelf,
    again,
    created,
    deleted,
    kept,
    to,
    tools,
    updated,
    written,
)

TOP = to("group/ROOT")
IDS = {TOP: 1001, to("tag/ROOT/Warm"): 300}
BODY = {"tag_name": "Hot", "org_unit_id": TOP}
SENT = {"tag_name": "Hot", "org_unit_id": 1001}
NEW = replace(
    created(written("tag/ROOT/Hot", 3, tag_name="Hot", group=TOP)), request=Request("POST", "/tag", BODY)
)
CITY = updated(kept("group/S", 2, city="Boston", parent=TOP), city="New York")
OLD = deleted(kept("tag/ROOT/Old", 9, tag_name="Old", group=TOP))
LOST = LostAnswerError("POST /tag: no answer")
DOWN = PlatformError("GET /tag: 503 down")
UNMOVED = Look()


class Platform:
    """Gives the next of `answers` to each request, `look` to each look, the next of `found` to each search.

    What is an exception is raised.
    """

    def __init__(self, *answers, look=UNMOVED, found=(), done=None):
        self.answers = list(answers)
        self.done = done
        self.looks = look
        self.found = list(found)
        self.asked = []

    def send(self, request, before_again):
        self.asked.append(f"{request.method} {request.path}")
        answer = self.answers.pop(0)
        if isinstance(answer, PassingError):
            before_again(answer.may_be_done)
            return self.send(request, before_again)
        return said(answer)

    def last_look(self, change, _body, _after, _freed):
        self.asked.append(f"look {change.address}")
        return said(self.looks)

    def find(self, kind, body, known):
        assert known is None
        self.asked.append(f"find {kind.name} {body}")
        return said(self.found.pop(0))

    def is_done(self, _change, _body):
        return said(self.done)


def said(answer):
    if isinstance(answer, Exception):
        raise answer
    return answer


def performed(change, platform, *, rereads=False):
    """The outcome without its change, and the journal."""
    journal = Notebook()
    outcome = perform(change, tools(platform, platform, journal, rereads=rereads), IDS, 0.0)
    assert outcome.change is change
    return outcome[1:], journal.events


def names(events):
    return [name for name, _ in events]


GONE = NotFoundError("DELETE /tag/9: 404 no such tag")


@pytest.mark.parametrize(
    ("found", "came_of_it"),
    [
        (True, (Status.APPLIED, None, 9, False, False)),
        (False, (Status.FAILED, str(GONE), 9, False, False)),
        (None, (Status.FAILED, str(GONE), 9, False, False)),
        (DOWN, (Status.FAILED, str(GONE), 9, False, False)),
    ],
    ids=["gone", "still there", "nobody tells", "nobody can be asked"],
)
def test_what_somebody_else_has_deleted_meanwhile_is_deleted(found, came_of_it):
    outcome, _ = performed(OLD, Platform(GONE, done=found))
    assert outcome == came_of_it


def test_what_is_not_there_to_be_changed_is_not_changed():
    outcome, _ = performed(CITY, Platform(NotFoundError("PATCH /groups/2: 404"), done=True))
    assert outcome[0] is Status.FAILED


# -- sent once more

TURNED_AWAY = PassingError("PATCH /groups/2: 429 slow down", may_be_done=False)
CUT = PassingError("PATCH /groups/2: no connection", may_be_done=True)
MOVED = Look(("city is 'Chicago', not 'Boston'",))
NOT_AGAIN = "not read again, so not sent again: GET /tag: 503 down"
UNKNOWN = "whether it was done is not known, the next plan will tell"
SENT_TWICE, SENT_ONCE = ["PATCH /groups/2", "look group/S", "PATCH /groups/2"], ["PATCH /groups/2"]


@pytest.mark.parametrize(
    ("failure", "platform", "came_of_it", "asked"),
    [
        (TURNED_AWAY, {}, (Status.APPLIED, None, 2, False, False), SENT_TWICE),
        (CUT, {"done": False}, (Status.APPLIED, None, 2, False, False), SENT_TWICE),
        (CUT, {"done": True}, (Status.APPLIED, None, 2, False, False), SENT_ONCE),
        (
            TURNED_AWAY,
            {"look": MOVED},
            (Status.FAILED, "city is 'Chicago', not 'Boston'", 2, True, False),
            SENT_TWICE[:2],
        ),
        (
            CUT,
            {"look": MOVED, "done": None},
            (
                Status.FAILED,
                f"its answer was lost; city is 'Chicago', not 'Boston'; {UNKNOWN}",
                2,
                True,
                True,
            ),
            SENT_TWICE[:2],
        ),
        (
            TURNED_AWAY,
            {"look": DOWN},
            (Status.FAILED, NOT_AGAIN, 2, False, False),
            SENT_TWICE[:2],
        ),
        (
            CUT,
            {"done": DOWN},
            (Status.FAILED, f"its answer was lost; {NOT_AGAIN}; {UNKNOWN}", 2, False, True),
            SENT_ONCE,
        ),
        (
            CUT,
            {"done": UnsentError("GET /tag: interrupted")},
            (
                Status.FAILED,
                f"its answer was lost; not read again, so not sent again: GET /tag: interrupted; {UNKNOWN}",
                2,
                False,
                True,
            ),
            SENT_ONCE,
        ),
    ],
    ids=[
        "nothing moved",
        "not done",
        "done",
        "moved",
        "moved, perhaps by this",
        "unread",
        "unread, perhaps done",
        "unread for a stop, perhaps done",
    ],
)
def test_what_is_sent_once_more_is_looked_at_before(failure, platform, came_of_it, asked):
    looked = Platform(failure, {}, **platform)
    outcome, events = performed(CITY, looked)
    assert (outcome, looked.asked) == (came_of_it, asked)
    assert names(events) == (["intent"] if outcome[4] else ["intent", "outcome"])


@pytest.mark.parametrize(("rereads", "asked"), [(False, []), (True, ["look tag/ROOT/Hot"])])
def test_a_creation_that_was_turned_away_is_looked_at_like_the_first_time(rereads, asked):
    platform = Platform(TURNED_AWAY, {"tagId": 301})
    outcome, _ = performed(NEW, platform, rereads=rereads)
    assert outcome == (Status.APPLIED, None, 301, False, False)
    assert platform.asked == [*asked, "POST /tag", *asked, "POST /tag"]


def test_what_was_lost_and_then_turned_away_is_not_taken_for_somebody_elses():
    """Reads may lag: what is found after the second attempt may be what the first one made."""

    class Lagging(Platform):
        def find(self, kind, body, known):
            self.looks = Look(("there is one on the platform now, id 301",))
            return super().find(kind, body, known)

    platform = Lagging(LOST, TURNED_AWAY, {"tagId": 301}, found=[None])
    outcome, _ = performed(NEW, platform, rereads=True)
    assert outcome == (Status.APPLIED, None, 301, False, False)
    assert platform.asked.count("look tag/ROOT/Hot") == 1


# -- creations


@pytest.mark.parametrize("answer", [{"tagId": 301}, {"tagId": "301"}, {"tag_id": 301}])
def test_a_creation_is_sent_once_however_its_id_is_spelled(answer):
    platform = Platform(answer)
    outcome, events = performed(NEW, platform)
    assert outcome == (Status.APPLIED, None, 301, False, False)
    assert (platform.asked, names(events)) == (["POST /tag"], ["intent", "outcome"])


def test_the_id_of_something_of_another_kind_may_be_its_own():
    outcome, _ = performed(NEW, Platform({"tagId": 1001}))
    assert outcome == (Status.APPLIED, None, 1001, False, False)


def test_a_creation_without_an_answer_is_looked_for_before_it_is_sent_again():
    platform = Platform(LOST, found=[301])
    outcome, _ = performed(NEW, platform)
    assert outcome == (Status.APPLIED, None, 301, False, False)
    assert platform.asked == ["POST /tag", f"find tag {SENT}"]


NOT_ITS_OWN = ({"tagId": 0}, {"tagId": -1}, {"tagId": "0"}, {"tagId": 300})  # 300 is that of another tag


@pytest.mark.parametrize("answer", [{}, {"tagId": None}, {"tagId": "new"}, [], None, "done", *NOT_ITS_OWN])
@pytest.mark.parametrize(("before", "found"), [([], []), ([LOST], [None])], ids=["at once", "sent again"])
def test_the_id_of_what_was_created_is_found_out_later_if_the_answer_has_none(answer, before, found):
    """Until then it is neither sent again nor looked for, and has no outcome in the journal."""
    platform = Platform(*before, answer, found=found)
    outcome, events = performed(NEW, platform)
    assert outcome == (Status.APPLIED, None, None, False, False)
    assert (platform.asked[-1], platform.answers, names(events)) == ("POST /tag", [], ["intent"])


@pytest.mark.parametrize(("says", "told"), [("no", "no"), ("", None)])
def test_what_the_platform_says_in_place_of_an_id_is_kept(says, told):
    outcome, _ = performed(NEW, Platform({"message": says}))
    assert outcome == (Status.APPLIED, told, None, False, False)


def test_what_is_not_there_is_sent_again():
    platform = Platform(LOST, LOST, {"tagId": 302}, found=[None, None])
    outcome, _ = performed(NEW, platform)
    assert outcome == (Status.APPLIED, None, 302, False, False)
    assert platform.asked == ["POST /tag", f"find tag {SENT}"] * 2 + ["POST /tag"]


@pytest.mark.parametrize(
    ("answers", "found"),
    [([LOST] * 3, [None] * 3), ([LOST], [DOWN])],
    ids=["lost thrice", "it cannot be looked for"],
)
def test_a_creation_that_nobody_can_tell_of_stays_open_in_the_journal(answers, found):
    outcome, events = performed(NEW, Platform(*answers, found=found))
    reason = "POST /tag: no answer; whether it was done is not known, the next plan will tell"
    assert outcome == (Status.FAILED, reason, None, False, True)
    assert names(events) == ["intent"]


@pytest.mark.parametrize(
    ("kind", "body", "lists", "found"),
    [
        ("user", {"username": "JANE@acme", "ct_user_ou_id": 9}, {"users": [USER_ROW]}, 7),
        (
            "user",
            {"username": "jane@acme", "ct_user_ou_id": 9},
            {"users": [{**USER_ROW, "status": "deleted"}]},
            None,
        ),
        (
            "group",
            {"org_unit_name": "Sales", "org_unit_parent_id": 1001},
            {"groups": [{"org_unit_id": 2, **GROUP_ROW}]},
            2,
        ),
        (
            "group",
            {"org_unit_name": "Sales", "org_unit_parent_id": 1001},
            {"groups": [{"org_unit_id": 2, "org_unit_name": "Sales", "x": 1001}]},
            2,
        ),
        (
            "group",
            {"org_unit_name": "Sales", "org_unit_parent_id": 1001},
            {"groups": [{"org_unit_id": 2, "org_unit_name": "Sales", "org_unit_parent_id": 0, "x": 1001}]},
            2,
        ),
        ("route", {"provisioned_route_name": "Main", "org_unit_id": 2}, {"routes": [ROUTE_ROW]}, 8),
        (
            "route",
            {"provisioned_route_name": "Main", "org_unit_id": 2},
            {"routes": [{**ROUTE_ROW, "org_unit_id": 9, "x": 2}]},
            None,
        ),
    ],
    ids=[
        "user",
        "deleted user",
        "group",
        "group without its parent",
        "group of no parent",
        "route",
        "route of a sub-group",
    ],
)
def test_an_object_is_found_by_its_key(kind, body, lists, found):
    assert again(Shelf(**lists)).find(KINDS[kind], body) == found


# -- updates and deletions


@pytest.mark.parametrize(("change", "number"), [(CITY, 2), (OLD, 9)])
def test_what_is_there_keeps_its_id(change, number):
    outcome, events = performed(change, Platform(None))
    assert outcome == (Status.APPLIED, None, number, False, False)
    assert events[-1] == (
        "outcome",
        {"address": str(change.address), "status": "applied", "id": number, "reason": None},
    )


def test_a_refusal_is_a_failure_and_in_the_journal():
    outcome, events = performed(CITY, Platform(PlatformError("PATCH /groups/2: 400 no")))
    assert outcome == (Status.FAILED, "PATCH /groups/2: 400 no", 2, False, False)
    assert events[-1][1]["reason"] == "PATCH /groups/2: 400 no"


# -- a second look


def test_a_second_look_is_taken_only_when_asked_for():
    platform = Platform(None, None)
    performed(CITY, platform)
    performed(CITY, platform, rereads=True)
    assert platform.asked == ["PATCH /groups/2", "look group/S", "PATCH /groups/2"]


def test_a_change_that_is_stale_is_neither_journaled_nor_sent():
    platform = Platform(look=Look(("city was 'Boston' and is 'Rome' now", "it has moved")))
    outcome, events = performed(CITY, platform, rereads=True)
    assert outcome == (Status.FAILED, "city was 'Boston' and is 'Rome' now; it has moved", 2, True, False)
    assert (platform.asked, events) == (["look group/S"], [])


def test_what_cannot_be_read_again_is_not_changed():
    outcome, events = performed(CITY, Platform(look=DOWN), rereads=True)
    assert outcome == (Status.FAILED, f"not read again, so not changed: {DOWN}", 2, False, False)
    assert events == []


@pytest.mark.parametrize("platform", [Platform(look=DOWN), Platform(DOWN)], ids=["the look", "the write"])
def test_the_credentials_are_looked_at_where_something_is_refused(platform):
    refusals: list[PlatformError] = []

    class Listening:
        turned_away = refusals.append

    perform(CITY, tools(platform, platform, standing=Listening(), rereads=True), IDS, 0.0)
    assert refusals == [DOWN]


@pytest.mark.parametrize(
    ("platform", "written"),
    [(Platform(look=UnsentError("interrupted")), []), (Platform(UnsentError("interrupted")), ["skipped"])],
    ids=["the look", "the write"],
)
def test_what_is_not_sent_since_the_program_is_to_stop_has_not_failed(platform, written):
    outcome, events = performed(CITY, platform, rereads=True)
    assert outcome == (Status.SKIPPED, "interrupted", 2, False, False)
    assert [facts["status"] for event, facts in events if event == "outcome"] == written


# -- the journal


def test_the_intent_of_a_creation():
    _, events = performed(NEW, Platform({"tagId": 301}))
    assert events[0] == (
        "intent",
        {
            "address": "tag/ROOT/Hot",
            "action": "create",
            "kind": "tag",
            "id": None,
            "fields": [
                {"name": "tag_name", "old": None, "new": "Hot"},
                {"name": "group", "old": None, "new": 1001},
            ],
            "before": None,
            "request": {"method": "POST", "path": "/tag", "body": SENT},
        },
    )


def test_the_intent_of_an_update_has_the_object_as_it_was_and_ids_for_other_objects():
    route = kept("route/R", 8, group=TOP, tags=(to("tag/ROOT/Warm"),))
    change = replace(updated(route, tags=None), referred_to={"group": 1001, "tags": (300,)})
    _, events = performed(change, Platform(None))
    intent = events[0][1]
    assert intent["fields"] == [{"name": "tags", "old": (300,), "new": None}]
    assert intent["before"] == {"group": 1001, "tags": (300,)}


def test_the_object_as_the_second_look_found_it_is_the_better_before_image():
    fresh = {"city": "Boston", "zip": "02108", "parent": 1001}
    _, events = performed(CITY, Platform(None, look=Look(fields=fresh)), rereads=True)
    assert events[0][1]["before"] == fresh


def test_a_field_that_is_never_shown_has_no_old_value_to_believe():
    zone = updated(kept("user/jane@acme", 7), timezone="UTC")
    change = replace(zone, fields=(zone.fields[0]._replace(unseen=True),))
    _, events = performed(change, Platform(None))
    assert events[0][1]["fields"] == [{"name": "timezone", "old": None, "new": "UTC", "unseen": True}]


def test_nothing_is_sent_that_could_not_be_written_down():
    class Full:
        def write(self, event, **facts):
            raise ReconcilerError(f"{event} of {facts['address']}: No space left on device")

    platform = Platform()
    outcome = perform(CITY, tools(platform, platform, Full()), IDS, 0.0)
    why = "not written down, so not sent: intent of group/S: No space left on device"
    assert (outcome.status, outcome.reason) == (Status.FAILED, why)
    assert platform.asked == []


def test_what_was_done_but_could_not_be_written_down_has_to_be_found_out_again():
    class Filling(Notebook):
        def write(self, event, **facts):
            if event == "outcome":
                raise ReconcilerError("No space left on device")
            super().write(event, **facts)

    platform, journal = Platform({}), Filling()
    outcome = perform(CITY, tools(platform, platform, journal), IDS, 0.0)
    assert (outcome.status, outcome.is_open) == (Status.APPLIED, True)
    assert names(journal.events) == ["intent"]


# -- bodies


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (TOP, 1001),
        ([TOP, 2], [1001, 2]),
        ({"a": [TOP]}, {"a": [1001]}),
        ("x", "x"),
    ],
)
def test_addresses_in_bodies(value, expected):
    assert with_ids(value, IDS) == expected


# -- what became of writes whose answers were lost


def test_a_creation_that_is_refused_after_a_lost_answer_was_done_before():
    taken = PlatformError("POST /tag: 400 tag_name is already used by tag 301")
    platform = Platform(LOST, taken, found=[None, 301])
    outcome, events = performed(NEW, platform)
    assert outcome == (Status.APPLIED, None, 301, False, False)
    assert names(events) == ["intent", "outcome"]


def test_a_creation_that_is_refused_after_a_lost_answer_and_is_not_there_stays_open():
    outcome, _ = performed(NEW, Platform(LOST, DOWN, found=[None, None]))
    assert outcome[-1] is True


def test_it_waits_as_long_as_the_platform_asks_before_it_looks():
    lost = LostAnswerError("POST /tag: 503")
    lost.wait = 2.0
    waited = []

    def pause(times, asked):
        waited.append((times, asked))
        return len(waited) < 2

    platform = Platform(lost, LOST, found=[None, None])
    with_them = tools(platform, platform, pause=pause)
    assert perform(NEW, with_them, IDS, 0.0).is_open
    assert waited == [(1, 2.0), (2, None)]
    assert platform.asked == ["POST /tag", f"find tag {SENT}"] * 2  # and then it was told to stop


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        (True, (Status.APPLIED, None, 2, False, False)),
        (False, (Status.FAILED, "PATCH /groups/2: cut", 2, False, False)),
    ],
)
def test_a_change_whose_answer_was_lost_is_looked_at(done, expected):
    outcome, events = performed(CITY, Platform(LostAnswerError("PATCH /groups/2: cut"), done=done))
    assert outcome == expected
    assert names(events) == ["intent", "outcome"]


@pytest.mark.parametrize("done", [None, DOWN])
def test_a_change_of_which_nothing_can_be_told_stays_open(done):
    outcome, events = performed(OLD, Platform(LostAnswerError("DELETE /tag/9: cut"), done=done))
    assert (outcome[0], outcome[-1], names(events)) == (Status.FAILED, True, ["intent"])


# -- what is read a little later than it is written


def test_a_name_that_another_change_has_just_set_free_is_not_taken():
    """A platform may show for a moment what was."""
    shelf = Shelf(tags=[{"tag_id": 9, "tag_name": "Hot", "org_unit_id": 1001}])
    renamed = to("tag/ROOT/Warm")
    for waits_for, status in (((renamed,), Status.APPLIED), ((), Status.FAILED)):
        with_them = tools(Platform({"tagId": 301}), again(shelf), rereads=True)
        outcome = perform(replace(NEW, waits_for=waits_for), with_them, {**IDS, renamed: 9}, time.monotonic())
        assert (outcome.status, outcome.is_stale) == (status, status is Status.FAILED)


def test_only_what_is_of_the_same_kind_can_have_had_the_name():
    shelf = Shelf(tags=[{"tag_id": 9, "tag_name": "Hot", "org_unit_id": 1001}])
    group = to("group/S")
    with_them = tools(Platform(), again(shelf), rereads=True)
    outcome = perform(replace(NEW, waits_for=(group,)), with_them, {**IDS, group: 9}, time.monotonic())
    assert (outcome.status, outcome.is_stale) == (Status.FAILED, True)


# -- names that a platform keeps otherwise


class Lagging(Platform):
    """Its searches are those of a shelf."""

    def __init__(self, *answers, shelf):
        super().__init__(*answers)
        self._shelf = shelf

    def find(self, kind, body, known):
        return again(self._shelf).find(kind, body, known)


TIDY = replace(NEW, request=Request("POST", "/tag", {"tag_name": "Hot ", "org_unit_id": TOP}))


@pytest.mark.parametrize(
    ("ids", "found"),
    [
        (IDS, 9),
        ({**IDS, to("tag/ROOT/Hot"): 9}, 302),  # it was there before
    ],
)
def test_only_what_is_new_can_be_what_was_made_under_a_name_that_is_kept_otherwise(ids, found):
    shelf = Shelf(tags=[{"tag_id": 9, "tag_name": "Hot", "org_unit_id": 1001}])
    platform = Lagging(LOST, {"tagId": 302}, shelf=shelf)
    outcome = perform(TIDY, tools(platform, platform, knows_all=True), ids, 0.0)
    assert (outcome.status, outcome.id) == (Status.APPLIED, found)


@pytest.mark.parametrize(
    ("there", "knows_all", "perhaps"),
    [
        ({9: "HOT"}, True, "'HOT', id 9"),
        ({9: "HOT"}, False, "'HOT', id 9"),
        ({9: "Hot"}, False, "'Hot', id 9"),  # it may have been there before
        ({8: "Hot", 9: " Hot"}, True, "'Hot', id 8 or ' Hot', id 9"),
    ],
    ids=["in another case", "in another case, of a saved plan", "of a saved plan", "several"],
)
def test_where_something_may_be_what_was_made_it_is_not_sent_again(there, knows_all, perhaps):
    rows = [{"tag_id": number, "tag_name": name, "org_unit_id": 1001} for number, name in there.items()]
    platform = Lagging(LOST, shelf=Shelf(tags=rows))
    outcome = perform(TIDY, tools(platform, platform, knows_all=knows_all), {TOP: 1001}, 0.0)
    told = f"{LOST}; perhaps it was created as {perhaps}; whether it was done is not known, "
    assert outcome[1:3] == (Status.FAILED, f"{told}the next plan will tell")
    assert (outcome.is_open, platform.asked) == (True, ["POST /tag"])


@pytest.mark.parametrize("number", [7, "007"])
def test_what_was_made_is_found_under_a_number_that_lost_its_zeros(number):
    shelf = Shelf(tags=[{"tag_id": 9, "tag_name": number, "org_unit_id": 1001}])
    seven = replace(NEW, request=Request("POST", "/tag", {"tag_name": "007", "org_unit_id": TOP}))
    platform = Lagging(LOST, shelf=shelf)
    outcome = perform(seven, tools(platform, platform, knows_all=True), {TOP: 1001}, 0.0)
    assert (outcome.status, outcome.id, platform.asked) == (Status.APPLIED, 9, ["POST /tag"])


def test_what_is_called_just_so_but_for_blanks_is_taken_before_what_is_in_another_case():
    here = {"org_unit_id": 1001}
    shelf = Shelf(tags=[{"tag_id": 8, "tag_name": "HOT", **here}, {"tag_id": 9, "tag_name": "Hot", **here}])
    platform = Lagging(LOST, shelf=shelf)
    assert perform(TIDY, tools(platform, platform, knows_all=True), {TOP: 1001}, 0.0).id == 9
