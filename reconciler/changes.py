"""What a change is by the facts of its kind, for whoever orders, checks or shows it."""

from reconciler.kinds import KINDS, ROUTING
from reconciler.model import Action, Change


def is_move(change: Change) -> bool:
    """Whether an object gets another place in the tree."""
    home = KINDS[change.kind].home
    return change.action is Action.UPDATE and any(field.name == home for field in change.fields)


def is_rerouted(change: Change) -> bool:
    """Whether the calls of a route that is there will ring elsewhere, or nowhere."""
    is_there = change.kind == "route" and change.action is not Action.CREATE
    is_touched = change.action is Action.DELETE or any(field.name in ROUTING for field in change.fields)
    return is_there and is_touched
