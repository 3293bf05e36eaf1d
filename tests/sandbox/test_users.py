import pytest

from .client import Api

NEW = {"username": "new@acme.example", "ct_user_ou_id": 1002}


def emails(api: Api, query: str) -> list[str]:
    return [row["email"].partition("@")[0] for row in api.get("/users/list" + query)["users"]]


def test_rows_and_details_have_the_documented_shape(api: Api) -> None:
    row = api.get("/users/10003")
    assert row == {
        "first_name": None,
        "last_name": None,
        "email": "gone@acme.example",
        "user_ext_id": None,
        "ct_user_id": 10003,
        "status": "active",
        "agent_ring_to": None,
        "agent_id": "AGT-10003",
        "group": "Old campaign",
        "group_org_unit_id": 1004,
        "group_external_id": "ORG-1004",
        "account": "Acme",
        "account_org_unit_id": 1001,
        "account_external_id": "ORG-1000",
        "parent_group": "Sales",
        "parent_group_org_unit_id": 1002,
        "parent_group_external_id": "ORG-1002",
        "role": "Standard User",
        "access_audio": "No",
        "group_access": 3,
        "report_access": 5,
        "assign_scorecard": False,
        "user_created": "2026-01-01T02:46:43.000Z",
    }
    assert row in api.get("/users/list")["users"]
    assert api.get("/users/10002")["role"] == "ReadOnly User"
    assert api.get("/users/10004")["role"] == "Admin User"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["ceo", "gone", "sam", "jane"]),
        ("?sort_order=asc", ["jane", "sam", "gone", "ceo"]),
        ("?sort_by=email&sort_order=asc", ["ceo", "gone", "jane", "sam"]),
        ("?sort_by=email", ["sam", "jane", "gone", "ceo"]),
        ("?sort_by=name&sort_order=asc", ["jane", "gone", "ceo", "sam"]),
        ("?org_unit_id=1002", ["gone", "jane"]),
        ("?email=ACME&role_id=2", ["gone", "jane"]),
        ("?name=b%20doe", ["sam"]),
        ("?user_status=active", ["ceo", "sam", "jane"]),
        ("?user_status=deleted", ["gone"]),
        ("?user_status=inactive", []),
        ("?role_id=9", []),
    ],
)
def test_lists_filter_and_sort(api: Api, query: str, expected: list[str]) -> None:
    if "org_unit_id" not in query and "role_id" not in query:
        api.write("PATCH", "/users/10002", {"first_name": "Bob", "last_name": "Doe"})
        api.write("DELETE", "/users/10003")
    assert emails(api, query) == expected


def test_create_keeps_everything_and_shows_most(api: Api) -> None:
    body = {
        **NEW,
        "first_name": "New",
        "role": "Admin",
        "user_ext_id": "E-1",
        "user_status": "inactive",
        "hat": [1],
        "aliases": ["n"],
        "timezone": "Europe/Bern",
        "agent_ring_to": "+14255551234",
        "agent_code": "10",
        "score_call": True,
        "access_audio": True,
    }
    assert api.write("POST", "/users", body) == {"userId": 10005}
    row = api.get("/users/10005")
    assert (row["assign_scorecard"], row["access_audio"], row["status"]) == (True, "Yes", "inactive")
    assert row["hat"] == [1]
    assert not {"aliases", "timezone", "agent_code", "username"} & row.keys()
    kept = api.sandbox.dump()["users"][-1]
    assert (kept["aliases"], kept["timezone"], kept["agent_code"]) == (["n"], "Europe/Bern", 10)


def test_put_replaces_everything_that_can_be_written(api: Api) -> None:
    seed = api.sandbox.dump()
    seed["users"][0] |= {"agent_id": "AGT-X", "first_name": "Jane", "timezone": "UTC"}
    api.sandbox.load(seed)
    api.write("PUT", "/users/10001", {**NEW, "username": "jane@acme.example"})
    row = api.get("/users/10001")
    assert (row["first_name"], row["agent_id"]) == (None, "AGT-X")
    assert "timezone" not in api.sandbox.dump()["users"][0]


def test_nothing_can_be_null_where_nothing_is_required(api: Api) -> None:
    api.write("PATCH", "/users/10001", {"access_audio": None, "first_name": None, "agent_code": None})
    assert api.get("/users/10001")["access_audio"] is None


def test_deleting_is_soft(api: Api) -> None:
    api.write("PATCH", "/users/10003", {"user_ext_id": "E-1"})
    assert api.write("DELETE", "/users/10003") == {"userId": 10003}
    assert api.get("/users/10003")["status"] == "deleted"
    assert api.get("/users/list")["total"] == 4
    assert [api(method, "/users/10003", {})[0] for method in ("DELETE", "PATCH", "PUT")] == [404] * 3
    status, message = api("POST", "/users", {**NEW, "username": "GONE@acme.example"})
    assert (status, message) == (400, "username belongs to user 10003, which is deleted")
    api.write("POST", "/users", {**NEW, "user_ext_id": "E-1"})


@pytest.mark.parametrize(
    "case",
    [
        ("POST", "/users", {"username": "x@y.z"}, 400, "ct_user_ou_id is required"),
        ("POST", "/users", {"ct_user_ou_id": 1001}, 400, "username is required"),
        ("POST", "/users", {**NEW, "username": "JANE@acme.example"}, 400, "already used by user 10001"),
        ("POST", "/users", {**NEW, "username": "nobody"}, 400, "e-mail address"),
        ("POST", "/users", {**NEW, "ct_user_ou_id": 5}, 400, "no organizational unit 5"),
        ("POST", "/users", {**NEW, "ct_user_ou_id": 1.5}, 400, "ct_user_ou_id must be an integer"),
        ("POST", "/users", {**NEW, "role": "Boss"}, 400, "role must be one of Admin"),
        ("POST", "/users", {**NEW, "user_status": "deleted"}, 400, "user_status must be one of"),
        ("POST", "/users", {**NEW, "email": "a@b.c"}, 400, "email cannot be written"),
        ("PATCH", "/users/10001", {"ct_user_id": 1}, 400, "ct_user_id"),
        ("PATCH", "/users/10001", {"group_org_unit_id": 1}, 400, "group_org_unit_id"),
        ("PATCH", "/users/10001", {"role": None}, 400, "role is required"),
        ("PATCH", "/users/10001", {"access_audio": "Yes"}, 400, "access_audio must be true or false"),
        ("PATCH", "/users/10001", {"username": "SAM@acme.example"}, 400, "already used by user 10002"),
        ("PUT", "/users/10001", {"first_name": "Jane"}, 400, "required"),
        ("GET", "/users/7", None, 404, "user 7"),
        ("GET", "/users/list?limit=201", None, 400, "limit"),
        ("GET", "/users/list?limit=0", None, 400, "limit"),
        ("GET", "/users/list?offset=-1", None, 400, "offset"),
        ("GET", "/users/list?limit=many", None, 400, "limit must be an integer"),
        ("GET", "/users/list?sort_by=age", None, 400, "sort_by"),
        ("GET", "/users/list?sort_order=up", None, 400, "sort_order"),
        ("GET", "/users/list?user_status=odd", None, 400, "user_status"),
        ("GET", "/users/list?role_id=Admin", None, 400, "role_id"),
    ],
)
def test_refusals(api: Api, case: tuple[str, str, object, int, str]) -> None:
    api.refused(*case)


def test_an_email_may_change_its_case(api: Api) -> None:
    api.write("PATCH", "/users/10001", {"username": "Jane@Acme.example"})
    assert api.get("/users/10001")["email"] == "Jane@Acme.example"
