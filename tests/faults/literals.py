"""An account, and files that ask for a bit of everything: ids that flow, a rename, moves, deletions."""

from typing import Any

ACCOUNT: dict[str, Any] = {
    "account": {"org_unit_id": 1001, "org_unit_name": "Acme", "org_unit_ext_id": "ORG-1000"},
    "groups": [
        {"org_unit_id": 1002, "org_unit_name": "Sales", "org_unit_ext_id": "ORG-1002", "city": "Boston"},
        {"org_unit_id": 1003, "org_unit_name": "Support", "org_unit_ext_id": "ORG-1003"},
        {"org_unit_id": 1004, "org_unit_name": "Old", "org_unit_ext_id": "ORG-1004"},
    ],
    "users": [
        {"ct_user_id": 10001, "username": "jane@acme.example", "group": "ORG-1002", "first_name": "Jane"},
        {"ct_user_id": 10002, "username": "gone@acme.example", "group": "ORG-1004"},
    ],
    "tags": [
        {"tag_id": 301, "tag_name": "Hot lead", "group": "ORG-1002"},
        {"tag_id": 302, "tag_name": "Stale lead", "group": "ORG-1004"},
    ],
    "routes": [
        {
            "provisioned_route_id": 801,
            "provisioned_route_name": "Main line",
            "group": "ORG-1002",
            "route_type": "forward",
            "ring_to": "+14255551234",
            "tags": [301],
        },
        {
            "provisioned_route_id": 802,
            "provisioned_route_name": "Old line",
            "group": "ORG-1004",
            "route_type": "voicemail",
        },
    ],
}

MIXED = """\
groups:
  - {org_unit_name: Acme, org_unit_ext_id: ORG-1000}
  - {org_unit_name: Sales, org_unit_ext_id: ORG-1002, parent: ORG-1000, city: New York}
  - {org_unit_name: Support, org_unit_ext_id: ORG-1003, parent: ORG-2001}
  - {org_unit_name: East, org_unit_ext_id: ORG-2001, parent: ORG-1002}
  - {org_unit_name: Harbour, org_unit_ext_id: ORG-2002, parent: ORG-2001}
users:
  - {username: jane@acme.example, group: ORG-2001}
  - {username: new@acme.example, group: ORG-2002, first_name: New}
tags:
  - {tag_name: Warm lead, group: ORG-1002, previously: ORG-1002/Hot lead}
  - {tag_name: Callback, group: ORG-2001}
routes:
  - {provisioned_route_name: Main line, group: ORG-1002, route_type: forward, ring_to: "+12125550100"}
  - {provisioned_route_name: East line, group: ORG-2002, route_type: voicemail, tags: [Callback, Warm lead]}
removed: [group/ORG-1004, user/gone@acme.example, tag/ORG-1004/Stale lead, route/ORG-1004/Old line]
"""

# Its writes, in the order in which a single worker sends them.
WRITES = [
    "create group/ORG-2001",
    "create group/ORG-2002",
    "create tag/ORG-2001/Callback",
    "update group/ORG-1002",
    "update route/ORG-1002/Main line",
    "update tag/ORG-1002/Warm lead",
    "update group/ORG-1003",
    "update user/jane@acme.example",
    "create route/ORG-2002/East line",
    "create user/new@acme.example",
    "delete route/ORG-1004/Old line",
    "delete tag/ORG-1004/Stale lead",
    "delete user/gone@acme.example",
    "delete group/ORG-1004",
]

# Without the one thing that cannot be taken back: a user's deletion.
WITHOUT_FAREWELL = MIXED.replace("user/gone@acme.example, ", "").replace(
    "tags:\n", "  - {username: gone@acme.example, group: ORG-1003}\ntags:\n", 1
)
NEW_USER = "  - {username: new@acme.example, group: ORG-2002, first_name: New}\n"

TWENTY = "users:\n" + "".join(
    f"  - {{username: u{number:02}@acme.example, group: ORG-1002}}\n" for number in range(1, 21)
)
