import pytest

from reconciler.model import Settings
from reconciler.plans.alignment import align
from reconciler.plans.matching import twins
from reconciler.plans.planning import plan

from .literals import at, desired, kept, live, ref, state, texts, to, written

TOP = to("group/ROOT")
ROOT_FILE = written("group/ROOT", 1, org_unit_name="Acme", org_unit_ext_id="ROOT")
SPAM = [kept(f"tag/ROOT/Spam#{n}", n, tag_name="Spam", group=TOP) for n in (3, 4)]
SPAM_FILE = written("tag/ROOT/Spam", 2, tag_name="Spam", group=TOP)


def group(key, number, name="Sales", external_id=None):
    return kept(f"group/{key}", number, org_unit_name=name, org_unit_ext_id=external_id, parent=TOP)


@pytest.mark.parametrize(
    ("objects", "expected"),
    [
        (SPAM, [["tag/ROOT/Spam#3", "tag/ROOT/Spam#4"]]),
        ([SPAM[0], kept("tag/S/Spam", 4, tag_name="Spam", group=to("group/S"))], []),
        ([SPAM[0], kept("route/ROOT/Spam", 4, provisioned_route_name="Spam", group=TOP)], []),
        ([SPAM[0], kept("tag/ROOT/spam", 4, tag_name="spam", group=TOP)], []),
        (
            [kept(f"user/a@b#{n}", n, username=name) for n, name in ((1, "A@b"), (2, "a@B"))],
            [["user/a@b#1", "user/a@b#2"]],
        ),
        (
            [group("S#2", 2, "Sales", "S"), group("S#3", 3, "East", "S")],
            [["group/S#2", "group/S#3"]],
        ),
        (
            [group("Acme/Sales#2", 2), group("Acme/Sales#3", 3)],
            [["group/Acme/Sales#2", "group/Acme/Sales#3"]],
        ),
    ],
    ids=["tags", "another group", "another kind", "case", "users", "external ids", "paths"],
)
def test_live_objects_that_bear_one_key(objects, expected):
    assert [sorted(map(str, several)) for several in twins(state(*objects))] == expected


def test_doubles_are_reported_with_their_ids_and_are_not_described_any_more():
    aligned = align(desired(ROOT_FILE, SPAM_FILE), live(*SPAM))
    assert [tuple(notice) for notice in aligned.notices] == [
        (
            "duplicate-key",
            "tag/ROOT/Spam",
            "tag/ROOT/Spam exists 2 times on the platform, ids 3 and 4; all are left alone",
        )
    ]
    assert (aligned.problems, sorted(map(str, aligned.desired))) == ((), ["group/ROOT"])
    assert sorted(map(str, aligned.doubles)) == ["tag/ROOT/Spam#3", "tag/ROOT/Spam#4"]
    assert aligned.undecided == dict.fromkeys(aligned.doubles, at(2))


def test_ids_are_told_in_the_order_of_numbers():
    spam = [kept(f"tag/ROOT/Spam#{n}", n, tag_name="Spam", group=TOP) for n in (1002, 999)]
    main = route(tags=(to("tag/ROOT/Spam"),))
    aligned = align(desired(ROOT_FILE, SPAM_FILE, main), live(*spam))
    assert [notice.message for notice in aligned.notices] == [
        "tag/ROOT/Spam exists 2 times on the platform, ids 999 and 1002; all are left alone"
    ]
    assert texts(aligned.problems) == [
        (
            "4: route/ROOT/Main refers to tag/ROOT/Spam, which exists 2 times on the platform, "
            "ids 999 and 1002; remove one there first"
        )
    ]


def test_only_doubles_that_no_file_describes_are_in_no_file():
    cold = [kept(f"tag/ROOT/Cold#{n}", n, tag_name="Cold", group=TOP) for n in (5, 6)]
    settings = Settings(prune={"tag": at(8)}, protect={"tag/*": at(9)})
    found = plan(desired(ROOT_FILE, SPAM_FILE, settings=settings), live(*SPAM, *cold))
    assert (found.changes, found.unmanaged) == ((), 2)
    told = [each.address for each in found.notices if each.code in ("unmanaged", "protected")]
    assert told == ["tag/ROOT/Cold#5", "tag/ROOT/Cold#6"] * 2


def route(line=4, **fields):
    return written("route/ROOT/Main", line, provisioned_route_name="Main", group=TOP, **fields)


def existing(*tags):
    return kept("route/ROOT/Main", 8, provisioned_route_name="Main", group=TOP, tags=tuple(map(to, tags)))


def test_who_refers_to_one_of_them_keeps_that_one():
    wanted = desired(ROOT_FILE, SPAM_FILE, route(tags=(to("tag/ROOT/Spam"),)))
    aligned = align(wanted, live(*SPAM, existing("tag/ROOT/Spam#4")))
    assert texts(aligned.problems) == []
    assert aligned.desired[to("route/ROOT/Main")].value("tags") == (to("tag/ROOT/Spam#4"),)
    assert plan(wanted, live(*SPAM, existing("tag/ROOT/Spam#4"))).changes == ()


@pytest.mark.parametrize("actual", [live(*SPAM), live(*SPAM, existing())], ids=["new", "without it so far"])
def test_who_refers_to_none_of_them_cannot_be_told_which_is_meant(actual):
    aligned = align(desired(ROOT_FILE, SPAM_FILE, route(tags=(to("tag/ROOT/Spam"),))), actual)
    assert texts(aligned.problems) == [
        (
            "4: route/ROOT/Main refers to tag/ROOT/Spam, which exists 2 times on the platform, ids 3 and 4; "
            "remove one there first"
        )
    ]


def test_what_no_file_describes_is_as_ambiguous():
    wanted = desired(ROOT_FILE, route(tags=(ref("tag/ROOT/Spam", 4),)))
    assert [each.source for each in align(wanted, live(*SPAM)).problems] == [at(4)]


def test_without_doubles_everything_stays_as_it_is():
    wanted = desired(ROOT_FILE, SPAM_FILE)
    assert sorted(map(str, align(wanted, live()).desired)) == ["group/ROOT", "tag/ROOT/Spam"]


EAST = written("group/E", 3, org_unit_name="East", org_unit_ext_id="E", parent=TOP)


@pytest.mark.parametrize(
    "twins",
    [
        [group("Acme/Sales#2", 2), group("Acme/Sales#3", 3)],
        [group("S", 2, external_id="S"), group("Acme/Sales", 3)],
        [group("S", 2, external_id="S"), group("T", 3, external_id="T")],
    ],
    ids=["without external ids", "one with an external id", "with different external ids"],
)
def test_groups_of_one_path_are_reported_and_left_alone_though_groups_are_pruned(twins):
    sales = written("group/Acme/Sales", 2, org_unit_name="Sales", parent=TOP)
    actual = live(*twins, group("E", 4, "East", "E"))
    found = plan(desired(ROOT_FILE, sales, EAST, settings=Settings(prune={"group": at(9)})), actual)
    assert found.changes == ()
    assert [notice.code for notice in found.notices if "2 and 3" in notice.message] == ["duplicate-key"]
