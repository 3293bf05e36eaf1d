"""A saved plan is applied exactly as it was made, or not at all where the platform has moved."""

from collections.abc import Mapping
from typing import Any

import pytest

from .literals import MIXED, WRITES
from .rigs import contents, done, intents, runs, somebody, written

SALES = "groups: [{org_unit_name: Sales, org_unit_ext_id: ORG-1002, parent: ORG-1000, city: New York}]"
HELP = "groups: [{org_unit_name: Help, org_unit_ext_id: ORG-1003, parent: ORG-1000}]"
UNDER = "groups: [{org_unit_name: Support, org_unit_ext_id: ORG-1003, parent: ORG-1002}]"
EAST = "groups: [{org_unit_name: East, org_unit_ext_id: ORG-2001, parent: ORG-1002}]"
JANET = "users: [{username: jane@acme.example, group: ORG-1002, first_name: Janet}]"
MOVER = "users: [{username: jane@acme.example, group: ORG-1003}]"
NEW = "users: [{username: new@acme.example, group: ORG-1003}]"
WARM = "tags: [{tag_name: Warm lead, group: ORG-1002, previously: ORG-1002/Hot lead}]"
COLD = "tags: [{tag_name: Cold lead, group: ORG-1003}]"
RING = "routes: [{provisioned_route_name: Main line, group: ORG-1002, ring_to: '+12125550100'}]"
LINE = "routes: [{provisioned_route_name: Side line, group: ORG-1003, route_type: voicemail}]"
TAGGED = (
    "routes: [{provisioned_route_name: Side, group: ORG-1003, route_type: voicemail, tags: [Stale lead]}]"
)
GONE = "removed: [user/gone@acme.example]"
IDS = (
    "groups: [{org_unit_name: Sales, org_unit_ext_id: ORG-9, parent: ORG-1000, previously: ORG-1002}]\n"
    "users: [{username: jane@acme.example, user_ext_id: E1}]"
)

BODY_OF_LINE = {"provisioned_route_name": "Side line", "org_unit_id": 1003, "route_type": "voicemail"}


@pytest.fixture
def saved(call, workspace, platform):
    """Saves a plan for what the text of a file asks for."""

    def save(text):
        (workspace / "all.yaml").write_text(text)
        assert call("plan", "--out", "plan.json").code == 0
        return workspace / "plan.json"

    return save


def test_exactly_those_changes(call, saved, platform, workspace):
    plan = saved(MIXED)
    (workspace / "all.yaml").write_text(SALES.replace("New York", "Chicago"))
    assert call("apply", "--plan", str(plan), "--yes", "--parallel", "1").code == 0
    assert intents(runs(workspace)[0]) == WRITES
    assert len(done(platform)) == len(WRITES)


def test_a_field_that_a_replacement_clears(call, saved, platform):
    user = "users: [{username: jane@acme.example, group: ORG-1002, first_name: null}]"
    plan = saved(f"settings: {{platform: {{user: {{update_method: PUT}}}}}}\n{user}")
    assert call("apply", "--plan", str(plan), "--yes").code == 0
    assert platform.dump()["users"][0].get("first_name") is None


