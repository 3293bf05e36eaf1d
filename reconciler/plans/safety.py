"""The rules that stand above what the files ask for: what prune may take, what is protected, how much is
too much. What they forbid is a refusal, and the plan is shown but not applied.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from reconciler.changes import afterwards, is_active_admin
from reconciler.errors import RefusedError, Source
from reconciler.kinds import KINDS
from reconciler.model import (
    Action,
    Address,
    Change,
    FieldChange,
    Limit,
    Notice,
    Resource,
    Settings,
    State,
    Value,
)
from reconciler.objects.comparing import loosely
from reconciler.objects.patterns import Called
from reconciler.plans.alignment import Aligned
from reconciler.plans.rules import protection
from reconciler.wording import joined

Allowed = Mapping[tuple[str, Action], int]
Own = Collection[int] | None  # ids of users, as `Live` has them


def demand_root_stays(aligned: Aligned) -> None:
    """Raises RefusedError if the root has a tombstone."""
    if source := aligned.removed.get(aligned.root):
        raise RefusedError(f"{source}: {aligned.root} is the account's root and is never deleted")


def demand_described(aligned: Aligned, settings: Settings) -> None:
    """Raises RefusedError if kinds are to be pruned of which no object is described."""
    described = {address.kind for address in (*aligned.desired, *aligned.undecided)}
    if missing := [kind for kind in settings.prune if kind not in described]:
        plurals = joined([KINDS[kind].plural for kind in missing])
        one = "one of each" if len(missing) > 1 else "one"
        raise RefusedError(
            f"{settings.prune[missing[0]]}: no file describes any {' or '.join(missing)}, so pruning would "
            f"delete all {plurals}; if a file of them was not given, give the folder; "
            f"else describe at least {one}, or take {plurals} out of settings.prune"
        )


def spared(aligned: Aligned, settings: Settings, objects: Called, own: Own) -> Mapping[Address, str]:
    """Live objects that are never deleted, each with the reason why; only of those that might be."""
    if not (aligned.removed or settings.prune):
        return {}
    protected = protection(settings, objects)
    reasons = ((at, never_deleted(each, aligned.root, protected, own)) for at, each in aligned.live.items())
    return {address: reason for address, reason in reasons if reason}


_NOWHERE = "the platform does not say which group it is in"


def never_deleted(
    resource: Resource, root: Address, protected: Mapping[Address, str], own: Own
) -> str | None:
    """Why a live object is never deleted, if it is not."""
    address = resource.address
    place = resource.value(KINDS[address.kind].home)
    if address == root:
        return "it is the account's root"
    if address in protected:
        return protected[address]
    if address.kind == "user" and resource.id in (own or ()):
        return "it is the user whose credentials these are"
    if loosely(resource.value(KINDS[address.kind].label)) is None:
        return "it has no name on the platform"
    return None if isinstance(place, Address) else _out_of_reach(place)


def _out_of_reach(place: Value) -> str:
    return _NOWHERE if place is None else f"it is in group {place}, which is not in this account"


def pruned(aligned: Aligned, settings: Settings, kept: Collection[Address]) -> Mapping[Address, Source]:
    """What prune deletes, with the line that asks for it."""
    away = {*aligned.desired, *aligned.removed, *aligned.doubles, *kept}
    return {
        address: settings.prune[address.kind]
        for address in aligned.live
        if address.kind in settings.prune and address not in away
    }


def protected(removed: Mapping[Address, Source], kept: Mapping[Address, str]) -> Iterator[Notice]:
    """Tombstones of what is never deleted; of what may stand anywhere, whoever names it has to know."""
    for address, source in removed.items():
        if kept.get(address, _NOWHERE) != _NOWHERE:
            message = f"{source}: {address} is to be removed here but is never deleted: {kept[address]}"
            yield Notice("protected", str(address), message)


def kept_by_protection(aligned: Aligned, settings: Settings, kept: Mapping[Address, str]) -> Iterator[Notice]:
    """What prune would have taken but for its protection; the root goes without saying."""
    for address, reason in kept.items():
        stranger = not aligned.is_described(address) and address not in aligned.removed
        if stranger and address.kind in settings.prune and address != aligned.root:
            yield Notice("protected", str(address), f"{address} is in no file but is not pruned: {reason}")


def own_access(changes: Iterable[Change], own: Own) -> Iterator[Notice]:
    """The right to undo it may be gone with the change."""
    for change in changes:
        address = str(change.address)
        if own is None and change.kind == "user" and change.action is Action.DELETE:
            message = f"{address} is deleted, and the platform does not say whose credentials these are"
            yield Notice("own-access", address, f"{message}; make sure that it is somebody else")
        elif touched := ", ".join(map(_moved, _own(change, own))):
            message = f"{address} is the user whose credentials these are, and gets {touched}"
            yield Notice("own-access", address, f"{message}; nobody may be left to take it back")


def locked_out(changes: Sequence[Change], own: Own, before: State) -> Iterator[Notice]:
    """Whoever applies is the last who could take it back."""
    giving_up = [change for change in changes if _own(change, own) and is_active_admin(change.before)]
    if giving_up:
        address = str(giving_up[0].address)
        message = f"{address} is the user whose credentials these are, and after this no active Admin is left"
        if not any(map(is_active_admin, afterwards(before, changes).values())):
            yield Notice("own-access", address, f"{message}; make somebody else an Admin in the same plan")


def last(changes: Iterable[Change], own: Own) -> Sequence[Address]:
    """What may end the rights by which all else is sent."""
    return [change.address for change in changes if _own(change, own)]


def _own(change: Change, own: Own) -> Sequence[FieldChange]:
    """What a change does to the rights of whoever applies it."""
    if change.kind != "user" or change.action is not Action.UPDATE or change.id not in (own or ()):
        return ()
    return [each for each in change.fields if each.name in _ACCESS]


def _moved(field: FieldChange) -> str:
    old, new = ("nothing" if each is None else each for each in (field.old, field.new))
    return f"{field.name}: {old} → {new}"


_ACCESS = ("role", "user_status", "group", "username")


# -- how much is too much


def limits(
    changes: Sequence[Change], before: State, settings: Settings, allowed: Allowed
) -> Iterator[Notice]:
    """What exceeds the limits; lifted for a kind by naming the exact number."""
    counts = Counter((change.kind, change.action) for change in changes)
    sizes = Counter(address.kind for address in before)
    for (kind, action), limit in settings.limits.items():
        number, size = counts[kind, action], sizes[kind]
        if _is_too_many(number, size, limit) and allowed.get((kind, action)) != number:
            plural = KINDS[kind].plural if number != 1 else kind
            message = (
                f"the plan {action.word}s {number:,} {plural} of {size:,}, more than {limit}; "
                f"if that is meant, say so with --allow-{action.word}s {kind}={number}"
            )
            yield Notice(too_many(action), kind, message)


def too_many(action: Action) -> str:
    """The code of a refusal because of a limit."""
    return f"too-many-{action.word}s"


def _is_too_many(number: int, size: int, limit: Limit) -> bool:
    over = limit.number is None or number > limit.number
    return bool(number) and over and (limit.percent is None or number * 100 > limit.percent * size)
