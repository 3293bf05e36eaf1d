import pytest

from reconciler.plans.lookalikes import lookalikes
from reconciler.plans.notices import lookalike

from .literals import created, deleted, kept, state, to, updated, written

TOP = to("group/ROOT")
SALES = to("group/S")


def pairs(created_ones, strangers, *, others=(), before=(), leaving=()):
    """What looks like what: (the address to be created, the live one)."""
    changes = [*map(created, created_ones), *others]
    live = state(*strangers, *before)
    found = lookalikes(changes, state(*strangers), live, [to(each) for each in leaving])
    return [(str(pair.created.address), str(pair.live.address)) for pair in found]


def tag(name, *, group=TOP):
    return written(f"tag/new/{name}", 3, tag_name=name, group=group)


def live_tag(name, number=7, *, group=TOP):
    return kept(f"tag/old/{name}", number, tag_name=name, group=group)


# -- by name, in the same place


def speaks(new, old):
    return bool(pairs([tag(new)], [live_tag(old)]))


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("Hot lead", "Hot leads"),
        ("Hot lead", "HOT-LEAD"),
        ("Hotlead", "Hot lead"),
        ("Callback", "Call back"),
        ("Recieved", "Received"),
        ("Marketing North", "Marketng North"),
        ("Größe", "GRÖSSE"),
        ("Q3 2025 leads", "q3 2025 lead"),
        ("24/7", "24 7"),
        ("Hot lead", "Hot lead"),
    ],
)
def test_the_same_name_but_for_case_punctuation_and_a_slip_of_the_pen(new, old):
    assert speaks(new, old)
    assert speaks(old, new)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("North East", "South East"),
        ("Line 1", "Line 2"),
        ("Line 1", "Line 11"),
        ("Q3 2025", "Q3 2026"),
        ("Team A", "Team B"),
        ("Hot lead", "Hot"),
        ("Hot lead", "Lead hot"),
        ("Sales", "Sales East"),
        ("Cat", "Car"),
        ("Inbound", "Outbound"),
        ("!!!", "???"),
        ("", "!"),
    ],
)
def test_names_that_are_near_each_other_and_mean_different_things(new, old):
    assert not speaks(new, old)
    assert not speaks(old, new)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("Qualified lead", "Unqualified lead"),
        ("Qualified", "Disqualified"),
        ("Answered", "Unanswered"),
        ("Paid search", "Unpaid search"),
        ("Northeast", "Northwest"),
        ("Eastern", "Western"),
        ("Male", "Female"),
    ],
)
def test_opposites_are_no_slips_of_the_pen(new, old):
    assert not speaks(new, old)
    assert not speaks(old, new)


@pytest.mark.parametrize(
    "old",
    [
        live_tag("Hot leads", group=SALES),
        kept("tag/old/Hot leads", 7, tag_name="Hot leads"),
        kept("route/old/Hot leads", 7, provisioned_route_name="Hot leads", group=TOP),
    ],
    ids=["in another group", "in none", "of another kind"],
)
def test_another_place_or_kind_is_another_thing(old):
    assert pairs([tag("Hot lead")], [old]) == []


# -- but for what a platform may have changed


def told_apart_by(new, *strangers):
    return [
        (str(old.address), field) for _, old, field in lookalikes([created(new)], state(*strangers), {}, [])
    ]


@pytest.mark.parametrize(
    ("new", "old"),
    [
        *(("lead", "LEAD"), ("new  line ", "New Line"), ("Größe", "GRÖSSE"), ("e\u0301", "É")),
        *(("Ann's", "Ann\u2019s"), ("\u201cVIP\u201d", '"VIP"')),
        *(("Cold \U0001f976", "Cold"), ("Vip \u2764\ufe0f", "VIP")),
    ],
)
def test_a_name_as_the_platform_may_have_kept_it(new, old):
    assert told_apart_by(tag(new), live_tag(old)) == [(f"tag/old/{old}", "tag_name")]


