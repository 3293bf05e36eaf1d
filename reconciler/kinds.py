"""The wire facts: all that is true of one kind of object on the platform stands in one entry here.

Marks say how well a fact is known: D documented, I inferred from the API's habits, A assumed. Source of
every fact: the public pages of the Convirza Platform API V3 (April 2026).
"""

from collections.abc import Mapping
from types import MappingProxyType

from reconciler.facts import Field, Kind, Settable, Type

# D: the numbers; I: that rows of users may tell them in place of the names.
ROLES: Mapping[int, str] = MappingProxyType({1: "Admin", 2: "Standard", 3: "ReadOnly"})

GROUP = Kind(
    name="group",
    plural="groups",
    path="/groups",
    list_path="/groups/list",
    rows="groups",
    id="org_unit_id",
    created_id="orgUnitId",
    label="org_unit_name",
    identity=("org_unit_ext_id", "parent", "org_unit_name"),
    place="parent",
    external_id="org_unit_ext_id",
    tree_path="/groups/tree",
    tree_query={"active": "false"},  # inactive ones, too
    inactive_query={"status": "inactive"},
    hinting=(("parent", "phone_number"), ("parent", "address", "city")),
    unique=(("parent", "org_unit_name"), ("org_unit_ext_id",)),
    gone=("org_unit_status", "deleted"),
    inactive=("org_unit_status", "inactive"),
    fields=(
        Field("org_unit_name", required=True),
        Field("org_unit_ext_id"),
        Field("parent", Type.REFERENCE, write="org_unit_parent_id", required=True, refers_to="group"),
        Field("address"),
        Field("city"),
        Field("state"),
        Field("zip"),
        Field("phone_number", Type.PHONE),
        Field("industry_id", Type.INTEGER),
        Field("timezone", readable=False, settable=Settable.CREATION),
        Field("top_ou_id", Type.INTEGER, settable=Settable.CREATION),
        Field("billing_id", Type.INTEGER, settable=Settable.CREATION),
    ),
    read_only=frozenset(
        {"org_unit_status", "industry_name", "org_unit_created", "org_unit_modified"}
        | {"group_created", "group_modified"}
    ),
    aliases={"status": "org_unit_status"},
    marks={"paths": "I", "gone": "A", "inactive": "I", "unique org_unit_ext_id": "I"},
)

USER = Kind(
    name="user",
    plural="users",
    path="/users",
    list_path="/users/list",
    rows="users",
    id="ct_user_id",
    created_id="userId",
    label="username",
    identity=("username",),
    external_id="user_ext_id",
    query={"sort_by": "created_on", "sort_order": "asc"},
    inactive_query={"user_status": "inactive"},
    asked_by_label=True,
    unique=(("username",), ("user_ext_id",)),
    gone=("user_status", "deleted"),
    inactive=("user_status", "inactive"),
    telling=(("first_name", "last_name", "group"), ("first_name", "last_name", "agent_ring_to")),
    hinting=(("user_ext_id",), ("agent_ring_to", "group"), ("first_name", "last_name")),
    fields=(
        Field("username", Type.EMAIL, read="email", required=True),
        Field("first_name"),
        Field("last_name"),
        Field(
            "group",
            Type.REFERENCE,
            write="ct_user_ou_id",
            read="group_org_unit_id",
            required=True,
            refers_to="group",
        ),
        Field("role", Type.CHOICE, choices=tuple(ROLES.values()), numbers=tuple(ROLES), suffix="User"),
        Field("user_ext_id"),
        Field("user_status", Type.CHOICE, read="status", choices=("active", "inactive", "deleted")),
        Field("aliases", Type.ANY, readable=False),
        Field("timezone", readable=False),
        Field("agent_ring_to", Type.PHONE),
        Field("agent_code", Type.INTEGER, readable=False),
        Field("score_call", Type.FLAG, read="assign_scorecard", mark="I"),
        Field("access_audio", Type.FLAG),
    ),
    read_only=frozenset(
        {"agent_id", "group", "group_external_id", "account", "account_org_unit_id", "account_external_id"}
        | {"parent_group", "parent_group_org_unit_id", "parent_group_external_id"}
        | {"group_access", "report_access", "user_created"}
    ),
    aliases={"user_id": "ct_user_id", "role_id": "role"},
    marks={"unique username": "I", "unique user_ext_id": "I"},
)

