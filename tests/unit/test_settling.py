import json
from dataclasses import replace

import pytest

from reconciler.api.rereading import Look
from reconciler.kinds import KINDS
from reconciler.model import Request
from reconciler.objects.overrides import kinds_with
from reconciler.runs.journal import Write
from reconciler.runs.records import intent
from reconciler.runs.settling import Settler, is_only_found

from .literals import created, deleted, kept, live, to, updated, written

TOP = to("group/ROOT")
SALES = kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP, city="Boston")
HOT = kept("tag/S/Hot", 3, tag_name="Hot", group=to("group/S"))
JANE = kept("user/jane@acme", 7, username="Jane@Acme", group=to("group/S"))
MAIN = kept(
    "route/S/Main",
    8,
    provisioned_route_name="Main",
    group=to("group/S"),
    tags=(to("tag/S/Hot"),),
    ring_to="+1",
)
IDS = {TOP: 1001, to("group/S"): 2, to("tag/S/Hot"): 3, to("user/jane@acme"): 7, to("route/S/Main"): 8}


def journaled(change, body=None, referred_to=None, kinds=KINDS):
    """The intent as it is read from the journal."""
    change = replace(change, request=change.request._replace(body=body), referred_to=referred_to or {})
    return json.loads(
        json.dumps(intent(kinds[change.kind], change, change.request, Look(), IDS), default=str)
    )


def settled(change, *there, body=None, referred_to=None):
    return tuple(Settler(live(*there)).settle(journaled(change, body, referred_to), KINDS))


@pytest.mark.parametrize(
    "lost",
    [
        *(
            {"kind": "webhook"},
            {"kind": ["tag"]},
            {"kind": None},
            {"action": "merge"},
            {"action": ["update"]},
        ),
        *({"id": [1]}, {"id": None}, {"before": "x"}, {"fields": [None]}, {"fields": 5}),
        {"fields": [{"name": ["x"], "old": 1, "new": 2}]},
        *({"id": True}, {"address": None}, {"address": ["tag/S/Hot"]}),
    ],
)
def test_a_line_that_is_not_as_this_program_writes_it_settles_nothing(lost):
    found = Settler(live(SALES, HOT)).settle({**journaled(updated(HOT, tag_name="Warm")), **lost}, KINDS)
    assert found == ("unclear", "the journal does not say in full what was sent", None)


@pytest.mark.parametrize("change", [created(HOT), updated(HOT, tag_name="Warm"), deleted(HOT)])
@pytest.mark.parametrize("missing", ["address", "action", "kind", "id", "before", "fields"])
def test_a_line_that_leaves_something_out_settles_nothing(change, missing):
    told = journaled(change)
    del told[missing]
    found = Settler(live(SALES, HOT)).settle(told, KINDS)
    assert found == ("unclear", "the journal does not say in full what was sent", None)


# -- creations

NEW = created(written("tag/S/Hot", 2, tag_name="Hot", group=to("group/S")))
BODY = {"tag_name": "Hot", "org_unit_id": 2}


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([SALES, HOT], ("applied", "it is on the platform", 3)),
        ([SALES], ("failed", "it is not on the platform", None)),
        (
            [SALES, kept("tag/ROOT/Hot", 4, tag_name="Hot", group=TOP)],
            ("failed", "it is not on the platform", None),
        ),
        (
            [SALES, kept("tag/S/hot", 4, tag_name="hot", group=to("group/S"))],
            ("unclear", "perhaps it is on the platform as 'hot', id 4", None),
        ),
    ],
    ids=["there", "not there", "in another group", "in another case"],
)
def test_a_creation_is_looked_for_by_its_key(there, expected):
    assert settled(NEW, *there, body=BODY) == expected


