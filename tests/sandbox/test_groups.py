from collections.abc import Callable

import pytest

from .client import Api

NEW = {"org_unit_name": "New", "org_unit_parent_id": 1001}


def test_reads_in_their_documented_shapes(api: Api) -> None:
    listed = api.get("/groups/list?org_unit_id=1001&group_name=SAL&status=active")
    assert listed["total"] == 1
    assert list(listed["groups"][0]) == [
        *("org_unit_id", "org_unit_ext_id", "org_unit_name", "org_unit_parent_id", "top_ou_id"),
        *("org_unit_status", "billing_id", "address", "city", "state", "zip", "phone_number"),
        *("industry_id", "industry_name", "org_unit_created", "org_unit_modified"),
    ]
    assert list(api.get("/groups/1002")) == [
        *("org_unit_name", "org_unit_ext_id", "org_unit_parent_id", "address", "city", "state", "zip"),
        *("phone_number", "industry_id", "group_created", "group_modified"),
    ]
    assert api.get("/groups/org-list/1002") == {"orgUnits": [1002, 1004]}


def test_a_list_has_one_level(api: Api) -> None:
    def names(query: str) -> list[str]:
        return [row["org_unit_name"] for row in api.get("/groups/list" + query)["groups"]]

    assert names("") == ["Sales", "Support desk"]
    assert names("?org_unit_id=1002") == ["Old campaign"]
    assert names("?status=inactive") == []


def test_the_tree_shows_positions(api: Api) -> None:
    rows = api.get("/groups/tree")["groups"]
    assert rows[0] == {"org_unit_id": 1001, "text": "Acme", "code": "1", "group_level": 1}
    assert [(row["text"], row["code"], row["group_level"]) for row in rows[1:]] == [
        ("Sales", "1.1", 2),
        ("Old campaign", "1.1.1", 3),
        ("Support desk", "1.2", 2),
    ]


def test_inactive_groups_are_left_out_with_all_below(api: Api) -> None:
    seed = api.sandbox.dump()
    seed["groups"][0]["org_unit_status"] = "inactive"
    api.sandbox.load(seed)
    assert [row["code"] for row in api.get("/groups/tree")["groups"]] == ["1", "1.1"]
    assert len(api.get("/groups/tree?active=false")["groups"]) == 4
    status, message = api("POST", "/groups", {"org_unit_name": "Below", "org_unit_parent_id": 1002})
    assert (status, "not active" in message) == (400, True)
    api.write("PATCH", "/groups/1004", {"city": "Bern"})  # where it is, it may stay


def test_a_list_may_leave_inactive_groups_out(api: Api) -> None:
    seed = api.sandbox.dump()
    seed["groups"][0]["org_unit_status"] = "inactive"
    api.sandbox.load(seed)
    api.sandbox.configure(inactive_groups_unlisted=True)
    shown = [[row["org_unit_id"] for row in api.get(f"/groups/list{asked}")["groups"]] for asked in QUERIES]
    assert shown == [[1003], [1002], [1003]]


QUERIES = ("", "?status=inactive", "?status=active")


def test_create_inherits_and_hides_the_time_zone(api: Api) -> None:
    api.write(
        "PUT", "/groups/1002", {**NEW, "org_unit_name": "Sales", "billing_id": 7, "timezone": "Europe/Bern"}
    )
    data = api.write(
        "POST", "/groups", {"org_unit_name": "Inside", "org_unit_parent_id": "1002", "colour": "red"}
    )
    assert data == {"orgUnitId": 1005}
    row = api.get("/groups/list?org_unit_id=1002")["groups"][-1]
    assert (row["top_ou_id"], row["billing_id"], row["colour"]) == (1001, 7, "red")
    assert "timezone" not in row
    assert api.get("/groups/1005")["colour"] == "red"
    assert api.sandbox.dump()["groups"][-1]["timezone"] == "Europe/Bern"


def test_patch_changes_what_it_names_and_put_replaces_everything(api: Api) -> None:
    before = api.get("/groups/1002")
    api.write("PATCH", "/groups/1002", {"zip": "10001", "industry_id": "10", "group_created": "ignored"})
    after = api.get("/groups/1002")
    assert (after["city"], after["zip"], after["industry_id"]) == ("Boston", "10001", 10)
    assert after["group_created"] == before["group_created"]
    assert after["group_modified"] > before["group_modified"]
    api.write("PUT", "/groups/1002", {"org_unit_name": "Sales", "org_unit_parent_id": 1001})
    assert api.get("/groups/1002")["city"] is None


def test_the_root_can_be_changed(api: Api) -> None:
    api.write("PATCH", "/groups/1001", {"city": "Bern", "org_unit_parent_id": None})
    api.write("PUT", "/groups/1001", {"org_unit_name": "Acme Ltd"})
    assert api.get("/groups/1001")["org_unit_name"] == "Acme Ltd"


def test_a_group_moves_and_an_empty_one_is_deleted(api: Api) -> None:
    api.write("PATCH", "/groups/1004", {"org_unit_parent_id": 1003})
    assert api.get("/groups/org-list/1003")["orgUnits"] == [1003, 1004]
    assert api("DELETE", "/groups/1004")[0] == 400
    api.write("DELETE", "/users/10003")
    api.write("DELETE", "/groups/1004")
    assert api("GET", "/groups/1004")[0] == 404
    assert api.get("/users/10003")["group"] is None


