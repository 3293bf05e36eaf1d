"""What the user should know, grouped: what is grave first, what is merely so last."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from reconciler.model import Address, Notice
from reconciler.render.codes import UNMANAGED, place, sort_of
from reconciler.render.html.facets import Portions, portions
from reconciler.render.html.words import Words, of_text

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
    """By code."""
    found: dict[str, list[Notice]] = defaultdict(list)
    for notice in notices:
        found[notice.code].append(notice)
    for code in sorted(found, key=place):
        members = found[code]
        sort = sort_of(members[0])
        is_folded = code == UNMANAGED or (len(members) > _FOLDED and not sort.is_grave)
        title, told = of_text(sort.title).text, portions(remarks(members, numbers))
        yield Group(of_text(code).text, title, len(members), is_folded, sort.is_grave, told)


def remarks(notices: Iterable[Notice], numbers: Mapping[Address, int]) -> Iterator[Remark]:
    for each in notices:
        text = each.address if each.code == UNMANAGED else each.message
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
        if sort_of(each).is_on_card:
            found[each.address].append(of_text(each.message))
    return {at: tuple(texts) for at, texts in found.items()}
