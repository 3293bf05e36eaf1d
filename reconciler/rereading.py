"""Single objects read again: is what a change relies on still so, is something called like that already."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from reconciler.client import Query, Reader
from reconciler.codec import Row, comparable, decode, is_gone, is_ordered, is_shown, row_id, shown
from reconciler.errors import NotFoundError
from reconciler.kinds import Kind, Kinds, Settable
from reconciler.live import read_list
from reconciler.model import Action, Change, Fields, Look, Value

Body = Mapping[str, Any]


class Moved(NamedTuple):
    """A field that is not what a change relies on; other objects stand as their ids."""

    name: str
    expected: Value
    now: Value

    def __str__(self) -> str:
        return f"{self.name} was {_said(self.expected)} when the plan was made and is {_said(self.now)} now"


def _said(value: Value) -> str:
    return "nothing" if value is None else repr(list(value) if isinstance(value, tuple) else value)


class Again(NamedTuple):
    """Reads objects again, through the API and by the facts of their kinds."""

    reader: Reader
    kinds: Kinds

    def look(self, change: Change, body: Body | None, freed: Collection[int | None] = ()) -> Look:
        """Whether the change can still be made.

        `body` is what will be sent; `freed` are the objects whose names the plan itself sets free before.
        """
        kind = self.kinds[change.kind]
        if change.action is Action.CREATE:
            found = self.find(kind, body or {})
            taken = found is not None and found not in freed
            return Look((f"there is one on the platform now, id {found}",) if taken else ())
        assert change.id is not None
        assert change.before is not None
        expected = relied_on(kind, change)
        row = self.row(kind, change.id, expected, change.before.value(kind.label))
        if row is None:
            return Look(("it is no longer on the platform",))
        return Look(tuple(map(str, differences(kind, expected, row))), decode(kind, row))

    def exists(self, kind: Kind, number: int) -> bool:
        return self.row(kind, number, {}, None) is not None

    # -- one object

    def row(self, kind: Kind, number: int, known: Fields, label: Value) -> Row | None:
        """What the platform says of one object; None if it is gone."""
        row = self._details(kind, number) if kind.details else None
        if row is None or not is_shown(kind.field(kind.label), row):
            row = self._listed(kind, number, known, label)
        return None if row is None or is_gone(kind, row) else row

    def _details(self, kind: Kind, number: int) -> Row | None:
        try:
            data = self.reader.get(f"{kind.path}/{number}")
        except NotFoundError:
            return None
        return {**data, kind.id: number} if isinstance(data, dict) else None

    def _listed(self, kind: Kind, number: int, known: Fields, label: Value) -> Row | None:
        """Looked for where it was, then everywhere. Groups are listed below their parents only."""
        if kind.name == "group":
            return None
        queries = [{**kind.query, "org_unit_id": known[kind.place]}] if known.get(kind.place) else []
        if not kind.place and label:
            queries = [{**kind.query, shown_name(kind): label}]
        for query in (*queries, kind.query):
            for row in read_list(self.reader, kind, query):
                if row_id(kind, row) == number:
                    return row
        return None

    # -- by its key

    def find(self, kind: Kind, body: Body) -> int | None:
        """The id of the live object that bears the key of what is to be created."""
        label, place = kind.field(kind.label), kind.field(kind.place or "group")
        wanted, within = comparable(label, body.get(label.wire_name)), body.get(place.wire_name)
        if not isinstance(within, int):
            return None
        query: Query = (
            {"org_unit_id": within} if kind.place else {**kind.query, shown_name(kind): str(wanted)}
        )
        for row in read_list(self.reader, kind, query):
            fields = decode(kind, {place.wire_name: within, **row} if kind.name == "group" else row)
            same_place = not kind.place or fields.get(kind.place) == within
            if same_place and not is_gone(kind, row) and comparable(label, fields.get(kind.label)) == wanted:
                return row_id(kind, row)
        return None


def shown_name(kind: Kind) -> str:
    """What the list calls the field that tells objects apart; it can be asked for by that name."""
    return kind.field(kind.label).wire_names[0]


def relied_on(kind: Kind, change: Change) -> Fields:
    """The fields as they must still be when the change is made, other objects as their ids."""
    old = {field.name: field.old for field in change.fields if not kind.field(field.name).refers_to}
    readable = {name: value for name, value in old.items() if kind.field(name).readable}
    nothing = {field.name: None for field in change.fields if kind.field(field.name).refers_to}
    return {**readable, **nothing, **change.referred_to}


def differences(kind: Kind, expected: Fields, row: Row) -> Iterator[Moved]:
    """What is not as expected. Details may leave out what is set on creation only, and what the table of
    kinds does not know.
    """
    now = decode(kind, row)
    for name, value in expected.items():
        field = kind.field(name)
        ordered = is_ordered(field, now)
        missing = name not in now and (field.settable is Settable.CREATION or not kind.known(name))
        if not missing and comparable(field, value, ordered=ordered) != comparable(
            field, now.get(name), ordered=ordered
        ):
            yield Moved(name, value, shown(field, row) if now.get(name) is not None else None)


def references(kinds: Kinds, change: Change) -> Iterator[tuple[str, int]]:
    """The existing objects that a change is going to refer to, as (kind, id)."""
    kind, body = kinds[change.kind], change.request.body or {}
    for field in kind.fields:
        if field.refers_to and field.wire_name in body:
            value = body[field.wire_name]
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, int) and not isinstance(each, bool):
                    yield field.refers_to, each


def stale(again: Again, changes: tuple[Change, ...]) -> Iterator[str]:
    """Before anything is written: every reason why these changes can no longer be made as planned."""
    ids = {change.address: change.id for change in changes}
    own = {(change.kind, change.id) for change in changes}
    seen: dict[tuple[str, int], bool] = {}
    for change in changes:
        freed = frozenset(ids.get(address) for address in change.waits_for)
        for reason in again.look(change, change.request.body, freed).reasons:
            yield f"{change.address}: {reason}"
        for kind, number in references(again.kinds, change):
            if (kind, number) not in own and (kind, number) not in seen:
                seen[kind, number] = again.exists(again.kinds[kind], number)
                if not seen[kind, number]:
                    gone = "which it refers to, is no longer on the platform"
                    yield f"{change.address}: {kind} {number}, {gone}"
