"""The tree of groups, flat or nested, and the ids below a group."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from reconciler.sandbox.call import Call, demand_scope
from reconciler.sandbox.errors import RefusedError
from reconciler.sandbox.rules import GROUP
from reconciler.sandbox.store import Item, Store


class _Node(NamedTuple):
    item: Item
    code: str  # 1, 1.2, 1.2.1: the position among the siblings that are shown, level by level


def tree(call: Call) -> dict[str, Any]:
    active = call.request.query.get("active") or "true"
    if active not in ("true", "false"):
        raise RefusedError(400, "active must be true or false")
    assert call.caller is not None
    unit, store = call.caller.unit, call.store
    haunted = active == "false" and call.state.settings["deleted_groups"] == "tree"
    nodes: list[_Node] = call.state.cache.get(
        ("tree", unit, active, haunted),
        store.versions["group"],
        lambda: list(_nodes(store, unit, with_inactive=active == "false", with_ghosts=haunted)),
    )
    return {"groups": _nested(nodes) if call.state.settings["tree_nested"] else list(map(_flat, nodes))}


def org_list(call: Call) -> dict[str, Any]:
    call.store.get(GROUP, call.id)
    demand_scope(call, call.id)
    return {"orgUnits": list(call.store.subtree(call.id))}


def _nodes(store: Store, unit: int, *, with_inactive: bool, with_ghosts: bool) -> Iterator[_Node]:
    """From the top down, parents first; what is below an inactive group goes with it."""
    waiting = [_Node(store.get(GROUP, unit), "1")]
    while waiting:
        node = waiting.pop()
        yield node
        shown = [
            child
            for child in store.children(node.item.id, with_ghosts=with_ghosts)
            if with_inactive or child.fields["org_unit_status"] == "active"
        ]
        below = [_Node(child, f"{node.code}.{position}") for position, child in enumerate(shown, 1)]
        waiting.extend(reversed(below))


def _flat(node: _Node) -> dict[str, Any]:
    return {
        "org_unit_id": node.item.id,
        "text": node.item.fields["org_unit_name"],
        "code": node.code,
        "group_level": node.code.count(".") + 1,
    }


def _nested(nodes: list[_Node]) -> list[dict[str, Any]]:
    rows = {node.item.id: _nested_row(node) for node in nodes}
    for row in list(rows.values())[1:]:
        rows[row["org_unit_parent_id"]]["children"].append(row)
    return list(rows.values())[:1]


def _nested_row(node: _Node) -> dict[str, Any]:
    return {
        "org_unit_id": node.item.id,
        "org_unit_name": node.item.fields["org_unit_name"],
        "org_unit_parent_id": node.item.fields[GROUP.group],
        "coded_level": node.code,
        "children": [],
    }
