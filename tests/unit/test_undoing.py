"""Taking a run back: an ordinary plan of the inverse changes, or none at all."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.api.rereading import Look
from reconciler.errors import InvalidConfigurationError, StaleError
from reconciler.kinds import KINDS
from reconciler.model import Notice, Outcome, Settings, Status
from reconciler.objects.codec import encode
from reconciler.plans.planning import Options, plan
from reconciler.runs.journal import Run, Write
from reconciler.runs.records import intent, result
from reconciler.runs.undoing import inverse, without_strangers

from .literals import NO_SETTINGS, ROOT, at, created, deleted, kept, live, to, updated, written

TOP = to("group/ROOT")
SALES = kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP, city="Boston")
JANE = kept("user/jane@acme", 7, username="jane@acme", group=to("group/S"), first_name="Jane")
HOT = kept("tag/S/Hot", 3, tag_name="Hot", group=to("group/S"))
MAIN = kept(
    "route/S/Main",
    8,
    provisioned_route_name="Main",
    group=to("group/S"),
    ring_to="+1",
    tags=(to("tag/S/Hot"),),
)
EVERYTHING = (SALES, JANE, HOT, MAIN)


def run(*writes):
    """The journal of these changes, each with the id that came of it, or None where it failed."""
    listed = []
    for line, (change, number) in enumerate(writes, 2):
        ids = {each.address: each.id for each in (ROOT, *EVERYTHING)}
        ids |= {each.address: made for each, made in writes if made}
        request = change.request._replace(body=body(change, ids))
        status = Status.APPLIED if number else Status.FAILED
        noted = (
            intent(KINDS[change.kind], change, request, Look(), ids),
            result(Outcome(change, status, None, number)),
        )
        written_down, outcome = json.loads(json.dumps(noted, default=str))
        listed.append(Write(written_down, outcome, line))
    return Run(Path("journal/RUN.jsonl"), {}, tuple(listed), {})


def body(change, ids):
    """What was sent: the changed fields under their names on the wire, other objects as ids."""
    return encode(KINDS[change.kind], {field.name: field.new for field in change.fields}, ids)


def undone(*writes, there=EVERYTHING, settings=NO_SETTINGS):
    """The plan that takes the run back, as (sign, address, fields), and the notices."""
    actual = live(*there)
    undo = inverse(run(*writes), actual, settings)
    made = plan(undo.desired, actual, Options(undoes=True))
    assert [each for each in made.notices if each.code == "look-alike"] == []
    changes = [
        (each.action.value, str(each.address), {field.name: field.new for field in each.fields})
        for each in made.changes
    ]
    return changes, [notice.message for notice in undo.notices]


def stale(*writes, there=EVERYTHING):
    with pytest.raises(StaleError) as caught:
        inverse(run(*writes), live(*there), NO_SETTINGS)
    first, *reasons = caught.value.args
    assert first == "run RUN cannot be undone, the live state has moved since"
    return reasons


def changed(resource, **fields):
    return replace(resource, fields={**resource.fields, **fields})


def others(*resources):
    """Everything as it was, but for these."""
    return [*(each for each in EVERYTHING if each.id not in {one.id for one in resources}), *resources]


NOTHING: tuple[list[str], list[str]] = ([], [])

# -- what was created


def test_what_was_created_goes():
    new = created(written("tag/S/Hot", 2, tag_name="Hot", group=to("group/S")))
    assert undone((new, 3), there=[SALES, HOT]) == (
        [("-", "tag/S/Hot", {"tag_name": None, "group": None})],
        [],
    )


def test_what_was_created_and_is_gone_already():
    new = created(written("tag/S/Hot", 2, tag_name="Hot", group=to("group/S")))
    assert undone((new, 3), there=[SALES]) == ([], ["tag/S/Hot is already gone"])


def test_what_was_created_and_has_moved_since():
    new = created(written("tag/S/Hot", 2, tag_name="Warm", group=to("group/S")))
    assert stale((new, 3), there=[SALES, HOT]) == ["tag/S/Hot: tag_name was made 'Warm' and is 'Hot' now"]


def test_what_has_moved_is_told_in_the_words_of_the_files():
    jane = replace(JANE, fields={**JANE.fields, "access_audio": False})
    there = replace(jane, fields={**JANE.fields, "access_audio": None})
    assert stale((updated(jane, access_audio=True), 7), there=[SALES, there]) == [
        "user/jane@acme: access_audio was made true and is nothing now"
    ]


FILLED = {"role": "Standard", "user_status": "active", "score_call": False, "access_audio": True}


def test_what_the_platform_fills_by_itself_is_nobody_s_work():
    new = created(written("user/jane@acme", 7, username="jane@acme", group=to("group/S"), first_name="Jane"))
    changes, _ = undone((new, 7), there=[SALES, changed(JANE, **FILLED, x_revision=7)])
    assert [(sign, address) for sign, address, _ in changes] == [("-", "user/jane@acme")]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"user_ext_id": "E1"}, "user_ext_id was left empty and is 'E1' now"),
        ({"agent_ring_to": "+14255551234"}, "agent_ring_to was left empty and is '+14255551234' now"),
        ({"last_name": "Doe"}, "last_name was left empty and is 'Doe' now"),
    ],
)
def test_what_somebody_has_built_on_since_does_not_go(given, told):
    new = created(written("user/jane@acme", 7, username="jane@acme", group=to("group/S"), first_name="Jane"))
    assert stale((new, 7), there=[SALES, changed(JANE, **FILLED, **given)]) == [f"user/jane@acme: {told}"]


def test_what_was_created_and_is_needed_by_others_since():
    new = created(
        written("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP, city="Boston")
    )
    with pytest.raises(InvalidConfigurationError) as caught:
        undone((new, 2), there=[SALES, JANE])
    assert str(caught.value) == (
        "journal/RUN.jsonl:2:1: group/S cannot be deleted: 1 user is still in it (user/jane@acme); "
        "move it first, then undo again"
    )


def test_a_tag_that_was_created_and_is_needed_by_a_route_since():
    new = created(written("tag/S/Hot", 2, tag_name="Hot", group=to("group/S")))
    with pytest.raises(InvalidConfigurationError) as caught:
        undone((new, 3), there=[SALES, HOT, MAIN])
    assert str(caught.value) == (
        "journal/RUN.jsonl:2:1: tag/S/Hot cannot be deleted: route/S/Main still needs it; "
        "change what needs it first, then undo again"
    )


# -- what was changed


def test_what_was_changed_is_as_it_was_before():
    there = others(changed(SALES, city="Rome", zip="10001"))
    assert undone((updated(SALES, city="Rome", zip="10001"), 2), there=there) == (
        [("~", "group/S", {"city": "Boston", "zip": None})],
        [],
    )


def test_what_somebody_has_changed_back_stays_so():
    assert undone((updated(SALES, city="Rome"), 2)) == NOTHING


def test_fields_that_the_run_did_not_write_may_have_moved():
    there = others(changed(SALES, city="Rome", zip="moved"))
    assert undone((updated(SALES, city="Rome"), 2), there=there)[0] == [("~", "group/S", {"city": "Boston"})]


def test_what_has_moved_since_is_left_and_said():
    moved = changed(SALES, city="Paris", zip="10001")
    assert stale((updated(SALES, city="Rome", zip="10001"), 2), there=others(moved)) == [
        "group/S: city was made 'Rome' and is 'Paris' now"
    ]


def test_what_is_gone_since_cannot_be_as_it_was():
    assert stale((updated(SALES, city="Rome"), 2), there=[]) == ["group/S is no longer on the platform"]


def test_all_that_stands_in_the_way_is_said_at_once():
    writes = [(updated(SALES, city="Rome"), 2), (updated(JANE, first_name="Joan"), 7)]
    there = [changed(SALES, city="Paris")]
    assert stale(*writes, there=there) == [
        "user/jane@acme is no longer on the platform",
        "group/S: city was made 'Rome' and is 'Paris' now",
    ]


def test_a_name_and_a_place_come_back():
    change = replace(updated(HOT, tag_name="Warm", group=TOP), referred_to={"group": 2})
    there = others(changed(kept("tag/ROOT/Warm", 3), tag_name="Warm", group=TOP))
    there = [each for each in there if each.kind != "route"]
    assert undone((change, 3), there=there) == (
        [("~", "tag/S/Hot", {"tag_name": "Hot", "group": to("group/S")})],
        [],
    )


def test_what_the_platform_never_showed_keeps_its_new_value():
    both = updated(JANE, timezone="UTC", first_name="Joan")
    change = replace(both, fields=(both.fields[0]._replace(unseen=True), both.fields[1]))
    there = others(changed(JANE, first_name="Joan"))
    assert undone((change, 7), there=there) == (
        [("~", "user/jane@acme", {"first_name": "Jane"})],
        ["user/jane@acme keeps its new timezone: the platform never showed the old one"],
    )


def test_the_order_of_a_round_robin_comes_back():
    first, second = {"ring_to": "+1"}, {"ring_to": "+2"}
    before = changed(MAIN, route_type="round_robin", destinations=(first, second))
    change = updated(before, destinations=(second, first))
    there = others(changed(before, destinations=(second, first)))
    assert undone((change, 8), there=there)[0] == [("~", "route/S/Main", {"destinations": (first, second)})]


# -- what was deleted


def gone(*resources):
    """Their deletions, with the ids of what they belong to."""
    for resource in resources:
        fields = updated(resource, **dict.fromkeys(resource.fields)).fields
        place = KINDS[resource.kind].place or "group"
        held = {place: {TOP: 1001, to("group/S"): 2}[resource.value(place)]}
        tags = {"tags": (3,)} if resource.kind == "route" else {}
        yield replace(deleted(resource), fields=fields, referred_to={**held, **tags}), resource.id


def test_what_was_deleted_comes_back_with_a_new_id():
    assert undone(*gone(HOT), there=[SALES]) == (
        [("+", "tag/S/Hot", {"tag_name": "Hot", "group": to("group/S")})],
        ["tag/S/Hot gets a new id: 3 is not given twice"],
    )


def test_what_was_never_shown_does_not_come_back():
    changes, messages = undone(*gone(JANE), there=[SALES])
    assert changes == [
        (
            "+",
            "user/jane@acme",
            {"username": "jane@acme", "first_name": "Jane", "group": to("group/S")},
        )
    ]
    assert messages == [
        "user/jane@acme gets a new id: 7 is not given twice",
        ("user/jane@acme comes back without what the platform never showed: aliases, timezone, agent_code"),
    ]


def test_what_was_deleted_together_comes_back_together():
    changes, _ = undone(*gone(MAIN, HOT, SALES), there=[])
    assert [(sign, address) for sign, address, _ in changes] == [
        ("+", "group/S"),
        ("+", "tag/S/Hot"),
        ("+", "route/S/Main"),
    ]
    assert changes[2][2]["tags"] == (to("tag/S/Hot"),)


def test_what_somebody_has_created_again_is_in_the_way():
    again = kept("tag/S/Hot", 30, tag_name="Hot", group=to("group/S"))
    assert stale(*gone(HOT), there=[SALES, again]) == ["tag/S/Hot is on the platform again, id 30"]


def test_what_is_still_shown_has_not_been_created_again():
    """Ids are not given twice."""
    assert stale(*gone(HOT), there=[SALES, HOT]) == [
        (
            "tag/S/Hot is on the platform under its old id, 3: "
            "it is still shown although it was deleted, or somebody has brought it back"
        )
    ]


def test_what_was_taken_off_before_it_went_is_put_on_again():
    off = replace(updated(MAIN, tags=None), referred_to={"group": 2, "tags": (3,)})
    there = [SALES, changed(MAIN, tags=None)]
    changes, _ = undone((off, 8), *gone(HOT), there=there)
    assert changes == [
        ("+", "tag/S/Hot", {"tag_name": "Hot", "group": to("group/S")}),
        ("~", "route/S/Main", {"tags": (to("tag/S/Hot"),)}),
    ]


@pytest.mark.parametrize("tags", [(4, 5), (3, 4, 5)])
def test_each_of_several_in_one_line_that_is_gone_is_told(tags):
    """All that a line of the journal refers to has the same place."""
    off = replace(updated(MAIN, tags=None), referred_to={"group": 2, "tags": tags})
    with pytest.raises(InvalidConfigurationError) as caught:
        undone((off, 8), there=[SALES, HOT, changed(MAIN, tags=None)])
    assert str(caught.value).splitlines() == [
        f"journal/RUN.jsonl:2:1: there is no tag {number} in these files or on the platform"
        for number in (4, 5)
    ]


# -- the whole


@pytest.mark.parametrize(
    ("was", "now", "newcomer", "reason"),
    [
        (
            JANE,
            {"username": "doe@acme", "group": TOP},
            {"username": "JANE@acme", "group": TOP},
            "user/jane@acme: its former username is that of another user now, id 30",
        ),
        (
            HOT,
            {"tag_name": "Cold"},
            {"tag_name": "Hot", "group": to("group/S")},
            "tag/S/Hot: its former group and tag_name are that of another tag now, id 30",
        ),
        (
            HOT,
            {"group": TOP},
            {"tag_name": "Hot", "group": to("group/S")},
            "tag/S/Hot: its former group and tag_name are that of another tag now, id 30",
        ),
        (
            SALES,
            {"org_unit_ext_id": "T", "city": "Miami"},
            {"org_unit_name": "East", "org_unit_ext_id": "S", "parent": TOP},
            "group/S: its former org_unit_ext_id is that of another group now, id 30",
        ),
    ],
    ids=["e-mail address", "name", "place", "external id"],
)
def test_a_key_that_something_else_has_got_since_is_not_taken_from_it(was, now, newcomer, reason):
    there = [
        *(each for each in EVERYTHING if each is not was),
        changed(was, **now),
        kept(f"{was.kind}/newcomer", 30, **newcomer),
    ]
    assert stale((updated(was, **now), was.id), there=there) == [reason]


def test_keys_that_the_run_itself_passed_on_come_back():
    cold = kept("tag/S/Cold", 4, tag_name="Cold", group=to("group/S"))
    there = [SALES, JANE, MAIN, changed(HOT, tag_name="Warm"), changed(cold, tag_name="Hot")]
    writes = (updated(HOT, tag_name="Warm"), 3), (updated(cold, tag_name="Hot"), 4)
    found, _ = undone(*writes, there=there)
    assert sorted(found) == [
        ("~", "tag/S/Cold", {"tag_name": "Cold"}),
        ("~", "tag/S/Hot", {"tag_name": "Hot"}),
    ]


def test_a_key_that_what_may_be_somebody_elses_has_is_not_taken_from_it():
    new = created(written("tag/S/Hot", 3, tag_name="Hot", group=to("group/S")))
    renamed, found = run((updated(HOT, tag_name="Warm"), 3), (new, 30)).writes
    found = found._replace(outcome={**found.outcome, "event": "settled", "time": "2026-04-01T10:15:00Z"})
    warm, hot = (
        kept(f"tag/S/{name}", number, tag_name=name, group=to("group/S"))
        for name, number in {"Warm": 3, "Hot": 30}.items()
    )
    with pytest.raises(StaleError) as caught:
        inverse(Run(Path("RUN.jsonl"), {}, (renamed, found), {}), live(SALES, warm, hot), NO_SETTINGS)
    assert caught.value.args[1:] == (
        "tag/S/Hot: its former group and tag_name are that of another tag now, id 30",
    )


def test_what_failed_needs_no_undoing():
    assert undone((updated(SALES, city="Rome"), None)) == NOTHING


@pytest.mark.parametrize(
    ("intent", "outcome", "told"),
    [
        ({}, None, "route/S/Main stays as it is: whether its update was done is not known"),
        (
            {"action": "merge"},
            {"status": "unclear", "reason": "the journal does not say in full what was sent"},
            (
                "route/S/Main stays as it is: whether its change was done is not known "
                "(the journal does not say in full what was sent)"
            ),
        ),
        ({"address": None}, None, "None stays as it is: whether its change was done is not known"),
    ],
)
def test_what_nobody_knows_of_is_left_and_said(intent, outcome, told):
    (write,) = run((updated(MAIN, ring_to="+2"), 8)).writes
    told_of = Write({**write.intent, **intent}, outcome, 2)
    found = inverse(Run(Path("journal/RUN.jsonl"), {}, (told_of,), {}), live(*EVERYTHING), NO_SETTINGS)
    assert (found.desired.resources, [each.message for each in found.notices]) == ({}, [told])


def test_what_comes_back_is_not_said_to_look_like_something_else():
    there = [SALES, kept("tag/S/HOT", 4, tag_name="HOT", group=to("group/S"))]
    changes, _ = undone(*gone(HOT), there=there)
    assert [(sign, address) for sign, address, _ in changes] == [("+", "tag/S/Hot")]


def test_a_run_that_wrote_nothing():
    assert undone() == NOTHING


def test_protection_and_limits_hold_here_too():
    new = created(written("tag/S/Hot", 2, tag_name="Hot", group=to("group/S")))
    settings = Settings(protect={"tag/*": at(9)})
    actual = live(SALES, HOT)
    found = plan(inverse(run((new, 3)), actual, settings).desired, actual, Options())
    assert [notice.code for notice in found.refusals] == ["protected"]


def test_what_an_inverse_does_not_describe_is_no_news():
    notices = [
        Notice(code, "tag/x", "x") for code in ("unmanaged", "protected", "nothing-to-rename", "calls")
    ]
    assert [each.code for each in without_strangers(notices)] == ["protected", "calls"]


@pytest.mark.parametrize("sent", [None, 5, {"method": "PUT"}, {"method": "PUT", "body": "timezone"}])
def test_what_a_line_does_not_say_of_what_was_sent_is_not_taken_from_it(sent):
    (write,) = run((updated(JANE, first_name="Jan"), 7)).writes
    told = write._replace(intent={**write.intent, "request": sent})
    actual = live(SALES, changed(JANE, first_name="Jan"))
    found = inverse(Run(Path("journal/RUN.jsonl"), {}, (told,), {}), actual, NO_SETTINGS)
    assert ["timezone" in each.fields for each in found.desired.resources.values()] == [False]


def test_an_earlier_run_that_says_nothing_in_full_took_nothing_back():
    (write,) = run((created(HOT), 3)).writes
    told = write._replace(intent={**write.intent, "kind": ["tag"]})
    earlier = Run(Path("journal/EARLIER.jsonl"), {"undoes": "RUN"}, (told,), {})
    found = inverse(run((deleted(HOT), 3)), live(SALES), NO_SETTINGS, [earlier])
    assert len(found.desired.resources) == 1
