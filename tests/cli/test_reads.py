"""Reads cost pages, not objects: as many requests as the design allows, and not one more."""

import json
from math import ceil
from typing import Any

import pytest

PAGE = 200


def account(children, users=0, tags=0, routes=0):
    """A seed: `children` says for each parent, by number, how many sub-groups it has; 0 is the root."""
    groups: list[dict[str, Any]] = []
    parents: list[Any] = [1001]
    for parent, count in children.items():
        for _ in range(count):
            groups.append(
                {
                    "org_unit_id": 5000 + len(groups),
                    "org_unit_name": f"G{len(groups)}",
                    "parent": parents[parent],
                }
            )
            parents.append(groups[-1]["org_unit_id"])
    return {
        "account": {"org_unit_id": 1001, "org_unit_name": "Acme", "org_unit_ext_id": "ROOT"},
        "groups": groups,
        "users": [
            {"username": f"u{n}@acme.example", "group": 1001, "role": "Standard"} for n in range(users)
        ],
        "tags": [{"tag_name": f"T{n}", "group": 1001} for n in range(tags)],
        "routes": [
            {"provisioned_route_name": f"R{n}", "group": 1001, "route_type": "voicemail"}
            for n in range(routes)
        ],
    }


def bound(children, users=0, tags=0, routes=0):
    """Who is signed in, the tree, the root, each parent's pages, and the pages of the other kinds."""
    lists = sum(ceil(count / PAGE) for count in children.values())
    return 3 + lists + sum(max(1, ceil(count / PAGE)) for count in (users, tags, routes))


@pytest.mark.parametrize(
    "shape",
    [
        {"children": {}},
        {"children": {0: 3}},
        {"children": {0: 3, 1: 2, 4: 1}, "users": 5, "tags": 1},
        {"children": {0: 401}, "users": 200, "tags": 201, "routes": 400},
        {"children": {0: 200, 5: 200, 7: 1}, "users": 1001, "routes": 1},
        {"children": dict.fromkeys(range(30), 1)},
    ],
)
def test_requests_of_a_plan(reconciler, workspace, platform, shape):
    platform.load(account(**shape))
    platform.clear_requests()
    (workspace / "all.yaml").write_text(
        "groups:\n  - {org_unit_name: Acme, org_unit_ext_id: ROOT, city: Boston}\n"
    )
    plan = json.loads(reconciler("plan", "--format", "json").out)
    sent = platform.requests()
    assert len(sent) == bound(**shape) == plan["requests"]["read"]
    assert len({(each["path"], json.dumps(each["query"], sort_keys=True)) for each in sent}) == len(sent)


def test_pages_are_asked_for_in_ascending_order(reconciler, workspace, platform):
    (workspace / "all.yaml").write_text("groups:\n  - {org_unit_name: Acme, org_unit_ext_id: ORG-1000}\n")
    reconciler("plan")
    users = next(each for each in platform.requests() if each["path"] == "/users/list")
    assert users["query"] == {"sort_by": "created_on", "sort_order": "asc", "limit": "200", "offset": "0"}
