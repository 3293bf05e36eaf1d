import datetime as dt

import pytest

from .client import Api

TAG = {"tag_name": "New", "org_unit_id": 1002}
ROUTE = {"provisioned_route_name": "New", "org_unit_id": 1002}
HALVES = [{"ring_to": "+1", "percentage": 50}, {"ring_to": "+2", "percentage": "50"}]


def test_tags_are_listed_created_replaced_and_deleted(api: Api) -> None:
    assert api.write("POST", "/tag", {**TAG, "org_unit_id": "1002", "mood": "good"}) == {"tagId": 303}
    rows = api.get("/tag?org_unit_id=1002")
    assert [row["tag_name"] for row in rows["tags"]] == ["Hot lead", "New"]
    assert list(rows["tags"][1]) == [
        "tag_id",
        "tag_name",
        "org_unit_id",
        "tag_created",
        "tag_modified",
        "mood",
    ]
    api.write("PUT", "/tag/303", {"tag_name": "Newer", "org_unit_id": 1001})
    assert api.get("/tag?org_unit_id=1002")["total"] == 1
    api.write("DELETE", "/tag/303")
    assert api.get("/tag")["total"] == 2


def test_a_route_reads_as_it_was_written(api: Api) -> None:
    body = {
        **ROUTE,
        "campaign_id": 55,
        "phone_number": "+18015550101",
        "route_type": "percentage",
        "ring_to": None,
        "destinations": HALVES,
        "record_calls": True,
        "tag_ids": ["302", 301],
    }
    assert api.write("POST", "/provisioned-routes", body) == {"provisionedRouteId": 802}
    row = api.get("/provisioned-routes/802")
    destinations = [{"ring_to": "+1", "percentage": 50}, {"ring_to": "+2", "percentage": 50}]
    assert row.items() >= {**body, "destinations": destinations, "tag_ids": [302, 301]}.items()
    assert api.get("/provisioned-routes?org_unit_id=1002")["provisionedRoutes"][-1] == row
    assert "calls_last_7_days" not in row


def test_routes_change(api: Api) -> None:
    api.write("PATCH", "/provisioned-routes/801", {"phone_number": "+1 801 555-0100", "tag_ids": None})
    row = api.get("/provisioned-routes/801")
    assert (row["tag_ids"], row["ring_to"]) == ([], "+14255551234")
    api.write("DELETE", "/tag/301")
    api.write("PUT", "/provisioned-routes/801", {**ROUTE, "phone_number": "+18015550100"})
    assert api.get("/provisioned-routes/801")["ring_to"] is None
    assert api.sandbox.dump()["routes"][0]["calls_last_7_days"] == 42
    api.write("POST", "/provisioned-routes", {**ROUTE, "provisioned_route_name": "Bare"})
    api.write("PATCH", "/provisioned-routes/802", {"phone_number": "+18015550109"})
    api.write("DELETE", "/provisioned-routes/801")
    assert api.get("/provisioned-routes")["total"] == 1