@pytest.mark.parametrize(
    ("new", "body", "there", "number"),
    [
        (
            written("user/jane@acme", username="jane@acme", group=to("group/S")),
            {"username": "jane@acme", "ct_user_ou_id": 2},
            JANE,
            7,
        ),
        (
            written("group/S", org_unit_name="Sales", parent=TOP),
            {"org_unit_name": "Sales", "org_unit_parent_id": 1001},
            SALES,
            2,
        ),
        (
            written("route/S/Main", provisioned_route_name="Main", group=to("group/S")),
            {"provisioned_route_name": "Main", "org_unit_id": 2},
            MAIN,
            8,
        ),
    ],
    ids=["user", "group", "route"],
)
def test_creations_of_every_kind(new, body, there, number):
    others = [each for each in (SALES, HOT) if each is not there]
    assert settled(created(new), *others, there, body=body) == ("applied", "it is on the platform", number)


def test_a_creation_below_a_group_that_was_created_in_the_same_run():
    new = created(written("tag/New/Hot", 2, tag_name="Hot", group=to("group/New")))
    group = kept("group/New", 9, org_unit_name="New", parent=TOP)
    hot = kept("tag/New/Hot", 10, tag_name="Hot", group=to("group/New"))
    body = {"tag_name": "Hot", "org_unit_id": 9}
    assert settled(new, group, hot, body=body) == ("applied", "it is on the platform", 10)


def test_a_creation_under_names_that_the_settings_override():
    kinds = kinds_with({"tag": {"fields": {"tag_name": {"write": "name"}, "group": {"write": "groupId"}}}})
    noted = journaled(NEW, {"name": "Hot", "groupId": 2}, kinds=kinds)
    assert Settler(live(SALES, HOT)).settle(noted, KINDS).status == "applied"


# -- deletions


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([], ("applied", "it is no longer on the platform", 3)),
        ([SALES, HOT], ("failed", "it is still on the platform", 3)),
    ],
)
def test_a_deletion_is_looked_for_by_its_id(there, expected):
    assert settled(deleted(HOT), *there) == expected


# -- updates


@pytest.mark.parametrize(
    ("now", "status"),
    [("New York", "applied"), ("Boston", "failed"), ("Rome", "unclear"), (None, "unclear")],
)
def test_an_update_is_judged_by_its_fields(now, status):
    change = updated(SALES, city="New York")
    found = replace(SALES, fields={**SALES.fields, "city": now, "zip": "moved by somebody else"})
    assert settled(change, found, body={"city": "New York"})[::2] == (status, 2)


def test_an_update_of_which_only_a_part_is_there_is_unclear():
    change = updated(SALES, city="New York", zip="10001")
    found = replace(SALES, fields={**SALES.fields, "city": "New York"})
    assert settled(change, found)[:2] == (
        "unclear",
        "the platform has neither the old values nor the new ones",
    )


def test_an_update_of_something_that_is_gone():
    assert settled(updated(SALES, city="Rome")) == ("unclear", "the object is no longer on the platform", 2)


def test_what_the_platform_never_shows_cannot_be_told():
    zone = updated(JANE, timezone="UTC")
    change = replace(zone, fields=(zone.fields[0]._replace(unseen=True),))
    assert settled(change, SALES, JANE)[0] == "unclear"


def test_what_is_shown_tells_for_what_is_not():
    both = updated(JANE, timezone="UTC", first_name="Jane")
    change = replace(both, fields=(both.fields[0]._replace(unseen=True), both.fields[1]))
    found = replace(JANE, fields={**JANE.fields, "first_name": "Jane"})
    assert settled(change, SALES, found)[0] == "applied"


@pytest.mark.parametrize(("now", "status"), [("group/ROOT", "applied"), ("group/S", "failed")])
def test_a_move_is_told_by_ids(now, status):
    change = updated(JANE, group=TOP)
    found = replace(JANE, fields={**JANE.fields, "group": to(now)})
    body = {"ct_user_ou_id": 1001}
    assert settled(change, SALES, found, body=body, referred_to={"group": 2})[0] == status


