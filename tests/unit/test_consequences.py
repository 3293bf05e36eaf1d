import pytest

from reconciler.changes import afterwards, is_access
from reconciler.plans.consequences import consequences

from .literals import created, deleted, kept, state, to, updated, written

TOP = to("group/ROOT")
SALES = kept("group/S", 2, org_unit_name="Sales", parent=TOP)
EAST = kept("group/E", 3, org_unit_name="East", parent=to("group/S"))
MAIN = kept("route/S/Main", 8, provisioned_route_name="Main", group=to("group/S"), tags=(to("tag/T/Hot"),))
HOT = kept("tag/T/Hot", 5, tag_name="Hot", group=to("group/T"))


def user(number, group="group/S"):
    return kept(f"user/{number}@acme", number, username=f"{number}@acme", group=to(group))


def said(*changes, before=()):
    live = state(*before)
    found = list(consequences(changes, live, afterwards(live, changes)))
    assert {notice.code for notice in found} <= {"consequence"}
    return [(notice.address, notice.message) for notice in found]


def messages(*changes, before=()):
    return [message for _, message in said(*changes, before=before)]


# -- what goes, and what is left


def test_nothing_goes_and_nothing_is_said():
    assert said(created(written("tag/S/New")), updated(SALES, city="Rome"), before=[SALES, EAST]) == []


def test_an_empty_group_may_go_without_a_word():
    assert said(deleted(SALES), before=[SALES]) == []


def test_all_that_goes_with_a_group_in_the_words_of_the_trade():
    gone = [SALES, EAST, user(1), user(2), MAIN]
    assert said(*map(deleted, gone), before=gone)[1:] == [
        (
            "group/S",
            (
                "with group/S go 1 sub-group, 2 users and 1 route: "
                "group/E, user/1@acme, user/2@acme, route/S/Main"
            ),
        )
    ]


def test_one_thing_that_goes():
    assert messages(deleted(SALES), deleted(EAST), before=[SALES, EAST]) == [
        "with group/S goes 1 sub-group: group/E"
    ]


def test_no_more_than_five_are_named():
    gone = [SALES, *map(user, range(1, 8))]
    assert messages(*map(deleted, gone), before=gone)[1] == (
        "with group/S go 7 users: user/1@acme, user/2@acme, user/3@acme, user/4@acme, user/5@acme and 2 more"
    )


def test_a_sixth_that_moves_out_is_named_at_the_end():
    members = [user(number) for number in range(1, 7)]
    changes = [deleted(SALES), *(updated(each, group=TOP) for each in members)]
    told = messages(*changes, before=[SALES, *members])[-1]
    assert told == "when group/S is deleted, 1 user no longer needs it either: user/6@acme"


def test_long_names_are_not_cut_but_left_out():
    """Messages are shown up to a length: a count beyond it is not seen, and half a name is none."""
    gone = [SALES, *(user(f"{'x' * 60}{number}") for number in range(1, 10)), MAIN]
    told = messages(*map(deleted, gone), before=gone)[1]
    first, second = (f"user/{'x' * 60}{number}@acme" for number in (1, 2))
    assert told == f"with group/S go 9 users and 1 route: {first}, {second} and 8 more"
    long = [SALES, user("x" * 300)]
    told = messages(*map(deleted, long), before=long)[1]
    assert told == f"with group/S goes 1 user: user/{'x' * 300}@acme"


def test_who_moves_out_is_named_with_the_place():
    members = [SALES, EAST, user(1)]
    changes = [deleted(SALES), updated(EAST, parent=TOP), updated(user(1), group=to("group/E"))]
    assert messages(*changes, before=members) == [
        "group/E has moved to group/ROOT when group/S is deleted",
        "user/1@acme has moved to group/E when group/S is deleted",
    ]


def test_all_that_moves_with_a_group_at_any_depth():
    inner = kept("user/2@acme", 2, username="2@acme", group=to("group/E"))
    new = created(written("tag/S/New", tag_name="New", group=to("group/S")))
    changes = [updated(SALES, parent=to("group/T")), updated(inner, first_name="Ann"), new]
    assert said(*changes, before=[SALES, EAST, MAIN, HOT, user(1), inner]) == [
        (
            "group/S",
            (
                "with group/S move 1 sub-group, 2 users and 1 route: "
                "group/E, user/1@acme, user/2@acme, route/S/Main"
            ),
        )
    ]


def test_what_moves_by_itself_does_not_move_with_a_group():
    changes = [
        updated(SALES, parent=to("group/T")),
        updated(EAST, parent=TOP),
        updated(user(3, "group/T"), group=to("group/S")),
    ]
    assert messages(*changes, before=[SALES, EAST, user(1), user(2, "group/E"), user(3, "group/T")]) == [
        "with group/S moves 1 user: user/1@acme",
        "with group/E moves 1 user: user/2@acme",
    ]


def test_an_empty_group_moves_without_a_word():
    assert said(updated(SALES, parent=to("group/T")), before=[SALES]) == []


def test_who_stays_is_left_behind():
    assert messages(deleted(SALES), before=[SALES, user(1)]) == [
        "user/1@acme is left behind when group/S is deleted"
    ]