@pytest.mark.parametrize("old", ["HOT-LEAD", "Hot leads", "Hotlead", "Hot lead"])
def test_a_name_that_differs_in_more_or_not_at_all(old):
    assert told_apart_by(tag("Hot lead"), live_tag(old)) == [(f"tag/old/{old}", "")]


@pytest.mark.parametrize(("new", "old"), [("Team \U0001f534", "Team \U0001f535"), ("Vip", "Vip \U0001f976")])
def test_emoji_that_are_there_tell_things_apart(new, old):
    assert "tag_name" not in dict(told_apart_by(tag(new), live_tag(old))).values()


def test_what_has_no_name_is_like_nothing():
    assert told_apart_by(tag("Cold"), kept("tag/old/#7", 7, group=TOP)) == []


def test_what_was_created_several_times_before_is_told_once():
    twice = [live_tag("LEAD", 7), kept("tag/old/LEAD#8", 8, tag_name="LEAD", group=TOP)]
    assert told_apart_by(tag("lead"), *twice) == [("tag/old/LEAD", "tag_name")]
    assert pairs([tag("lead"), tag("Lead")], twice) == [
        ("tag/new/Lead", "tag/old/LEAD"),
        ("tag/new/lead", "tag/old/LEAD"),
    ]


def test_an_external_id_in_another_case_counts_for_more_than_a_name():
    def named(name, **external_id):
        return {"org_unit_name": name, "parent": TOP, **external_id}

    new = written("group/new", 3, **named("SALES", org_unit_ext_id="org-1"))
    there = kept("group/O", 7, **named("East", org_unit_ext_id="ORG-1")), kept("group/S", 8, **named("Sales"))
    assert told_apart_by(new, *there) == [("group/O", "org_unit_ext_id")]
    assert told_apart_by(new, there[1]) == [("group/S", "org_unit_name")]
    assert told_apart_by(new, kept("group/T", 9, **named("Sales", org_unit_ext_id="T"))) == [("group/T", "")]


def test_a_name_in_another_case_counts_for_more_than_what_is_like_it():
    found = told_apart_by(tag("lead"), live_tag("LEAD", 7), live_tag("Leads", 8))
    assert found == [("tag/old/LEAD", "tag_name")]


# -- only where it is likely to be right


def test_one_and_one_make_a_pair():
    assert pairs([tag("Hot lead"), tag("Spam")], [live_tag("Hot leads")]) == [
        ("tag/new/Hot lead", "tag/old/Hot leads")
    ]


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ([tag("Hot lead")], [live_tag("Hot leads", 7), live_tag("Hot-lead", 8)]),
        ([tag("Hot lead"), tag("HOT LEAD")], [live_tag("Hot leads")]),
    ],
    ids=["two live ones", "two new ones"],
)
def test_where_there_is_a_choice_nothing_is_said(new, old):
    assert pairs(new, old) == []


def test_only_creations_are_looked_at():
    changes = [updated(live_tag("Hot lead", 8), color="red"), deleted(live_tag("Cold", 9))]
    assert pairs([], [live_tag("Hot leads")], others=changes) == []


# -- the same name elsewhere


@pytest.mark.parametrize(
    ("leaving", "expected"),
    [(["tag/old/Hot"], [("tag/new/Hot", "tag/old/Hot")]), ([], [])],
    ids=["about to be pruned", "left as it is"],
)
def test_a_move_is_likely_only_where_the_old_one_is_to_go(leaving, expected):
    assert pairs([tag("Hot")], [live_tag("Hot", group=SALES)], leaving=leaving) == expected


@pytest.mark.parametrize(
    ("old", "leaving", "is_alike"),
    [
        (live_tag("A much l"), ["tag/old/A much l"], True),
        (live_tag("A much l"), [], False),
        (live_tag("A much"), ["tag/old/A much"], False),
        (live_tag("A much longer day"), ["tag/old/A much longer day"], False),
        (live_tag("A much l", group=SALES), ["tag/old/A much l"], False),
    ],
    ids=["about to be pruned", "left as it is", "too short to tell", "no beginning", "in another group"],
)
def test_a_name_of_which_the_platform_may_have_kept_the_beginning(old, leaving, is_alike):
    assert bool(pairs([tag("A much longer tag name")], [old], leaving=leaving)) is is_alike


