"""A change as the page shows it: one row that opens."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from reconciler.changes import is_move
from reconciler.model import Address, Change, FieldChange, Outcome
from reconciler.render.html.words import Words, of_pair, of_text, of_value
from reconciler.render.sides import HIDDEN, Spelling, called, spelled
from reconciler.wording import listed, safe

_WAITS_SHOWN = 20
_NAMES_SHOWN = 4


class Line(NamedTuple):
    """A field, or an entry of one; a side that there is not is None. `base` stands beside an origin only."""

    name: str
    old: Words | None
    new: Words | None
    origin: str = ""
    base: Words | None = None


class Link(NamedTuple):
    """`number` is that of the change it leads to."""

    text: str
    number: int | None


class Around(NamedTuple):
    """What a row is drawn from besides its change: the numbers of changes, the groups' numbers by what is in
    them and their names by number, what notices say, and what is refused.
    """

    numbers: Mapping[Address, int]
    groups: Mapping[Address, int] = {}
    names: Sequence[str] = ()
    remarks: Mapping[str, tuple[Words, ...]] = {}
    refused: frozenset[str] = frozenset()


class Card(NamedTuple):
    """`place` names the group that it is, or that it stands in, if that is known; `marks` are words that rows
    can be filtered by, as are `origins` and `status`.
    """

    number: int
    sign: str
    action: str
    kind: str
    key: str
    place: str
    source: str
    gist: str
    lines: tuple[Line, ...]
    origins: tuple[str, ...]
    marks: tuple[str, ...]
    group: int | None
    remarks: tuple[Words, ...]
    request: str
    waits: tuple[Link, ...]
    waits_left: int
    status: str = ""
    reason: Words | None = None
    id: int | None = None


def card(change: Change, around: Around, outcome: Outcome | None = None) -> Card:
    at, group = str(change.address), around.groups.get(change.address)
    return Card(
        number=around.numbers[change.address],
        sign=change.action.value,
        action=change.action.word,
        kind=safe(change.kind),
        key=safe(change.address.key),
        place=safe(around.names[group]) if group is not None else "",
        source=safe(change.source) if change.source else "",
        gist=_gist(change),
        lines=tuple(_lines(change)),
        origins=tuple(sorted({each.origin.value for each in change.fields if each.origin})),
        marks=tuple(marks(change, around)),
        group=group,
        remarks=around.remarks.get(at, ()),
        request=f"{safe(change.request.method)} {safe(change.request.path)}",
        waits=tuple(Link(safe(each), around.numbers.get(each)) for each in change.waits_for[:_WAITS_SHOWN]),
        waits_left=max(0, len(change.waits_for) - _WAITS_SHOWN),
        status=outcome.status.value if outcome else "",
        reason=of_text(outcome.reason) if outcome and outcome.reason else None,
        id=outcome.new_id if outcome else None,
    )


def marks(change: Change, around: Around) -> Iterator[str]:
    """What rows can be filtered by, besides what the change itself is."""
    at = str(change.address)
    if is_move(change):
        yield "moves"
    if at in around.refused:
        yield "refused"
    if at in around.remarks:
        yield "warned"


def _gist(change: Change) -> str:
    """What a closed row says of its fields."""
    names = list(dict.fromkeys(called(field.name) for field in change.fields))
    return listed(names, _NAMES_SHOWN)


def _lines(change: Change) -> Iterable[Line]:
    """The origin is the field's, so it is said once."""
    for field in change.fields:
        origin = _origin(field)
        for row in spelled(change.action, field, _SPELLING):
            yield Line(*row, *origin)
            origin = ("", None)


_SPELLING = Spelling(of_value, of_pair, Words(HIDDEN))


def _origin(field: FieldChange) -> tuple[str, Words | None]:
    return (field.origin.value, of_value(field.base)) if field.origin else ("", None)
