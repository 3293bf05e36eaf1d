import itertools
import time
from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.sandbox import SETTINGS

from .client import Api

ROUTE: dict[str, Any] = {
    "provisioned_route_name": "12",
    "org_unit_id": 1002,
    "route_type": "simultaneous",
    "destinations": [{"ring_to": "2125550100"}, {"ring_to": "+41315550100"}, {"ring_to": "none"}],
}


def test_every_switch_is_off_by_default() -> None:
    switches = [name for name, setting in SETTINGS.items() if setting.values == "switch"]
    assert [name for name in switches if SETTINGS[name].default] == ["retry_after", "renew_on_use"]
    assert all(setting.text for setting in SETTINGS.values())


@pytest.mark.parametrize(
    ("settings", "path", "expected"),
    [
        ({"booleans_yes_no": True}, "/users/10001", {"assign_scorecard": "No", "access_audio": "No"}),
        ({"booleans_yes_no": True}, "/provisioned-routes/801", {"record_calls": "Yes"}),
        ({"booleans_true_false": True}, "/users/10001", {"assign_scorecard": False, "access_audio": False}),
        ({"roles_bare": True}, "/users/10002", {"role": "ReadOnly"}),
        ({"roles_numbered": True}, "/users/10002", {"role": 3}),
        ({"phones_rewritten": True}, "/groups/1002", {"phone_number": "+1-212-555-0100"}),
        (
            {"phones_rewritten": True},
            "/provisioned-routes/802",
            {
                "phone_number": None,
                "destinations": [
                    {"ring_to": "(212) 555-0100"},
                    {"ring_to": "+41 31 55 50 10 0"},
                    {"ring_to": "none"},
                ],
            },
        ),
        ({"text_tidied": True}, "/groups/1002", {"org_unit_name": "Sales"}),
        ({"numbers_as_strings": True}, "/users/10001", {"ct_user_id": "10001", "assign_scorecard": False}),
        ({"numbers_as_strings": True}, "/provisioned-routes/801", {"tag_ids": ["301"]}),
        (
            {"strings_as_numbers": True},
            "/groups/1002",
            {"zip": "01234", "state": 12345, "address": "1234567890"},
        ),
        (
            {"strings_as_numbers": True, "numbers_as_strings": True},
            "/provisioned-routes/802",
            {"provisioned_route_name": 12, "provisioned_route_id": "802"},
        ),
        (
            {"unknown_fields": True},
            "/groups/1002",
            {"city": "Boston", "x_revision": 7, "x_links": {"self": None}},
        ),
        ({}, "/groups/1003", {"city": "", "zip": None}),
        ({"nothing": "null"}, "/groups/1003", {"city": None, "zip": None}),
        ({"nothing": "empty"}, "/groups/1003", {"city": "", "zip": ""}),
        ({"nothing": "absent"}, "/groups/1003", {"org_unit_name": "Support desk"}),
    ],
)
def test_how_facts_are_written_down(api: Api, settings: Any, path: str, expected: Any) -> None:
    api.write("POST", "/provisioned-routes", ROUTE)
    api.write("PATCH", "/groups/1002", {"zip": "01234", "state": "12345", "address": "1234567890"})
    api.write("PATCH", "/groups/1003", {"city": ""})
    api.sandbox.configure(**settings)
    found = api.get(path)
    assert found.items() >= expected.items()
    if settings.get("nothing") == "absent":
        assert not {"city", "zip"} & found.keys()


@pytest.mark.parametrize(
    ("method", "path", "body", "name"),
    [
        ("POST", "/groups", {"org_unit_name": "New", "org_unit_parent_id": 1001}, "org_unit_id"),
        ("POST", "/users", {"username": "new@acme.example", "ct_user_ou_id": 1001}, "ct_user_id"),
        ("POST", "/tag", {"tag_name": "New", "org_unit_id": 1001}, "tag_id"),
        ("POST", "/provisioned-routes", ROUTE, "provisioned_route_id"),
    ],
)
def test_other_names_of_new_ids(api: Api, method: str, path: str, body: Any, name: str) -> None:
    api.sandbox.configure(created_id_alternative=True)
    assert list(api.write(method, path, body)) == [name]


@pytest.mark.parametrize("settings", [{"unknown_fields": True}, {"nothing": "empty"}, {"nothing": "absent"}])
def test_lists_vary_like_single_objects(api: Api, settings: Any) -> None:
    api.sandbox.configure(**settings)
    first = api.get("/tag")["tags"][0]
    assert ("x_revision" in first) == ("unknown_fields" in settings)
    assert api.get("/groups/org-list/1002")["orgUnits"] == [1002, 1004]


