"""What the user should know, grouped: what is grave first, what is merely so last."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from reconciler.model import Address, Notice
from reconciler.render.html.facets import Portions, portions
from reconciler.render.html.words import Words, of_text
from reconciler.render.weight import GRAVE

_TITLES = {
    "platform-facts": "Taken for true of the platform",
    "conflict": "Changed on both sides",
    "no-base": "The revision compared with",
    "calls": "Calls that will ring elsewhere",
    "consequence": "Consequences",
    "own-access": "Your own access",
    "look-alike": "Perhaps the same object under another name",
    "no-longer-described": "Described no more",
    "settings-changed": "Settings that have changed",
    "settings-left-out": "Settings that were not given",
    "files-left-out": "Files that were not given",
    "replaced": "Replaced as a whole",
    "deleted-user": "E-mail addresses of deleted users",
    "calls-unknown": "Calls that could not be counted",
    "duplicate-key": "Several objects of one name",
    "undo": "About undoing",
    "targeted": "Left out of this plan",
    "still-called": "Still called otherwise",
    "protected": "Protected, and left in place",
    "nothing-to-rename": "Nothing to rename",
    "nothing-renamed": "Nothing renamed",
    "already-gone": "Gone already",
    "no-key": "Removals that name nothing",
    "protects-nothing": "Protections that protect nothing",
    "names-nothing": "Settings that are about nothing",
    "unreadable": "Fields that cannot be checked",
    "unmanaged": "In no file, left as they are",
}
_ON_CARDS = ("calls", "consequence", "own-access", "look-alike", "replaced", "deleted-user")
_FOLDED = 12
_LIMIT = "too-many-"  # what the codes of a limit begin with


class Remark(NamedTuple):
    """`link` leads to what the text is about, if that is on the page."""

    text: Words
    link: str


class Group(NamedTuple):
    code: str
    title: str
    number: int
    is_folded: bool
    is_grave: bool
    remarks: Portions


def groups(notices: Iterable[Notice], numbers: Mapping[Address, int]) -> Iterator[Group]:
    """By code, in the order of the titles above; codes that are not there before the unmanaged."""
    found: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        found[notice.code].append(notice)
    for code in sorted(found, key=lambda code: (code == "unmanaged", _rank(code), code)):
        members = found[code]
        folded = code == "unmanaged" or len(members) > _FOLDED
        title = _TITLES.get(code) or of_text(code).text
        grave, told = code in GRAVE, portions(remarks(members, numbers))
        yield Group(of_text(code).text, title, len(members), folded, grave, told)


def _rank(code: str) -> int:
    return list(_TITLES).index(code) if code in _TITLES else len(_TITLES)


def remarks(notices: Iterable[Notice], numbers: Mapping[Address, int]) -> Iterator[Remark]:
    for each in notices:
        text = each.address if each.code == "unmanaged" else each.message
        yield Remark(of_text(text), _link(each, numbers))


def _link(notice: Notice, numbers: Mapping[Address, int]) -> str:
    """To the change; of too many changes, to all of their kind."""
    if notice.code.startswith(_LIMIT):
        action = notice.code.removeprefix(_LIMIT).removesuffix("s")
        return f"#kind={notice.address}&action={action}" if notice.address.isalpha() else ""
    number = numbers.get(Address(*notice.address.partition("/")[::2]))
    return f"#c{number}" if number is not None else ""


def by_address(notices: Iterable[Notice]) -> Mapping[str, tuple[Words, ...]]:
    """What is said beside the change that it is about, by its address."""
    found: dict[str, list[Words]] = defaultdict(list)
    for each in notices:
        if each.code in _ON_CARDS:
            found[each.address].append(of_text(each.message))
    return {at: tuple(texts) for at, texts in found.items()}
