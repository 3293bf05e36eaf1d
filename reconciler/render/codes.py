"""What the codes of notices mean to whoever reads them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from reconciler.model import Notice

FACTS, UNMANAGED = "platform-facts", "unmanaged"


class Sort(NamedTuple):
    """`is_grave`: a reviewer has to see it first, and all of it; `is_harmless`: it may be folded away;
    `is_on_card`: it is said beside the change that it is about as well.
    """

    title: str
    is_grave: bool = False
    is_harmless: bool = False
    is_on_card: bool = False


# In the order in which the page shows them, and all formats the grave ones.
SORTS: Mapping[str, Sort] = MappingProxyType(
    {
        FACTS: Sort("Taken for true of the platform", is_grave=True),
        "conflict": Sort("Changed on both sides", is_grave=True),
        "no-base": Sort("The revision compared with"),
        "consequence": Sort("Consequences", is_grave=True, is_on_card=True),
        "own-access": Sort("Your own access", is_grave=True, is_on_card=True),
        "calls": Sort("Calls of routes that change", is_grave=True, is_on_card=True),
        "look-alike": Sort("Perhaps the same object under another name", is_grave=True, is_on_card=True),
        "no-longer-described": Sort("Described no more"),
        "settings-changed": Sort("Settings that have changed", is_grave=True),
        "settings-left-out": Sort("Settings that were not given", is_grave=True),
        "files-left-out": Sort("Files that were not read", is_grave=True),
        "replaced": Sort("Replaced as a whole", is_on_card=True),
        "deleted-user": Sort("E-mail addresses of deleted users", is_on_card=True),
        "calls-unknown": Sort("Calls that could not be counted"),
        "duplicate-key": Sort("Several objects of one name"),
        "undo": Sort("About undoing", is_grave=True),
        "targeted": Sort("Left out of this plan"),
        "still-called": Sort("Still called otherwise"),
        "protected": Sort("Protected, and left in place"),
        "nothing-to-rename": Sort("Nothing to rename"),
        "nothing-renamed": Sort("Nothing renamed"),
        "already-gone": Sort("Gone already", is_harmless=True),
        "no-key": Sort("Removals that name nothing"),
        "protects-nothing": Sort("Protections that protect nothing"),
        "names-nothing": Sort("Settings that are about nothing"),
        "unreadable": Sort("Fields that cannot be checked", is_harmless=True),
        UNMANAGED: Sort("In no file, left as they are"),
    }
)


def sort_of(notice: Notice) -> Sort:
    return SORTS.get(notice.code) or Sort(notice.code)


def place(code: str) -> tuple[bool, int, str]:
    """To sort by: those of limits and of later versions come before what is in no file."""
    return code == UNMANAGED, [*SORTS].index(code) if code in SORTS else len(SORTS), code


def rank(notice: Notice) -> tuple[bool, bool, int]:
    """To sort by: what is grave, in its order, all else, and last what may be folded away."""
    sort = sort_of(notice)
    return not sort.is_grave, sort.is_harmless, [*SORTS].index(notice.code) if sort.is_grave else 0