MOVED: Mapping[str, tuple[str, list[tuple[Any, ...]], str]] = {
    "a field of a group": (
        SALES,
        [("PATCH", "/groups/1002", {"city": "Chicago"})],
        "group/ORG-1002: city was 'Boston' when the plan was made and is 'Chicago' now",
    ),
    "a field of a user": (
        JANET,
        [("PATCH", "/users/10001", {"first_name": "Joan"})],
        "user/jane@acme.example: first_name was 'Jane' when the plan was made and is 'Joan' now",
    ),
    "a field that was cleared": (
        JANET,
        [("PATCH", "/users/10001", {"first_name": None})],
        "user/jane@acme.example: first_name was 'Jane' when the plan was made and is nothing now",
    ),
    "who it is": (
        JANET,
        [("PATCH", "/users/10001", {"username": "intern@acme.example"})],
        (
            "user/jane@acme.example: username was 'jane@acme.example' when the plan was made "
            "and is 'intern@acme.example' now"
        ),
    ),
    "the external id of a group": (
        SALES,
        [("PATCH", "/groups/1002", {"org_unit_ext_id": "ORG-9", "org_unit_name": "Trade"})],
        "group/ORG-1002: org_unit_ext_id was 'ORG-1002' when the plan was made and is 'ORG-9' now",
    ),
    "the name of a tag": (
        WARM,
        [("PUT", "/tag/301", {"tag_name": "Tepid lead", "org_unit_id": 1002})],
        "tag/ORG-1002/Warm lead: tag_name was 'Hot lead' when the plan was made and is 'Tepid lead' now",
    ),
    "where a route rings": (
        RING,
        [("PATCH", "/provisioned-routes/801", {"ring_to": "+13125550100"})],
        (
            "route/ORG-1002/Main line: ring_to was '+14255551234' when the plan was made "
            "and is '+13125550100' now"
        ),
    ),
    "a field of what is to be deleted": (
        GONE,
        [("PATCH", "/users/10002", {"role": "Admin"})],
        "user/gone@acme.example: role was 'Standard' when the plan was made and is 'Admin' now",
    ),
    "a field that was empty of a user that is to be deleted": (
        GONE,
        [("PATCH", "/users/10002", {"agent_ring_to": "+13125550100"})],
        "user/gone@acme.example: agent_ring_to was nothing when the plan was made and is '+13125550100' now",
    ),
    "a route that is to be deleted is put into service": (
        "removed: [route/ORG-1004/Old line]",
        [("PATCH", "/provisioned-routes/802", {"ring_to": "+13125550100"})],
        "route/ORG-1004/Old line: ring_to was nothing when the plan was made and is '+13125550100' now",
    ),
    "the group of a new group is gone": (
        "groups: [{org_unit_name: East, org_unit_ext_id: ORG-2001, parent: ORG-1003}]",
        [("DELETE", "/groups/1003", None)],
        "group/ORG-2001: group 1003, which it refers to, is no longer on the platform",
    ),
    "the parent that is left": (
        UNDER,
        [("PATCH", "/groups/1003", {"org_unit_parent_id": 1004})],
        "group/ORG-1003: parent was 1001 when the plan was made and is 1004 now",
    ),
    "the parent below which a name changes": (
        HELP,
        [("PATCH", "/groups/1003", {"org_unit_parent_id": 1004})],
        "group/ORG-1003: parent was 1001 when the plan was made and is 1004 now",
    ),
    "the group that a user leaves": (
        MOVER,
        [("PATCH", "/users/10001", {"ct_user_ou_id": 1004})],
        "user/jane@acme.example: group was 1002 when the plan was made and is 1004 now",
    ),
    "the group of a user whose name changes": (
        JANET,
        [("PATCH", "/users/10001", {"ct_user_ou_id": 1003})],
        "user/jane@acme.example: group was 1002 when the plan was made and is 1003 now",
    ),
    "the group of a tag": (
        WARM,
        [("PUT", "/tag/301", {"tag_name": "Hot lead", "org_unit_id": 1003})],
        "tag/ORG-1002/Warm lead: group was 1002 when the plan was made and is 1003 now",
    ),
    "the group of a route": (
        RING,
        [("PATCH", "/provisioned-routes/801", {"org_unit_id": 1003})],
        "route/ORG-1002/Main line: group was 1002 when the plan was made and is 1003 now",
    ),
    "an updated user is gone": (
        JANET,
        [("DELETE", "/users/10001", None)],
        "user/jane@acme.example: it is no longer on the platform",
    ),
    "a renamed group is gone": (
        HELP,
        [("DELETE", "/groups/1003", None)],
        "group/ORG-1003: it is no longer on the platform",
    ),
    "a renamed tag is gone": (
        WARM,
        [("PATCH", "/provisioned-routes/801", {"tag_ids": []}), ("DELETE", "/tag/301", None)],
        "tag/ORG-1002/Warm lead: it is no longer on the platform",
    ),
    "an updated route is gone": (
        RING,
        [("DELETE", "/provisioned-routes/801", None)],
        "route/ORG-1002/Main line: it is no longer on the platform",
    ),
    "a deleted user is gone": (
        GONE,
        [("DELETE", "/users/10002", None)],
        "user/gone@acme.example: it is no longer on the platform",
    ),
    "a route is given the tag that is to be deleted": (
        "removed: [tag/ORG-1004/Stale lead]",
        [("PATCH", "/provisioned-routes/801", {"tag_ids": [301, 302]})],
        "tag/ORG-1004/Stale lead: route 801 refers to it now",
    ),
    "a user moves into the group that is to be deleted, which the plan changes otherwise": (
        f"removed: [group/ORG-1003]\n{JANET}",
        [("PATCH", "/users/10001", {"ct_user_ou_id": 1003})],
        "group/ORG-1003: user 10001 is in it now",
    ),
    "the e-mail address of a new user in a new group": (
        f"{EAST}\nusers: [{{username: new@acme.example, group: ORG-2001}}]",
        [("POST", "/users", {"username": "New@acme.example", "ct_user_ou_id": 1001})],
        "user/new@acme.example: there is one on the platform now, id 10003",
    ),
    "a new group is there": (
        EAST,
        [("POST", "/groups", {"org_unit_name": "East", "org_unit_parent_id": 1002})],
        "group/ORG-2001: there is one on the platform now, id 1005",
    ),
    "a new group's external id is there": (
        EAST,
        [
            (
                "POST",
                "/groups",
                {"org_unit_name": "Orient", "org_unit_ext_id": "ORG-2001", "org_unit_parent_id": 1001},
            )
        ],
        "group/ORG-2001: org_unit_ext_id 'ORG-2001' belongs to group 1005 now",
    ),
    "the external id that a group gets": (
        IDS,
        [("PATCH", "/groups/1003", {"org_unit_ext_id": "ORG-9"})],
        "group/ORG-9: org_unit_ext_id 'ORG-9' belongs to group 1003 now",
    ),
    "the external id that a user gets": (
        IDS,
        [("PATCH", "/users/10002", {"user_ext_id": "E1"})],
        "user/jane@acme.example: user_ext_id 'E1' belongs to user 10002 now",
    ),
    "the external id of a new user": (
        NEW.replace("}", ", user_ext_id: E1}"),
        [("PATCH", "/users/10002", {"user_ext_id": "E1"})],
        "user/new@acme.example: user_ext_id 'E1' belongs to user 10002 now",
    ),
    "a new user is there": (
        NEW,
        [("POST", "/users", {"username": "New@acme.example", "ct_user_ou_id": 1001})],
        "user/new@acme.example: there is one on the platform now, id 10003",
    ),
    "a new tag is there": (
        COLD,
        [("POST", "/tag", {"tag_name": "Cold lead", "org_unit_id": 1003})],
        "tag/ORG-1003/Cold lead: there is one on the platform now, id 303",
    ),
    "a new route is there": (
        LINE,
        [("POST", "/provisioned-routes", BODY_OF_LINE)],
        "route/ORG-1003/Side line: there is one on the platform now, id 803",
    ),
    "the group of a new user is gone": (
        NEW,
        [("DELETE", "/groups/1003", None)],
        "user/new@acme.example: group 1003, which it refers to, is no longer on the platform",
    ),
    "the new group of a user is gone": (
        MOVER,
        [("DELETE", "/groups/1003", None)],
        "user/jane@acme.example: group 1003, which it refers to, is no longer on the platform",
    ),
    "the tag of a new route is gone": (
        TAGGED,
        [("DELETE", "/tag/302", None)],
        "route/ORG-1003/Side: tag 302, which it refers to, is no longer on the platform",
    ),
}


