"""What a change is by the facts of its kind, for whoever orders, checks or shows it."""

from collections.abc import Iterable

from reconciler.facts import Kind
from reconciler.kinds import ADMIN, INACTIVE, KINDS, ROUTING
from reconciler.model import Action, Change, Fields, Request, Resource, State


def request(kind: Kind, action: Action, number: int | None, body: Fields | None) -> Request:
    """The call that makes a change of one object, which has no id before it is created."""
    match action:
        case Action.CREATE:
            return Request("POST", kind.path, body)
        case Action.UPDATE:
            return Request(kind.update_method, f"{kind.path}/{number}", body)
    return Request("DELETE", f"{kind.path}/{number}", None)


def is_move(change: Change) -> bool:
    """Whether an object gets another place in the tree."""
    home = KINDS[change.kind].home
    return change.action is Action.UPDATE and any(field.name == home for field in change.fields)


def is_rerouted(change: Change) -> bool:
    """Whether the calls of a route that is there, or to a user, will ring elsewhere, or nowhere."""
    if change.action is Action.UPDATE:
        return any(field.name in ROUTING.get(change.kind, ()) for field in change.fields)
    return change.action is Action.DELETE and change.kind == "route"


def is_access(change: Change) -> bool:
    """Whether somebody gets or loses the rights of an Admin, or may no longer sign in, or may again."""
    facts = (ADMIN,) if change.action is Action.CREATE else (ADMIN, INACTIVE)
    return change.kind == "user" and any(
        field.name == name and value in (field.old, field.new)
        for field in change.fields
        for name, value in facts
    )


def has(user: Resource | None, fact: tuple[str, str]) -> bool:
    """Whether a user is what `ADMIN` or `INACTIVE` says."""
    name, value = fact
    return user is not None and user.value(name) == value


def is_active_admin(resource: Resource | None) -> bool:
    is_user = resource is not None and resource.kind == "user"
    return is_user and has(resource, ADMIN) and not has(resource, INACTIVE)


def afterwards(live: State, changes: Iterable[Change]) -> State:
    """The live state once these changes are done."""
    after = dict(live)
    for change in changes:
        if change.after:
            after[change.address] = change.after
        else:
            del after[change.address]
    return after
