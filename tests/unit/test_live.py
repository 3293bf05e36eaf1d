import datetime as dt
from dataclasses import replace
from itertools import repeat
from math import ceil

import pytest

from reconciler.api import calls as traffic
from reconciler.api import live
from reconciler.api.calls import MOST_ASKED, read_traffic
from reconciler.api.client import Reader
from reconciler.api.credentials import Credentials, Store
from reconciler.api.groups import read_groups
from reconciler.api.lists import ATTEMPTS, read_list
from reconciler.api.live import Caller
from reconciler.api.sending import Patience
from reconciler.errors import (
    IncompleteListError,
    NotFoundError,
    PlatformError,
    RefusedError,
    UnexpectedAnswerError,
)
from reconciler.kinds import GROUP, KINDS, TAG, USER
from reconciler.model import Settings
from reconciler.objects import assembling
from reconciler.objects.codec import whole_number
from reconciler.sandbox import serve

from .literals import at, to, written
from .loopback import Answer, data


@pytest.fixture
def reading(platform, transport):
    """A server that answers by a script, and a reader of it."""

    def start(script):
        server = platform(script)
        return Reader(transport(server.url)), server

    return start


# -- lists


def tags(*ids, total=None):
    rows = [{"tag_id": number, "tag_name": f"t{number}", "org_unit_id": 7} for number in ids]
    return data({"tags": rows, "total": len(ids) if total is None else total})


def one_by_one(*answers):
    left = iter(answers)
    return lambda _: next(left)


BROKEN = tags(1, 1, total=2)


@pytest.mark.parametrize(
    ("answers", "ids", "offsets"),
    [
        ([tags()], [], [0]),
        ([tags(1, 2)], [1, 2], [0]),
        ([tags(1, 2, total=3), tags(3, total=3)], [1, 2, 3], [0, 2]),
        ([tags(1, 2, total="3"), tags(3, total=3.0)], [1, 2, 3], [0, 2]),
        ([tags(1, 2, total=5), tags(3, total=3)] * 2, [1, 2, 3], [0, 2, 0, 2]),
        ([tags(1, 2, total=5), tags(3, total=3), tags(1, 4)], [1, 4], [0, 2, 0]),
        ([tags(1, 2, total=4), tags(1, 2, total=4), tags(1, 2, 3, 4)], [1, 2, 3, 4], [0, 2, 0]),
        ([tags(1, 2, total=4), tags(2, 3, total=4), tags(1, 2, 3)], [1, 2, 3], [0, 2, 0]),
        ([BROKEN, BROKEN, BROKEN, tags(1, 2)], [1, 2], [0, 0, 0, 0]),
        ([tags(1, total=2), tags(total=2), tags(1)], [1], [0, 1, 0]),
        ([tags("1", "2")], ["1", "2"], [0]),
    ],
    ids=[
        *("nothing", "one page", "short pages", "totals as text", "a total that changes, twice the same"),
        *("a total that changes, then none", "a repeated page", "a row moved to the next page"),
        *("a row twice", "a row too few", "ids as text"),
    ],
)
def test_a_list_is_read_until_it_is_proved_complete(reading, answers, ids, offsets):
    reader, server = reading(one_by_one(*answers))
    rows = read_list(reader, TAG, {"org_unit_id": 7})
    assert [row["tag_id"] for row in rows] == ids
    assert [each.query for each in server.asked] == [
        {"org_unit_id": "7", "limit": "200", "offset": str(offset)} for offset in offsets
    ]


@pytest.mark.parametrize(
    "answers",
    [
        [BROKEN] * 4,
        [tags(1, total=2), tags(total=2)] * 4,
        [tags(number, number + 1, total=3 + number) for number in range(8)],
        [each for n in range(4) for each in (tags(n, total=3), tags(n + 10, total=2))],
    ],
    ids=["a row twice", "a row too few", "never ends", "always another"],
)
def test_a_list_that_is_never_complete_is_no_list(reading, answers):
    reader, server = reading(one_by_one(*answers))
    with pytest.raises(IncompleteListError, match=r"^GET /tag: the list is not "):
        read_list(reader, TAG, {})
    assert len(server.asked) == len(answers)


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([tags(1, total=2), tags(total=2)], "1 different rows arrived, the platform speaks of 2"),
        (
            [tags(1, 2, 2, 3, total=3)],
            "3 different rows arrived, the one with id 2 more than once, the platform speaks of 3",
        ),
    ],
)
def test_what_does_not_add_up_is_told(reading, answers, found):
    reader, _ = reading(one_by_one(*answers * ATTEMPTS))
    with pytest.raises(IncompleteListError, match=f"proved complete: {found}; nothing was changed"):
        read_list(reader, TAG, {})


def test_pages_may_be_much_shorter_than_the_first(reading):
    def script(asked):
        offset = int(asked.query["offset"])
        return tags(*range(offset, min(offset + (20 if offset else 200), 1000)), total=1000)

    reader, server = reading(script)
    assert len(read_list(reader, TAG, {})) == 1000
    assert len(server.asked) == 1 + 800 // 20


def test_a_list_that_grows_faster_than_it_is_read_is_given_up(reading):
    def script(asked):
        offset = int(asked.query["offset"])
        return tags(*range(offset, offset + 200), total=offset + 1000)

    reader, server = reading(script)
    with pytest.raises(IncompleteListError):
        read_list(reader, TAG, {})
    assert len(server.asked) < 4 * 40


@pytest.mark.parametrize(
    ("row", "lacking"),
    [
        ({"tag_name": "no id"}, "no `tag_id`"),
        ({"tag_id": None}, "no `tag_id`"),
        ({"tag_id": "4f0c-77"}, "a `tag_id` that is no whole number"),
        ({"tagId": "4f0c-77"}, "a `tag_id` that is no whole number"),
    ],
)
def test_rows_without_ids_are_no_list_however_often_they_are_read(reading, row, lacking):
    reader, _ = reading(lambda _: data({"tags": [WHOLE["tag"], row], "total": 2}))
    with pytest.raises(UnexpectedAnswerError, match=f"^GET /tag: rows have {lacking}$"):
        read_list(reader, TAG, {})