def test_users_of_other_groups_do_not_move_by_their_name():
    new = written("user/ann@new", 3, username="ann@new", group=TOP)
    assert pairs([new], [kept("user/ann@old", 7, username="ann@old")], leaving=["user/ann@old"]) == []


# -- users and routes by what gives them away


def ann(**fields):
    return {"first_name": "Ann", "last_name": "Lee", "group": TOP, "agent_ring_to": "+14255550134", **fields}


@pytest.mark.parametrize(
    ("fields", "is_alike"),
    [
        ({}, True),
        ({"agent_ring_to": "+14255550199"}, True),
        ({"group": SALES}, True),
        ({"group": SALES, "agent_ring_to": "14255550134"}, True),
        ({"group": SALES, "agent_ring_to": "+14255550199"}, False),
        ({"group": SALES, "agent_ring_to": None}, False),
        ({"first_name": "Anne"}, False),
        ({"last_name": None}, False),
    ],
    ids=[
        *("all the same", "another telephone", "another group", "the telephone written otherwise"),
        *("both", "no telephone", "another name", "half a name"),
    ],
)
def test_a_user_under_another_address(fields, is_alike):
    new = written("user/ann@new", 3, username="ann@new", **ann())
    old = kept("user/ann@old", 7, username="ann@old", **ann(**fields))
    assert bool(pairs([new], [old])) is is_alike


def test_what_neither_says_gives_nobody_away():
    new = written("user/sam@new", 3, username="sam@new", first_name="Sam", group=TOP)
    assert pairs([new], [kept("user/sam@old", 7, username="sam@old", first_name="Sam", group=TOP)]) == []


@pytest.mark.parametrize(
    ("number", "is_alike"), [("18015550100", True), ("+18015550101", False), (None, False)]
)
def test_a_tracking_number_has_one_route(number, is_alike):
    new = written(
        "route/new/Front", 3, provisioned_route_name="Front", group=TOP, phone_number="+18015550100"
    )
    old = kept("route/old/Main", 8, provisioned_route_name="Main", group=SALES, phone_number=number)
    assert bool(pairs([new], [old])) is is_alike


# -- groups by their members

REVENUE = written("group/R", 3, org_unit_name="Revenue", org_unit_ext_id="R", parent=TOP)
OLD = kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP)
ROOT = kept("group/ROOT", 1001, org_unit_name="Acme", org_unit_ext_id="ROOT", parent=None)


def user(number, group=SALES):
    return kept(f"user/{number}@acme", number, username=f"{number}@acme", group=group)


def moved(resource, group="group/R"):
    return updated(resource, group=to(group))


def by_members(*others, members=(), strangers=(), old=OLD, new=REVENUE):
    return pairs([new], [old, *strangers], others=others, before=members)


def test_a_group_whose_members_are_all_to_be_in_the_new_one():
    members = [user(1), user(2), kept("tag/S/Hot", 3, tag_name="Hot", group=SALES)]
    assert by_members(*map(moved, members), members=members) == [("group/R", "group/S")]


def test_a_sub_group_is_a_member_too():
    below = kept("group/E", 4, org_unit_name="East", org_unit_ext_id="E", parent=SALES)
    move = updated(below, parent=to("group/R"))
    assert by_members(move, members=[below]) == [("group/R", "group/S")]


def test_members_that_stay_or_go_elsewhere_say_otherwise():
    members = [user(1), user(2)]
    assert by_members(moved(members[0]), members=members) == []
    assert by_members(moved(members[0]), moved(members[1], "group/T"), members=members) == []


def test_members_that_are_removed_say_nothing():
    members = [user(1), user(2)]
    assert by_members(moved(members[0]), deleted(members[1]), members=members) == [("group/R", "group/S")]