@pytest.mark.parametrize(
    ("now", "status"), [((), "applied"), (None, "applied"), ((to("tag/S/Hot"),), "failed")]
)
def test_tags_that_were_taken_off(now, status):
    change = updated(MAIN, tags=None)
    found = replace(MAIN, fields={**MAIN.fields, "tags": now})
    there = [SALES, HOT, found]
    assert settled(change, *there, body={"tag_ids": []}, referred_to={"group": 2, "tags": (3,)})[0] == status


def test_however_a_value_is_spelled():
    change = updated(MAIN, ring_to="+1 (425) 555-0134")
    found = replace(MAIN, fields={**MAIN.fields, "ring_to": "14255550134"})
    assert settled(change, SALES, HOT, found)[0] == "applied"


def rotating(*numbers):
    entries = tuple({"ring_to": number} for number in numbers)
    return replace(MAIN, fields={**MAIN.fields, "route_type": "round_robin", "destinations": entries})


@pytest.mark.parametrize(("now", "status"), [("AB", "failed"), ("BA", "applied")])
def test_the_order_of_a_round_robin_is_what_changes(now, status):
    change = updated(rotating("+1", "+2"), destinations=({"ring_to": "+2"}, {"ring_to": "+1"}))
    found = rotating(*{"AB": ("+1", "+2"), "BA": ("+2", "+1")}[now])
    assert settled(change, SALES, HOT, found)[0] == status


# -- finding


def test_an_object_is_found_by_its_id_and_by_its_name():
    settler = Settler(live(SALES, HOT))
    assert settler.find("tag", 3) == HOT
    assert settler.find("tag", 2) is None
    assert settler.find("tag", None) is None
    assert settler.namesake(KINDS["tag"], {"tag_name": "Hot", "group": 2}) == HOT
    assert settler.namesake(KINDS["tag"], {"tag_name": " Hot", "group": 2}) == HOT
    assert settler.namesake(KINDS["tag"], {"tag_name": "Cold", "group": 2}) is None
    assert settler.namesake(KINDS["tag"], {"tag_name": "Hot", "group": 1001}) is None
    assert settler.fields(HOT) == {"tag_name": "Hot", "group": 2}


def test_a_request_is_kept_as_it_was_sent():
    assert journaled(NEW, BODY)["request"] == Request("POST", "/tag", BODY)._asdict()


FOUND = {"event": "settled", "status": "applied", "id": 3}


@pytest.mark.parametrize(
    ("action", "sent", "outcome", "may_be_anothers"),
    [
        ("create", "10:15:00.5Z", {**FOUND, "time": "2026-04-01T10:20:00.5Z"}, False),
        ("create", "10:15:00.5Z", {**FOUND, "time": "2026-04-01T10:20:00.6Z"}, True),
        ("create", "10:15:00", {**FOUND, "time": "2026-04-02T10:15:00Z"}, True),
        ("create", "long ago", {**FOUND, "time": "2026-04-01T10:15:00Z"}, True),
        ("create", "10:15:00Z", FOUND, False),
        ("create", "10:15:00Z", {**FOUND, "event": "outcome", "time": "2026-04-02T10:15:00Z"}, False),
        ("create", "10:15:00Z", {**FOUND, "status": "failed", "time": "2026-04-02T10:15:00Z"}, False),
        ("update", "10:15:00Z", {**FOUND, "time": "2026-04-02T10:15:00Z"}, False),
        ("create", "10:15:00Z", None, False),
    ],
    ids=[
        *("five minutes later", "after that", "no zone", "no moment", "not said when"),
        *("answered", "not there", "an update", "open"),
    ],
)
def test_what_is_found_long_after_it_was_sent_may_be_somebody_elses(action, sent, outcome, may_be_anothers):
    sent = {"action": action, "time": f"2026-04-01T{sent}"}
    assert is_only_found(Write(sent, outcome, 2)) is may_be_anothers
