"""What changes mean for people and their calls, in the words of the trade."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from reconciler.changes import has, is_active_admin, is_move
from reconciler.kinds import ADMIN, INACTIVE, KINDS, ORDER
from reconciler.model import Action, Address, Change, Notice, Resource, State, Value
from reconciler.objects.references import referrers
from reconciler.objects.tree import group_of
from reconciler.plans import calls
from reconciler.plans.identity import Holder, by_external_id, by_name, place_of
from reconciler.wording import counted, fitting, joined

_SHOWN = 5
_NOUNS = {"group": ("sub-group", "sub-groups")}


def consequences(changes: Sequence[Change], before: State, after: State) -> Iterator[Notice]:
    """What goes with a group, what leaves it first, and what a deletion means for a user; what is renamed and
    created anew; what moves with a group; who may do what; what may be there already; and which routes
    nobody answers.
    """
    by_address = {change.address: change for change in changes}
    going = [change for change in changes if change.action is Action.DELETE]
    members = referrers(before, {change.address for change in going})
    users = [change.before for change in going if change.kind == "user" and change.before]
    if users:
        yield Notice("consequence", str(users[0].address), _farewell(users))
    for change in going:
        for message in _of_a_group(change.address, members.get(change.address, ()), by_address):
            yield Notice("consequence", str(change.address), message)
    yield from _born_again(changes)
    yield from _moving(by_address, after)
    yield from _access(changes, after)
    yield from _unlisted(changes, before)
    yield from calls.consequences(changes, after)


def _farewell(users: Sequence[Resource]) -> str:
    return (
        f"{_counted(users)} ({_named(users)}) can no longer sign in; the platform keeps the rows of "
        "deleted users, and probably their e-mail addresses taken (assumed)"
    )


def _of_a_group(
    group: Address, members: Iterable[Resource], changes: Mapping[Address, Change]
) -> Iterator[str]:
    inside = sorted(members, key=lambda each: each.address)
    lost = [each for each in inside if each.address in changes and changes[each.address].after is None]
    going = {each.address for each in lost}
    kept = [each for each in inside if each.address not in going]
    if lost and group.kind == "group":
        yield _together(group, "goes" if len(lost) == 1 else "go", lost)
    for each in kept[:_SHOWN]:
        change = changes.get(each.address)
        yield f"{each.address} {_what_became(change) if change else 'is left behind'} when {group} is deleted"
    if len(kept) > _SHOWN:
        others = kept[_SHOWN:]
        verb = "needs" if len(others) == 1 else "need"
        yield f"when {group} is deleted, {_counted(others)} no longer {verb} it either: {_named(others)}"


def _what_became(change: Change) -> str:
    if change.after and is_move(change):
        return f"has moved to {change.after.value(KINDS[change.kind].home)}"
    return "no longer refers to it"


def _born_again(changes: Sequence[Change]) -> Iterator[Notice]:
    """What is created under the name of what is renamed, as where an entry was copied and the old one stayed;
    undoing goes by ids, and does that on purpose.
    """
    renamed = [
        (change.before, change)
        for change in changes
        if change.before and change.after and change.after.previously
        if isinstance(change.after.previously.text, str)
    ]
    created = (each.after for each in changes if each.action is Action.CREATE and renamed)
    born = {_known_by(each): each.address for each in created if each}
    for before, change in renamed:
        if new := born.get(_known_by(before)):
            there = f"the one that is there becomes {change.address}, with all that belongs to it"
            yield Notice("consequence", str(new), f"{new} is created anew: {there}")


def _known_by(resource: Resource) -> Holder:
    return by_external_id(resource) or by_name(resource, place_of(resource))


def _moving(changes: Mapping[Address, Change], after: State) -> Iterator[Notice]:
    """What goes along with groups that move, at any depth; not what is new there, or gets there by itself."""
    moved = [change.address for change in changes.values() if change.kind == "group" and is_move(change)]
    inside: dict[Address | None, list[Resource]] = defaultdict(list)
    for resource in after.values() if moved else ():
        change = changes.get(resource.address)
        if not change or (change.action is Action.UPDATE and not is_move(change)):
            inside[group_of(resource)].append(resource)
    for group in moved:
        if along := sorted(_below(group, inside), key=lambda each: each.address):
            yield Notice(
                "consequence", str(group), _together(group, "moves" if len(along) == 1 else "move", along)
            )


def _below(group: Address, inside: Mapping[Address | None, Sequence[Resource]]) -> Iterator[Resource]:
    groups = [group]
    for each in groups:
        for resource in inside.get(each, ()):
            groups.append(resource.address)
            yield resource


def _together(group: Address, verb: str, others: Sequence[Resource]) -> str:
    return f"with {group} {verb} {_counted(others)}: {_named(others)}"


def _counted(resources: Sequence[Resource]) -> str:
    counts = Counter(each.kind for each in resources)
    nouns = {kind.name: _NOUNS.get(kind.name, (kind.name, kind.plural)) for kind in KINDS.values()}
    return joined([counted(counts[name], *nouns[name]) for name in nouns if counts[name]])


def _named(resources: Sequence[Resource]) -> str:
    by_kind = sorted(resources, key=lambda each: ORDER[each.kind])
    return fitting([str(each.address) for each in by_kind], _SHOWN)


# -- access


def _access(changes: Iterable[Change], after: State) -> Iterator[Notice]:
    users = [change for change in changes if change.kind == "user"]
    for change in users:
        for told in _rights(change):
            yield Notice("consequence", str(change.address), f"{change.address} {told}")
    lost = [change.address for change in users if is_active_admin(change.before)]
    if lost and not any(map(is_active_admin, after.values())):
        yield Notice("consequence", str(lost[0]), "after this no active Admin is left in this account")


def _rights(change: Change) -> Iterator[str]:
    before, after = change.before, change.after
    if after and has(after, ADMIN) and not has(before, ADMIN):
        yield "is made an Admin" if before else "is created as an Admin"
    if after and has(before, ADMIN) and not has(after, ADMIN):
        yield "is no longer an Admin"
    if before and after and has(before, INACTIVE) != has(after, INACTIVE):
        yield "can no longer sign in (inactive)" if has(after, INACTIVE) else "can sign in again"


# -- what the lists may lack


def _unlisted(changes: Iterable[Change], before: State) -> Iterator[Notice]:
    """Creations of a kind whose list lacks ids that live objects refer to. Groups are looked for when they
    are read, and those that are not found are out of reach.
    """
    created: dict[str, list[str]] = defaultdict(list)
    for change in changes:
        if change.action is Action.CREATE and not KINDS[change.kind].is_tree:
            created[change.kind].append(str(change.address))
    for kind, new in created.items():
        if holders := [*_holders(kind, before)]:
            plural, verb = KINDS[kind].plural, "is" if len(new) == 1 else "are"
            message = (
                f"{fitting(new, _SHOWN)} {verb} created, but these refer to {plural} that are in no list: "
                f"{fitting(holders, _SHOWN)}; either the list of {plural} is not whole, and what is created "
                f"may be there already, or those {plural} were deleted; find out which before you apply"
            )
            yield Notice("consequence", new[0], message)


def _holders(kind: str, before: State) -> Iterator[str]:
    """Live objects that refer to ids of a kind which were not read, with these."""
    names = {
        each.name: [field.name for field in each.references if field.refers_to == kind]
        for each in KINDS.values()
    }
    for at, resource in sorted(before.items()):
        values = (resource.value(name) for name in names[at.kind])
        if ids := [str(each) for value in values for each in _ids(value)]:
            yield f"{at} (id {', '.join(ids)})"


def _ids(value: Value) -> Iterator[int]:
    """What stands there in place of addresses."""
    return (each for each in (value if isinstance(value, tuple) else [value]) if isinstance(each, int))
