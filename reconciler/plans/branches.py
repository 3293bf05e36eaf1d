"""The group tree: all of it, or the part that a plan touches, which a reviewer wants to see first."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from reconciler.kinds import ORDER
from reconciler.model import Action, Address, Branch, Change, Resource, State
from reconciler.objects.names import label_of
from reconciler.objects.tree import ancestors, children, depth_first, group_of, walk
from reconciler.views import Node


def touched(changes: Iterable[Change], root: Address, after: State) -> tuple[Branch, ...]:
    """Every group that changes or in which something changes, and all above it, from the root downwards.

    `after` is the state once all is done.
    """
    groups = {at: each for at, each in _shown(changes, after).items() if at.kind == "group"}
    holds: dict[Address, list[Address]] = defaultdict(list)
    for change in changes:
        if change.kind == "group":
            holds[change.address] += ()
        else:
            place = next(group_of(each) for each in (change.after, change.before) if each)
            holds[place if place in groups else root].append(change.address)
    return tuple(_branches(root, groups, holds)) if holds else ()


def _shown(changes: Iterable[Change], after: State) -> dict[Address, Resource]:
    """What will be there, and where it was what goes by then."""
    going = {each.address: each.before for each in changes if each.action is Action.DELETE and each.before}
    return {**going, **after}


def _branches(root: Address, groups: State, holds: Mapping[Address, Collection[Address]]) -> Iterator[Branch]:
    shown = {each for at in holds for each in (at, *ancestors(at, groups))}
    below = children(groups, root)
    for at in depth_first(
        root, {above: [each for each in inside if each in shown] for above, inside in below.items()}
    ):
        parent = group_of(groups[at]) if at != root else None
        name = label_of(groups[at])
        others = sum(each not in shown for each in below.get(at, ()))
        yield Branch(at, name, parent, tuple(sorted(holds.get(at, ()))), others)


def all_nodes(
    changes: Collection[Change], root: Address, after: State, kinds: Collection[str]
) -> Iterator[Node]:
    """Every object of these kinds, each group behind its parent and before what stands in it; `after` as for
    `touched`.
    """
    by_address = {each.address: each for each in changes}
    objects = _shown(changes, after)
    members: dict[Address | None, list[Address]] = defaultdict(list)

    def place(resource: Resource) -> Address:
        """What is drawn above it; the root where its group was not read."""
        found = group_of(resource)
        return found if found in objects else root

    for at, each in objects.items():
        if at.kind != "group" and at.kind in kinds:
            members[place(each)].append(at)
    for group in walk(root, objects):
        above = place(objects[group]) if group != root else None
        yield _node(objects[group], above, by_address.get(group))
        for at in sorted(members[group], key=_by_kind):
            yield _node(objects[at], group, by_address.get(at))


def _by_kind(address: Address) -> tuple[int, str]:
    return ORDER[address.kind], address.key


def _node(resource: Resource, above: Address | None, change: Change | None) -> Node:
    label = label_of(resource)
    former = group_of(change.before) if change and change.before else None
    moved = former if former != group_of(resource) else None
    return Node(resource.address, label, above, change.action if change else None, moved)
