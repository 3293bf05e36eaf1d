"""The values that everything else passes around. All are immutable by type or by convention."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple

from reconciler.errors import Source

# A field's value in the configuration's vocabulary: None, bool, int, float, str, Address (something
# known), Reference (something to be looked up), or tuples and mappings of these. Those two are tuples
# themselves, as nothing else is hashed as quickly: ask for them first.
Value = Any
Fields = Mapping[str, Value]
Platform = Mapping[str, Mapping[str, Any]]  # facts that replace the built-in ones, by kind


class Address(NamedTuple):
    """What the user calls an object: `group/ORG-1002`, `tag/ORG-1002/Hot lead`."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"


class Reference(NamedTuple):
    """The user's words for an object that no file describes; an integer is the platform's id."""

    kind: str
    text: str | int
    source: Source

    def __str__(self) -> str:
        return f"{self.kind}/{self.text}"


@dataclass(frozen=True, slots=True)
class Resource:
    """One object, desired or live; `id` is the platform's, and None where only files know the object."""

    address: Address
    fields: Fields
    id: int | None = None
    source: Source | None = None
    previously: Reference | None = None
    places: Callable[[str], Source] | None = field(default=None, compare=False)  # where a field is written
    defaults: frozenset[str] = field(default=frozenset(), compare=False)  # fields that `defaults:` filled in
    is_sound: bool = field(default=True, compare=False)  # nothing is wrong with what the files say of it

    @property
    def kind(self) -> str:
        return self.address.kind

    def value(self, name: str) -> Value:
        """The field's value; None where the field is absent."""
        return self.fields.get(name)

    def at(self, address: Address, fields: Fields, number: int | None) -> "Resource":
        """The same object under another address, with other fields, and with that id if there is one."""
        # As `dataclasses.replace` would do it, in a third of the time, which is most of the time of a plan.
        number = self.id if number is None else number
        rest = self.source, self.previously, self.places, self.defaults, self.is_sound
        return Resource(address, fields, number, *rest)

    def place(self, name: str = "") -> Source:
        """Where the files write this field, or else the object; raises LookupError for a live one."""
        if self.source is None:
            raise LookupError(f"{self.address} stands in no file")
        return self.places(name) if self.places and name else self.source


State = Mapping[Address, Resource]


class Limit(NamedTuple):
    """Too many are more than `number` that are also more than `percent` of a kind; None sets no limit."""

    number: int | None = None
    percent: int | None = None

    def __str__(self) -> str:
        """As `10 and 20 %`."""
        percent = None if self.percent is None else f"{self.percent} %"
        return " and ".join(str(each) for each in (self.number, percent) if each is not None) or "none"


@dataclass(frozen=True, slots=True)
class Settings:
    """`limits` by kind and action."""

    account: int | None = None
    account_source: Source | None = None
    ignore: tuple[tuple[str, tuple[str, ...]], ...] = ()
    ignore_places: Mapping[str, Source] = field(default_factory=dict, compare=False)
    external: Mapping[str, Source] = field(default_factory=dict)
    prune: Mapping[str, Source] = field(default_factory=dict)
    protect: Mapping[str, Source] = field(default_factory=dict)
    limits: Mapping[tuple[str, "Action"], Limit] = field(default_factory=dict)
    platform: Platform = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Desired:
    """What the files say; `loose` are words for what they describe that are not its very key."""

    resources: State
    removed: tuple[Reference, ...] = ()
    settings: Settings = Settings()
    loose: Mapping[Reference, Address] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Live:
    """What the platform says: `gone` maps the address of a soft-deleted object to its id; `own` are the ids
    of the users whose credentials these may be, None where the platform does not tell; `inactive` are groups
    that may take nothing new.
    """

    account: int
    root: Address
    resources: State
    gone: Mapping[Address, int] = field(default_factory=dict)
    reads: int = 0
    own: frozenset[int] | None = frozenset()
    inactive: frozenset[Address] = frozenset()


class Action(Enum):
    CREATE = "+"
    UPDATE = "~"
    DELETE = "-"

    @property
    def word(self) -> str:
        return self.name.lower()


