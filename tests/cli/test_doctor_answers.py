"""`doctor` on calls, trees, details, lists and values that are odd."""

import json

import pytest

from tests.unit.loopback import Answer

from .platforms import ANSWERS, FILES, JANE, ROUTE, SALES, TAGS, lines, replaced, scripted


@pytest.mark.parametrize(
    ("calls", "said", "code"),
    [
        (
            {"total": "3"},
            "✓ GET /conversations/calls counts a route's calls in `total` (documented): it does",
            0,
        ),
        (
            {"calls": []},
            (
                "✗ GET /conversations/calls counts a route's calls in `total` (documented): there is no "
                "`total` in its answer"
            ),
            1,
        ),
        (
            Answer(status=403),
            (
                "? GET /conversations/calls counts a route's calls in `total` (documented): "
                "GET /conversations/calls: 403 Forbidden; "
                "not allowed: this is outside what the signed-in user may see or do"
            ),
            0,
        ),
        (
            Answer(status=404),
            (
                "✗ GET /conversations/calls counts a route's calls in `total` (documented): "
                "GET /conversations/calls: 404 Not Found"
            ),
            1,
        ),
    ],
)
def test_calls(ask, workspace, calls, said, code):
    with scripted(replaced("/conversations/calls", calls)) as held:
        run = ask(held.url, "doctor")
        asked = [each.query for each in held.asked if each.path == "/conversations/calls"]
    assert f"  {said}\n" in run.out
    assert run.code == code
    assert [(each["provisioned_route_id"], each["limit"]) for each in asked] == [("801", "1")]


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (
            {"groups": [{"org_unit_id": 1001, "children": [{"org_unit_id": 1002}]}]},
            "✓ GET /groups/tree shows all groups (documented): nested, with `children`",
        ),
        (
            [{"org_unit_id": 1001, "code": "1"}, {"org_unit_id": 1002, "code": "1.1"}],
            "✓ GET /groups/tree shows all groups (documented): flat, with dotted codes",
        ),
        (
            {"groups": [{"org_unit_id": 1001}, {"org_unit_id": 1002, "org_unit_parent_id": 1001}]},
            "✓ GET /groups/tree shows all groups (documented): flat, with parents",
        ),
        (
            {"groups": [{"org_unit_id": 1001}]},
            "? GET /groups/tree shows all groups (documented): there is nothing below the root",
        ),
        (
            {"units": [{"org_unit_id": 1001}]},
            (
                "✗ GET /groups/tree shows all groups (documented): "
                "there is no list `groups` in its `data`, which has units"
            ),
        ),
        (
            Answer(status=404),
            (
                "✗ GET /groups/tree shows all groups (documented): GET /groups/tree: 404 Not Found; "
                "none of its likely siblings does"
            ),
        ),
        (
            Answer(status=403),
            (
                "? GET /groups/tree shows all groups (documented): GET /groups/tree: 403 Forbidden; "
                "not allowed: this is outside what the signed-in user may see or do"
            ),
        ),
    ],
)
def test_trees(ask, workspace, tree, said):
    with scripted(replaced("/groups/tree", tree)) as held:
        run = ask(held.url, "doctor")
    assert f"  {said}\n" in run.out


@pytest.mark.parametrize(
    ("details", "said"),
    [
        (
            {"user": JANE},
            (
                "? GET /users/id shows one user (documented): "
                "there is no `email` in its answer; the list is read instead"
            ),
        ),
        ([JANE], "✗ GET /users/id shows one user (documented): the answer is no object"),
        (
            Answer(status=403),
            (
                "? GET /users/id shows one user (documented): GET /users/10001: 403 Forbidden; "
                "not allowed: this is outside what the signed-in user may see or do"
            ),
        ),
    ],
)
def test_details(ask, workspace, details, said):
    with scripted(replaced("/users/10001", details)) as held:
        run = ask(held.url, "doctor")
    assert f"  {said}\n" in run.out


@pytest.mark.parametrize(
    ("details", "has"),
    [
        ({"group": SALES}, "group"),
        ({"org_unit_ext_id": "ORG-1000", "org_unit_parent_id": None}, "org_unit_ext_id, org_unit_parent_id"),
    ],
)
def test_a_root_that_has_no_name(ask, workspace, details, has):
    with scripted(replaced("/groups/1001", details)) as held:
        run = ask(held.url, "doctor")
    (found,) = [line for line in lines(run, "✗") if "/groups/id" in line]
    assert found == (
        "✗ GET /groups/id shows one group (inferred): there is no `org_unit_name` in its `data`, "
        f"which has {has}: the root is on no list, and no plan is right without its name"
    )
    assert run.code == 1