WHOLE = {
    "user": {"ct_user_id": 1, "email": "ann@acme.example", "group_org_unit_id": 7},
    "tag": {"tag_id": 1, "tag_name": "Hot", "org_unit_id": 7},
    "route": {"provisioned_route_id": 1, "provisioned_route_name": "Main", "org_unit_id": 7},
    "group": {"org_unit_id": 1, "org_unit_name": "Sales"},
}
NAMES_AND_PLACES = [(kind, key) for kind, row in WHOLE.items() for key in [*row][1:]]


def rows_of(kind, *rows):
    return data({KINDS[kind].rows: rows, "total": len(rows)})


@pytest.mark.parametrize(("kind", "key"), NAMES_AND_PLACES)
def test_rows_that_do_not_show_what_tells_objects_apart_are_no_list(reading, kind, key):
    row = {(f"x_{name}" if name == key else name): value for name, value in WHOLE[kind].items()}
    reader, _ = reading(lambda _: rows_of(kind, row))
    with pytest.raises(UnexpectedAnswerError, match=rf"^GET {KINDS[kind].list_path}: rows have no `{key}`$"):
        read_list(reader, KINDS[kind], {})


def test_nor_are_they_if_a_single_row_does_not(reading):
    reader, _ = reading(lambda _: rows_of("tag", WHOLE["tag"], {"tag_id": 2, "org_unit_id": 7}))
    with pytest.raises(UnexpectedAnswerError, match=r"^GET /tag: the row with id 2 has no `tag_name`$"):
        read_list(reader, TAG, {})


@pytest.mark.parametrize(("kind", "key"), NAMES_AND_PLACES)
@pytest.mark.parametrize("nothing", [None, ""])
def test_a_name_or_a_place_that_is_empty_is_shown(reading, kind, key, nothing):
    reader, _ = reading(lambda _: rows_of(kind, {**WHOLE[kind], key: nothing}))
    assert len(read_list(reader, KINDS[kind], {})) == 1


def test_what_is_deleted_need_not_show_anything(reading):
    reader, _ = reading(lambda _: rows_of("user", WHOLE["user"], {"ct_user_id": 2, "status": "deleted"}))
    assert len(read_list(reader, USER, {})) == 2


NO_LIST = "the answer has no list `tags` with a `total`"
NO_TOTAL = "`total` is no whole number"
NO_OBJECTS = "not all rows of `tags` are objects"


@pytest.mark.parametrize(
    ("answer", "odd"),
    [
        (data(None), NO_LIST),
        (data([]), NO_LIST),
        (data({"tags": []}), NO_LIST),
        (data({"total": 1}), NO_LIST),
        (data({"total": 0, "tagList": []}), NO_LIST),
        (data({"tags": None, "total": 0, "tagList": [{"tag_id": 1}]}), NO_LIST),
        (data({"tags": {}, "total": 0}), NO_LIST),
        (data({"tags": None, "total": 1}), NO_LIST),
        (data({"tags": [], "total": None}), NO_LIST),
        (data({"tags": ["Hot"], "total": 1}), NO_OBJECTS),
        (data({"tags": [{"tag_id": 1}, None], "total": 2}), NO_OBJECTS),
        (data({"tags": [], "total": "many"}), NO_TOTAL),
        (data({"tags": [], "total": True}), NO_TOTAL),
        (Answer(b'{"tags": [], "total": 1e999}'), NO_TOTAL),
    ],
)
def test_what_is_no_list_is_not_read_again(reading, answer, odd):
    reader, server = reading(lambda _: answer)
    with pytest.raises(PlatformError, match=f"^GET /tag: {odd}$"):
        read_list(reader, TAG, {})
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "nothing",
    [{"tags": []}, {"tags": None}, {"tags": ""}, {}, {"message": "no tags"}, {"tags": [], "errors": []}],
    ids=repr,
)
def test_an_empty_list_says_so_in_one_of_several_ways(reading, nothing):
    reader, server = reading(lambda _: data({**nothing, "total": 0}))
    assert list(read_list(reader, TAG, {})) == []
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (7, 7),
        ("7", 7),
        (7.0, 7),
        (" 7 ", 7),
        ("7.5", None),
        (7.5, None),
        (True, None),
        ("seven", None),
        (None, None),
        ([7], None),
    ],
    ids=str,
)
def test_whole_numbers_are_sent_as_numbers_or_as_text(sent, expected):
    assert whole_number(sent) == expected


# -- groups

CHILDREN = {1001: (1002, 1003), 1002: (1004,), 1004: (1005,)}
FLAT = [(1001, "1"), (1002, "1.1"), (1003, "1.2"), (1004, "1.1.1"), (1005, "1.1.1.1")]


def flat(*rows):
    return data({"groups": [{"org_unit_id": number, "text": "x", "code": code} for number, code in rows]})


def without(number):
    return flat(*(row for row in FLAT if row[0] != number))


def nested(number, **fields):
    below = [nested(child, **fields) for child in CHILDREN.get(number, ())]
    return {"org_unit_id": number, "org_unit_name": "x", "children": below, **fields}


def platform_of(*trees, children=CHILDREN):
    """Answers one tree after the other, the last one for good, and lists of children."""
    left = list(trees)

    def answer(asked):
        if asked.path == "/groups/tree":
            return left.pop(0) if len(left) > 1 else left[0]
        if asked.path == "/groups/list":
            parent = int(asked.query["org_unit_id"])
            rows = [
                {"org_unit_id": number, "org_unit_name": f"g{number}"} for number in children.get(parent, ())
            ]
            return data({"groups": rows, "total": len(rows)})
        return data({"org_unit_name": "details", "org_unit_parent_id": 7})

    return answer


@pytest.mark.parametrize("told", [None, "", 0, "0", "Sales"])
def test_a_row_that_does_not_say_where_it_is_stands_where_it_was_asked_for(reading, told):
    def script(asked):
        if asked.path == "/groups/tree":
            return flat((1001, "1"), (1002, "1.1"))
        rows = [{"org_unit_id": 1002, "org_unit_name": "g", "org_unit_parent_id": told}]
        return data({"groups": rows, "total": 1, "org_unit_name": "Acme", "org_unit_parent_id": 7})

    reader, _ = reading(script)
    assert parents_of(read_groups(reader, GROUP, 1001)) == {1001: 7, 1002: 1001}


def parents_of(rows):
    return {row["org_unit_id"]: row["org_unit_parent_id"] for row in rows}


