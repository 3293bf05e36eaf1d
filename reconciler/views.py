"""Values for looking at an account: its tree as a picture, one object explained."""

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from reconciler.errors import Source
from reconciler.model import Action, Address, Change, Notice, Value


class Node(NamedTuple):
    """An object in the picture of the whole tree; `parent` is the group above it, once all is done: the root
    where its own was not read. `former` is the one that it leaves.
    """

    address: Address
    label: str
    parent: Address | None
    action: Action | None = None
    former: Address | None = None


class Standing(Enum):
    """What the plan makes of one field of an object."""

    SAME = "as described"
    CHANGES = "changes"
    IGNORED = "ignored"
    UNREADABLE = "not checked"
    FREE = "left alone"


class FieldNote(NamedTuple):
    """`source` is the line that writes the field, `rule` what makes it stand so."""

    name: str
    desired: Value
    live: Value
    standing: Standing
    rule: str
    source: Source | None = None
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of one object. `fate`: whether it is managed, and by what rule; `protection`: why it is
    never deleted, if so; `change` is None where nothing is to be done, and is not done if it is refused.
    """

    address: Address
    id: int | None
    fate: str
    is_managed: bool
    source: Source | None
    path: tuple[str, ...]
    fields: tuple[FieldNote, ...]
    refers_to: tuple[Address, ...]
    referred_to_by: tuple[Address, ...]
    change: Change | None
    protection: str | None
    refusals: tuple[Notice, ...]
    notices: tuple[Notice, ...]
