"""`doctor` against the sandbox, and against platforms that are not as this program takes them to be."""

import json
import shutil
from pathlib import Path

import pytest

from reconciler.sandbox import default_seed
from tests.unit.loopback import Answer, data, serving

QUICKSTART = Path(__file__).parents[2] / "examples" / "quickstart"

# What a client must tolerate, by the platform's description.
TOLERATED = [
    *({name: True} for name in ("scope_401", "tree_nested", "created_id_alternative", "booleans_yes_no")),
    *({name: True} for name in ("booleans_true_false", "roles_bare", "phones_rewritten", "unknown_fields")),
    *({name: True} for name in ("numbers_as_strings", "strings_as_numbers", "short_pages", "totals_change")),
    *({"nothing": way} for way in ("null", "empty", "absent")),
    {"errors_not_json": True},
    {"signin_bare": True},
]

FILES = """\
settings:
  account: 1001

groups:
  - {org_unit_name: Acme, org_unit_ext_id: ORG-1000}
  - {org_unit_name: Sales, org_unit_ext_id: ORG-1002, parent: ORG-1000, city: Boston}
users:
  - {username: jane@acme.example, group: ORG-1002, role: Standard, agent_ring_to: "+1 425 555 0134"}
tags:
  - {tag_name: Hot lead, group: ORG-1002}
  - {tag_name: Callback, group: ORG-1002}
routes:
  - provisioned_route_name: Main line
    group: ORG-1002
    route_type: round_robin
    destinations: [{ring_to: "+14255550134"}, {ring_to: "+14255550135"}]
    tags: [Hot lead]
"""

SALES = {
    "org_unit_id": 1002,
    "org_unit_ext_id": "ORG-1002",
    "org_unit_name": "Sales",
    "org_unit_parent_id": 1001,
    **dict.fromkeys(("top_ou_id", "billing_id", "address", "state", "zip", "phone_number", "industry_id")),
    "city": "Boston",
}
JANE = {
    "ct_user_id": 10001,
    "email": "jane@acme.example",
    "first_name": "Jane",
    "last_name": "Doe",
    "group_org_unit_id": 1002,
    "role": "Standard User",
    "user_ext_id": None,
    "status": "active",
    "agent_ring_to": "+14255550134",
    "assign_scorecard": True,
    "access_audio": "Yes",
}
TAGS = [
    {"tag_id": 301, "tag_name": "Hot lead", "org_unit_id": 1002},
    {"tag_id": 302, "tag_name": "Callback", "org_unit_id": 1002},
]
ROUTE = {
    "provisioned_route_id": 801,
    "provisioned_route_name": "Main line",
    "org_unit_id": 1002,
    "campaign_id": 55,
    "phone_number": "+18015550100",
    "route_type": "round_robin",
    "ring_to": None,
    "destinations": [{"ring_to": "+14255550134"}, {"ring_to": "+14255550135"}],
    "record_calls": True,
    "tag_ids": [301],
}
ANSWERS = {
    "/auth/profile": {"email": "admin@acme.example", "role_id": 1, "org_unit_id": 1001},
    "/groups/list": {"groups": [SALES], "total": 1},
    "/groups/tree": {"groups": [{"org_unit_id": 1001, "code": "1"}, {"org_unit_id": 1002, "code": "1.1"}]},
    "/groups/1001": {**SALES, "org_unit_ext_id": "ORG-1000", "org_unit_name": "Acme"},
    "/users/list": {"users": [JANE], "total": 1},
    "/users/10001": JANE,
    "/tag": {"tags": TAGS, "total": 2},
    "/provisioned-routes": {"provisionedRoutes": [ROUTE], "total": 1},
    "/provisioned-routes/801": ROUTE,
    "/conversations/calls": {"calls": [], "total": 0},
}


def scripted(answers):
    """A platform that gives these data, an Answer as it is, and 404 for anything else."""

    def answer(asked):
        found = answers.get(asked.path, Answer({"message": "no such page"}, status=404))
        found = found(asked) if callable(found) else found
        return found if isinstance(found, Answer) else data(found)

    return serving(answer)


def without(row, *names):
    return {name: value for name, value in row.items() if name not in names}


def at_most(most, rows, name):
    """A list that refuses to be asked for more at once."""

    def answer(asked):
        if int(asked.query["limit"]) > most:
            return Answer({"message": f"limit must be at most {most}"}, status=400)
        return {name: rows, "total": len(rows)}

    return answer