ALL = {1001: 7, 1002: 1001, 1003: 1001, 1004: 1002, 1005: 1004}


@pytest.mark.parametrize(
    "tree",
    [
        flat(*FLAT),
        flat(*FLAT[::-1]),
        flat(*FLAT[1:]),
        flat(*((str(number), code) for number, code in FLAT)),
        flat((1001, "7.3"), (1002, "7.3.1"), (1003, "7.3.2"), (1004, "7.3.1.1"), (1005, "7.3.1.1.9")),
        flat((1002, "7.3.1"), (1003, "7.3.2"), (1004, "7.3.1.1"), (1005, "7.3.1.1.9")),
        data({"groups": [nested(1001)]}),
        data({"groups": [nested(1002), nested(1003)]}),
        data({"groups": [nested(1001, children_count=0, coded_level=None)]}),
        data([nested(1001)]),
        data({"groups": [{"org_unit_id": child, "org_unit_parent_id": ALL[child]} for child in ALL]}),
        data(
            {
                "groups": [
                    {"org_unit_id": 1002, "coded_level": "1"},
                    *(
                        {"org_unit_id": n, "coded_level": c}
                        for n, c in ((1003, "2"), (1004, "1.1"), (1005, "1.1.1"))
                    ),
                ]
            }
        ),
    ],
    ids=[
        *("flat", "in another order", "without the root", "ids as text", "codes from higher up"),
        *("from higher up, without the root", "nested", "nested, without the root", "nested, no codes"),
        *("a bare list", "by parents", "codes from the first level below"),
    ],
)
def test_groups_are_read_once_per_parent(reading, tree):
    reader, server = reading(platform_of(tree))
    assert parents_of(read_groups(reader, GROUP, 1001)) == ALL
    asked = sorted(each.query["org_unit_id"] for each in server.asked if each.path == "/groups/list")
    assert asked == ["1001", "1002", "1004"]
    assert [(each.path, each.query) for each in server.asked if each.path != "/groups/list"] == [
        ("/groups/tree", {"active": "false"}),
        ("/groups/1001", {}),
    ]


def lower(codes, head):
    return [(number, f"{head}{code.removeprefix('1')}") for number, code in codes]


AGENCY = {"org_unit_id": 1, "org_unit_name": "Agency"}
WIDER = {**ALL, 3: 2, 2: 7, 7: 0}
SISTER = {"org_unit_id": 2, "org_unit_name": "Sister", "children": [{"org_unit_id": 3, "org_unit_name": "x"}]}


@pytest.mark.parametrize(
    "tree",
    [
        flat((1, "1"), *lower(FLAT, "1.4"), (2, "1.2"), (3, "1.2.1"), (4, "1.40"), (5, "1.40.1")),
        flat(*FLAT, (2, "2"), (3, "2.1"), (4, "10"), (5, "3.7.1")),
        data({"groups": [{**AGENCY, "children": [SISTER, nested(1001)]}]}),
        data({"groups": [SISTER, nested(1001)]}),
        data(
            {
                "groups": [
                    *(
                        {"org_unit_id": n, "org_unit_parent_id": p}
                        for n, p in {**ALL, 3: 2, 2: 7, 7: 0}.items()
                    )
                ]
            }
        ),
    ],
    ids=["above", "beside", "nested above", "nested beside", "by parents"],
)
def test_what_a_tree_shows_above_and_beside_the_account_is_not_read(reading, tree):
    reader, server = reading(platform_of(tree))
    assert parents_of(read_groups(reader, GROUP, 1001)) == ALL
    asked = sorted(each.query["org_unit_id"] for each in server.asked if each.path == "/groups/list")
    assert asked == ["1001", "1002", "1004"]


@pytest.mark.parametrize(
    "codes", [("0", "1", "2", "1.1", "1.1.1"), ("1", None, None, None, None), ("1", "2", "3", "2.1", "2.1.1")]
)
def test_what_a_tree_shows_beside_the_root_is_below_it_where_its_list_says_so(reading, codes):
    tree = [{"org_unit_id": 1001 + at, "code": code} for at, code in enumerate(codes)]
    reader, _ = reading(platform_of(data({"groups": tree})))
    assert {each["org_unit_id"] for each in read_groups(reader, GROUP, 1001)} == ALL.keys()


def test_what_a_list_has_and_the_tree_has_nowhere(reading):
    tree = [{"org_unit_id": 1001, "code": "1"}, {"org_unit_id": 1002}]
    reader, _ = reading(platform_of(data({"groups": tree})))
    with pytest.raises(IncompleteListError, match=r"groups \[1003\] are listed but not in the tree"):
        read_groups(reader, GROUP, 1001)


def test_the_tree_is_asked_for_as_the_facts_say(reading):
    reader, server = reading(platform_of(flat((1001, "1"))))
    read_groups(reader, replace(GROUP, tree_query={"status": "any"}), 1001)
    assert [each.query for each in server.asked if each.path == "/groups/tree"] == [{"status": "any"}]


def test_an_account_without_groups_is_its_root(reading):
    reader, server = reading(platform_of(flat((1001, "1"))))
    assert parents_of(read_groups(reader, GROUP, 1001)) == {1001: 7}
    assert server.calls() == ["GET /groups/tree", "GET /groups/1001"]


def test_a_tree_that_misses_a_listed_group_is_read_again(reading):
    reader, server = reading(platform_of(without(1003), without(1003), flat(*FLAT)))
    assert parents_of(read_groups(reader, GROUP, 1001)) == ALL
    assert server.calls().count("GET /groups/tree") == 3


def test_a_tree_that_goes_on_missing_one_ends_in_an_error(reading):
    reader, server = reading(platform_of(without(1003)))
    with pytest.raises(IncompleteListError, match=r"groups \[1003\] are listed but not in the tree"):
        read_groups(reader, GROUP, 1001)
    assert server.calls().count("GET /groups/tree") == ATTEMPTS


def moving(times):
    """A group that is moved from one list to another while they are read, so often."""
    left = [{**CHILDREN, 1002: (*CHILDREN[1002], 1005)}] * times

    def answer(asked):
        children = left[0] if left else CHILDREN
        if asked.path == "/groups/list" and asked.query["org_unit_id"] == "1004" and left:
            left.pop()
        return platform_of(flat(*FLAT), children=children)(asked)

    return answer