class EntryChange(NamedTuple):
    """One entry of a nested value that differs, such as `[1].percentage`."""

    path: str
    old: Value
    new: Value


class Origin(Enum):
    """Whose change it is, seen from an earlier revision of the files."""

    EDIT = "edit"  # these files have moved away from it
    DRIFT = "drift"  # the platform has
    CONFLICT = "conflict"  # both have


class FieldChange(NamedTuple):
    """`unseen`: the platform never shows it, so `old` says nothing; `base`: what the files said before."""

    name: str
    old: Value
    new: Value
    entries: tuple[EntryChange, ...] = ()
    unseen: bool = False
    origin: Origin | None = None
    base: Value = None

    @property
    def is_hidden(self) -> bool:
        """Whether nothing can be said of what it was."""
        return self.unseen and not self.entries


class Request(NamedTuple):
    """A write; an Address in the body stands for an id that is not known yet."""

    method: str
    path: str
    body: Mapping[str, Value] | None


@dataclass(frozen=True, slots=True)
class Change:
    """`referred_to`: by field, the ids that were there before the change: of the group that the object stands
    in, and of what the fields that are to change refer to.
    """

    action: Action
    address: Address
    before: Resource | None
    after: Resource | None
    fields: tuple[FieldChange, ...]
    request: Request
    waits_for: tuple[Address, ...] = ()
    referred_to: Fields = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.address.kind

    @property
    def id(self) -> int | None:
        return self.before.id if self.before else None

    @property
    def source(self) -> Source | None:
        return self.after.source if self.after else self.before.source if self.before else None


class Notice(NamedTuple):
    """Something the user should know; `code` is stable, `address` is what it is about as it is printed."""

    code: str
    address: str
    message: str


class Branch(NamedTuple):
    """A group of the tree in which a plan changes something, or that stands above one, as it will be then.

    `holds`: the users, tags and routes in it that change; `others`: how many more groups stand below it.
    """

    address: Address
    name: str
    parent: Address | None
    holds: tuple[Address, ...] = ()
    others: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """`refusals` are safety rules that stand in the way of applying it; `ids` those of all live objects;
    `tree` has each group behind its parent; `base` is what origins are told from; `seconds` may be needed;
    `is_drift`: it shows what differs, and `has_strangers`: that goes for what no file describes, too.
    """

    account: int
    account_name: str
    changes: tuple[Change, ...]
    notices: tuple[Notice, ...]
    unchanged: int
    unmanaged: int
    reads: int
    refusals: tuple[Notice, ...] = ()
    ids: Mapping[Address, int] = field(default_factory=dict)
    platform: Platform = field(default_factory=dict)
    tree: tuple[Branch, ...] = ()
    base: str | None = None
    seconds: float = field(default=0.0, compare=False)
    is_drift: bool = field(default=False, compare=False)
    has_strangers: bool = field(default=False, compare=False)

    def counts(self) -> Counter[Action]:
        """How many changes there are of each action."""
        return Counter(change.action for change in self.changes)

    def origins(self) -> Counter[Origin]:
        """How many fields of changes have each origin."""
        return Counter(each.origin for change in self.changes for each in change.fields if each.origin)


class Status(Enum):
    APPLIED = "applied"
    FAILED = "failed"
    SKIPPED = "skipped"


class Outcome(NamedTuple):
    """`is_stale`: not done because the live state has moved; `is_open`: nobody knows whether it was done,
    or it is not written down.
    """

    change: Change
    status: Status
    reason: str | None = None
    id: int | None = None
    is_stale: bool = False
    is_open: bool = False

    @property
    def new_id(self) -> int | None:
        return self.id if self.change.action is Action.CREATE else None


class Ending(Enum):
    """What ended a run before all of it was begun."""

    INTERRUPTED = "interrupted"
    SIGNED_OUT = "the credentials are not valid any more"


class Result(NamedTuple):
    """What came of a plan; `run` is what the journal calls it, if there was anything to write."""

    account: int
    account_name: str
    outcomes: Sequence[Outcome]
    run: str = ""
    ending: Ending | None = None
