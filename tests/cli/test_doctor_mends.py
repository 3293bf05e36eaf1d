"""What `doctor` suggests for another platform, put into the files, mends them."""

import json

import pytest

from tests.unit.loopback import Answer

from .platforms import ANSWERS, FILES, JANE, ROUTE, TAGS, at_most, lines, replaced, scripted, without


def moved(old, new, **more):
    """The account with what is at one path at another."""
    answers = {
        new + path.removeprefix(old) if path.startswith(old) else path: value
        for path, value in ANSWERS.items()
    }
    return {**answers, **more}


OTHERS = {
    "tags in the plural": (moved("/tag", "/tags"), {"tag": {"path": "/tags"}}),
    "tags with /list": (moved("/tag", "/tag/list"), {"tag": {"list_path": "/tag/list"}}),
    "tags with both": (moved("/tag", "/tags/list"), {"tag": {"path": "/tags", "list_path": "/tags/list"}}),
    "users without /list": (moved("/users/list", "/users"), {"user": {"list_path": "/users"}}),
    "groups in the singular": (
        moved("/groups", "/group"),
        {"group": {"path": "/group", "list_path": "/group/list", "tree_path": "/group/tree"}},
    ),
    "routes with an underscore": (
        moved("/provisioned-routes", "/provisioned_routes"),
        {"route": {"path": "/provisioned_routes"}},
    ),
    "routes in camel case": (
        moved("/provisioned-routes", "/provisionedRoutes"),
        {"route": {"path": "/provisionedRoutes"}},
    ),
    "routes for short": (moved("/provisioned-routes", "/routes"), {"route": {"path": "/routes"}}),
    "another array": (
        replaced("/provisioned-routes", {"routes": [ROUTE], "total": 1, "errors": []}),
        {"route": {"rows": "routes"}},
    ),
    "another total": (
        replaced("/tag", {"tags": TAGS, "totalCount": 2, "limit": 200, "offset": 0}),
        {"tag": {"total": "totalCount"}},
    ),
    "another id": (
        replaced(
            "/tag", {"tags": [{**without(tag, "tag_id"), "id": tag["tag_id"]} for tag in TAGS], "total": 2}
        ),
        {"tag": {"id": "id"}},
    ),
    "short pages": (
        replaced("/tag", at_most(50, TAGS, "tags")),
        {"tag": {"page_size": 50}},
    ),
    "middling pages": (
        replaced("/users/list", at_most(100, [JANE], "users")),
        {"user": {"page_size": 100}},
    ),
    "no order": (
        replaced(
            "/users/list",
            lambda asked: (
                Answer({"message": "unknown parameter sort_by"}, status=400)
                if "sort_by" in asked.query
                else {"users": [JANE], "total": 1}
            ),
        ),
        {"user": {"query": {}}},
    ),
    "no details": (without(ANSWERS, "/users/10001"), {"user": {"details": False}}),
    "another name of a field": (
        replaced(
            "/provisioned-routes",
            {"provisionedRoutes": [{**without(ROUTE, "tag_ids"), "tagIds": [301]}], "total": 1},
        ),
        {"route": {"fields": {"tags": {"read": "tagIds"}}}},
    ),
    "another name of a part": (
        replaced(
            "/provisioned-routes",
            {
                "provisionedRoutes": [
                    {**ROUTE, "destinations": [{"ringTo": "+14255550134"}, {"ringTo": "+14255550135"}]}
                ],
                "total": 1,
            },
        ),
        {"route": {"fields": {"destinations": {"entries": {"ring_to": {"read": "ringTo"}}}}}},
    ),
    "a field that is not shown": (
        replaced("/users/list", {"users": [without(JANE, "agent_ring_to")], "total": 1}),
        {"user": {"fields": {"agent_ring_to": {"readable": False}}}},
    ),
    "a field that is shown": (
        replaced("/users/list", {"users": [{**JANE, "timezone": "America/New_York"}], "total": 1}),
        {"user": {"fields": {"timezone": {"readable": True}}}},
    ),
    "fields that details alone show": (
        replaced(
            "/provisioned-routes",
            {"provisionedRoutes": [without(ROUTE, "ring_to", "record_calls", "tag_ids")], "total": 1},
        ),
        {"route": {"fields": {"record_calls": {"readable": False}, "tags": {"readable": False}}}},
    ),
    "other words for values": (
        {
            **replaced("/users/list", {"users": [{**JANE, "role": "Standard Member"}], "total": 1}),
            "/provisioned-routes": {
                "provisionedRoutes": [{**ROUTE, "route_type": "Round-Robin Routing"}],
                "total": 1,
            },
        },
        {
            "user": {"fields": {"role": {"spelled": {"Standard": "Standard Member"}}}},
            "route": {"fields": {"route_type": {"spelled": {"round_robin": "Round-Robin Routing"}}}},
        },
    ),
    "everything at once": (
        {
            **without(ANSWERS, "/tag", "/provisioned-routes", "/provisioned-routes/801"),
            "/tags/list": {
                "items": [
                    {"id": tag["tag_id"], "name": tag["tag_name"], "org_unit_id": 1002} for tag in TAGS
                ],
                "count": 2,
            },
            "/routes": at_most(100, [{**without(ROUTE, "ring_to"), "ringTo": None}], "routes"),
        },
        {
            "tag": {
                "path": "/tags",
                "list_path": "/tags/list",
                "rows": "items",
                "total": "count",
                "id": "id",
                "fields": {"tag_name": {"read": "name"}},
            },
            "route": {
                "path": "/routes",
                "rows": "routes",
                "page_size": 100,
                "details": False,
                "fields": {"ring_to": {"read": "ringTo"}},
            },
        },
    ),
}


