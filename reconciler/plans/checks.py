"""What would be refused or do harm, found before anything is sent."""

from collections import Counter
from collections.abc import Iterator, Sequence

from reconciler.errors import Problem
from reconciler.facts import Kind, Settable
from reconciler.kinds import KINDS, ORDER, Kinds
from reconciler.model import Action, Address, Change, FieldChange, Resource, State
from reconciler.objects.clashes import taken, unique_values
from reconciler.objects.references import referrers
from reconciler.objects.shares import percentages, wrong_sum
from reconciler.objects.telling import told
from reconciler.objects.tree import is_its_own_ancestor
from reconciler.quoting import quoted
from reconciler.wording import fitting, joined


def problems(
    kinds: Kinds, changes: Sequence[Change], after: State, *, undoes: bool = False
) -> Iterator[Problem]:
    """Everything about these changes that the platform is known to refuse; if they take back a run, no file
    can be mended.
    """
    yield from _missing(kinds, changes)
    yield from _unsettable(kinds, changes)
    yield from _unroutable(changes)
    yield from _taken(changes, after)
    yield from _rings(changes, after)
    yield from _in_use(changes, after, undoes=undoes)


def _missing(kinds: Kinds, changes: Sequence[Change]) -> Iterator[Problem]:
    for change in changes:
        if change.action is Action.CREATE and change.after:
            for field in kinds[change.kind].fields:
                if field.required and change.after.value(field.name) is None:
                    yield Problem(
                        change.after.place(field.name),
                        f"{change.address} is not on the platform, and creating it needs `{field.name}:`",
                    )


def _unsettable(kinds: Kinds, changes: Sequence[Change]) -> Iterator[Problem]:
    for change in changes:
        for field in change.fields if change.action is Action.UPDATE else ():
            if change.after and _is_settled(kinds[change.kind], field):
                yield Problem(
                    change.after.place(field.name),
                    f"{field.name} of {change.address} is {told(field.old)} on the platform and cannot be "
                    "changed there; write that value, or leave the line out",
                )


def _is_settled(kind: Kind, change: FieldChange) -> bool:
    """Whether the field has a value on the platform that stays for good."""
    settable = kind.field(change.name).settable
    return settable is not Settable.ALWAYS and change.old is not None


def _unroutable(changes: Sequence[Change]) -> Iterator[Problem]:
    """Routes that would have nowhere to ring, when what is live is taken into account."""
    for change in changes:
        changed = {field.name for field in change.fields}
        if change.after and change.kind == "route":
            if changed & {"route_type", "ring_to"}:
                yield from _without_number(change.after)
            if changed & {"route_type", "destinations"}:
                yield from _without_whole(change.after)


def _without_number(route: Resource) -> Iterator[Problem]:
    if route.value("route_type") == "forward" and route.value("ring_to") is None:
        yield Problem(route.place("ring_to"), f"{route.address} forwards calls and needs `ring_to:`")


def _without_whole(route: Resource) -> Iterator[Problem]:
    entries = route.value("destinations") or ()
    if route.value("route_type") != "percentage" or not isinstance(entries, tuple):
        return
    if total := wrong_sum(percentages(entries)):
        message = f"the percentages of {route.address} sum to {total}, not 100"
        yield Problem(route.place("destinations"), message)


def _taken(changes: Sequence[Change], after: State) -> Iterator[Problem]:
    """Two objects would share what must be unique; one of them is being changed to do so."""
    for change, (_, names, _), others in taken(changes, after, unique_values):
        assert change.after is not None
        yield Problem(change.after.place(names[-1]), _collision(change, names, others[0]))


def _collision(change: Change, names: tuple[str, ...], other: Resource) -> str:
    what = " and ".join(names)
    if other.source:
        return f"{change.address} has the same {what} as {other.address} at {other.source}"
    hint = "choose another"
    if change.action is Action.CREATE:
        hint = f"if it is the same object, write `previously: {quoted(other.address.key)}`"
    return f"{change.address} has the same {what} as {other.address}, id {other.id} on the platform; {hint}"


def _rings(changes: Sequence[Change], after: State) -> Iterator[Problem]:
    for change in changes:
        if change.kind == "group" and change.after and is_its_own_ancestor(change.address, after):
            yield Problem(change.after.place("parent"), f"{change.address} would be its own ancestor")


def _in_use(changes: Sequence[Change], after: State, *, undoes: bool) -> Iterator[Problem]:
    deleted = {change.address: change.source for change in changes if change.action is Action.DELETE}
    users = referrers(after, deleted.keys())
    for address in sorted(users):
        source, names = deleted[address], sorted(each.address for each in users[address])
        assert source is not None
        why, way_out = _not_empty(names) if address.kind == "group" else _needed(names)
        if undoes:
            first = f"move {_them(names)}" if address.kind == "group" else "change what needs it"
            way_out = f"{first} first, then undo again"
        yield Problem(source, f"{address} cannot be deleted: {why}; {way_out}")


def _them(names: Sequence[Address]) -> str:
    return "them" if names[1:] else "it"


def _not_empty(inside: Sequence[Address]) -> tuple[str, str]:
    """Why a group stays, and what to do about it."""
    counts = Counter(each.kind for each in inside)
    what = joined([kind.counted(counts[kind.name]) for kind in KINDS.values() if counts[kind.name]])
    verb, them = "are" if inside[1:] else "is", _them(inside)
    names = fitting([*map(str, sorted(inside, key=lambda each: ORDER[each.kind]))], _SHOWN)
    return f"{what} {verb} still in it ({names})", f"move {them}, or list {them} under `removed:` too"


def _needed(names: Sequence[Address]) -> tuple[str, str]:
    verb, them = ("needs", "that") if len(names) == 1 else ("need", "those")
    return f"{fitting([*map(str, names)], _SHOWN)} still {verb} it", f"change or remove {them} as well"


_SHOWN = 5