def test_a_group_that_two_lists_show_is_read_again(reading):
    reader, server = reading(moving(1))
    assert parents_of(read_groups(reader, GROUP, 1001)) == ALL
    assert server.calls().count("GET /groups/tree") == 2


def test_a_group_that_two_lists_go_on_showing_ends_in_an_error(reading):
    reader, _ = reading(moving(ATTEMPTS))
    with pytest.raises(IncompleteListError, match=r"groups \[1005\] are listed below two parents"):
        read_groups(reader, GROUP, 1001)


@pytest.mark.parametrize(
    ("tree", "lost"),
    [
        (without(1004), "1005"),
        (flat((1002, "1.1"), (1003, "1.2"), (1005, "1.1.1.1")), "1005"),
        (flat((1001, "1"), (1002, "1.1"), (1005, "1.1.1.1"), (1006, "1.3.1")), "1005, 1006"),
        (data({"groups": [{"org_unit_id": 1001}, {"org_unit_id": 1002, "org_unit_parent_id": 7}]}), "1002"),
    ],
    ids=["one", "without the root", "two", "by parents"],
)
def test_a_tree_that_misses_a_group_above_another_ends_in_an_error(reading, tree, lost):
    reader, server = reading(platform_of(tree))
    message = rf"groups \[{lost}\] have a parent that is not in the tree"
    with pytest.raises(IncompleteListError, match=message):
        read_groups(reader, GROUP, 1001)
    assert server.calls().count("GET /groups/tree") == ATTEMPTS


def test_a_tree_that_misses_a_group_above_another_is_read_again(reading):
    reader, server = reading(platform_of(without(1004), flat(*FLAT)))
    assert parents_of(read_groups(reader, GROUP, 1001)) == ALL
    assert server.calls().count("GET /groups/tree") == 2


def test_a_group_that_no_list_shows_is_read_by_its_details(reading):
    reader, server = reading(platform_of(flat(*FLAT, (1006, "1.3"))))
    rows = read_groups(reader, GROUP, 1001)
    assert rows[-1] == {"org_unit_id": 1006, "org_unit_name": "details", "org_unit_parent_id": 7}
    assert "GET /groups/1006" in server.calls()


def hiding(status, *, below=1001, shown=range(2000, 2060)):
    """A platform whose lists leave groups out unless they are asked for inactive ones."""
    answer = platform_of(flat(*FLAT, *((2000 + number, f"1.{3 + number}") for number in range(60))))

    def answered(asked):
        if asked.query.get("status") != "inactive":
            return answer(asked)
        rows = [
            {"org_unit_id": number, "org_unit_name": "hidden", "org_unit_status": status}
            for number in (shown if asked.query["org_unit_id"] == str(below) else ())
        ]
        offset = int(asked.query["offset"])
        return data({"groups": rows[offset : offset + 50], "total": len(rows)})

    return answered


def test_groups_that_lists_leave_out_are_asked_for_once_for_each_parent_and_page(reading):
    reader, server = reading(hiding("inactive"))
    rows = {row["org_unit_id"]: row for row in read_groups(reader, GROUP, 1001)}
    assert len(rows) == 65
    assert rows[2059] == {
        "org_unit_id": 2059,
        "org_unit_name": "hidden",
        "org_unit_status": "inactive",
        "org_unit_parent_id": 1001,
    }
    asked = [each.query for each in server.asked if "status" in each.query]
    assert [(each["org_unit_id"], each["offset"]) for each in asked] == [("1001", "0"), ("1001", "50")]
    assert len(server.asked) == 2 + 3 + 2


def refusing(asked):
    return Answer({"code": 400, "message": "status"}, 400) if "status" in asked.query else hiding("")(asked)


@pytest.mark.parametrize(
    ("answer", "asked_for"),
    [
        (hiding("inactive", shown=(1002, *range(2000, 2059))), 1),
        (hiding("inactive", shown=()), 60),
        (hiding("deleted"), 60),
        (refusing, 60),
    ],
    ids=["all but one", "none", "only deleted ones", "refused"],
)
def test_what_is_not_listed_as_inactive_either_is_read_by_its_details(reading, answer, asked_for):
    reader, server = reading(answer)
    rows = [row["org_unit_id"] for row in read_groups(reader, GROUP, 1001)]
    assert sorted(rows) == [*ALL, *range(2000, 2060)]
    assert sum(each.path.startswith("/groups/20") for each in server.asked) == asked_for


def test_a_platform_that_knows_no_inactive_groups_is_not_asked_for_them(reading):
    reader, server = reading(hiding("inactive"))
    read_groups(reader, replace(GROUP, inactive_query={}), 1001)
    assert not any("status" in each.query for each in server.asked)


GONE = Answer({"code": 404, "message": "not found"}, 404)


def haunted(answer, *ghosts, listed=()):
    """The platform without some groups that its tree may still show."""

    def answered(asked):
        missing = {f"/groups/{number}" for number in ghosts}
        parent = asked.query.get("org_unit_id")
        if asked.path in missing or (parent and int(parent) in ghosts and int(parent) not in listed):
            return GONE
        return answer(asked)

    return answered


def test_a_group_of_the_tree_that_nothing_else_knows_is_gone(reading):
    below = (1006, "1.3"), (1007, "1.3.1")
    reader, server = reading(haunted(platform_of(flat(*FLAT, *below)), 1006, 1007))
    assert parents_of(read_groups(reader, GROUP, 1001)) == ALL
    assert server.calls().count("GET /groups/tree") == 1


def test_a_group_that_is_there_and_cannot_be_listed_is_an_error(reading):
    def answer(asked):
        return GONE if asked.query.get("org_unit_id") == "1004" else platform_of(flat(*FLAT))(asked)

    reader, _ = reading(answer)
    with pytest.raises(NotFoundError):
        read_groups(reader, GROUP, 1001)


def test_what_is_listed_below_a_group_that_is_gone_has_been_moved_since(reading):
    before = platform_of(flat(*FLAT, (1006, "1.3"), (1007, "1.3.1")), children={**CHILDREN, 1006: (1007,)})
    reader, server = reading(haunted(before, 1006, listed=[1006]))
    with pytest.raises(IncompleteListError, match=r"groups \[1007\] are listed below a group that is gone"):
        read_groups(reader, GROUP, 1001)
    assert server.calls().count("GET /groups/tree") == ATTEMPTS


