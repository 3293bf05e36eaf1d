import pytest

from reconciler.changes import afterwards
from reconciler.model import Notice, Plan
from reconciler.plans.calls import at_stake, consequences, rerouted, with_traffic

from .literals import created, deleted, kept, state, to, updated, written

TOP = to("group/ROOT")


def user(number):
    return kept(f"user/{number}@acme", number, username=f"{number}@acme", group=TOP)


def route(number, **fields):
    return kept(f"route/{number}", number, provisioned_route_name=str(number), **fields)


@pytest.mark.parametrize(
    ("change", "is_rerouted"),
    [
        (deleted(route(8)), True),
        (updated(route(8), ring_to="+1"), True),
        (updated(route(8), route_type="voicemail"), True),
        (updated(route(8), destinations=None), True),
        (updated(route(8), record_calls=True), False),
        (updated(user(8), agent_ring_to="+1"), False),
        (updated(route(8), group=TOP, tags=None), False),
        (created(written("route/9", route_type="voicemail")), False),
        (deleted(user(8)), False),
    ],
    ids=["deleted", "ring_to", "type", "destinations", "recorded", "agent", "moved", "new", "no route"],
)
def test_which_changes_let_calls_ring_elsewhere(change, is_rerouted):
    assert list(rerouted(planned(change))) == ([change] if is_rerouted else [])


def planned(*changes):
    return Plan(1001, "Acme", changes, (Notice("unmanaged", "tag/x", "x"),), 0, 0, 6)


def test_how_many_calls_that_concerns():
    changes = [deleted(route(8)), updated(route(9), ring_to="+1"), updated(route(10), record_calls=True)]
    found = with_traffic(planned(*changes), {8: 1, 9: 1250, 10: 7}, reads=2)
    assert [tuple(notice) for notice in found.notices] == [
        ("calls", "route/8", "route/8 carried 1 call in the last 7 days; after this nobody answers them"),
        (
            "calls",
            "route/9",
            "route/9 carried 1,250 calls in the last 7 days; after this they ring elsewhere",
        ),
        ("unmanaged", "tag/x", "x"),
    ]
    assert (found.reads, found.changes) == (8, tuple(changes))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (deleted(route(8)), "nobody answers them"),
        (
            updated(route(8), route_type="hangup"),
            "callers are hung up on",
        ),
        (
            updated(route(8, route_type="hangup"), ring_to=None),
            "callers are hung up on",
        ),
        (
            updated(route(8), route_type="voicemail"),
            "they go to voicemail",
        ),
        (updated(route(8), route_type=None), "they ring elsewhere"),
        (
            updated(route(8), route_type="round_robin", destinations=({"ring_to": "+1"},)),
            "they ring elsewhere",
        ),
        (updated(route(8), route_type="simultaneous"), "nobody answers them"),
        (updated(route(8, route_type="round_robin"), destinations=None), "nobody answers them"),
        (updated(route(8), ring_to="+1"), "they ring elsewhere"),
    ],
    ids=[
        "deleted",
        "hung up",
        "hung up before",
        "voicemail",
        "no type",
        "shared out",
        "among none",
        "among none any more",
        "forwarded",
    ],
)
def test_what_becomes_of_those_who_call(change, told):
    said = with_traffic(planned(change), {8: 2}, reads=1).notices[0].message
    assert said == f"route/8 carried 2 calls in the last 7 days; after this {told}"


@pytest.mark.parametrize("change", [deleted(route(8)), updated(route(8), route_type="hangup")])
def test_where_nobody_calls_nothing_is_threatened(change):
    told = with_traffic(planned(change), {8: 0}, reads=1).notices[0].message
    assert told == "route/8 carried no calls in the last 7 days"


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (1, "route/10"),
        (5, "route/10, route/11, route/12, route/13, route/14"),
        (6, "route/10, route/11, route/12, route/13, route/14 and 1 more"),
    ],
)
def test_calls_that_nobody_may_count(count, named):
    changes = [deleted(route(number)) for number in range(10, 10 + count)]
    found = with_traffic(planned(*changes), dict.fromkeys(range(10, 10 + count)), reads=0)
    assert [tuple(notice) for notice in found.notices[:-1]] == [
        (
            "calls-unknown",
            "route/10",
            f"how many calls these routes carried lately cannot be read: {named}",
        )
    ]


