"""The group tree: all of it, or the part that a plan touches, which a reviewer wants to see first."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Branch, Change, Resource, State
from reconciler.views import Node

_Children = Mapping[Address | None, Collection[Address]]


def group_of(resource: Resource) -> Address | None:
    """The group that an object stands in; None for the root, and where the group was not read."""
    found = resource.value(KINDS[resource.kind].home)
    return found if isinstance(found, Address) else None


def walk(root: Address, state: State) -> Iterator[Address]:
    """All groups below the root and itself, each behind its parent, siblings by their keys."""
    return _walk(root, _children({at: each for at, each in state.items() if at.kind == "group"}, root))


def _children(groups: State, root: Address) -> _Children:
    """What stands below each group; a group whose parent was not read is hung up below the root."""
    children: dict[Address | None, list[Address]] = defaultdict(list)
    for at in sorted(groups.keys() - {root}):
        parent = group_of(groups[at])
        children[parent if parent in groups else root].append(at)
    return children


def _walk(root: Address, children: _Children) -> Iterator[Address]:
    pending = [root]
    while pending:
        at = pending.pop()
        yield at
        pending += reversed(list(children.get(at, ())))


def tree(changes: Iterable[Change], root: Address, after: State) -> tuple[Branch, ...]:
    """Every group that changes or in which something changes, and all above it, from the root downwards.

    `after` is the state once all is done; groups that go by then are shown where they were.
    """
    going = {each.address: each.before for each in changes if each.action is Action.DELETE and each.before}
    groups = {at: each for at, each in {**going, **after}.items() if at.kind == "group"}
    holds: dict[Address, list[Address]] = defaultdict(list)
    for change in changes:
        if change.kind == "group":
            holds[change.address] += ()
        else:
            place = next(group_of(each) for each in (change.after, change.before) if each)
            holds[place if place in groups else root].append(change.address)
    return tuple(_branches(root, groups, holds)) if holds else ()


def _branches(root: Address, groups: State, holds: Mapping[Address, Collection[Address]]) -> Iterator[Branch]:
    shown, children = _with_ancestors(holds, groups), _children(groups, root)
    for at in _walk(
        root, {above: [each for each in below if each in shown] for above, below in children.items()}
    ):
        parent = group_of(groups[at]) if at != root else None
        name = str(groups[at].value(KINDS[at.kind].label))
        others = sum(each not in shown for each in children.get(at, ()))
        yield Branch(at, name, parent, tuple(sorted(holds.get(at, ()))), others)


def whole(changes: Collection[Change], root: Address, after: State, kinds: Collection[str]) -> Iterator[Node]:
    """Every object of these kinds, each group behind its parent and before what stands in it.

    `after` as for `tree`; what goes by then is shown where it was.
    """
    by_address = {each.address: each for each in changes}
    going = {each.address: each.before for each in changes if each.action is Action.DELETE and each.before}
    objects = {**going, **after}
    members: dict[Address | None, list[Address]] = defaultdict(list)
    for at, each in objects.items():
        if at.kind != "group" and at.kind in kinds:
            place = group_of(each)
            members[place if place in objects else root].append(at)
    for group in walk(root, objects):
        yield _node(objects[group], by_address.get(group))
        yield from (_node(objects[at], by_address.get(at)) for at in sorted(members[group], key=_by_kind))


def _by_kind(address: Address) -> tuple[int, str]:
    return list(KINDS).index(address.kind), address.key


def _node(resource: Resource, change: Change | None) -> Node:
    label = str(resource.value(KINDS[resource.kind].label))
    here = group_of(resource)
    former = group_of(change.before) if change and change.before else here
    return Node(
        resource.address, label, here, change.action if change else None, former if former != here else None
    )


def _with_ancestors(holds: Iterable[Address], groups: State) -> set[Address]:
    shown: set[Address] = set()
    for at in holds:
        group: Address | None = at
        while group is not None and group in groups and group not in shown:
            shown.add(group)
            group = group_of(groups[group])
    return shown