def test_a_group_without_members_says_nothing():
    assert by_members() == []


def test_members_that_no_file_describes_stay_behind_and_say_otherwise():
    members = [user(1)]
    assert by_members(moved(members[0]), members=members, strangers=[user(2), user(3)]) == []


def test_a_group_is_not_the_one_that_it_is_to_be_in():
    members = [user(1)]
    east = written("group/R", 3, org_unit_name="Revenue", org_unit_ext_id="R", parent=SALES)
    assert by_members(moved(members[0]), members=members, new=east) == []


def test_the_root_is_never_a_group_that_is_to_be_created():
    members = [user(1, TOP)]
    assert by_members(moved(members[0]), members=members, old=ROOT) == []


# -- groups that move


def shift(at, *, parent=TOP, external_id=None, number=None, name="Night shift"):
    fields = {"org_unit_name": name, "org_unit_ext_id": external_id, "parent": parent}
    return kept(at, number, **fields) if number else written(at, 3, **fields)


NEW_SHIFT = shift("group/new", parent=SALES)


@pytest.mark.parametrize(
    ("old", "is_alike"),
    [
        ([shift("group/old", number=7)], True),
        ([shift("group/old", number=7, external_id="N")], True),
        ([shift("group/old", number=7, name="Day shift")], False),
        ([shift("group/old", number=7, parent=None)], False),
        ([shift("group/old", number=7), shift("group/other", number=8, parent=to("group/T"))], False),
    ],
    ids=["one", "with an external id", "another name", "the root", "two"],
)
def test_a_group_of_the_same_name_elsewhere(old, is_alike):
    assert pairs([NEW_SHIFT], old) == ([("group/new", "group/old")] if is_alike else [])


def test_two_external_ids_are_two_groups():
    new = shift("group/new", parent=SALES, external_id="M")
    assert pairs([new], [shift("group/old", number=7, external_id="N")]) == []


def test_what_goes_along_with_a_group_that_moves_is_not_told_besides():
    new = [NEW_SHIFT, shift("group/new/E", parent=NEW_SHIFT.address, name="East")]
    old = [shift("group/old", number=7), shift("group/old/E", number=8, parent=to("group/old"), name="East")]
    assert pairs(new, old) == [("group/new", "group/old")]


def test_a_group_does_not_move_below_itself():
    new = shift("group/new", parent=to("group/old"))
    assert pairs([new], [shift("group/old", number=7)]) == []


def test_what_is_known_of_a_group_otherwise_counts_for_more_than_its_name():
    members, new = [user(1)], shift("group/R")
    old, other = shift("group/S", number=2, name="Sales"), shift("group/old", number=7, parent=to("group/T"))
    assert by_members(moved(members[0]), members=members, old=old, strangers=[other], new=new) == [
        ("group/R", "group/S")
    ]


# -- the words


def test_the_line_to_paste():
    new = written("tag/S/Hot leads", 3, tag_name="Hot leads", group=SALES)
    old = kept('tag/S/Hot "lead"', 7, tag_name='Hot "lead"', group=SALES)
    (pair,) = lookalikes([created(new)], state(old), state(old), [])
    assert tuple(lookalike(pair)) == (
        "look-alike",
        "tag/S/Hot leads",
        (
            'tag/S/Hot leads (a.yaml:3:1) is to be created, but looks like tag/S/Hot "lead", id 7, under '
            'another name; if it is the same, add `previously: "S/Hot \\"lead\\""` there'
        ),
    )


def test_a_user_at_another_domain_is_told_only_if_the_old_one_is_to_go():
    old = kept("user/jane@old", 7, username="Jane@old.example", group=TOP)
    new = written("user/jane@new", 3, username="jane@new.example", group=TOP)
    assert pairs([new], [old]) == []
    assert pairs([new], [old], leaving=["user/jane@old"]) == [("user/jane@new", "user/jane@old")]
