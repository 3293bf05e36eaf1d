"""The platform's resources, one entry each: what may be written, what is unique, what is never shown."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from reconciler.sandbox.fieldtypes import (
    ANYTHING,
    BOOLEAN,
    DESTINATIONS,
    EMAIL,
    INTEGER,
    INTEGERS,
    TEXT,
    FieldType,
    one_of,
)


class Kind(NamedTuple):
    """Field names are the ones that requests use; `id_field` is the id's name in rows."""

    name: str
    noun: str
    path: str
    section: str  # of seeds
    rows: str
    id_field: str
    created_id: str
    first_id: int
    label: str  # the field that a person knows the object by
    group: str  # the field that refers to its group
    times: tuple[str, str]  # names of the two times in rows and seeds
    fields: Mapping[str, FieldType]
    required: tuple[str, ...]  # on the resulting object, defaults counted in
    unique: tuple[tuple[str, ...], ...]  # the last name is the value, the ones before it are its place
    seeded: Mapping[str, FieldType]  # known to the platform, shown or used, not to be written
    refused: frozenset[str]  # further names that no request may write
    defaults: Mapping[str, Any]
    creation_only: frozenset[str] = frozenset()
    ignored_on_patch: frozenset[str] = frozenset()
    admins_only: bool = False
    is_replaced: bool = False  # no PATCH, and no details


GROUP = Kind(
    name="group",
    noun="organizational unit",
    path="/groups",
    section="groups",
    rows="groups",
    id_field="org_unit_id",
    created_id="orgUnitId",
    first_id=1001,
    label="org_unit_name",
    group="org_unit_parent_id",
    times=("org_unit_created", "org_unit_modified"),
    fields={
        "org_unit_name": TEXT,
        "org_unit_ext_id": TEXT,
        "org_unit_parent_id": INTEGER,
        "address": TEXT,
        "city": TEXT,
        "state": TEXT,
        "zip": TEXT,
        "phone_number": TEXT,
        "industry_id": INTEGER,
        "timezone": TEXT,
        "top_ou_id": INTEGER,
        "billing_id": INTEGER,
    },
    required=("org_unit_name", "org_unit_parent_id"),
    unique=(("org_unit_parent_id", "org_unit_name"), ("org_unit_ext_id",)),
    seeded={"org_unit_status": one_of("active", "inactive")},
    refused=frozenset({"industry_name", "group_created", "group_modified", "parent"}),
    defaults={"org_unit_parent_id": None, "org_unit_status": "active"},
    creation_only=frozenset({"timezone", "top_ou_id", "billing_id"}),
    ignored_on_patch=frozenset({"group_created", "group_modified"}),
    admins_only=True,
)

USER = Kind(
    name="user",
    noun="user",
    path="/users",
    section="users",
    rows="users",
    id_field="ct_user_id",
    created_id="userId",
    first_id=10001,
    label="username",
    group="ct_user_ou_id",
    times=("user_created", "user_modified"),
    fields={
        "username": EMAIL,
        "first_name": TEXT,
        "last_name": TEXT,
        "ct_user_ou_id": INTEGER,
        "role": one_of("Admin", "Standard", "ReadOnly"),
        "user_ext_id": TEXT,
        "user_status": one_of("active", "inactive"),
        "aliases": ANYTHING,
        "timezone": TEXT,
        "agent_ring_to": TEXT,
        "agent_code": INTEGER,
        "score_call": BOOLEAN,
        "access_audio": BOOLEAN,
    },
    required=("username", "ct_user_ou_id", "role", "user_status"),
    unique=(("username",), ("user_ext_id",)),
    seeded={"agent_id": TEXT, "group_access": INTEGER, "report_access": INTEGER},
    refused=frozenset(
        {
            "email",
            "group",
            "group_org_unit_id",
            "group_external_id",
            "status",
            "assign_scorecard",
            "account",
            "account_org_unit_id",
            "account_external_id",
            "parent_group",
            "parent_group_org_unit_id",
            "parent_group_external_id",
        }
    ),
    defaults={"role": "Standard", "user_status": "active", "score_call": False, "access_audio": False},
    admins_only=True,
)

TAG = Kind(
    name="tag",
    noun="tag",
    path="/tag",
    section="tags",
    rows="tags",
    id_field="tag_id",
    created_id="tagId",
    first_id=301,
    label="tag_name",
    group="org_unit_id",
    times=("tag_created", "tag_modified"),
    fields={"tag_name": TEXT, "org_unit_id": INTEGER},
    required=("tag_name", "org_unit_id"),
    unique=(("org_unit_id", "tag_name"),),
    seeded={},
    refused=frozenset({"group"}),
    defaults={},
    is_replaced=True,
)

ROUTE = Kind(
    name="route",
    noun="provisioned route",
    path="/provisioned-routes",
    section="routes",
    rows="provisionedRoutes",
    id_field="provisioned_route_id",
    created_id="provisionedRouteId",
    first_id=801,
    label="provisioned_route_name",
    group="org_unit_id",
    times=("route_created", "route_modified"),
    fields={
        "provisioned_route_name": TEXT,
        "org_unit_id": INTEGER,
        "campaign_id": INTEGER,
        "phone_number": TEXT,
        "route_type": one_of(
            "forward",
            "ivr",
            "georoute",
            "simultaneous",
            "percentage",
            "hangup",
            "schedule",
            "voicemail",
            "outbound",
            "round_robin",
        ),
        "ring_to": TEXT,
        "destinations": DESTINATIONS,
        "record_calls": BOOLEAN,
        "tag_ids": INTEGERS,
    },
    required=("provisioned_route_name", "org_unit_id"),
    unique=(("org_unit_id", "provisioned_route_name"),),
    seeded={"calls_last_7_days": INTEGER},
    refused=frozenset({"group", "tags"}),
    defaults={"destinations": [], "record_calls": False, "tag_ids": []},
)

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (GROUP, USER, TAG, ROUTE)}
ROLES: Mapping[str, int] = {"Admin": 1, "Standard": 2, "ReadOnly": 3}
