"""Two of everything to create, to update and to delete, one file for each kind."""

from typing import Any

TWO_OF_EACH: dict[str, Any] = {
    "account": {"org_unit_id": 1001, "org_unit_name": "Acme", "org_unit_ext_id": "ORG-1000"},
    "groups": [
        {"org_unit_id": 1002, "org_unit_name": "Sales", "org_unit_ext_id": "SALES"},
        {"org_unit_id": 1003, "org_unit_name": "North", "org_unit_ext_id": "NORTH", "city": "Oslo"},
        {"org_unit_id": 1004, "org_unit_name": "South", "org_unit_ext_id": "SOUTH", "city": "Rome"},
        {"org_unit_id": 1005, "org_unit_name": "Ebb", "org_unit_ext_id": "EBB"},
        {"org_unit_id": 1006, "org_unit_name": "Flow", "org_unit_ext_id": "FLOW"},
    ],
    "users": [
        {"ct_user_id": 10001, "username": "north@acme.example", "group": "SALES", "first_name": "Nora"},
        {"ct_user_id": 10002, "username": "south@acme.example", "group": "SALES", "first_name": "Sam"},
        {"ct_user_id": 10003, "username": "ebb@acme.example", "group": "SALES"},
        {"ct_user_id": 10004, "username": "flow@acme.example", "group": "SALES"},
    ],
    "tags": [
        {"tag_id": 301, "tag_name": "North", "group": "SALES"},
        {"tag_id": 302, "tag_name": "South", "group": "SALES"},
        {"tag_id": 303, "tag_name": "Ebb", "group": "SALES"},
        {"tag_id": 304, "tag_name": "Flow", "group": "SALES"},
    ],
    "routes": [
        {"provisioned_route_id": 801, "provisioned_route_name": "North", "route_type": "voicemail"},
        {"provisioned_route_id": 802, "provisioned_route_name": "South", "route_type": "voicemail"},
        {"provisioned_route_id": 803, "provisioned_route_name": "Ebb", "route_type": "voicemail"},
        {"provisioned_route_id": 804, "provisioned_route_name": "Flow", "route_type": "voicemail"},
    ],
}

FILES = {
    "groups.yaml": """\
groups:
  - {org_unit_name: North, org_unit_ext_id: NORTH, parent: ORG-1000, city: Bergen}
  - {org_unit_name: South, org_unit_ext_id: SOUTH, parent: ORG-1000, city: Naples}
  - {org_unit_name: East, org_unit_ext_id: EAST, parent: ORG-1000}
  - {org_unit_name: West, org_unit_ext_id: WEST, parent: ORG-1000}
removed: [group/EBB, group/FLOW]
""",
    "users.yaml": """\
users:
  - {username: north@acme.example, group: SALES, first_name: Nina}
  - {username: south@acme.example, group: SALES, first_name: Sue}
  - {username: east@acme.example, group: SALES}
  - {username: west@acme.example, group: SALES}
removed: [user/ebb@acme.example, user/flow@acme.example]
""",
    "tags.yaml": """\
tags:
  - {tag_name: Far north, group: SALES, previously: SALES/North}
  - {tag_name: Far south, group: SALES, previously: SALES/South}
  - {tag_name: East, group: SALES}
  - {tag_name: West, group: SALES}
removed: [tag/SALES/Ebb, tag/SALES/Flow]
""",
    "routes.yaml": """\
routes:
  - {provisioned_route_name: North, group: ORG-1000, route_type: hangup}
  - {provisioned_route_name: South, group: ORG-1000, route_type: hangup}
  - {provisioned_route_name: East, group: ORG-1000, route_type: voicemail}
  - {provisioned_route_name: West, group: ORG-1000, route_type: voicemail}
removed: [route/ORG-1000/Ebb, route/ORG-1000/Flow]
""",
}