@pytest.mark.parametrize(
    "case",
    [
        ("POST", "/groups", {"org_unit_name": "X"}, 400, "org_unit_parent_id is required"),
        ("POST", "/groups", {"org_unit_name": "X", "org_unit_parent_id": None}, 400, "org_unit_parent_id"),
        ("POST", "/groups", {"org_unit_parent_id": 1001}, 400, "org_unit_name is required"),
        ("POST", "/groups", {**NEW, "org_unit_name": ""}, 400, "org_unit_name is required"),
        (
            "POST",
            "/groups",
            {**NEW, "org_unit_name": "Sales"},
            400,
            "already used by organizational unit 1002",
        ),
        ("POST", "/groups", {**NEW, "org_unit_ext_id": "ORG-1003"}, 400, "org_unit_ext_id"),
        ("POST", "/groups", {**NEW, "org_unit_parent_id": 9}, 400, "no organizational unit 9"),
        ("POST", "/groups", {**NEW, "org_unit_id": 5}, 400, "org_unit_id"),
        ("POST", "/groups", {**NEW, "zip": 10001}, 400, "zip must be a string"),
        ("POST", "/groups", {**NEW, "industry_id": "ten"}, 400, "industry_id must be an integer"),
        ("POST", "/groups", {**NEW, "industry_id": True}, 400, "industry_id must be an integer"),
        ("POST", "/groups", [NEW], 400, "JSON object"),
        ("PATCH", "/groups/1002", {"org_unit_name": None}, 400, "org_unit_name is required"),
        ("PATCH", "/groups/1002", {"org_unit_name": "Support desk"}, 400, "org_unit_name"),
        ("PATCH", "/groups/1002", {"org_unit_parent_id": 1002}, 400, "itself or below"),
        ("PATCH", "/groups/1002", {"org_unit_parent_id": 1004}, 400, "itself or below"),
        ("PATCH", "/groups/1002", {"timezone": "UTC"}, 400, "timezone"),
        ("PATCH", "/groups/1002", {"top_ou_id": 1}, 400, "top_ou_id"),
        ("PATCH", "/groups/1002", {"billing_id": 1}, 400, "billing_id"),
        ("PATCH", "/groups/1002", {"org_unit_status": "inactive"}, 400, "org_unit_status"),
        ("PATCH", "/groups/1002", {"org_unit_created": "now"}, 400, "org_unit_created"),
        ("PUT", "/groups/1002", {**NEW, "group_modified": "now"}, 400, "group_modified"),
        ("PUT", "/groups/1002", {"org_unit_name": "Sales"}, 400, "org_unit_parent_id is required"),
        ("PATCH", "/groups/1001", {"org_unit_parent_id": 1002}, 400, "root cannot be moved"),
        ("DELETE", "/groups/1001", None, 400, "root"),
        ("DELETE", "/groups/1002", None, 400, "still has a organizational unit: 1004"),
        ("DELETE", "/groups/1003", None, 400, "still has a user: 10002"),
        ("PATCH", "/groups/77", {}, 404, "77"),
        ("GET", "/groups/77", None, 404, "77"),
        ("GET", "/groups/org-list/77", None, 404, "77"),
        ("GET", "/groups/list?org_unit_id=77", None, 404, "77"),
        ("GET", "/groups/list?org_unit_id=x", None, 400, "org_unit_id"),
        ("GET", "/groups/tree?active=maybe", None, 400, "active"),
        ("GET", "/groups", None, 405, "GET"),
        ("GET", "/groups/1002/more", None, 404, "/v3/groups/1002/more"),
    ],
)
def test_refusals(api: Api, case: tuple[str, str, object, int, str]) -> None:
    api.refused(*case)


def test_names_need_to_differ_among_siblings_only(api: Api) -> None:
    api.write("POST", "/groups", {"org_unit_name": "Sales", "org_unit_parent_id": 1003})
    api.write("PATCH", "/groups/1002", {"org_unit_name": "Sales"})


@pytest.mark.parametrize(
    "path", ["/groups/list", "/groups/tree", "/groups/1002", "/users/list", "/users/10001"]
)
def test_groups_and_users_are_for_admins(as_user: Callable[[str], Api], path: str) -> None:
    jane = as_user("jane@acme.example")
    assert jane("GET", path)[0] == 403
    jane.sandbox.configure(scope_401=True)
    assert jane("GET", path)[0] == 401
    assert jane("GET", "/tag")[0] == 200


@pytest.mark.parametrize(
    "case",
    [
        ("GET", "/groups/1002", None, 200),
        ("GET", "/groups/1003", None, 403),
        ("GET", "/groups/list?org_unit_id=1001", None, 403),
        ("GET", "/groups/org-list/1001", None, 403),
        ("GET", "/users/10002", None, 403),
        ("PATCH", "/users/10002", {"first_name": "No"}, 403),
        ("PATCH", "/users/10003", {"ct_user_ou_id": 1003}, 403),
        ("POST", "/tag", {"tag_name": "No", "org_unit_id": 1001}, 403),
        ("POST", "/tag", {"tag_name": "Yes", "org_unit_id": 1004}, 200),
    ],
)
def test_an_admin_reaches_the_own_unit_and_below(
    api: Api, as_user: Callable[[str], Api], case: tuple[str, str, object, int]
) -> None:
    method, path, body, status = case
    api.write("PATCH", "/users/10001", {"role": "Admin"})
    jane = as_user("jane@acme.example")
    assert jane(method, path, body)[0] == status
    assert [row["code"] for row in jane.get("/groups/tree")["groups"]] == ["1", "1.1"]
    assert jane.get("/tag")["total"] == 1 + (method == "POST" and status == 200)
