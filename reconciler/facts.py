"""What there is to know of a kind of object and of its fields: the columns of the table in `kinds`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from reconciler.wording import counted


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
    refers_by: str = ""  # the name of its id in an object that stands in its place, if not as built in
    choices: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()  # that may stand for the choices in rows, in their order
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
    exclusive: tuple[str, ...] = ()  # whose values one object gives up before another gets them; not refused
    gone: tuple[str, str] = ("", "")  # rows with this value in the field of this name count as not there
    inactive: tuple[str, str] = ("", "")  # likewise, they count as inactive
    total: str = "total"
    page_size: int = 200  # what is asked for; what arrives is believed
    within: str = "org_unit_id"  # asks the list for what is in that group
    asked_by_label: bool = False  # the list can be asked for by what rows call the label
    tree_path: str = ""  # where the whole tree of these objects can be read
    tree_query: Mapping[str, str] = field(default_factory=dict)
    inactive_query: Mapping[str, str] = field(default_factory=dict)  # asks the list for inactive ones
    details: bool = True  # one object can be read by GET on `path/id`
    telling: tuple[tuple[str, ...], ...] = ()  # fields that, all equal, give away a renamed object
    hinting: tuple[tuple[str, ...], ...] = ()  # fields that, all equal, are enough if the old one is to go
    aliases: Mapping[str, str] = field(default_factory=dict)  # more names that the platform has for its own
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

    def in_order(self, names: Collection[str]) -> list[str]:
        """Field names in the table's order, those that it does not know behind them by name."""
        known = [field.name for field in self.fields if field.name in names]
        return known + sorted(set(names) - set(known))

    def counted(self, number: int, before: str = "") -> str:
        """`1 route`, `2 more routes`."""
        return counted(number, f"{before}{self.name}", f"{before}{self.plural}")

    def folded(self, key: str) -> str:
        """A key, or a name that stands alone in one, as keys are compared."""
        return key.lower() if self.folds_case else key