@pytest.mark.parametrize("name", ["", None])
def test_a_root_whose_name_is_empty(ask, workspace, name):
    with scripted(replaced("/groups/1001", {"org_unit_name": name})) as held:
        run = ask(held.url, "doctor")
    told = (
        "? GET /groups/id shows one group (inferred): its `org_unit_name` is empty: the root goes by its id"
    )
    assert told in lines(run, "?")


def test_an_account_with_nothing_in_it(ask, workspace):
    answers = {
        **ANSWERS,
        "/groups/list": {"groups": [], "total": 0},
        "/groups/tree": {"groups": [{"org_unit_id": 1001, "code": "1"}]},
        "/users/list": {"users": [], "total": 0},
        "/tag": {"tags": [], "total": 0},
        "/provisioned-routes": {"provisionedRoutes": [], "total": 0},
    }
    with scripted(answers) as held:
        run = ask(held.url, "doctor")
    assert (run.code, lines(run, "✗")) == (0, [])
    assert "? rows show every field: there are no rows" in run.out
    assert "? GET /users/id shows one user (documented): there is no user to ask for" in run.out
    assert "✓ the whole list can be read, and is proved complete: 1 group\n" in run.out
    assert "? the list shows tags of all groups (assumed): there are no groups below the root\n" in run.out


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"total": 2, "items": {"tags": TAGS}, "page": 1}, "which has items, page, total"),
        ({}, "which is empty"),
        (TAGS, "which is a list itself, and has no number of all rows beside it"),
        ("none", "which is no object"),
    ],
)
def test_what_stands_in_place_of_a_list_is_told(ask, workspace, answer, said):
    with scripted(replaced("/tag", answer)) as held:
        run = ask(held.url, "doctor")
    lists, tried = "✗ GET /tag lists tags (assumed)", "none of these does: /tags, /tag/list, /tags/list"
    assert f"  {lists}: there is no list of objects in its `data`, {said}; {tried}\n" in run.out


def in_groups(rows, name, *shown):
    """A list that shows the rows of these groups, unless it is asked for those of one."""

    def answer(asked):
        groups = [int(asked.query["org_unit_id"])] if "org_unit_id" in asked.query else shown
        found = [row for row in rows if {row.get("org_unit_id"), row.get("group_org_unit_id")} & {*groups}]
        return {name: found, "total": len(found)}

    return answer


NEWS = {"tag_id": 303, "tag_name": "News", "org_unit_id": 1001}
LEFT_OUT = (
    "which is there with `org_unit_id=1002`: plans do not see such {plural}, and may create them again; "
    "write a `query` that lists all, or leave them out of the files"
)


@pytest.mark.parametrize(
    ("path", "rows", "said"),
    [
        (
            "/users/list",
            in_groups([JANE, {**JANE, "ct_user_id": 10002, "group_org_unit_id": 1001}], "users", 1001),
            (
                "✗ the list shows users of all groups (documented): it leaves out id 10001, "
                + LEFT_OUT.format(plural="users")
            ),
        ),
        (
            "/provisioned-routes",
            in_groups([ROUTE], "provisionedRoutes", 1001),
            (
                "✗ the list shows routes of all groups (assumed): it leaves out id 801, "
                + LEFT_OUT.format(plural="routes")
            ),
        ),
        (
            "/tag",
            in_groups([*TAGS, NEWS], "tags", 1001),
            (
                "✗ the list shows tags of all groups (assumed): "
                "route 801 refers to id 301, which it leaves out, or which is gone"
            ),
        ),
        (
            "/tag",
            lambda asked: (
                Answer({"message": "org_unit_id?"}, status=400)
                if "org_unit_id" in asked.query
                else {"tags": TAGS, "total": 2}
            ),
            (
                "✗ the list shows tags of all groups (assumed): "
                "GET /tag: 400 org_unit_id?; so it is asked before something is created (`within`)"
            ),
        ),
        (
            "/users/list",
            in_groups([JANE], "users", 1001, 1002),
            "✓ the list shows users of all groups (documented): id 10001 of group 1002 is there",
        ),
        (
            "/users/list",
            in_groups([{**JANE, "group_org_unit_id": 1001}], "users", 1001),
            "? the list shows users of all groups (documented): there are none in group 1002",
        ),
        (
            "/groups/list",
            Answer(status=403),
            "? the list shows tags of all groups (assumed): not without the groups",
        ),
    ],
)
def test_lists_of_what_is_in_all_groups(ask, workspace, path, rows, said):
    with scripted(replaced(path, rows)) as held:
        run = ask(held.url, "doctor")
    assert f"  {said}\n" in run.out
    assert run.code == (1 if "✗" in said else 0) or path == "/groups/list"