def test_of_more_routes_than_are_asked_about_some_stay_unknown():
    changes = [deleted(route(number)) for number in (8, 9, 10, 11)]
    found = with_traffic(planned(*changes), {8: 0, 9: 3}, reads=2)
    assert [tuple(notice) for notice in found.notices[2:-1]] == [
        (
            "calls-unknown",
            "route/10",
            "a plan asks for the calls of 2 routes; 2 more were not asked about: route/10, route/11",
        )
    ]


def test_those_whose_calls_nobody_will_answer_are_asked_about_first():
    changes = [
        updated(route(8), ring_to="+1"),
        updated(route(9), route_type="hangup"),
        updated(route(10), route_type="voicemail"),
        updated(route(11), record_calls=True),
        deleted(route(12)),
        deleted(kept("route/13", None)),
    ]
    assert at_stake(planned(*changes)) == [9, 12, 8, 10]


def test_some_may_be_known_and_others_not():
    changes = [deleted(route(8)), deleted(route(9))]
    found = with_traffic(planned(*changes), {8: 0, 9: None}, reads=2)
    assert [(notice.code, notice.address) for notice in found.notices] == [
        ("calls", "route/8"),
        ("calls-unknown", "route/9"),
        ("unmanaged", "tag/x"),
    ]


# -- routes that nobody answers, and numbers that several have


def said(*changes, before=()):
    live = state(*before)
    return [tuple(each) for each in consequences(changes, afterwards(live, changes))]


@pytest.mark.parametrize("sort", ["simultaneous", "percentage", "round_robin"])
def test_calls_that_are_shared_out_among_none(sort):
    told = f"is {sort} and has no `destinations`: nobody answers its calls"
    new = created(written("route/9", provisioned_route_name="9", route_type=sort))
    assert said(new) == [("consequence", "route/9", f"route/9 {told}")]
    old = route(8, route_type="forward", ring_to="+1")
    assert said(updated(old, route_type=sort), before=[old]) == [
        ("consequence", "route/8", f"route/8 {told}")
    ]


@pytest.mark.parametrize(
    "change",
    [
        created(written("route/9", route_type="simultaneous", destinations=({"ring_to": "+1"},))),
        created(written("route/9", route_type="voicemail")),
        created(written("route/9")),
        deleted(route(8, route_type="round_robin")),
        updated(route(8, route_type="round_robin"), record_calls=True),
    ],
    ids=["has some", "needs none", "no type", "goes", "as before"],
)
def test_where_nothing_is_shared_out_among_none(change):
    assert said(change, before=[route(8)]) == []


def numbered(number, phone):
    return route(number, phone_number=phone)


def test_a_number_that_two_would_have():
    shared = "would have one phone_number; which of them gets its calls is not known"
    new = created(written("route/9", phone_number="+18015550100"))
    assert said(new, before=[numbered(8, "801-555-0100"), numbered(7, "8015550100")]) == [
        ("consequence", "route/9", f"route/7, route/9 {shared}")
    ]
    both = [created(written(f"route/{number}", phone_number="+18015550100")) for number in (9, 10)]
    assert said(*both) == [("consequence", "route/9", f"route/10, route/9 {shared}")]


@pytest.mark.parametrize(
    "changes",
    [
        [updated(numbered(8, "+18015550100"), record_calls=True)],
        [deleted(numbered(7, "+18015550100")), created(written("route/9", phone_number="+18015550100"))],
        [created(written("route/9", phone_number="+18015550199"))],
    ],
    ids=["as before", "given up", "another"],
)
def test_numbers_that_no_two_get(changes):
    there = [numbered(7, "+18015550100"), numbered(8, "+18015550100")]
    assert said(*changes, before=there[: 1 if len(changes) > 1 else 2]) == []