@pytest.mark.parametrize("status", ["deleted", "Deleted"])
def test_a_group_that_is_listed_as_deleted_need_not_be_in_the_tree(reading, status):
    def answer(asked):
        found = platform_of(without(1003))(asked)
        if asked.query.get("org_unit_id") == "1001":
            rows = [
                {"org_unit_id": 1002, "org_unit_name": "g1002"},
                {"org_unit_id": 1003, "org_unit_name": "g1003", "org_unit_status": status},
            ]
            return data({"groups": rows, "total": 2})
        return found

    reader, server = reading(answer)
    read_groups(reader, GROUP, 1001)
    assert server.calls().count("GET /groups/tree") == 1


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (data(None), "the answer has no list `groups`"),
        (data({"groups": None}), "the answer has no list `groups`"),
        (data({"groups": [1001]}), "the answer has no list `groups`"),
        (data({"groups": [{"text": "x"}]}), "a row has no org_unit_id"),
        *(
            (
                data({"groups": [{"org_unit_id": 1001, "children": below}]}),
                "the answer has no list `children`",
            )
            for below in ([1002], "1002", 1002)
        ),
    ],
)
def test_what_is_no_tree(reading, tree, message):
    reader, _ = reading(platform_of(tree))
    with pytest.raises(PlatformError, match=rf"^GET /groups/tree: {message}"):
        read_groups(reader, GROUP, 1001)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ([], ""),
        ({}, ""),
        ({"group": {"org_unit_name": "Acme"}, "total": 1}, "; it has no `org_unit_name` but group, total"),
        ({"org_unit_id": 1001, "name": "Acme"}, "; it has no `org_unit_name` but name, org_unit_id"),
    ],
    ids=["a list", "nothing", "wrapped", "another name"],
)
def test_details_that_are_none(reading, answer, told):
    tree = flat((1001, "1"))
    reader, _ = reading(lambda asked: tree if asked.path == "/groups/tree" else data(answer))
    with pytest.raises(UnexpectedAnswerError, match=rf"^GET /groups/1001: the answer is not a group{told}$"):
        read_groups(reader, GROUP, 1001)


def test_details_of_what_is_deleted_need_no_name(reading):
    tree = flat((1001, "1"))
    reader, _ = reading(
        lambda asked: tree if asked.path == "/groups/tree" else data({"org_unit_status": "deleted"})
    )
    assert read_groups(reader, GROUP, 1001) == ({"org_unit_status": "deleted", "org_unit_id": 1001},)


# -- whose account it is


@pytest.mark.parametrize(
    "profile",
    [
        {"org_unit_id": 1001},
        {"org_unit_id": "1001"},
        {"user": {"org_unit_id": 1001}},
        {"ct_user_ou_id": 1001},
        {"org_unit_id": 1001, "ct_user_ou_id": 1002},
    ],
    ids=str,
)
def test_the_account_of_the_credentials(reading, profile):
    reader, _ = reading(lambda _: data(profile))
    assert live.right_account(reader, Settings()) == Caller(1001)
    assert live.right_account(reader, Settings(account=1001)) == Caller(1001)


def test_whose_credentials_these_are(reading):
    reader, _ = reading(lambda _: data({"org_unit_id": 1001, "email": "jane@acme", "role_id": "2"}))
    assert live.who(reader) == Caller(1001, "jane@acme", 2)


def test_another_account_is_not_touched(reading):
    reader, server = reading(lambda _: data({"org_unit_id": 1001}))
    with pytest.raises(RefusedError) as caught:
        live.read(reader, Settings(account=7, account_source=at(2, 12)))
    assert str(caught.value) == (
        "a.yaml:2:12: these files are for account 7, but the credentials belong to account 1001; "
        "nothing was read or changed"
    )
    assert server.calls() == ["GET /auth/profile"]


def signing_in(profile, user):
    """Whoever signs in is told `user`, and whoever asks is shown `profile`."""

    def script(asked):
        return data({"access_token": "a-1", "user": user} if asked.method == "POST" else profile)

    return script


BY_PASSWORD = {"email": "jane@acme", "password": "p"}


@pytest.mark.parametrize(
    ("profile", "user"),
    [
        ({}, {"org_unit_id": 1001}),
        ({"user": {}}, {"org_unit_id": "1001"}),
        ({"org_unit_id": "main"}, {"org_unit_id": 1001}),
        ([], {"org_unit_id": 1001}),
        ({"org_unit_id": 1001}, {"org_unit_id": 1001}),
        # The group that somebody is in may be one far below.
        ({"org_unit_id": 1001}, {"ct_user_ou_id": 1002}),
        ({"ct_user_ou_id": 1002}, {"org_unit_id": 1001}),
        ({"ct_user_ou_id": "1001"}, None),
    ],
)
def test_which_account_it_is_by_the_profile_the_sign_in_or_the_group(platform, transport, profile, user):
    reader = Reader(transport(platform(signing_in(profile, user)).url, None, **BY_PASSWORD))
    assert live.who(reader).account == 1001
    with pytest.raises(RefusedError, match="but the credentials belong to account 1001"):
        live.right_account(reader, Settings(account=7, account_source=at(2, 12)))


def test_a_sign_in_and_a_profile_that_do_not_agree(platform, transport):
    server = platform(signing_in({"org_unit_id": 1002}, {"org_unit_id": 1001}))
    reader = Reader(transport(server.url, None, **BY_PASSWORD))
    with pytest.raises(RefusedError) as caught:
        live.read(reader, Settings())
    assert str(caught.value) == (
        "GET /auth/profile says that this is account 1002, but the sign-in was to account 1001; "
        "nothing was read or changed, run `reconciler login`"
    )
    assert server.calls() == ["POST /oauth/token", "GET /auth/profile"]


@pytest.mark.parametrize("user", [None, {}, "jane", {"org_unit_id": "main"}])
def test_neither_of_them_says_whose_it_is(platform, transport, user):
    reader = Reader(transport(platform(signing_in({}, user)).url, None, **BY_PASSWORD))
    with pytest.raises(UnexpectedAnswerError, match="does not say which account"):
        live.who(reader)


