"""Whether what a change sends is what it shows: somebody may have edited a saved plan."""

from typing import Any

from reconciler.changes import request
from reconciler.facts import Kind
from reconciler.model import Action, Change, FieldChange, Fields, Value
from reconciler.objects.codec import Row, decode, is_same_numeral, to_wire
from reconciler.objects.comparing import loosely
from reconciler.objects.keys import escape, split


def is_as_shown(kind: Kind, change: Change) -> bool:
    """As far as the plan alone can tell; ids are compared with keys when the platform has been asked."""
    return (
        change.request == request(kind, change.action, change.id, change.request.body)
        and (change.id is None) == (change.action is Action.CREATE)
        and _is_in_its_place(kind, change)
        and _is_body_shown(kind, change)
        and (change.action is not Action.DELETE or _is_named(kind, change))
    )


def _is_in_its_place(kind: Kind, change: Change) -> bool:
    """Where an object is has to be known, or it cannot be looked for; only the root is nowhere."""
    nowhere = kind.is_tree and change.action is Action.UPDATE
    return change.action is Action.CREATE or nowhere or kind.home in change.referred_to


def _is_body_shown(kind: Kind, change: Change) -> bool:
    """The changed fields and no others; a replacement leaves the object in its place unless that changes."""
    body = change.request.body or {}
    names = {kind.field(each.name).wire_name: each for each in change.fields}
    if change.action is Action.DELETE:
        return True  # its request is known to have none
    if change.request.method == "PUT":
        stays = {kind.field(name).wire_name: held for name, held in change.referred_to.items()}
        given = {wire for wire, each in names.items() if each.new is not None}  # what is cleared is left out
        is_whole = given <= body.keys() and all(
            body.get(wire) == held for wire, held in stays.items() if wire not in names
        )
    else:
        is_whole = names.keys() == body.keys()
    return is_whole and all(
        _is_value_shown(kind, each, body[wire]) for wire, each in names.items() if wire in body
    )


def _is_value_shown(kind: Kind, change: FieldChange, sent: Any) -> bool:
    """An id is only known by the key that is shown for it."""
    field = kind.field(change.name)
    return bool(field.refers_to) or to_wire(field, change.new, {}) == sent


def _is_named(kind: Kind, change: Change) -> bool:
    """Whether what goes is called as the address says."""
    assert change.before is not None
    return is_addressed(kind, change.before.fields, change.address.key, change.id)


def is_still_called(kind: Kind, change: Change, row: Row) -> bool:
    """Whether what is to be changed is what the address says, unless it is just that which changes."""
    changing = {each.name for each in change.fields}
    now = decode(kind, row)
    is_told = not kind.is_tree or kind.external_id in now
    if not is_told or changing & {kind.label, *([kind.external_id] if kind.is_tree else [])}:
        return True
    return is_addressed(kind, now, change.address.key, change.id)


def called(kind: Kind, key: str, number: int | None, now: Fields) -> tuple[str, str]:
    """The field that a key ends in, and what it says of that; only the root's name may stand alone."""
    *above, own = split(key.removesuffix(f"#{number}")) if kind.place else (key,)
    is_root = now.get(kind.external_id) is None and now.get(kind.home) is None
    by_id = kind.is_tree and not above and not is_root
    return (kind.external_id if by_id else kind.label), own


def is_addressed(kind: Kind, fields: Any, key: str, number: int | None) -> bool:
    """Whether an object of these fields and this id may have this key, be it with the id behind it."""
    return any(is_called(kind, fields, each) for each in (key, key.removesuffix(f"#{number}")))


def is_called(kind: Kind, fields: Any, key: Value) -> bool:
    """Whether an object of these fields may have this key, as far as its own name tells."""
    label, external_id = fields.get(kind.label), fields.get(kind.external_id)
    if not isinstance(key, str):
        return False
    label = "" if label is None else str(label)  # what has none goes by its id alone
    names = (label, split(key)[-1]) if kind.place else (kind.folded(label), kind.folded(key))
    own = loosely(names[0]) == loosely(names[1]) or is_same_numeral(fields.get(kind.label), names[1])
    is_id = external_id is not None and key == escape(str(external_id))
    return own or (kind.is_tree and (is_id or is_same_numeral(external_id, key)))
