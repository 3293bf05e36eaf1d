"""What a change relies on, what it writes, and what of an object is not so."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from reconciler.facts import Kind
from reconciler.model import Action, Change, Fields, Value
from reconciler.objects.codec import Row, canonical, decode
from reconciler.objects.diff import differs
from reconciler.objects.telling import told

Body = Mapping[str, Any]


class Moved(NamedTuple):
    """A field that is not what a change relies on; other objects stand as their ids."""

    name: str
    expected: Value
    now: Value

    def __str__(self) -> str:
        return f"{self.name} was {told(self.expected)} when the plan was made and is {told(self.now)} now"


def written(kind: Kind, change: Change, body: Body) -> Fields:
    """The new values of the fields that a change writes and that can be seen, other objects as their ids."""
    fields = [kind.field(field.name) for field in change.fields]
    new = {field.name: field.new for field in change.fields}
    return {
        field.name: canonical(field, body.get(field.wire_name)) if field.refers_to else new[field.name]
        for field in fields
        if field.readable
    }


def relied_on(kind: Kind, change: Change) -> Fields:
    """The fields as they must still be when the change is made, other objects as their ids."""
    old = {field.name: field.old for field in change.fields if not kind.field(field.name).refers_to}
    readable = {name: value for name, value in old.items() if kind.field(name).readable}
    nothing = {field.name: None for field in change.fields if kind.field(field.name).refers_to}
    return {**_carried(kind, change), **_empty(kind, change), **readable, **nothing, **change.referred_to}


def _empty(kind: Kind, change: Change) -> Fields:
    """An object that is to go has nothing in the fields that the plan does not show."""
    goes = change.action is Action.DELETE
    return {field.name: None for field in kind.fields if goes and not field.may_be_unseen}


def _carried(kind: Kind, change: Change) -> Fields:
    """What a replacement of the whole object writes back as it was."""
    body = change.request.body or {} if change.request.method == "PUT" else {}
    written = {field.wire_name: field for field in kind.fields}
    fields = {wire: written.get(wire) or kind.field(wire) for wire in body}
    changed = {field.name for field in change.fields}
    return {
        field.name: canonical(field, body[wire])
        for wire, field in fields.items()
        if field.readable and field.name not in changed
    }


def differences(kind: Kind, expected: Fields, row: Row) -> Iterator[Moved]:
    """What is not as expected. Details may leave out what is set on creation only, and what the table of
    kinds does not know.
    """
    now = decode(kind, row)
    for name, value in expected.items():
        field = kind.field(name)
        is_place = name == kind.home  # nothing is nowhere: if it is not shown, it is not told
        partial = is_place or not field.is_own or (kind.details and not kind.known(name))
        missing = partial and name not in now
        if not missing and differs(field, value, now.get(name), now):
            yield Moved(name, value, now.get(name))