@pytest.mark.parametrize("profile", [{}, {"org_unit_id": None}, {"org_unit_id": "main"}])
def test_a_profile_that_does_not_say_whose_it_is(reading, profile):
    reader, _ = reading(lambda _: data(profile))
    with pytest.raises(PlatformError, match="does not say which account"):
        live.right_account(reader, Settings())


# -- rows to objects


def group(number, name, parent=1001, **fields):
    return {"org_unit_id": number, "org_unit_name": name, "org_unit_parent_id": parent, **fields}


def assembled(*groups, **rows):
    every = {
        "group": [group(1001, "Acme", 5, org_unit_ext_id="ROOT"), *groups],
        "user": [],
        "tag": [],
        "route": [],
    }
    return assembling.assembled(KINDS, 1001, {**every, **rows})


def test_ids_become_addresses_and_those_out_of_reach_stay_ids():
    found = assembled(
        group(1002, "Sales", org_unit_ext_id="S"),
        group(1003, "East", "1002"),
        group(1004, "Lost", 77),
        tag=[{"tag_id": 301, "tag_name": "Hot", "org_unit_id": "1002"}],
        route=[
            {
                "provisioned_route_id": 801,
                "provisioned_route_name": "Main",
                "org_unit_id": 78,
                "tag_ids": [999, 301],
            }
        ],
    )
    assert {
        str(address): (each.id, each.value("parent") or each.value("group"))
        for address, each in found.resources.items()
    } == {
        "group/ROOT": (1001, None),
        "group/S": (1002, to("group/ROOT")),
        "group/Acme/Sales/East": (1003, to("group/S")),
        "group/77/Lost": (1004, 77),
        "tag/S/Hot": (301, to("group/S")),
        "route/78/Main": (801, 78),
    }
    assert found.resources[to("route/78/Main")].value("tags") == (999, to("tag/S/Hot"))
    assert (found.account, found.root) == (1001, to("group/ROOT"))


def test_deleted_users_are_not_there_but_remembered():
    users = [
        {"ct_user_id": 1, "email": "Gone@acme", "status": "Deleted"},
        {"ct_user_id": 2, "email": "here@acme", "status": "inactive"},
    ]
    found = assembled(user=users)
    assert [str(address) for address in found.resources] == ["group/ROOT", "user/here@acme"]
    assert found.gone == {to("user/gone@acme"): 1}


def test_live_objects_that_share_a_key_are_told_apart():
    found = assembled(group(2, "A", org_unit_ext_id="X"), group(3, "B", org_unit_ext_id="X"))
    assert [str(address) for address in found.resources] == ["group/ROOT", "group/X#2", "group/X#3"]


def test_a_root_that_is_marked_as_deleted_is_kept():
    deleted = [group(1001, "Acme", org_unit_status="deleted"), group(2, "Old", org_unit_status="deleted")]
    found = assembling.assembled(KINDS, 1001, {"group": deleted, "user": [], "tag": [], "route": []})
    assert found.root == to("group/Acme")
    assert {address: each.id for address, each in found.resources.items()} == {to("group/Acme"): 1001}


@pytest.mark.parametrize(
    ("ids", "known"),
    [
        ([{"tag_id": 301}], (to("tag/ROOT/Hot"),)),
        ([{"id": "301", "tag_name": "Hot"}, 301], (to("tag/ROOT/Hot"),)),
        ([[301], {"tag_id": {}}, {"tag_id": 302}], (302,)),
    ],
    ids=["objects", "an object and an id", "no ids"],
)
def test_what_stands_in_the_place_of_an_id(ids, known):
    tags = [{"tag_id": 301, "tag_name": "Hot", "org_unit_id": 1001}]
    route = {"provisioned_route_id": 1, "provisioned_route_name": "R", "org_unit_id": 1001, "tag_ids": ids}
    assert assembled(tag=tags, route=[route]).resources[to("route/ROOT/R")].value("tags") == known


# -- how much is asked


