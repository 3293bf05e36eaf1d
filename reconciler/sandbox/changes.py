"""Creating, replacing, updating and deleting: the four writes, the same for every kind."""

from collections.abc import Mapping
from typing import Any

from reconciler.sandbox import bodies
from reconciler.sandbox.call import Call, demand_scope
from reconciler.sandbox.checks import check, check_deletion
from reconciler.sandbox.errors import RefusedError
from reconciler.sandbox.rules import GROUP, USER
from reconciler.sandbox.store import Item, deleted


def create(call: Call) -> dict[str, Any]:
    fields = bodies.complete(call.kind, call.body())
    item = call.store.draft(call.kind, _inherited(call, fields))
    _check(call, item, None)
    call.store.add(call.kind, item)
    return _done(call, item.id)


def replace(call: Call) -> dict[str, Any]:
    """PUT: what the body leaves out falls back to what it would be on a new object."""
    before = _found(call)
    kept = {name: before.fields[name] for name in call.kind.seeded if name in before.fields}
    fields = bodies.complete(call.kind, call.body()) | kept
    return _change(call, before, _inherited(call, fields))


def update(call: Call) -> dict[str, Any]:
    before = _found(call)
    return _change(call, before, {**before.fields, **bodies.partial(call.kind, call.body())})


def delete(call: Call) -> dict[str, Any]:
    item = _found(call)
    check_deletion(call.store, call.kind, item)
    if call.kind is USER:
        fields = {**item.fields, "user_status": "deleted"}
        call.store.change(USER, item._replace(fields=fields, modified=call.store.now()))
    else:
        call.store.remove(call.kind, item)
    return _done(call, item.id)


def _found(call: Call) -> Item:
    """A deleted user can be read, and that is all."""
    item = call.store.get(call.kind, call.id)
    if deleted(call.kind, item):
        raise RefusedError(404, f"{call.kind.noun} {item.id} not found")
    demand_scope(call, item.id if call.kind is GROUP else item.fields[call.kind.group])
    return item


def _change(call: Call, before: Item, fields: Mapping[str, Any]) -> dict[str, Any]:
    after = before._replace(fields=fields, modified=call.store.now())
    _check(call, after, before)
    call.store.change(call.kind, after)
    return _done(call, after.id)


def _inherited(call: Call, fields: dict[str, Any]) -> dict[str, Any]:
    parent = call.store.group(fields.get(GROUP.group))
    return bodies.inherited(call.kind, fields, parent, call.store.root)


def _check(call: Call, after: Item, before: Item | None) -> None:
    check(call.store, call.kind, after, before)
    if before is None or before.fields[call.kind.group] != after.fields[call.kind.group]:
        demand_scope(call, after.fields[call.kind.group])


def _done(call: Call, item_id: int) -> dict[str, Any]:
    alternative = call.state.settings["created_id_alternative"]
    return {call.kind.id_field if alternative else call.kind.created_id: item_id}