def test_the_fullest_group_is_the_one_that_is_asked_for(ask, workspace):
    support = {**SALES, "org_unit_id": 1003, "org_unit_name": "Support", "org_unit_ext_id": "ORG-1003"}
    tree = [{"org_unit_id": 1001 + number, "code": code} for number, code in enumerate(("1", "1.1", "1.2"))]
    answers = {
        **ANSWERS,
        "/groups/tree": {"groups": tree},
        "/groups/list": {"groups": [support, SALES], "total": 2},
    }
    with scripted(answers) as held:
        ask(held.url, "doctor")
        asked = {each.query.get("org_unit_id") for each in held.asked if each.path != "/groups/list"}
    assert asked == {None, "1002"}


def test_lists_that_make_no_sense(ask, workspace):
    answers = {
        **ANSWERS,
        "/tag": {"tags": [TAGS[0], TAGS[0]]},
        "/users/list": Answer({"message": "limit?"}, status=422),
        "/provisioned-routes": Answer(b"<html>", status=500),
    }
    with scripted(answers) as held:
        run = ask(held.url, "doctor")
    assert (
        "✗ `total` beside it counts all rows (assumed): nothing in `data` does, which has tags: without it "
        "no list is proved whole, and no plan is made; if a key there has the number under another name, "
        "write `total: NAME`"
    ) in run.out
    assert (
        "✗ `tag_id` is a whole number that tells rows apart (assumed): no key that ends in id is" in run.out
    )
    assert "✗ GET /users/list lists users (documented): GET /users/list: 422 limit?" in run.out
    assert "? GET /provisioned-routes lists routes (inferred): GET /provisioned-routes: 500" in run.out


OTHERWISE = (
    "on the platform, which plans take for a change; should it come back so after `apply`, write it so, "
    "or name the field in `ignore:`"
)


def test_values_that_the_platform_spells_otherwise(ask, workspace):
    more = 'zip: "02134", state: ma, industry_id: 10, address: 1 Main, phone_number: "+442125550100"'
    (workspace / "acme.yaml").write_text(FILES.replace("city: Boston", more))
    sales = {"zip": 2134, "state": "MA ", "industry_id": "10", "address": 1, "phone_number": "(212) 555-0100"}
    jane = {**JANE, "agent_ring_to": 14255550134}
    route = {**ROUTE, "destinations": [{"ring_to": "4255550135"}, {"ring_to": "+14255550134"}]}
    answers = {
        **ANSWERS,
        "/groups/list": {"groups": [{**SALES, **sales}], "total": 1},
        "/users/list": {"users": [jane], "total": 1},
        "/provisioned-routes": {"provisionedRoutes": [route], "total": 1},
    }
    with scripted(answers) as held:
        run = ask(held.url, "doctor")
    assert run.out.partition("Values\n")[2].partition("\n\n")[0].splitlines() == [
        "  ✓ acme.yaml:6:78: zip: '02134' is 2134 on the platform",
        f"  ? acme.yaml:6:94: state: 'ma' is 'MA ' {OTHERWISE}",
        "  ✓ acme.yaml:6:111: industry_id: 10 is '10' on the platform",
        f"  ? acme.yaml:6:146: phone_number: '+442125550100' is '(212) 555-0100' {OTHERWISE}",
        "  ✓ acme.yaml:8:83: agent_ring_to: '+1 425 555 0134' is 14255550134 on the platform",
        "  ✓ acme.yaml:16:57: destinations[1].ring_to: '+14255550135' is '4255550135' on the platform",
    ]
    assert run.code == 0


def test_references_of_a_type_that_nobody_expects(ask, workspace):
    (workspace / "acme.yaml").write_text(FILES)
    users = {"users": [{**JANE, "group_org_unit_id": [1002]}], "total": 1}
    with scripted(replaced("/users/list", users)) as held:
        run = ask(held.url, "doctor")
    assert run.err == ""
    assert "✗ group is the id of another object (documented): there is [1002]" in run.out


def test_what_the_platform_says_reaches_no_terminal_raw(ask, workspace):
    evil = "\x1b[2J\nx"
    answers = {
        **ANSWERS,
        "/tag": {"tags": [{**tag, evil: 1} for tag in TAGS], "total": 2},
        "/users/list": {"users": [{**JANE, "role": evil + "y" * 1000}], "total": 1},
        "/conversations/calls": Answer({"message": evil}, status=400),
    }
    with scripted(answers) as held:
        text, as_json = ask(held.url, "doctor"), ask(held.url, "doctor", "--format", "json")
    assert "\x1b" not in text.out + as_json.out + text.err + as_json.err
    assert "✓ keys in the rows that are not known here: \\x1b[2J\\nx; they are left alone\n" in text.out
    assert len(max(text.out.splitlines(), key=len)) < 1000
    assert json.loads(as_json.out)["is_sound"] is False