@pytest.fixture
def ask(reconciler):
    """Runs `reconciler ARGS` against the server at a URL."""

    def run(url, *arguments):
        addresses = {"CONVIRZA_API_URL": url, "CONVIRZA_OAUTH_URL": url}
        return reconciler(*arguments, **addresses, CONVIRZA_RETRY_WAIT="0.001")

    return run


@pytest.fixture
def quickstart(workspace):
    shutil.copytree(QUICKSTART, workspace, dirs_exist_ok=True)
    return workspace


def lines(run, sign):
    return [line.strip() for line in run.out.splitlines() if line.startswith(f"  {sign} ")]


# -- the sandbox


def test_all_is_well(reconciler, quickstart, platform):
    run = reconciler("doctor")
    assert (run.code, run.err) == (0, "")
    assert lines(run, "✗") == []
    assert [line.split(" (")[0] for line in lines(run, "?")] == [
        "? POST /groups answers `orgUnitId`; PATCH and DELETE /groups/id",
        "? POST /users answers `userId`; PATCH and DELETE /users/id",
        "? there is no GET /tag/id",
        "? POST /tag answers `tagId`; PUT and DELETE /tag/id",
        "? POST /provisioned-routes answers `provisionedRouteId`; PATCH and DELETE /provisioned-routes/id",
    ]
    assert "✓ the files are for this account: 1001" in run.out
    assert "✓ groups.yaml:12:19: phone_number: '+1 212 555 0100' is '+12125550100' on the platform" in run.out
    assert run.out.endswith("as it should be: 44 ok, 5 unknown; 11 requests.\n")


def test_it_reads_only_and_nothing_twice(reconciler, quickstart, platform):
    reconciler("doctor")
    asked = [(each["method"], each["path"], str(each["query"])) for each in platform.requests()]
    assert {method for method, _, _ in asked} == {"GET"}
    assert len(asked) == len(set(asked)) == 11


def test_the_embedded_platform(reconciler, quickstart, platform):
    run = reconciler("doctor", "--sandbox", "groups.yaml")
    assert run.code == 0
    assert platform.requests() == []


def test_without_files_the_account_alone_is_looked_at(reconciler, workspace, platform):
    run = reconciler("doctor")
    assert run.code == 0
    assert "the files" not in run.out
    assert "\nValues\n" not in run.out
    assert "✓ its `org_unit_id` is the account (assumed): 1001" in run.out


@pytest.mark.parametrize("switches", TOLERATED, ids=str)
def test_what_a_client_must_tolerate_differs_in_nothing(reconciler, quickstart, platform, switches):
    platform.configure(**switches)
    run = reconciler("doctor")
    assert lines(run, "✗") == []
    assert run.code == 0


def test_rewritten_phone_numbers_are_named_with_their_places(reconciler, quickstart, platform):
    assert reconciler("apply", "--yes").code == 0
    platform.configure(phones_rewritten=True)
    values = reconciler("doctor").out.partition("Values\n")[2].splitlines()
    assert values[:4] == [
        "  ✓ calls.yaml:13:19: destinations[0].ring_to: '+14255550134' is '+1-425-555-0134' on the platform",
        "  ✓ calls.yaml:14:19: destinations[1].ring_to: '+14255550135' is '+1-425-555-0135' on the platform",
        "  ✓ calls.yaml:18:19: phone_number: '+18015550142' is '+1-801-555-0142' on the platform",
        "  ✓ calls.yaml:20:14: ring_to: '+12155550136' is '+1-215-555-0136' on the platform",
    ]


@pytest.fixture
def busy(platform):
    """The demo account with 250 tags more."""
    seed = default_seed()
    platform.load(
        {**seed, "tags": [*seed["tags"], *({"tag_name": f"Tag {number}"} for number in range(250))]}
    )
    platform.clear_requests()
    return platform


def test_long_lists_are_read_to_their_end(reconciler, quickstart, busy):
    busy.configure(short_pages=True)
    run = reconciler("doctor")
    assert run.code == 0
    assert (
        "✓ 200 rows can be asked for at once (assumed): 100 of 252 arrived; "
        "each page is read from where the last one ends"
    ) in run.out
    assert "✓ the whole list can be read, and is proved complete: 252 tags" in run.out
    assert [each["query"]["offset"] for each in busy.requests() if each["path"] == "/tag"] == ["0", "100"]