@pytest.mark.parametrize("case", MOVED)
def test_what_moved_stops_the_plan(call, saved, platform, workspace, case):
    text, deeds, reason = MOVED[case]
    plan = saved(text)
    for deed in deeds:
        somebody(platform, *deed)
    platform.clear_requests()
    ended = call("apply", "--plan", str(plan), "--yes")
    assert reason in ended.err
    assert ended.code == 4
    assert written(platform) == []
    assert runs(workspace) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "groups: [{org_unit_name: Sales, parent: ORG-1000, city: Rome}]",
            "group/Acme/Sales: org_unit_name was 'Sales' when the plan was made and is 'Trade' now",
        ),
        (
            "tags: [{tag_name: Cold lead, group: Acme/Sales}]",
            (
                "tag/Acme/Sales/Cold lead: group 1002, which it refers to, is not what the plan calls "
                "'Acme/Sales': its org_unit_name is 'Trade' now"
            ),
        ),
    ],
)
def test_a_group_that_is_known_by_its_path_and_renamed(call, saved, platform, text, reason):
    somebody(platform, "PATCH", "/groups/1002", {"org_unit_ext_id": None})
    plan = saved(text)
    somebody(platform, "PATCH", "/groups/1002", {"org_unit_name": "Trade"})
    ended = call("apply", "--plan", str(plan), "--yes")
    assert (ended.code, reason in ended.err) == (4, True), ended.err


UNTOUCHED: Mapping[str, tuple[str, tuple[Any, ...], dict[str, Any]]] = {
    "group": (SALES, ("PATCH", "/groups/1002", {"zip": "02101"}), {"city": "New York", "zip": "02101"}),
    "user": (
        JANET,
        ("PATCH", "/users/10001", {"last_name": "Doe"}),
        {"first_name": "Janet", "last_name": "Doe"},
    ),
    "route": (
        RING,
        ("PATCH", "/provisioned-routes/801", {"record_calls": True}),
        {"ring_to": "+12125550100", "record_calls": True},
    ),
}


@pytest.mark.parametrize("case", UNTOUCHED)
def test_what_no_change_touches_may_move(call, saved, platform, case):
    text, deed, found = UNTOUCHED[case]
    plan = saved(text)
    somebody(platform, *deed)
    assert call("apply", "--plan", str(plan), "--yes").code == 0
    assert any(found.items() <= row.items() for row in contents(platform))


def test_external_ids_that_change_places_cost_one_list(call, saved, platform):
    somebody(platform, "PATCH", "/users/10001", {"user_ext_id": "E1"})
    plan = saved(
        "users:\n- {username: jane@acme.example, user_ext_id: E2}\n"
        "- {username: gone@acme.example, user_ext_id: E1}"
    )
    platform.clear_requests()
    assert call("apply", "--plan", str(plan), "--yes").code == 0
    asked = [each for each in platform.requests() if each["path"] == "/users/list"]
    assert len([each for each in asked if "email" not in each["query"]]) == 1


def test_one_stale_change_stops_all(call, saved, platform):
    plan = saved(MIXED)
    somebody(platform, "PATCH", "/provisioned-routes/801", {"ring_to": "+13125550100"})
    platform.clear_requests()
    assert call("apply", "--plan", str(plan), "--yes").code == 4
    assert written(platform) == []