def bushy(count):
    """Groups in a heap: each has up to five below it."""
    return [
        {"org_unit_id": 2001 + n, "org_unit_name": f"g{n}", "parent": 1001 if n < 5 else 2001 + n // 5 - 1}
        for n in range(count)
    ]


def chain(count):
    return [
        {"org_unit_id": 2001 + n, "org_unit_name": f"g{n}", "parent": 1001 if n < 1 else 2000 + n}
        for n in range(count)
    ]


def broad(count):
    return [{"org_unit_id": 2001 + n, "org_unit_name": f"g{n}", "parent": 1001} for n in range(count)]


def numbered(section, count):
    label = {"users": "username", "tags": "tag_name", "routes": "provisioned_route_name"}[section]
    return [{label: f"{section}-{number}@acme.example"} for number in range(count)]


def pages(count):
    return max(1, ceil(count / 200))


@pytest.mark.parametrize(
    ("groups", "users", "tags", "routes"),
    [
        ([], 0, 0, 0),
        (bushy(300), 450, 200, 201),
        (broad(401), 1, 1, 1),
        (chain(60), 200, 0, 401),
        (bushy(20), 801, 30, 30),
    ],
    ids=["empty", "bushy", "broad", "chain", "many users"],
)
def test_reads_cost_pages_and_not_objects(transport, groups, users, tags, routes):
    counts = {"users": users, "tags": tags, "routes": routes}
    others = {section: numbered(section, count) for section, count in counts.items()}
    children: dict[int, int] = {}
    for each in groups:
        children[each["parent"]] = children.get(each["parent"], 0) + 1
    with serve(
        {"account": {"org_unit_id": 1001, "org_unit_name": "Acme"}, "groups": groups, **others}
    ) as sandbox:
        connection = transport(sandbox.api_url, sandbox.token, oauth_url=sandbox.oauth_url)
        found = live.read(Reader(connection), Settings(account=1001))
        requests = len(sandbox.requests())
    assert len(found.resources) == 1 + len(groups) + users + tags + routes
    bound = 3 + sum(map(pages, children.values())) + sum(map(pages, counts.values()))
    assert (requests, found.reads) == (bound, bound)


def test_users_are_read_in_the_order_in_which_they_were_created():
    assert (USER.query["sort_by"], USER.query["sort_order"], GROUP.query) == ("created_on", "asc", {})


# -- groups that the tree does not have


def account_with_a_hidden_group(*, within_reach, healed=False, status=403, details=None):
    """The tree and the lists have only the root, but a user belongs to group 1002."""
    trees: list[object] = []

    def script(asked):
        whole = healed and len(trees) > 1
        if asked.path == "/groups/tree":
            trees.append(asked)
            rows = [{"org_unit_id": 1001, "code": "1"}]
            whole = healed and len(trees) > 1
            return data({"groups": rows + [{"org_unit_id": 1002, "code": "1.1"}] * whole})
        if asked.path == "/groups/list":
            rows = [{"org_unit_id": 1002, "org_unit_name": "Sales", "org_unit_parent_id": 1001}]
            return data({"groups": rows * whole, "total": int(whole)})
        if asked.path == "/users/list":
            row = {"ct_user_id": 7, "email": "jane@acme.example", "group_org_unit_id": 1002}
            return data({"users": [row], "total": 1})
        if asked.path == "/groups/1002" and not within_reach:
            return Answer({"message": "not yours"}, status=status)
        empty = {"/tag": "tags", "/provisioned-routes": "provisionedRoutes"}
        if asked.path in empty:
            return data({empty[asked.path]: [], "total": 0})
        return data({"org_unit_id": 1001, "org_unit_name": "Acme", **(details or {})})

    return script


def test_a_group_that_only_a_user_knows_makes_the_tree_incomplete(reading):
    reader, _ = reading(account_with_a_hidden_group(within_reach=True))
    with pytest.raises(IncompleteListError, match=r"groups \[1002\] exist but are not in the tree"):
        live.read(reader, Settings())


def test_a_tree_that_is_whole_at_the_second_reading(reading):
    reader, _ = reading(account_with_a_hidden_group(within_reach=True, healed=True))
    found = live.read(reader, Settings())
    assert found.resources[to("user/jane@acme.example")].value("group") == to("group/Acme/Sales")


def test_whether_a_group_is_within_reach_has_to_be_told(reading):
    reader, _ = reading(account_with_a_hidden_group(within_reach=False, status=400))
    with pytest.raises(PlatformError, match="GET /groups/1002: 400 not yours"):
        live.read(reader, Settings())


@pytest.mark.parametrize("status", [403, 404])
def test_a_group_out_of_reach_stays_an_id(reading, status):
    reader, _ = reading(account_with_a_hidden_group(within_reach=False, status=status))
    found = live.read(reader, Settings())
    assert found.resources[to("user/jane@acme.example")].value("group") == 1002


def test_a_group_that_says_that_it_is_deleted_is_not_missing_from_the_tree(reading):
    reader, _ = reading(
        account_with_a_hidden_group(within_reach=True, details={"org_unit_status": "Deleted"})
    )
    found = live.read(reader, Settings())
    assert found.resources[to("user/jane@acme.example")].value("group") == 1002


# -- whose credentials these are

JANE = {"ct_user_id": 7, "email": "Jane@acme.example", "group_org_unit_id": 1001}
JANES_TWIN, NAMELESS = (
    {**JANE, "ct_user_id": 8, "email": "jane@acme.example "},
    {**JANE, "ct_user_id": 9, "email": None},
)


@pytest.mark.parametrize(
    ("profile", "own"),
    [
        ({"email": "jane@ACME.example", "user_id": 1}, {7, 8}),
        ({"email": " jane@acme.example ", "user_id": 9}, {7, 8}),
        ({"email": "ops@acme.example", "user_id": "9"}, {9}),
        ({"email": "ops@acme.example", "user_id": 7}, set()),
        ({"username": "jane", "user_id": 7}, {7}),
        ({"email": "ops@acme.example"}, set()),
        ({"email": None, "role_id": 1}, None),
    ],
)
def test_the_users_whose_credentials_these_may_be(reading, profile, own):
    lists = {
        "/users/list": {"users": [JANE, JANES_TWIN, NAMELESS], "total": 3},
        "/tag": {"tags": [], "total": 0},
        "/provisioned-routes": {"provisionedRoutes": [], "total": 0},
        "/groups/tree": {"groups": [{"org_unit_id": 1001, "code": "1"}]},
    }
    root = {"org_unit_id": 1001, "org_unit_name": "Acme", **profile}
    reader, _ = reading(lambda asked: data(lists.get(asked.path, root)))
    assert live.read(reader, Settings()).own == own


# -- users that the list leaves out


def leaving_out(inactive, *shown):
    """A platform whose list has inactive users only where it is asked for them."""
    lists = {
        "/users/list": {"users": shown, "total": len(shown)},
        "/tag": {"tags": [], "total": 0},
        "/provisioned-routes": {"provisionedRoutes": [], "total": 0},
        "/groups/tree": {"groups": [{"org_unit_id": 1001, "code": "1"}]},
    }
    root = {"org_unit_id": 1001, "org_unit_name": "Acme"}
    return lambda asked: (
        inactive if asked.query.get("user_status") == "inactive" else data(lists.get(asked.path, root))
    )


LEAVER = JANE | {"ct_user_id": 10, "email": "Leaver@acme.example", "status": "inactive"}
ASKED = data({"users": [LEAVER, JANE], "total": 2})
REFUSED = Answer({"code": 400, "message": "user_status"}, 400)
MISSED = written("user/leaver@acme.example", username="Leaver@acme.example", user_status="inactive")
OTHER = LEAVER | {"ct_user_id": 11, "email": "other@acme.example"}


@pytest.mark.parametrize(
    ("answer", "shown", "described", "ids", "is_asked"),
    [
        (ASKED, [JANE], [MISSED], [7, 10], True),
        (REFUSED, [JANE], [MISSED], [7], True),
        (data({"users": [], "total": 0}), [JANE], [MISSED], [7], True),
        (ASKED, [JANE, OTHER], [MISSED], [7, 11], False),
        (ASKED, [LEAVER], [MISSED], [10], False),
        (ASKED, [JANE], [written("user/leaver@acme.example")], [7], False),
        (ASKED, [JANE], [written("user/leaver@acme.example", user_status="active")], [7], False),
        (ASKED, [JANE], [written("user/jane@acme.example", user_status="inactive")], [7], False),
        (ASKED, [JANE], [], [7], False),
    ],
    ids=["told", "refused", "none", "shown", "listed", "no status", "active", "there", "no files"],
)
def test_inactive_users_are_asked_for_where_one_is_missed(reading, answer, shown, described, ids, is_asked):
    reader, server = reading(leaving_out(answer, *shown))
    found = live.read(reader, Settings(), described)
    assert [each.id for each in found.resources.values() if each.kind == "user"] == ids
    asked = [each.query for each in server.asked if "user_status" in each.query]
    assert [each["sort_by"] for each in asked] == ["created_on"] * is_asked
    assert found.reads == len(server.asked)


@pytest.mark.parametrize(
    "answer", [Answer({}, 503), data({"users": [JANE], "total": 3})], ids=["503", "short"]
)
def test_what_is_not_known_of_inactive_users_is_not_taken_for_none(reading, answer):
    reader, _ = reading(leaving_out(answer, JANE))
    with pytest.raises(PlatformError):
        live.read(reader, Settings(), [MISSED])


def test_of_inactive_users_only_those_are_live_whom_the_files_describe(reading):
    reader, _ = reading(leaving_out(data({"users": [LEAVER, OTHER], "total": 2}), JANE))
    found = live.read(reader, Settings(), [MISSED])
    assert [each.id for each in found.resources.values() if each.kind == "user"] == [7, 10]


def test_a_platform_that_knows_no_inactive_users_is_not_asked_for_them(reading):
    reader, server = reading(leaving_out(ASKED, JANE))
    live.read(reader, Settings(platform={"user": {"inactive_query": {}}}), [MISSED])
    assert not any("user_status" in each.query for each in server.asked)


# -- side by side


def test_only_pages_of_which_there_are_several_are_read_ahead(reading):
    """A list of one page does not queue behind the pages of another."""
    handed = []

    def ahead(read, offsets):
        handed.append(list(offsets))
        return map(read, offsets)

    def script(asked):
        offset = int(asked.query["offset"])
        return tags(*range(offset, min(offset + 200, total)), total=total)

    for total, pages in ((0, []), (2, []), (200, []), (500, [[200, 400]])):
        handed.clear()
        reader, _ = reading(script)
        assert len(read_list(reader, TAG, {}, ahead)) == total
        assert handed == pages


# -- calls


def calls(*refused):
    """A platform that knows as many calls of each route as its id says, and of some says nothing."""

    def script(asked):
        route = int(asked.query["provisioned_route_id"])
        return Answer(status=403) if route in refused else data({"calls": [], "total": route})

    return script


def test_calls_are_asked_for_route_by_route(reading):
    reader, server = reading(calls())
    assert read_traffic(reader, range(801, 811)) == {route: route for route in range(801, 811)}
    assert len(server.asked) == 10
    assert read_traffic(reader, []) == {}


def test_no_more_than_so_many_routes_are_asked_about(reading):
    reader, server = reading(calls())
    asked = range(801, 801 + MOST_ASKED)
    assert read_traffic(reader, range(801, 1051)) == {route: route for route in asked}
    assert len(server.asked) == MOST_ASKED


def test_calls_are_asked_for_by_whole_days(reading):
    """Two plans of one day ask for the same and say the same."""
    reader, server = reading(calls())
    read_traffic(reader, [801])
    start, end = (dt.datetime.fromisoformat(server.asked[0].query[name]) for name in ("start", "end"))
    assert end - start == dt.timedelta(days=8)
    assert end - dt.timedelta(days=1, minutes=1) < dt.datetime.now(tz=dt.UTC) < end + dt.timedelta(minutes=1)
    assert {each.time() for each in (start, end)} == {dt.time()}


def test_after_the_first_refusal_nobody_asks_for_calls(reading):
    reader, server = reading(calls(801))
    assert read_traffic(reader, [801, 802, 803]) == {801: None, 802: None, 803: None}
    assert len(server.asked) == 1


def test_a_refusal_among_many_leaves_the_others_known(reading):
    reader, server = reading(calls(803))
    assert read_traffic(reader, [801, 802, 803, 804]) == {801: 801, 802: 802, 803: None, 804: 804}
    assert len(server.asked) == 4


@pytest.mark.parametrize("fault", [Answer(status=502), Answer(hang_up=True), Answer(b'{"data"')])
@pytest.mark.parametrize("at", [0, 1, 3])
def test_calls_that_cannot_be_read_for_a_moment_are_asked_for_once_more(reading, at, fault):
    answers = [data({"total": 7})] * 9
    reader, server = reading(lambda _: answers.pop(0))
    answers[at] = fault
    assert read_traffic(reader, range(801, 805)) == dict.fromkeys(range(801, 805), 7)
    assert len(server.asked) == 5


def test_calls_are_asked_for_once_more_for_all_routes_together(reading):
    answers = [data({"total": 7}), *[Answer(status=502)] * 9]
    reader, server = reading(lambda _: answers.pop(0))
    assert read_traffic(reader, range(801, 805)) == {801: 7, 802: None, 803: None, 804: None}
    assert len(server.asked) == 5


def test_calls_that_nobody_answers_are_not_waited_for_twice(reading, monkeypatch):
    monkeypatch.setattr(traffic, "SOON", 0.1)
    reader, server = reading(lambda _: Answer(delay=0.3, hang_up=True))
    assert read_traffic(reader, [801, 802]) == {801: None, 802: None}
    assert len(server.asked) == 1


TWICE = [Answer(status=429), Answer(status=500), Answer(status=503)]
ONCE_ONLY = [
    *(Answer(status=status) for status in (401, 403, 404)),
    Answer(status=503, headers=(("Retry-After", "60"),)),
]


@pytest.mark.parametrize(("answer", "times"), [*zip(TWICE, repeat(2)), *zip(ONCE_ONLY, repeat(1))])
def test_calls_that_cannot_be_read_cost_little(platform, transport, tmp_path, answer, times):
    """Nobody waits for them, and no other token is tried: a plan can do without."""
    server, store = platform(lambda _: answer), Store(tmp_path / "state")
    with store.locked():
        store.write(server.url, Credentials("jane@acme", "a-0", "r-0"))
    patient = Patience(attempts=3, first_wait=0.001)
    reader = Reader(transport(server.url, None, store=store, patience=patient))
    assert read_traffic(reader, [801, 802]) == {801: None, 802: None}
    assert server.calls() == ["GET /conversations/calls"] * times