def test_a_total_that_moves_is_waited_for(reconciler, quickstart, busy):
    busy.configure(totals_change=True)
    run = reconciler("doctor")
    assert run.code == 0
    assert "✓ the whole list can be read, and is proved complete: 252 tags" in run.out


@pytest.mark.parametrize("switch", ["totals_wrong", "pages_repeat"])
def test_a_list_that_cannot_be_proved_complete(reconciler, quickstart, busy, switch):
    busy.configure(**{switch: True})
    run = reconciler("doctor")
    assert run.code == 1
    assert any("GET /tag: the list is not proved complete" in line for line in lines(run, "✗"))
    assert "? what the platform has rewritten: not without the whole account" in run.out


def test_as_json(reconciler, quickstart, platform):
    run = reconciler("doctor", "--format", "json")
    found = json.loads(run.out)
    assert run.code == 0
    assert without(found, "checks") == {
        "format_version": "1",
        "account": 1001,
        "is_sound": True,
        "platform": {},
        "requests": 11,
    }
    assert len(found["checks"]) == 49
    assert {each["status"] for each in found["checks"]} == {"ok", "unknown"}
    assert found["checks"][11] == {
        "section": "groups",
        "status": "ok",
        "fact": "GET /groups/id shows one group",
        "mark": "inferred",
        "found": "it does",
        "mend": None,
    }


# -- other platforms: what it suggests, put into the files, mends them


def moved(old, new, **more):
    """The account with what is at one path at another."""
    answers = {
        new + path.removeprefix(old) if path.startswith(old) else path: value
        for path, value in ANSWERS.items()
    }
    return {**answers, **more}


def replaced(path, value):
    return {**ANSWERS, path: value}


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
    "other words for values": (
        {
            **replaced("/users/list", {"users": [{**JANE, "role": 2}], "total": 1}),
            "/provisioned-routes": {
                "provisionedRoutes": [{**ROUTE, "route_type": "Round-Robin Routing"}],
                "total": 1,
            },
        },
        {
            "user": {"fields": {"role": {"spelled": {"Standard": 2}}}},
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
            asked = [each.query["limit"] for each in held.asked if each.path == "/tag"]
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


# -- credentials


def test_another_account_costs_one_request(reconciler, workspace, platform):
    (workspace / "acme.yaml").write_text("settings: {account: 1002}\n")
    run = reconciler("doctor")
    assert run.code == 1
    assert lines(run, "✗") == [
        "✗ the files are for this account, 1001: acme.yaml:1:21: they are for 1002; nothing else was read"
    ]
    assert [each["path"] for each in platform.requests()] == ["/auth/profile"]


def test_files_that_do_not_name_their_account(reconciler, workspace):
    (workspace / "acme.yaml").write_text("groups:\n  - {org_unit_name: Acme, org_unit_ext_id: ORG-1000}\n")
    run = reconciler("doctor")
    assert run.code == 0
    assert "? the files are for this account: they do not say: write settings.account" in run.out


def test_files_that_are_not_valid(reconciler, workspace):
    (workspace / "acme.yaml").write_text("settings: {account: 1001}\ngroups:\n  - {city: 7}\n")
    run = reconciler("doctor")
    assert run.code == 1
    assert lines(run, "✗") == [
        (
            "✗ the files are valid: acme.yaml:3:5: `org_unit_name` is missing "
            "(and 1 more: see `reconciler validate`)"
        )
    ]
    assert "? what the platform has rewritten: not with files that are not valid" in run.out
    assert "✓ the whole list can be read, and is proved complete: 4 groups" in run.out
    missing = reconciler("doctor", "missing.yaml")
    assert lines(missing, "✗") == ["✗ the files are valid: missing.yaml:1:1: no such file or directory"]


def test_somebody_who_is_no_admin(reconciler, workspace, platform):
    seed = default_seed()
    platform.load({**seed, "tokens": {"jane": "jane@acme.example"}})
    run = reconciler("doctor", CONVIRZA_TOKEN="jane")
    assert run.code == 1
    assert lines(run, "✗")[0] == (
        "✗ `role_id` 1 is Admin, which groups and users are for (documented): 2, Standard"
    )
    assert any(line.startswith("? GET /groups/list lists groups (inferred): ") for line in lines(run, "?"))
    assert "✓ GET /tag lists tags" in run.out


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        (
            {"email": "a@b.example", "role_id": 7, "org_unit_id": 1001},
            "✗ `role_id` 1 is Admin, which groups and users are for (documented): 7, which is not known here",
        ),
        (
            {"email": "a@b.example", "org_unit_id": 1001},
            "? `role_id` 1 is Admin, which groups and users are for (assumed): the profile has no `role_id`",
        ),
        (
            {"role_id": 1, "org_unit_id": "1001"},
            "✗ GET /auth/profile says who is signed in (assumed): no `email`",
        ),
        (
            {"email": "a@b.example", "role_id": 1},
            "✗ its `org_unit_id` is the account (assumed): the profile has none",
        ),
        (
            {"email": "a@b.example", "role_id": 1},
            "? the files are for this account, 1001: nobody knows which this is",
        ),
        (None, "✗ its `org_unit_id` is the account (assumed): the profile has none"),
        ([1], "✗ its `org_unit_id` is the account (assumed): the profile has none"),
        (Answer(status=401), "✗ GET /auth/profile says who is signed in (assumed): GET /auth/profile: 401"),
        (Answer(status=404), "✗ GET /auth/profile says who is signed in (assumed): GET /auth/profile: 404"),
    ],
)
def test_profiles(ask, workspace, profile, said):
    (workspace / "acme.yaml").write_text(FILES)
    with scripted(replaced("/auth/profile", profile)) as held:
        run = ask(held.url, "doctor")
    assert any(line.strip().startswith(said) for line in run.out.splitlines()), run.out
    assert "✓ the whole list can be read, and is proved complete: 2 groups" in run.out