@pytest.mark.parametrize(("answers", "overrides"), OTHERS.values(), ids=OTHERS)
def test_what_it_suggests_mends(ask, workspace, answers, overrides):
    files = workspace / "acme.yaml"
    files.write_text(FILES)
    with scripted(answers) as held:
        ill = ask(held.url, "doctor")
        assert ill.code == 1
        assert json.loads(ask(held.url, "doctor", "--format", "json").out)["platform"] == overrides
        pasted = ill.out.partition("ask the doctor again:\n\n")[2].rpartition("\n\n")[0]
        files.write_text(FILES.replace("settings:\n", f"settings:\n{pasted}\n"))
        well = ask(held.url, "doctor")
        assert lines(well, "✗") == []
        assert well.code == 0
        plan = ask(held.url, "plan", "--detailed-exitcode")
        assert (plan.code, plan.err) == (0, "")
        assert {each.method for each in held.asked} == {"GET"}


def test_overrides_that_are_there_already_are_kept(ask, workspace):
    settings = "settings:\n  platform: {tag: {path: /tags}}\n"
    (workspace / "acme.yaml").write_text(FILES.replace("settings:\n", settings))
    answers = moved("/tag", "/tags")
    with scripted({**answers, "/tags": {"items": TAGS, "total": 2}}) as held:
        run = ask(held.url, "doctor")
    assert "Paste this below `settings:`, in place of the `platform:` that is there" in run.out
    assert "  platform:\n    tag:\n      path: /tags\n      rows: items\n" in run.out
    assert "✓ GET /tags lists tags" in run.out


def test_a_page_size_of_the_files_is_tried_and_mended_too(ask, workspace):
    files = workspace / "acme.yaml"
    for most, said in ((50, "limit must be at most 50; 50 can\n"), (40, "limit must be at most 40\n")):
        files.write_text("settings:\n  platform: {tag: {page_size: 60}}\n")
        with scripted(replaced("/tag", at_most(most, TAGS, "tags"))) as held:
            run = ask(held.url, "doctor")
            asked = [
                each.query["limit"]
                for each in held.asked
                if each.path == "/tag" and "org_unit_id" not in each.query
            ]
        assert run.code == 1
        assert said in run.out
        assert asked == ["60", "50"]


def test_what_no_override_can_mend(ask, workspace):
    answers = {
        **without(ANSWERS, "/tag", "/groups/1001"),
        "/groups/tree": {"groups": [{"org_unit_id": 1001}, {"org_unit_id": 1002}]},
        "/provisioned-routes": [ROUTE],
        "/users/list": {"the users": [JANE], "total": 1},
    }
    with scripted(answers) as held:
        run = ask(held.url, "doctor")
    assert run.code == 1
    assert "Paste" not in run.out
    ill = lines(run, "✗")
    assert ill == [
        (
            "✗ GET /groups/tree shows all groups (documented): "
            "neither children nor code nor coded_level nor org_unit_parent_id says what is below what"
        ),
        "✗ GET /groups/id shows one group (inferred): GET /groups/1001: 404 no such page",
        "✗ the whole list can be read, and is proved complete: GET /groups/1001: 404 no such page",
        "✗ data holds the list `users` (documented): its lists have names that no override can give",
        "✗ the whole list can be read, and is proved complete: not without the list",
        (
            "✗ GET /tag lists tags (assumed): GET /tag: 404 no such page; "
            "none of these does: /tags, /tag/list, /tags/list"
        ),
        "✗ the whole list can be read, and is proved complete: not without the list",
        *(
            line
            for line in ill[7:8]
            if line.startswith("✗ GET /provisioned-routes lists routes (inferred): ")
        ),
        "✗ the whole list can be read, and is proved complete: not without the list",
    ]


def test_what_a_plan_says_of_a_redirect_mends_it_as_well(ask, workspace):
    """A list with a slash at its end."""
    elsewhere = Answer(status=308, headers=(("Location", "/tag/"),))
    files = workspace / "config.yaml"
    files.write_text(FILES)
    with scripted({**ANSWERS, "/tag": elsewhere, "/tag/": ANSWERS["/tag"]}) as held:
        run = ask(held.url, "plan")
        fact = "settings.platform.tag.list_path: /tag/"
        assert (run.code, f"if tags are listed there, say so with `{fact}`" in run.err) == (1, True)
        mended = "settings:\n  platform: {tag: {list_path: /tag/}}\n"
        files.write_text(FILES.replace("settings:\n", mended))
        run = ask(held.url, "plan")
        assert (run.code, run.err) == (0, "")