TAG = Kind(
    name="tag",
    plural="tags",
    path="/tag",
    list_path="/tag",
    rows="tags",
    id="tag_id",
    created_id="tagId",
    label="tag_name",
    identity=("group", "tag_name"),
    place="group",
    update_method="PUT",
    details=False,
    unique=(("group", "tag_name"),),
    fields=(
        Field("tag_name", required=True, mark="A"),
        Field("group", Type.REFERENCE, write="org_unit_id", required=True, refers_to="group", mark="A"),
    ),
    read_only=frozenset({"tag_created", "tag_modified"}),
    marks={"paths": "A", "rows": "A", "id": "A", "within": "A", "unique": "A"},
)

ROUTE = Kind(
    name="route",
    plural="routes",
    path="/provisioned-routes",
    list_path="/provisioned-routes",
    rows="provisionedRoutes",
    id="provisioned_route_id",
    created_id="provisionedRouteId",
    label="provisioned_route_name",
    identity=("group", "provisioned_route_name"),
    place="group",
    unique=(("group", "provisioned_route_name"),),
    exclusive=("phone_number",),
    telling=(("phone_number",),),
    hinting=(("group", "route_type", "ring_to"), ("group", "route_type", "destinations")),
    fields=(
        Field("provisioned_route_name", required=True, mark="A"),
        Field("group", Type.REFERENCE, write="org_unit_id", required=True, refers_to="group", mark="I"),
        Field("campaign_id", Type.INTEGER, mark="A"),
        Field("phone_number", Type.PHONE, settable=Settable.ONCE, mark="A"),
        Field(
            "route_type",
            Type.CHOICE,
            choices=(
                *("forward", "ivr", "georoute", "simultaneous", "percentage"),
                *("hangup", "schedule", "voicemail", "outbound", "round_robin"),
            ),
            mark="I",
        ),
        Field("ring_to", Type.PHONE, mark="A"),
        Field(
            "destinations",
            Type.ENTRIES,
            entries=(Field("ring_to", Type.PHONE), Field("percentage", Type.INTEGER)),
            ordered_when=("route_type", "round_robin"),
            mark="A",
        ),
        Field("record_calls", Type.FLAG, mark="A"),
        Field("tags", Type.REFERENCES, write="tag_ids", refers_to="tag", mark="A"),
    ),
    read_only=frozenset({"route_created", "route_modified"}),
    marks={"paths": "I", "rows": "A", "id": "A", "within": "A", "unique": "A", "exclusive": "A"},
)

Kinds = Mapping[str, Kind]

# In the order in which they are read and shown: what is referred to comes first.
KINDS: Kinds = MappingProxyType({kind.name: kind for kind in (GROUP, USER, TAG, ROUTE)})

# Where each kind stands in the table.
ORDER = {name: number for number, name in enumerate(KINDS)}
# The fields that say where calls ring.
ROUTING = {"route": ("route_type", "ring_to", "destinations"), "user": ("agent_ring_to",)}
# A: the routings that share calls out among `destinations`.
SHARING = ("simultaneous", "percentage", "round_robin")
# The fields of a user, with the values, by which somebody may do everything, or not even sign in.
ADMIN, INACTIVE = ("role", "Admin"), USER.inactive
# What stands in the names of credentials, which no file, plan or journal holds.
CREDENTIALS = (
    *("pass word", "pass phrase", "passwd", "pwd", "secret", "token", "bearer"),
    *("api key", "access key", "private key", "credential", "authorization"),
)
# D: the kinds that nobody else may even read.
FOR_ADMINS = ("group", "user")
# A: of ten digits without a plus, which a platform in North America may have left out; and how those look.
COUNTRY_CODE, WITHOUT_COUNTRY = "+1", r"[2-9][0-9]{9}"
# The kind that a user's word means, in the singular or the plural.
KIND_NAMES: Mapping[str, str] = MappingProxyType(
    {name: kind.name for kind in KINDS.values() for name in (kind.name, kind.plural)}
)

REFERRED_TO = frozenset(field.refers_to for kind in KINDS.values() for field in kind.references)

# The few calls that belong to no kind. D: the paths and the values; A: the names of the keys that are sent.
PROFILE_PATH = "/auth/profile"
SIGN_IN_PATH, SIGN_IN_KEYS = "/oauth/token", ("email", "password")
REFRESH_PATH, REFRESH_KEY = "/oauth/refresh-token", "refresh_token"
REVOKE_PATH, REVOKE_KEYS = "/oauth/revoke-token", ("token", "token_type")
CALLS_PATH = "/conversations/calls"
# Whose the paths are that no kind can have.
PATHS_OF_NO_KIND = MappingProxyType({"/auth": "profiles", "/oauth": "the sign-in", CALLS_PATH: "calls"})