def test_an_account_that_nobody_names(ask, workspace):
    with scripted(replaced("/auth/profile", {})) as held:
        run = ask(held.url, "doctor")
    assert "not without knowing which account this is" in run.out
    assert "✓ the whole list can be read, and is proved complete: 2 tags" in run.out


def test_a_profile_on_the_host_for_sign_in(reconciler, workspace):
    with scripted(without(ANSWERS, "/auth/profile")) as api, scripted(ANSWERS) as oauth:
        run = reconciler("doctor", CONVIRZA_API_URL=api.url, CONVIRZA_OAUTH_URL=oauth.url)
    assert run.code == 0
    assert (
        f"✓ GET /auth/profile says who is signed in (assumed): admin@acme.example, on {oauth.url}" in run.out
    )


def test_nobody_is_there(ask, workspace):
    with scripted({}) as held:
        gone = held.url
    run = ask(gone, "doctor")
    assert run.code == 1
    assert "no connection" in run.out
    assert "GET /users/list: not asked, the platform does not answer" in run.out


def test_no_way_to_sign_in(reconciler, workspace, platform):
    refused = reconciler(
        "doctor", CONVIRZA_TOKEN="", CONVIRZA_EMAIL="admin@example.com", CONVIRZA_PASSWORD="wrong"
    )
    assert refused.code == 1
    assert lines(refused, "✗")[0].startswith("✗ the credentials sign in (assumed): POST /oauth/token: 401")
    assert [each["path"] for each in platform.requests()] == ["/oauth/token"]
    nothing = reconciler("doctor", CONVIRZA_TOKEN="")
    assert nothing.code == 1
    assert "not signed in: run `reconciler login`" in nothing.err


# -- calls, trees, values


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
                "not allowed: groups and users are for the role Admin only"
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
            "✗ GET /groups/tree shows all groups (documented): there is no list `groups` in its answer",
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
                "not allowed: groups and users are for the role Admin only"
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
                "not allowed: groups and users are for the role Admin only"
            ),
        ),
    ],
)
def test_details(ask, workspace, details, said):
    with scripted(replaced("/users/10001", details)) as held:
        run = ask(held.url, "doctor")
    assert f"  {said}\n" in run.out


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


def test_lists_that_make_no_sense(ask, workspace):
    answers = {
        **ANSWERS,
        "/tag": {"tags": [TAGS[0], TAGS[0]]},
        "/users/list": Answer({"message": "limit?"}, status=422),
        "/provisioned-routes": Answer(b"<html>", status=500),
    }
    with scripted(answers) as held:
        run = ask(held.url, "doctor")
    assert "✗ `total` beside it counts all rows (assumed): nothing beside it does" in run.out
    assert (
        "✗ `tag_id` is a whole number that tells rows apart (assumed): no key that ends in id is" in run.out
    )
    assert "✗ GET /users/list lists users (documented): GET /users/list: 422 limit?" in run.out
    assert "? GET /provisioned-routes lists routes (inferred): GET /provisioned-routes: 500" in run.out


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
