"""What a reviewer has to see first: deletions, moves, conflicts, calls that ring elsewhere; then the rest."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import Enum

from reconciler.model import Action, Change, Origin

_PLACES = {"group": "parent"}  # the field that says where an object stands; of all other kinds it is `group`
_ROUTING = frozenset({"route_type", "ring_to", "destinations"})


class Weight(Enum):
    """In the order in which changes are shown; each change has the first that fits."""

    DELETION = "deletion"
    MOVE = "move"
    CONFLICT = "conflict"
    REROUTED = "rerouted"
    OTHER = "other"


def by_weight(changes: Iterable[Change]) -> Mapping[Weight, list[Change]]:
    """The changes of each weight, in the order of the plan; every weight is there."""
    found: dict[Weight, list[Change]] = defaultdict(list)
    for change in changes:
        found[weight(change)].append(change)
    return {each: found[each] for each in Weight}


def is_move(change: Change) -> bool:
    """It gets another place in the tree."""
    place = _PLACES.get(change.kind, "group")
    return change.action is Action.UPDATE and any(field.name == place for field in change.fields)


def weight(change: Change) -> Weight:
    names = {field.name for field in change.fields}
    is_update = change.action is Action.UPDATE
    if change.action is Action.DELETE:
        return Weight.DELETION
    if is_move(change):
        return Weight.MOVE
    if any(field.origin is Origin.CONFLICT for field in change.fields):
        return Weight.CONFLICT
    if is_update and change.kind == "route" and names & _ROUTING:
        return Weight.REROUTED
    return Weight.OTHER