def test_the_tree_nested(api: Api) -> None:
    api.sandbox.configure(tree_nested=True)
    (root,) = api.get("/groups/tree")["groups"]
    assert (root["org_unit_name"], root["org_unit_parent_id"], root["coded_level"]) == ("Acme", None, "1")
    sales, support = root["children"]
    assert sales["children"][0] == {
        "org_unit_id": 1004,
        "org_unit_name": "Old campaign",
        "org_unit_parent_id": 1002,
        "coded_level": "1.1.1",
        "children": [],
    }
    assert (support["coded_level"], support["children"]) == ("1.2", [])


def test_errors_in_html(api: Api) -> None:
    api.sandbox.configure(errors_not_json=True)
    answer = api.raw("GET", "/nowhere")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "text/html")
    assert answer.text.startswith("<html>")


def pages(api: Api, limit: int, size: int = 7) -> Iterator[tuple[list[int], int]]:
    """Ids and total of every page of a list of so many users, for a client that believes what arrives."""
    api.sandbox.load({"users": [{"username": f"{n}@b.c"} for n in range(size)]})
    offset = 0
    for _ in range(20):
        data = api.get(f"/users/list?sort_order=asc&limit={limit}&offset={offset}")
        if not data["users"]:
            return
        yield [user["ct_user_id"] - 10001 for user in data["users"]], data["total"]
        offset += len(data["users"])


@pytest.mark.parametrize(
    ("switch", "expected"),
    [
        (None, [([0, 1, 2], 7), ([3, 4, 5], 7), ([6], 7)]),
        ("short_pages", [([0, 1], 7), ([2, 3], 7), ([4, 5, 6], 7)]),
        ("totals_change", [([0, 1, 2], 8), ([3, 4, 5], 8), ([6], 7)]),
        ("totals_wrong", [([0, 1, 2], 8), ([3, 4, 5], 8), ([6], 8)]),
        ("rows_missing", [([0, 1, 2], 7), ([4, 5, 6], 7)]),
        ("pages_repeat", [([0, 1, 2], 7), ([0, 1, 2], 7), ([3, 4, 5], 7)]),
        ("rows_appear", [([0, 1, 2], 7), ([3, 4, 5], 8), ([6, 7], 8)]),
    ],
)
def test_pages(api: Api, switch: str | None, expected: Any) -> None:
    if switch:
        api.sandbox.configure(**{switch: True})
    assert list(itertools.islice(pages(api, 3), 3)) == expected


def test_the_total_changes_from_page_to_page(api: Api) -> None:
    api.sandbox.configure(totals_change=True)
    assert [total for _, total in pages(api, 2)] == [8, 10, 9, 7]


@pytest.mark.parametrize("path", ["/tag", "/provisioned-routes", "/groups/list"])
def test_a_limit_is_cut_down_where_none_is_documented(api: Api, path: str) -> None:
    api.sandbox.load({"tags": [{"tag_name": str(n)} for n in range(210)], "settings": {}})
    data = api.get(f"{path}?limit=1000&offset=0")
    assert len(next(iter(data.values()))) == min(200, data["total"])
    assert len(next(iter(api.get(path).values()))) == min(100, data["total"])
    assert api("GET", f"{path}?limit=0")[0] == 400


def test_latency(api: Api) -> None:
    api.sandbox.configure(latency=0.05)
    begin = time.perf_counter()
    api.get("/tag")
    assert time.perf_counter() - begin >= 0.05


def test_lists_that_lag_behind(api: Api) -> None:
    """Nothing else does: neither what is refused nor the details of an object."""
    api.sandbox.configure(list_lag=60)
    before = api.get("/tag"), api.get("/groups/tree")
    number = api.write("POST", "/tag", {"tag_name": "New", "org_unit_id": 1002})["tagId"]
    api.write("PATCH", "/groups/1002", {"org_unit_name": "Other"})
    assert (api.get("/tag"), api.get("/groups/tree")) == before
    assert api.get("/groups/1002")["org_unit_name"] == "Other"
    assert api("POST", "/tag", {"tag_name": "New", "org_unit_id": 1002})[0] == 400
    api.sandbox.configure(list_lag=0)
    assert number in [tag["tag_id"] for tag in api.get("/tag")["tags"]]
    assert "Other" in [group["text"] for group in api.get("/groups/tree")["groups"]]


@pytest.mark.parametrize(("retry_after", "header"), [(True, "1"), (False, None)])
def test_a_rate_limit(api: Api, retry_after: bool, header: str | None) -> None:
    api.sandbox.configure(rate_limit=2, retry_after=retry_after)
    answers = [api.raw("GET", "/tag") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers.get("Retry-After") == header
    if retry_after:
        time.sleep(1)
        assert api("GET", "/tag")[0] == 200


@pytest.mark.parametrize(
    "settings",
    [
        {"no_such": True},
        {"tree_nested": 1},
        {"nothing": "nil"},
        {"latency": -1},
        {"latency": True},
        {"latency": "1"},
        {"latency": 1e12},
        {"rate_limit": 1.5},
    ],
)
def test_settings_that_do_not_fit(api: Api, settings: Any) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        api.sandbox.configure(**settings)
