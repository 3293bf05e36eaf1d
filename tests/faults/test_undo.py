"""What a run did is taken back: the platform is as before, but for ids that are not given twice."""

import pytest

from .literals import NEW_USER, WITHOUT_FAREWELL
from .rigs import alive, claimed, done, latest, runs, somebody, written

EAST = "groups: [{org_unit_name: East, org_unit_ext_id: ORG-2001, parent: ORG-1002, city: Boston}]"
SALES = "groups: [{org_unit_name: Sales, org_unit_ext_id: ORG-1002, parent: ORG-1000, city: New York}]"
CASES = {
    "create a group": EAST,
    "create a user": "users: [{username: new@acme.example, group: ORG-1003, first_name: New}]",
    "create a tag": "tags: [{tag_name: Cold lead, group: ORG-1003}]",
    "create a route": "routes: [{provisioned_route_name: Side, group: ORG-1003, route_type: voicemail}]",
    "update a group": SALES,
    "update a user": "users: [{username: jane@acme.example, group: ORG-1002, role: Admin, last_name: Doe}]",
    "clear a field": "users: [{username: jane@acme.example, group: ORG-1002, first_name: null}]",
    "update a route": (
        "routes: [{provisioned_route_name: Main line, group: ORG-1002, ring_to: '+12125550100'}]"
    ),
    "take a tag off": "routes: [{provisioned_route_name: Main line, group: ORG-1002, tags: []}]",
    "rename a group": "groups: [{org_unit_name: Help, org_unit_ext_id: ORG-1003, parent: ORG-1000}]",
    "give a group another external id": (
        "groups: [{org_unit_name: Support, org_unit_ext_id: HELP, parent: ORG-1000, previously: ORG-1003}]"
    ),
    "rename a user": (
        "users: [{username: joan@acme.example, group: ORG-1002, previously: jane@acme.example}]"
    ),
    "rename a tag": "tags: [{tag_name: Warm lead, group: ORG-1002, previously: ORG-1002/Hot lead}]",
    "rename a route": (
        "routes: [{provisioned_route_name: First line, group: ORG-1002, previously: ORG-1002/Main line}]"
    ),
    "move a group": "groups: [{org_unit_name: Support, org_unit_ext_id: ORG-1003, parent: ORG-1002}]",
    "move a user": "users: [{username: jane@acme.example, group: ORG-1003}]",
    "move a tag": "tags: [{tag_name: Stale lead, group: ORG-1003, previously: ORG-1004/Stale lead}]",
    "move a route": (
        "routes: [{provisioned_route_name: Main line, group: ORG-1003, previously: ORG-1002/Main line}]"
    ),
    "delete a group": "removed: [group/ORG-1003]",
    "delete a tag": "removed: [tag/ORG-1004/Stale lead]",
    "delete a route": "removed: [route/ORG-1002/Main line]",
    "delete a tag that a route had": (
        "routes: [{provisioned_route_name: Main line, group: ORG-1002, tags: []}]\n"
        "removed: [tag/ORG-1002/Hot lead]"
    ),
    "delete a group and what is in it": (
        "users: [{username: gone@acme.example, group: ORG-1003}]\n"
        "removed: [group/ORG-1004, tag/ORG-1004/Stale lead, route/ORG-1004/Old line]"
    ),
    "rename a tag, with a new one of its name": (
        "tags:\n"
        "  - {tag_name: Warm lead, group: ORG-1002, previously: ORG-1002/Hot lead}\n"
        "  - {tag_name: Hot lead, group: ORG-1002}"
    ),
    "rename a route, with a new one of its name": (
        "routes:\n"
        "  - {provisioned_route_name: First line, group: ORG-1002, previously: ORG-1002/Main line}\n"
        "  - {provisioned_route_name: Main line, group: ORG-1002, route_type: hangup}"
    ),
    "move a tag, with a new one in its place": (
        "tags:\n"
        "  - {tag_name: Stale lead, group: ORG-1003, previously: ORG-1004/Stale lead}\n"
        "  - {tag_name: Stale lead, group: ORG-1004}"
    ),
    "give a deleted group's name to another": (
        "groups: [{org_unit_name: Support, org_unit_ext_id: ORG-1002, parent: ORG-1000}]\n"
        "removed: [group/ORG-1003]"
    ),
    "give a deleted group's name to a new one": (
        "groups: [{org_unit_name: Support, org_unit_ext_id: ORG-2001, parent: ORG-1000}]\n"
        "removed: [group/ORG-1003]"
    ),
    "create what refers to each other": (
        f"{EAST}\n"
        "tags: [{tag_name: Callback, group: ORG-2001}]\n"
        "routes:\n"
        "  - {provisioned_route_name: East, group: ORG-2001, route_type: voicemail, tags: [Callback]}\n"
        "users: [{username: new@acme.example, group: ORG-2001}]"
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_as_before(call, applied, platform, workspace, case):
    before = alive(platform)
    run = applied(CASES[case])
    assert alive(platform) != before
    ended = call("undo", run, "--yes")
    assert (ended.code, ended.err) == (0, "")
    assert alive(platform) == before
    assert [events[0]["undoes"] for events in runs(workspace)] == [None, run]


def test_undo_of_undo(call, applied, platform, workspace):
    before = alive(platform)
    run = applied(WITHOUT_FAREWELL.replace(NEW_USER, ""))
    after = alive(platform)
    assert call("undo", run, "--yes").code == 0
    assert alive(platform) == before
    assert call("undo", latest(workspace), "--yes").code == 0
    assert alive(platform) == after
    assert claimed(workspace) == done(platform)
    assert "\nNo changes." in call("plan").out


def test_undone_twice(call, applied, platform):
    run = applied(CASES["create what refers to each other"])
    assert call("undo", run, "--yes").code == 0
    platform.clear_requests()
    ended = call("undo", run, "--yes")
    assert ended.code == 0
    assert "group/ORG-2001 is already gone" in ended.out
    assert written(platform) == []


FIRST = {
    "created": (
        "groups: [{org_unit_name: East, org_unit_ext_id: ORG-2001, parent: ORG-1002}]\n"
        "tags: [{tag_name: Callback, group: ORG-2001}]\n"
        "routes: [{provisioned_route_name: East, group: ORG-2001, route_type: voicemail, tags: [Callback]}]"
    ),
    "changed": (
        "groups: [{org_unit_name: Sales, org_unit_ext_id: ORG-1002, parent: ORG-1000, city: New York}]\n"
        "tags: [{tag_name: Warm lead, group: ORG-1002, previously: ORG-1002/Hot lead}]\n"
        "routes: [{provisioned_route_name: Main line, group: ORG-1002, tags: []}]"
    ),
}
THEN = {
    "created": "removed: [group/ORG-2001, tag/ORG-2001/Callback, route/ORG-2001/East]",
    "changed": "removed: [tag/ORG-1002/Warm lead]",
}


@pytest.mark.parametrize("case", FIRST)
def test_runs_are_undone_one_after_the_other(call, applied, platform, case):
    """What an undo brought back under a new id is what the run before knew by the old one."""
    before = alive(platform)
    runs = [applied(FIRST[case]), applied(THEN[case])]
    for _ in range(2):
        for run in reversed(runs):
            ended = call("undo", run, "--yes")
            assert (ended.code, ended.err) == (0, "")
        assert alive(platform) == before


@pytest.mark.parametrize(
    "refused",
    [("POST", "/provisioned-routes"), ("POST", "/tag"), ("PATCH", "/users/10002"), ("POST", "/groups")],
)
def test_an_undo_that_failed_in_part_is_taken_up_again(call, applied, platform, refused):
    """What is back already, under new ids, is not brought back once more."""
    before = alive(platform)
    run = applied(CASES["delete a group and what is in it"])
    method, path = refused
    platform.add_fault("status", method=method, path=path, status=400, times=1)
    assert call("undo", run, "--yes").code == 5
    assert alive(platform) != before
    ended = call("undo", run, "--yes")
    assert (ended.code, ended.err) == (0, "")
    assert alive(platform) == before


def test_what_the_files_say_of_the_platform_holds_for_undo_too(call, applied, platform):
    before = alive(platform)
    hidden = "agent_ring_to: {readable: false}, access_audio: {readable: false}"
    text = f"settings: {{platform: {{user: {{fields: {{{hidden}}}}}}}}}\n"
    user = "{username: new@acme.example, group: ORG-1003, access_audio: true, agent_ring_to: '+14255550001'}"
    run = applied(f"{text}users: [{user}]")
    platform.load({**platform.dump(), "users": [*map(without_what_is_hidden, platform.dump()["users"])]})
    ended = call("undo", run, "--yes")
    assert (ended.code, ended.err) == (0, "")
    assert alive(platform) == before


def without_what_is_hidden(user):
    """As a platform shows it that does not show these fields."""
    return {name: each for name, each in user.items() if name not in ("agent_ring_to", "access_audio")}


def test_a_group_that_is_replaced_once_more_keeps_what_was_sent_with_the_first_replacement(
    call, applied, platform
):
    east = "{org_unit_name: East, org_unit_ext_id: ORG-2001, parent: ORG-1002, timezone: Europe/Oslo}"
    text = f"settings: {{platform: {{group: {{update_method: PUT}}}}}}\ngroups: [{east}]"
    applied(text)
    run = applied(text.replace("Europe/Oslo", "Europe/Oslo, city: Boston"))
    ended = call("undo", run, "--yes")
    assert (ended.code, ended.err) == (0, "")
    there = platform.dump()["groups"][-1]
    assert (there["org_unit_name"], there.get("city"), there["timezone"]) == ("East", None, "Europe/Oslo")


# -- what cannot be brought back


def test_a_deleted_user(call, applied, platform):
    """The platform keeps the row and the e-mail address: the plan says what is lost, and is right."""
    run = applied("removed: [user/gone@acme.example]")
    ended = call("undo", run, "--yes")
    for words in (
        "user/gone@acme.example gets a new id: 10002 is not given twice",
        "user/gone@acme.example comes back without what the platform never showed: aliases, timezone,",
        "user/gone@acme.example belongs to the deleted user 10002; the platform will probably refuse",
    ):
        assert words in ended.out
    assert ended.code == 5


def test_what_the_platform_never_showed(call, workspace, platform):
    text = "users: [{username: jane@acme.example, group: ORG-1002, timezone: Europe/Oslo, first_name: Janet}]"
    (workspace / "all.yaml").write_text(text)
    assert call("apply", "--yes", "--resend", "user.timezone").code == 0
    ended = call("undo", latest(workspace), "--yes")
    assert "user/jane@acme.example keeps its new timezone: the platform never showed the old one" in ended.out
    jane = platform.dump()["users"][0]
    assert (jane["first_name"], jane["timezone"]) == ("Jane", "Europe/Oslo")


# -- what has moved


MOVED = {
    "an updated field": (
        SALES,
        ("PATCH", "/groups/1002", {"city": "Chicago"}),
        "group/ORG-1002: city was made 'New York' and is 'Chicago' now",
    ),
    "a field of what was created": (
        EAST,
        ("PATCH", "/groups/1005", {"city": "Chicago"}),
        "group/ORG-2001: city was made 'Boston' and is 'Chicago' now",
    ),
    "a new route is put into service": (
        CASES["create a route"],
        ("PATCH", "/provisioned-routes/803", {"phone_number": "+18015550100", "ring_to": "+14255551234"}),
        (
            "route/ORG-1003/Side: phone_number was left empty and is '+18015550100' now\n"
            "  route/ORG-1003/Side: ring_to was left empty and is '+14255551234' now"
        ),
    ),
    "a new route is given a tag": (
        CASES["create a route"],
        ("PATCH", "/provisioned-routes/803", {"tag_ids": [301]}),
        "route/ORG-1003/Side: tags was left empty and is [301] now",
    ),
    "a new route is given a campaign": (
        CASES["create a route"],
        ("PATCH", "/provisioned-routes/803", {"campaign_id": 55}),
        "route/ORG-1003/Side: campaign_id was left empty and is 55 now",
    ),
    "a new group is given an address": (
        EAST,
        ("PATCH", "/groups/1005", {"zip": "02101"}),
        "group/ORG-2001: zip was left empty and is '02101' now",
    ),
    "a new group is given an external id": (
        "groups: [{org_unit_name: East, parent: ORG-1002}]",
        ("PATCH", "/groups/1005", {"org_unit_ext_id": "ORG-2001"}),
        "group/Acme/Sales/East: org_unit_ext_id was left empty and is 'ORG-2001' now",
    ),
    "where something was moved to": (
        CASES["move a user"],
        ("PATCH", "/users/10001", {"ct_user_ou_id": 1004}),
        "user/jane@acme.example: group was made 1003 and is 1004 now",
    ),
    "the new name of a tag": (
        CASES["rename a tag"],
        ("PUT", "/tag/301", {"tag_name": "Tepid lead", "org_unit_id": 1002}),
        "tag/ORG-1002/Warm lead: tag_name was made 'Warm lead' and is 'Tepid lead' now",
    ),
    "what was updated is gone": (
        CASES["update a route"],
        ("DELETE", "/provisioned-routes/801", None),
        "route/ORG-1002/Main line is no longer on the platform",
    ),
    "what was deleted is there again": (
        CASES["delete a tag"],
        ("POST", "/tag", {"tag_name": "Stale lead", "org_unit_id": 1004}),
        "tag/ORG-1004/Stale lead is on the platform again, id 303",
    ),
}


@pytest.mark.parametrize("case", MOVED)
def test_nothing_is_undone_where_something_moved(call, applied, platform, case):
    text, deed, reason = MOVED[case]
    run = applied(text)
    somebody(platform, *deed)
    platform.clear_requests()
    ended = call("undo", run, "--yes")
    assert reason in ended.err
    assert ended.code == 4
    assert written(platform) == []


def test_what_the_run_did_not_touch_may_move(call, applied, platform):
    run = applied(SALES)
    somebody(platform, "PATCH", "/groups/1002", {"zip": "02101"})
    assert call("undo", run, "--yes").code == 0
    sales = platform.dump()["groups"][0]
    assert (sales["city"], sales["zip"]) == ("Boston", "02101")


def test_an_address_that_was_taken_over_cannot_be_given_back_and_the_plan_says_so(applied, call):
    run = applied(
        "users:\n- {username: joan@acme.example, previously: jane@acme.example}\n"
        "- {username: jane@acme.example, group: ORG-1000}"
    )
    ended = call("undo", run, "--yes")
    assert ended.code == 5
    assert "user/jane@acme.example belongs to user 10003, which this plan deletes" in ended.out
