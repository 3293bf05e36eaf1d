"""`doctor` against the sandbox."""

import json

import pytest

from reconciler.sandbox import default_seed

from .platforms import TOLERATED, lines, without


def test_all_is_well(reconciler, quickstart, platform):
    groups = quickstart / "groups.yaml"
    groups.write_text(groups.read_text().replace("+12125550100", "+1 212 555 0100"))
    run = reconciler("doctor")
    assert (run.code, run.err) == (0, "")
    assert lines(run, "✗") == []
    assert [line.split(" (")[0] for line in lines(run, "?")] == [
        "? POST /groups answers `orgUnitId`; PATCH and DELETE /groups/id",
        "? the list shows inactive users as well",
        "? POST /users answers `userId`; PATCH and DELETE /users/id",
        "? there is no GET /tag/id",
        "? POST /tag answers `tagId`; PUT and DELETE /tag/id",
        "? POST /provisioned-routes answers `provisionedRouteId`; PATCH and DELETE /provisioned-routes/id",
    ]
    assert "✓ the files are for this account: 1001" in run.out
    assert "✓ groups.yaml:12:19: phone_number: '+1 212 555 0100' is '+12125550100' on the platform" in run.out
    assert run.out.endswith("as it should be: 47 ok, 6 unknown; 15 requests.\n")


def test_it_reads_only_and_nothing_twice(reconciler, quickstart, platform):
    reconciler("doctor")
    asked = [(each["method"], each["path"], str(each["query"])) for each in platform.requests()]
    assert {method for method, _, _ in asked} == {"GET"}
    assert len(asked) == len(set(asked)) == 15


def test_the_embedded_platform(reconciler, quickstart, platform):
    run = reconciler("doctor", "--sandbox", "groups.yaml")
    assert run.code == 0
    assert platform.requests() == []


def test_an_address_that_leads_nowhere_is_named(reconciler, quickstart, platform):
    nowhere = platform.api_url.removesuffix("/v3")
    told = f"Nothing is where it should be: look at CONVIRZA_API_URL: {nowhere} does not end in /v3"
    run = reconciler("doctor", CONVIRZA_API_URL=nowhere)
    assert (run.code, told in run.out) == (1, True)
    assert "CONVIRZA_API_URL" not in reconciler("doctor", CONVIRZA_API_URL=platform.api_url).out


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
def half_active(platform):
    """The demo account with users who are not active, and one who is gone."""
    seed = default_seed()
    states = ["inactive", "deleted", "inactive"]
    more = [{"username": f"u{n}@acme.example", "user_status": each} for n, each in enumerate(states)]
    platform.load({**seed, "users": [*seed["users"], *more]})


INACTIVE = "the list shows inactive users as well (assumed): "


def test_inactive_users_that_the_list_shows_are_not_asked_for(reconciler, workspace, platform, half_active):
    platform.clear_requests()
    run = reconciler("doctor")
    assert f"✓ {INACTIVE}it does" in lines(run, "✓")
    asked = [each["query"] for each in platform.requests() if each["path"] == "/users/list"]
    assert [query for query in asked if "user_status" in query] == []


def test_inactive_users_that_the_list_leaves_out_are_told(reconciler, workspace, platform, half_active):
    platform.configure(inactive_users_unlisted=True)
    run = reconciler("doctor")
    assert run.code == 1
    (found,) = lines(run, "✗")
    assert found.startswith(f"✗ {INACTIVE}it leaves out id 1")
    assert found.endswith("write a `query` that lists all, or `user_status:` in the files")


@pytest.mark.parametrize("unlisted", [True, False])
def test_an_account_without_inactive_users_says_nothing_of_them(reconciler, workspace, platform, unlisted):
    platform.configure(inactive_users_unlisted=unlisted)
    run = reconciler("doctor")
    assert f"? {INACTIVE}there are none, or they cannot be asked for" in lines(run, "?")


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
    asked = [each["query"] for each in busy.requests() if each["path"] == "/tag"]
    assert [query["offset"] for query in asked if "org_unit_id" not in query] == ["0", "100"]


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
        "requests": 15,
    }
    assert len(found["checks"]) == 53
    assert {each["status"] for each in found["checks"]} == {"ok", "unknown"}
    assert found["checks"][11] == {
        "section": "groups",
        "status": "ok",
        "fact": "GET /groups/id shows one group",
        "mark": "inferred",
        "found": "it does",
        "mend": None,
    }
