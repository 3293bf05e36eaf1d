"""The wire facts: all that is true of one kind of object on the platform stands in one entry here.

Marks say how well a fact is known: D documented, I inferred from the API's habits, A assumed. Source of
every fact: the public pages of the Convirza Platform API V3 (April 2026).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Any


class Type(Enum):
    """How values of a field are written, read and compared."""

    TEXT = "text"
    EMAIL = "text without regard to case"
    INTEGER = "integer"
    FLAG = "true or false, or Yes and No"
    PHONE = "phone number, compared by its digits"
    CHOICE = "one of a closed set"
    REFERENCE = "the id of another object"
    REFERENCES = "a set of ids"
    ENTRIES = "a list of mappings"
    ANY = "anything, compared as it is"

    __hash__ = object.__hash__  # each is there once; Enum's own is written in Python, and asked once a value


class Settable(Enum):
    ALWAYS = "on creation and later"
    ONCE = "until it has a value"
    CREATION = "on creation only"


@dataclass(frozen=True, slots=True)
class Field:
    """One managed field. `name` is the configuration's; `write` and `read` the API's where they differ."""

    name: str
    type: Type = Type.TEXT
    write: str = ""
    read: str = ""
    readable: bool = True
    settable: Settable = Settable.ALWAYS
    required: bool = False  # a creation without it is refused
    refers_to: str = ""
    refers_by: str = (
        ""  # where the object itself stands for its id: what its id is called, if not as built in
    )
    choices: tuple[str, ...] = ()
    suffix: str = ""  # what the platform appends to a choice when it is read
    spelled: Mapping[str, Any] = field(default_factory=dict)  # choices that the platform spells otherwise
    entries: tuple["Field", ...] = ()
    ordered_when: tuple[str, str] = ("", "")  # the order of entries matters where that field has that value
    mark: str = "D"
    wire_name: str = field(init=False, repr=False, compare=False)
    wire_names: tuple[str, str] = field(init=False, repr=False, compare=False)  # in rows, the likeliest first

    def __post_init__(self) -> None:
        object.__setattr__(self, "wire_name", self.write or self.name)
        object.__setattr__(self, "wire_names", (self.read or self.wire_name, self.wire_name))

    @property
    def is_own(self) -> bool:
        """Whether an object may be given it later, and did not inherit it."""
        return self.settable is not Settable.CREATION

    @property
    def may_be_unseen(self) -> bool:
        """Never shown, or settable on creation only and not shown for every object."""
        return not (self.readable and self.is_own)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object: its calls, its identity, its fields."""

    name: str
    plural: str
    path: str  # POST here; PUT, PATCH and DELETE on `path/id`
    list_path: str
    rows: str  # the array within `data`
    id: str
    created_id: str  # what a creation answers with; the plain `id` is accepted too
    label: str  # the field that holds its name
    identity: tuple[str, ...]  # the fields by which a described object is recognized
    fields: tuple[Field, ...]
    read_only: frozenset[str]
    place: str = ""  # the reference within which its name is unique
    external_id: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    update_method: str = "PATCH"
    unique: tuple[tuple[str, ...], ...] = ()
    gone: tuple[str, str] = ("", "")  # rows with this value in the field of this name count as not there
    total: str = "total"
    page_size: int = 200  # what is asked for; what arrives is believed
    within: str = "org_unit_id"  # asks the list for what is in that group
    asked_by_label: bool = False  # the list can be asked for by what rows call the label
    tree_path: str = ""  # where the whole tree of these objects can be read
    tree_query: Mapping[str, str] = field(default_factory=dict)
    details: bool = True  # one object can be read by GET on `path/id`
    telling: tuple[tuple[str, ...], ...] = ()  # fields that, all equal, give away a renamed object
    hinting: tuple[tuple[str, ...], ...] = ()  # fields that, all equal, are enough if the old one is to go
    marks: Mapping[str, str] = field(default_factory=dict)
    # What follows from the fields, asked for once an object:
    home: str = field(init=False, repr=False, compare=False)  # the reference to the group that it is in
    references: tuple[Field, ...] = field(init=False, repr=False, compare=False)
    plain: frozenset[str] = field(init=False, repr=False, compare=False)  # fields whose text is as it is
    row_names: frozenset[str] = field(init=False, repr=False, compare=False)  # all that rows may hold
    is_tree: bool = field(init=False, repr=False, compare=False)  # its objects stand in each other
    folds_case: bool = field(init=False, repr=False, compare=False)  # its key is an e-mail address
    _by_name: Mapping[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = {name for known in self.fields for name in (*known.wire_names, known.name)}
        by_name = {known.name: known for known in self.fields}
        derived = {
            "home": self.place or "group",
            "references": tuple(known for known in self.fields if known.refers_to),
            "plain": frozenset(known.name for known in self.fields if known.type in (Type.TEXT, Type.EMAIL)),
            "row_names": frozenset(names | {self.id} | self.read_only),
            "is_tree": bool(self.place) and by_name[self.place].refers_to == self.name,
            "folds_case": not self.place and by_name[self.label].type is Type.EMAIL,
            "_by_name": by_name,
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    def field(self, name: str) -> Field:
        """The field of that name; one that the table does not know passes through as it is."""
        return self._by_name.get(name) or Field(name, Type.ANY)

    def known(self, name: str) -> bool:
        return name in self._by_name

    def folded(self, key: str) -> str:
        """A key, or a name that stands alone in one, as keys are compared."""
        return key.lower() if self.folds_case else key


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
    hinting=(("parent", "phone_number"), ("parent", "address", "city")),
    unique=(("parent", "org_unit_name"), ("org_unit_ext_id",)),
    gone=("org_unit_status", "deleted"),
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
    marks={"paths": "I", "gone": "A", "unique org_unit_ext_id": "I"},
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
    asked_by_label=True,
    unique=(("username",), ("user_ext_id",)),
    gone=("user_status", "deleted"),
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
        Field("role", Type.CHOICE, choices=("Admin", "Standard", "ReadOnly"), suffix="User"),
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
    marks={"paths": "I", "rows": "A", "id": "A", "within": "A", "unique": "A"},
)

Kinds = Mapping[str, Kind]

# In the order in which they are read and shown: what is referred to comes first.
KINDS: Kinds = MappingProxyType({kind.name: kind for kind in (GROUP, USER, TAG, ROUTE)})

# Where each kind stands in the table.
ORDER = {name: number for number, name in enumerate(KINDS)}
# The fields that say where calls ring.
ROUTING = {"route": ("route_type", "ring_to", "destinations"), "user": ("agent_ring_to",)}
# The fields of a user, with the values, by which somebody may do everything, or not even sign in.
ADMIN, INACTIVE = ("role", "Admin"), ("user_status", "inactive")
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
ROLES: Mapping[int, str] = MappingProxyType({1: "Admin", 2: "Standard", 3: "ReadOnly"})