@pytest.mark.parametrize(
    "case",
    [
        ("POST", "/tag", {"tag_name": "X"}, 400, "org_unit_id is required"),
        ("POST", "/tag", {**TAG, "tag_name": "Hot lead"}, 400, "already used by tag 301"),
        ("POST", "/tag", {**TAG, "org_unit_id": 8}, 400, "no organizational unit 8"),
        ("POST", "/tag", {**TAG, "tag_created": "now"}, 400, "tag_created"),
        ("PUT", "/tag/301", {"tag_name": "X"}, 400, "org_unit_id is required"),
        ("PUT", "/tag/301", {**TAG, "tag_id": 301}, 400, "tag_id"),
        ("PUT", "/tag/9", TAG, 404, "tag 9"),
        ("DELETE", "/tag/301", None, 400, "still has a provisioned route: 801"),
        ("PATCH", "/tag/301", {"tag_name": "X"}, 405, "PATCH"),
        ("GET", "/tag/301", None, 405, "GET"),
        ("POST", "/provisioned-routes", {"org_unit_id": 1002}, 400, "provisioned_route_name is required"),
        ("POST", "/provisioned-routes", {**ROUTE, "provisioned_route_name": "Main line"}, 400, "route 801"),
        ("POST", "/provisioned-routes", {**ROUTE, "tag_ids": [1]}, 400, "no tag 1"),
        ("POST", "/provisioned-routes", {**ROUTE, "tag_ids": ["x"]}, 400, "tag_ids must be"),
        ("POST", "/provisioned-routes", {**ROUTE, "tag_ids": 301}, 400, "tag_ids must be"),
        ("POST", "/provisioned-routes", {**ROUTE, "route_type": "loop"}, 400, "route_type"),
        ("POST", "/provisioned-routes", {**ROUTE, "route_type": "forward"}, 400, "ring_to is required"),
        ("POST", "/provisioned-routes", {**ROUTE, "route_type": "percentage"}, 400, "sum to 0"),
        (
            *("POST", "/provisioned-routes"),
            *({**ROUTE, "route_type": "percentage", "destinations": HALVES[:1]}, 400, "sum to 50"),
        ),
        ("POST", "/provisioned-routes", {**ROUTE, "destinations": "+1"}, 400, "destinations must be"),
        ("POST", "/provisioned-routes", {**ROUTE, "destinations": [{}]}, 400, "destinations must be"),
        (
            *("POST", "/provisioned-routes"),
            *(
                {**ROUTE, "destinations": [{"ring_to": "+1", "percentage": "half"}]},
                400,
                "destinations must be",
            ),
        ),
        ("PATCH", "/provisioned-routes/801", {"ring_to": None}, 400, "ring_to is required"),
        ("PATCH", "/provisioned-routes/801", {"phone_number": "+18015550199"}, 400, "cannot be changed"),
        ("PATCH", "/provisioned-routes/801", {"phone_number": None}, 400, "cannot be changed"),
        ("PATCH", "/provisioned-routes/801", {"calls_last_7_days": 0}, 400, "calls_last_7_days"),
        ("PATCH", "/provisioned-routes/801", {"route_modified": ""}, 400, "route_modified"),
        ("PUT", "/provisioned-routes/801", ROUTE, 400, "cannot be changed"),
        ("GET", "/conversations/calls", None, 400, "limit is required"),
        ("GET", "/conversations/calls?limit=201", None, 400, "limit"),
        ("GET", "/conversations/calls?limit=9&start=2026-01-01&end=2026-02-28", None, 400, "31 days"),
        ("GET", "/conversations/calls?limit=9&start=2026-01-02&end=2025-12-31", None, 400, "31 days"),
        ("GET", "/conversations/calls?limit=9&start=soon", None, 400, "start must be"),
        ("GET", "/conversations/calls?limit=9&end=9999-12-31", None, 400, "too far"),
    ],
)
def test_refusals(api: Api, case: tuple[str, str, object, int, str]) -> None:
    api.refused(*case)


def test_a_group_with_a_tag_or_a_route_stays(api: Api) -> None:
    api.write("POST", "/groups", {"org_unit_name": "Empty", "org_unit_parent_id": 1001})
    for path, body in (("/tag", TAG), ("/provisioned-routes", ROUTE)):
        created = api.write("POST", path, {**body, "org_unit_id": 1005})
        assert api("DELETE", "/groups/1005")[0] == 400
        api.write("DELETE", f"{path}/{next(iter(created.values()))}")
    api.write("DELETE", "/groups/1005")


def test_extra_fields_that_look_like_references_are_none(api: Api) -> None:
    api.write("PATCH", "/users/10001", {"tag_ids": [99]})
    assert api.get("/users/10001")["tag_ids"] == [99]


def test_calls_of_the_last_days(api: Api) -> None:
    def total(query: str) -> int:
        found: int = api.get(f"/conversations/calls?limit=5&{query}")["total"]
        return found

    today = dt.datetime.now(tz=dt.UTC)
    week_ago = today - dt.timedelta(days=7)
    assert total(f"start={week_ago:%Y-%m-%d}&end={today:%Y-%m-%d}&provisioned_route_id=801") == 42
    assert total(f"start={week_ago:%Y-%m-%dT%H:%M:%SZ}") == 42
    assert total("provisioned_route_id=5") == total("org_unit_id=1003") == 0
    assert 5 <= total(f"start={today - dt.timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}") <= 7
    page = api.get("/conversations/calls?limit=5&offset=40")
    assert [row["call_id"] for row in page["calls"]] == [801000040, 801000041]
