"""The group tree: where an object stands, and what is above and below a group."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from reconciler.kinds import KINDS
from reconciler.model import Address, Resource, State

Children = Mapping[Address | None, Collection[Address]]


def group_of(resource: Resource) -> Address | None:
    """The group that an object stands in; None for the root, and where the group was not read."""
    found = resource.value(KINDS[resource.kind].home)
    return found if isinstance(found, Address) else None


def home_of(resource: Resource) -> Address | None:
    """The group that an object is or stands in."""
    return resource.address if resource.kind == "group" else group_of(resource)


def ancestors(address: Address, state: State) -> Iterator[Address]:
    """The groups above a group, nearest first; ends where the chain leaves the state or closes a ring."""
    seen = {address}
    parent = state[address].value("parent")
    while parent in state and parent not in seen:
        yield parent
        seen.add(parent)
        parent = state[parent].value("parent")


def top_of(address: Address, state: State) -> Address:
    """The last of a group and its ancestors."""
    return [address, *ancestors(address, state)][-1]


def is_its_own_ancestor(address: Address, state: State) -> bool:
    return bool(state[top_of(address, state)].value("parent") == address)


def walk(root: Address, state: State) -> Iterator[Address]:
    """All groups below the root and itself, each behind its parent, siblings by their keys."""
    return depth_first(root, children({at: each for at, each in state.items() if at.kind == "group"}, root))


def children(groups: State, root: Address) -> Children:
    """What stands below each group; a group whose parent was not read is hung up below the root."""
    found: dict[Address | None, list[Address]] = defaultdict(list)
    for at in sorted(groups.keys() - {root}):
        parent = group_of(groups[at])
        found[parent if parent in groups else root].append(at)
    return found


def depth_first(root: Address, below: Children) -> Iterator[Address]:
    pending = [root]
    while pending:
        at = pending.pop()
        yield at
        pending += reversed(list(below.get(at, ())))