def test_no_more_than_five_that_move_out_are_named():
    members = [user(number) for number in range(1, 8)]
    changes = [deleted(SALES), *(updated(each, group=TOP) for each in members)]
    found = messages(*changes, before=[SALES, *members])
    assert len(found) == 6
    assert found[-1] == "when group/S is deleted, 2 users no longer need it either: user/6@acme, user/7@acme"


def test_a_tag_that_goes_is_taken_off_first():
    change = updated(MAIN, tags=None)
    assert messages(deleted(HOT), change, before=[HOT, MAIN]) == [
        "route/S/Main no longer refers to it when tag/T/Hot is deleted"
    ]


def test_a_route_does_not_go_because_its_tag_does():
    assert messages(deleted(HOT), deleted(MAIN), before=[HOT, MAIN]) == []


# -- people


@pytest.mark.parametrize(
    ("numbers", "who"),
    [([1], "1 user (user/1@acme)"), ([1, 2], "2 users (user/1@acme, user/2@acme)")],
)
def test_whose_account_ends(numbers, who):
    gone = [user(number) for number in numbers]
    assert said(*map(deleted, gone), before=gone) == [
        (
            "user/1@acme",
            (
                f"{who} can no longer sign in; the platform keeps the rows of deleted users, and probably "
                "their e-mail addresses taken (assumed)"
            ),
        )
    ]


# -- who may do what

BOSS = kept("user/boss", 1, username="boss", role="Admin", user_status="active")
ANN = kept("user/ann", 2, username="ann", role="Standard")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (updated(ANN, role="Admin"), ["user/ann is made an Admin"]),
        (created(written("user/new", role="Admin")), ["user/new is created as an Admin"]),
        (created(written("user/new", role="Standard", user_status="inactive")), []),
        (updated(ANN, user_status="inactive"), ["user/ann can no longer sign in (inactive)"]),
        (
            updated(kept("user/ann", 2, user_status="inactive"), user_status=None),
            ["user/ann can sign in again"],
        ),
        (updated(kept("user/ann", 2, role="Admin"), role="ReadOnly"), ["user/ann is no longer an Admin"]),
        (updated(ANN, role="ReadOnly"), []),
        (updated(SALES, role="Admin"), []),
    ],
    ids=["admin", "new", "new inactive", "barred", "again", "no more", "reader", "group"],
)
def test_who_may_do_what(change, told):
    assert messages(change, before=[BOSS, ANN, SALES]) == told
    assert is_access(change) == bool(told)


@pytest.mark.parametrize(
    ("changes", "is_left"),
    [
        ([deleted(BOSS)], False),
        ([updated(BOSS, role="ReadOnly")], False),
        ([updated(BOSS, user_status="inactive"), updated(SALES, role="Admin")], False),
        ([updated(BOSS, role="ReadOnly"), updated(ANN, role="Admin")], True),
        ([deleted(BOSS), created(written("user/new", role="Admin"))], True),
        ([updated(ANN, role="ReadOnly")], True),
    ],
)
def test_the_last_admin_does_not_go_without_a_word(changes, is_left):
    found = said(*changes, before=[BOSS, ANN, SALES])
    told = ("user/boss", "after this no active Admin is left in this account")
    assert (told in found) is not is_left


# -- what the lists may lack


UNLISTED = (
    "{} created, but these refer to tags that are in no list: {}; either the list of tags is not whole, and "
    "what is created may be there already, or those tags were deleted; find out which before you apply"
)


def dangling(number, *tags):
    fields = {"provisioned_route_name": f"R{number}", "group": to("group/S")}
    return kept(f"route/S/R{number}", number, **fields, tags=tags)


def test_a_tag_is_created_while_routes_have_some_that_are_in_no_list():
    new = created(written("tag/S/New", tag_name="New", group=to("group/S")))
    there = [dangling(2, 301, 302), dangling(1, 301, to("tag/T/Hot")), dangling(3, to("tag/T/Hot"))]
    found = "route/S/R1 (id 301), route/S/R2 (id 301, 302)"
    expected = ("tag/S/New", UNLISTED.format("tag/S/New is", found))
    assert said(new, before=[SALES, HOT, MAIN, *there]) == [expected]


def test_several_tags_are_created_while_a_route_has_one_that_is_in_no_list():
    new = [created(written(f"tag/S/N{n}", tag_name=f"N{n}", group=to("group/S"))) for n in range(7)]
    named = "tag/S/N0, tag/S/N1, tag/S/N2, tag/S/N3, tag/S/N4 and 2 more are"
    expected = ("tag/S/N0", UNLISTED.format(named, "route/S/R1 (id 301)"))
    assert said(*new, before=[SALES, dangling(1, 301)]) == [expected]


def test_it_is_no_matter_where_nothing_of_that_kind_is_created():
    group = created(written("group/N", org_unit_name="N", parent=to("group/S")))
    assert messages(group, created(written("user/a", username="a")), before=[SALES, dangling(1, 301)]) == []


def test_a_tag_is_created_while_all_others_are_listed():
    new = created(written("tag/S/New", tag_name="New", group=to("group/S")))
    assert messages(new, before=[SALES, HOT, MAIN, kept("user/x", 9, username="x", group=78)]) == []
