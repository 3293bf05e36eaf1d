import json
from typing import Any

import pytest

from reconciler.sandbox import SeedError, default_seed, serve

from .client import Api


def test_the_demo_account(api: Api) -> None:
    state = api.sandbox.dump()
    assert [group["org_unit_id"] for group in state["groups"]] == [1002, 1003, 1004]
    assert [user["username"] for user in state["users"]] == [
        f"{name}@acme.example" for name in ("jane", "sam", "gone", "ceo")
    ]
    assert [tag["tag_id"] for tag in state["tags"]] == [301, 302]
    assert state["routes"][0]["tags"] == [301]
    assert default_seed()["account"]["org_unit_ext_id"] == "ORG-1000"


def test_an_empty_seed_has_a_root_alone() -> None:
    with serve({}) as sandbox:
        state = sandbox.dump()
    assert state["account"]["org_unit_id"] == 1001
    assert state["groups"] == state["users"] == state["tags"] == state["routes"] == []


def test_a_dump_loads_to_the_same_state(api: Api) -> None:
    api.write("DELETE", "/users/10003")
    api.write("DELETE", "/groups/1004")
    api.write("PATCH", "/groups/1002", {"city": None, "extra": {"a": [1]}})
    api.write("PATCH", "/users/10001", {"timezone": "UTC", "aliases": ["j"]})
    api.write("PATCH", "/provisioned-routes/801", {"tag_ids": None})
    api.write("PUT", "/groups/1001", {"org_unit_name": "Acme"})
    api.write("POST", "/groups", {"org_unit_name": "B", "org_unit_parent_id": 1002, "timezone": "UTC"})
    api.sandbox.configure(tree_nested=True, latency=0.001)
    first = json.dumps(api.sandbox.dump())
    with serve(json.loads(first)) as other:
        assert json.dumps(other.dump()) == first
        api.sandbox.load(other.dump())
    assert json.dumps(api.sandbox.dump()) == first
    assert api.write("POST", "/groups", {"org_unit_name": "C", "org_unit_parent_id": 1002}) == {
        "orgUnitId": 1006
    }


def test_settings_stay_unless_the_seed_has_some(api: Api) -> None:
    api.sandbox.configure(tree_nested=True)
    api.sandbox.load({})
    assert api.sandbox.dump()["settings"] == {"tree_nested": True}
    api.sandbox.load({"settings": {"nothing": "absent"}})
    assert api.sandbox.dump()["settings"] == {"nothing": "absent"}


def test_a_seed_is_left_as_it_was() -> None:
    seed = default_seed()
    with serve(seed) as sandbox:
        sandbox.load(seed)
    assert seed == default_seed()


def test_ids_and_references_in_any_order() -> None:
    seed = {
        "account": {"org_unit_id": 5, "org_unit_name": "A", "org_unit_ext_id": "E"},
        "groups": [
            {"org_unit_name": "D", "parent": "A/B/C"},
            {"org_unit_name": "C", "parent": "A/B", "org_unit_status": "inactive"},
            {"org_unit_name": "B", "org_unit_id": 2000},
            {"org_unit_name": "X", "parent": 2000},
        ],
        "tags": [{"tag_name": "T", "group": "A/B"}, {"tag_name": "T", "group": "E"}, {"tag_name": "U"}],
        "routes": [
            {"provisioned_route_name": "R", "tags": ["T", "U", 301]},
            {
                "provisioned_route_name": "S",
                "provisioned_route_id": 7,
                "route_created": "2020-01-01T00:00:00.000Z",
            },
        ],
    }
    with serve(seed) as sandbox:
        state = sandbox.dump()
    groups = {group["org_unit_name"]: (group["org_unit_id"], group["parent"]) for group in state["groups"]}
    assert groups == {"D": (2001, 2002), "C": (2002, 2000), "B": (2000, 5), "X": (2003, 2000)}
    older, newer = state["routes"]
    assert (newer["tags"], newer["provisioned_route_id"]) == ([302, 303, 301], 801)
    assert older["route_modified"] == "2020-01-01T00:00:00.000Z"


def test_what_was_created_first_comes_first() -> None:
    tags = [{"tag_name": "new"}, {"tag_name": "old", "tag_created": "2020-01-01T00:00:00.000Z"}]
    with serve({"tags": tags}) as sandbox:
        api = Api(sandbox)
        assert [row["tag_name"] for row in api.get("/tag")["tags"]] == ["old", "new"]
        api.write("DELETE", "/tag/302")
        assert [row["tag_name"] for row in api.get("/tag")["tags"]] == ["new"]
        api.session.close()


@pytest.mark.parametrize(
    ("seed", "message"),
    [
        (["people"], "a seed must be an object"),
        ({"people": []}, "people: a seed has"),
        ({"users": {}}, "users: must be a list"),
        ({"users": ["a"]}, "users: must be a list"),
        ({"account": []}, "account: must be an object"),
        ({"tokens": {"T": 1}}, "tokens: every value"),
        ({"clock": "late"}, "clock: must be"),
        ({"next_ids": {"group": "x"}}, "next_ids: must be"),
        ({"next_ids": {"campaign": 1}}, "there is no kind 'campaign'"),
        ({"settings": {"nix": 1}}, "settings: there is no setting 'nix'"),
        ({"account": {"org_unit_id": "x"}}, "account: an id must be"),
        ({"account": {"org_unit_id": 10**15}}, "account: an id must be"),
        ({"account": {"parent": 1}}, "account: parent is not for seeds"),
        (
            {"groups": [{"org_unit_name": "A", "org_unit_id": 1001}]},
            r"groups\[0\] \(A\): org_unit_id 1001 is taken",
        ),
        ({"groups": [{"org_unit_name": "A", "org_unit_id": 0}]}, "an id must be an integer from 1"),
        (
            {"groups": [{"org_unit_name": "A"}, {"org_unit_name": "A"}]},
            r"groups\[1\] \(A\): org_unit_name is already",
        ),
        (
            {"groups": [{"org_unit_name": "A", "parent": "Account/A"}]},
            r"groups\[0\] \(A\): there is no group 'Account/A'",
        ),
        ({"groups": [{"org_unit_name": "A", "parent": 7}]}, "there is no group 7"),
        ({"groups": [{"org_unit_name": "A", "zip": 7}]}, "zip must be a string"),
        (
            {"users": [{"email": "a@b.c", "group": "Sales"}]},
            r"users\[0\] \(a@b.c\): there is no group 'Sales'",
        ),
        (
            {"users": [{"email": "a@b.c"}, {"username": "A@b.c"}]},
            r"users\[1\] \(A@b.c\): username is already",
        ),
        ({"users": [{"email": "a@b.c", "ct_user_ou_id": 1001}]}, "ct_user_ou_id is not for seeds"),
        ({"users": [{"group": 1001}]}, r"users\[0\] \(None\): username is required"),
        ({"routes": [{"provisioned_route_name": "R", "tags": ["T"]}]}, "there are 0 tags 'T'"),
        ({"routes": [{"provisioned_route_name": "R", "tags": [9]}]}, "no tag 9"),
        ({"routes": [{"provisioned_route_name": "R", "tags": "T"}]}, "tags must be a list"),
        ({"routes": [{"provisioned_route_name": "R", "route_type": "forward"}]}, "ring_to is required"),
    ],
)
def test_seeds_that_are_not_sound(api: Api, seed: Any, message: str) -> None:
    before = api.sandbox.dump()
    with pytest.raises(SeedError, match=message):
        api.sandbox.load(seed)
    with pytest.raises(SeedError, match=message):
        serve(seed)
    assert api.sandbox.dump() == before
