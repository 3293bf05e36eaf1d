"""What the journal is told of a change before it is sent, and of what came of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.api.rereading import Look
from reconciler.facts import Kind
from reconciler.model import Address, Change, Outcome, Request
from reconciler.objects.references import map_values

Ids = Mapping[Address, int]


def intent(kind: Kind, change: Change, request: Request, look: Look, ids: Ids) -> dict[str, Any]:
    before = change.before.fields if change.before else None
    return {
        "address": str(change.address),
        "action": change.action.word,
        "kind": change.kind,
        "id": change.id,
        "fields": list(_fields(kind, change, request, ids)),
        "before": map_values(look.fields or before, ids),
        "request": request._asdict(),
    }


def _fields(kind: Kind, change: Change, request: Request, ids: Ids) -> Iterator[dict[str, Any]]:
    body = request.body or {}
    for field in change.fields:
        wire = kind.field(field.name).wire_name
        old = change.referred_to.get(field.name, field.old)
        new = body.get(wire) if kind.field(field.name).refers_to else field.new
        known = {"name": field.name, "old": map_values(old, ids), "new": new}
        yield known | ({"unseen": True} if field.unseen else {})


def result(outcome: Outcome) -> dict[str, Any]:
    return {
        "address": str(outcome.change.address),
        "status": outcome.status.value,
        "id": outcome.id,
        "reason": outcome.reason,
    }
