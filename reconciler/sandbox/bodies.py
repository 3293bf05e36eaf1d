"""Request bodies: names and types checked, before anything is asked about other objects."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox.errors import RefusedError
from reconciler.sandbox.rules import GROUP, Kind
from reconciler.sandbox.store import Item


def complete(kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a whole object, for POST and PUT; extra fields are kept as they are."""
    _refuse(body, read_only(kind))
    return {**kind.defaults, **typed(kind, body)}


def partial(kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a PATCH changes."""
    fields = {name: value for name, value in body.items() if name not in kind.ignored_on_patch}
    _refuse(fields, read_only(kind) | kind.creation_only)
    return typed(kind, fields)


def typed(kind: Kind, body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _read(kind, name, value) for name, value in body.items()}


def inherited(kind: Kind, fields: dict[str, Any], parent: Item | None, root: int) -> dict[str, Any]:
    """A group has its parent's time zone, account and billing where nothing is said of them."""
    if kind is not GROUP:
        return fields
    if parent is None:
        return {"top_ou_id": root} | fields
    return {name: parent.fields.get(name) for name in sorted(kind.creation_only)} | fields


def read_only(kind: Kind) -> frozenset[str]:
    return kind.refused | kind.seeded.keys() | {kind.id_field, *kind.times}


def _refuse(body: Mapping[str, Any], names: frozenset[str]) -> None:
    for name in body:
        if name in names:
            raise RefusedError(400, f"{name} cannot be written here")


def _read(kind: Kind, name: str, value: Any) -> Any:
    """None clears a field of any type; whether it may be cleared is for the resulting object to say."""
    field = kind.fields.get(name) or kind.seeded.get(name)
    if field is None or value is None:
        return value
    read = field.read(value)
    if read is None:
        raise RefusedError(400, f"{name} must be {field.expected}")
    return read
