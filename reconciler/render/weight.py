"""In which order changes are shown: by kind, or as a reviewer has to see them, first deletions, then who
may do what, moves, conflicts and calls that ring elsewhere, then the rest.
"""

from collections.abc import Iterable, Mapping
from enum import Enum

from reconciler.changes import is_access, is_move, is_rerouted
from reconciler.kinds import ORDER
from reconciler.model import Action, Change, Origin


class Weight(Enum):
    """In the order in which changes are shown; each change has the first that fits."""

    DELETION = "deletion"
    ACCESS = "access"
    MOVE = "move"
    CONFLICT = "conflict"
    REROUTED = "rerouted"
    OTHER = "other"


def by_weight(changes: Iterable[Change]) -> Mapping[Weight, list[Change]]:
    """The changes of each weight, in the order of the plan; every weight is there."""
    found: dict[Weight, list[Change]] = {each: [] for each in Weight}
    for change in changes:
        found[weight(change)].append(change)
    return found


def weight(change: Change) -> Weight:
    if change.action is Action.DELETE:
        return Weight.DELETION
    if is_access(change):
        return Weight.ACCESS
    if is_move(change):
        return Weight.MOVE
    if any(field.origin is Origin.CONFLICT for field in change.fields):
        return Weight.CONFLICT
    if is_rerouted(change):
        return Weight.REROUTED
    return Weight.OTHER


def by_kind(changes: Iterable[Change]) -> list[Change]:
    """Within a kind in the order in which they can run."""
    return sorted(changes, key=lambda change: ORDER[change.kind])
