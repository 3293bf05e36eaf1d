"""The same tree as it is written best: keys in the order of the schemas, phone numbers, quotes."""

from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush

from reconciler.formatting.shapes import ANYTHING, Shape, phone
from reconciler.formatting.tree import Branch, Item, Leaf, Literal, Node
from reconciler.scalars import quoted, scalar


def tidied(node: Node, shape: Shape) -> Node:
    match node:
        case Leaf():
            return _leaf(node, shape)
        case Branch():
            return _branch(node, shape)
        case Literal():
            return node


def _branch(branch: Branch, shape: Shape) -> Branch:
    items = tuple(_item(item, shape, is_mapping=branch.is_mapping) for item in branch.items)
    if branch.is_mapping and shape.inside:
        items = _sorted(items, shape)
    return branch._replace(items=items)


def _item(item: Item, shape: Shape, *, is_mapping: bool) -> Item:
    key = item.key
    if key is None:
        return item._replace(value=tidied(item.value, shape.entry))
    below = shape.of(key.value, is_merge=_is_merge(key)) if is_mapping else ANYTHING
    return item._replace(key=_leaf(key, ANYTHING), value=tidied(item.value, below))


def _is_merge(key: Leaf) -> bool:
    return key.text == "<<"


# -- scalars


def _leaf(leaf: Leaf, shape: Shape) -> Leaf:
    number = _phone(leaf) if shape.is_phone else None
    if number is not None:
        return leaf._replace(text=number, value=number, style='"')
    return leaf._replace(text=_double(leaf.text), style='"') if leaf.style == "'" else leaf


def _phone(leaf: Leaf) -> str | None:
    """None where it is no phone number, or where something else may refer to it."""
    is_number = leaf.style == "" and not isinstance(scalar(leaf.value), str)
    if leaf.marks or leaf.style == "*" or (is_number and not leaf.value.removeprefix("+").isdigit()):
        return None
    best = phone(leaf.value)
    if best is None or (leaf.style == '"' and best == leaf.value):
        return None
    return quoted(best)


def _double(text: str) -> str:
    """Out of single quotes into double ones, if it takes no more escapes there."""
    plain = text[1:-1].replace("''", "'")
    if plain.count('"') + plain.count("\\") > text[1:-1].count("''"):
        return text
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


# -- order


def _sorted(items: Sequence[Item], shape: Shape) -> tuple[Item, ...]:
    """Blank lines and line breaks stay where they are while the keys move."""
    ranks = {name: number for number, name in enumerate(shape.inside)}
    wanted = [-1 if _is_merge(key) else ranks.get(key.value, len(ranks)) for key in _keys(items)]
    order = _ordered(wanted, _blocked(items))
    return tuple(
        items[number]._replace(is_blank_before=place.is_blank_before, is_broken=place.is_broken)
        for number, place in zip(order, items, strict=True)
    )


def _keys(items: Iterable[Item]) -> Iterator[Leaf]:
    for item in items:
        assert item.key is not None
        yield item.key


def _ordered(wanted: Sequence[int], blocked: Sequence[set[int]]) -> Iterator[int]:
    """The numbers of the items by their ranks, but none before those that block it."""
    waits = [set(each) for each in blocked]
    ready = [(rank, number) for number, rank in enumerate(wanted) if not blocked[number]]
    heapify(ready)
    freed = _freed(blocked)
    while ready:
        _, number = heappop(ready)
        yield number
        for other in freed.get(number, ()):
            waits[other].discard(number)
            if not waits[other]:
                heappush(ready, (wanted[other], other))


def _freed(blocked: Sequence[set[int]]) -> dict[int, list[int]]:
    """Which items each of them blocks."""
    freed: dict[int, list[int]] = {}
    for number, each in enumerate(blocked):
        for other in each:
            freed.setdefault(other, []).append(number)
    return freed


def _blocked(items: Sequence[Item]) -> list[set[int]]:
    """Which items have to stay above each: an alias means the nearest anchor of its name above it."""
    defined: dict[str, int] = {}
    used: dict[str, set[int]] = {}
    blocked: list[set[int]] = [set() for _ in items]
    for number, item in enumerate(items):
        for mark in _marks(item):
            name, last = mark[1:], defined.get(mark[1:])
            blocked[number] |= {last} if last is not None else set()
            if mark[0] == "&":
                blocked[number] |= used.pop(name, set())
                defined[name] = number
            else:
                used.setdefault(name, set()).add(number)
        blocked[number].discard(number)
    return blocked


def _marks(part: Item | Node) -> Iterator[str]:
    """The anchors and aliases in it, in their order."""
    match part:
        case Item(value, key):
            yield from _marks(key or Leaf())
            yield from _marks(value)
        case Leaf(text, _, "*"):
            yield text
        case Branch() | Leaf() | Literal():
            yield from (mark for mark in part.marks if mark.startswith("&"))
            for item in part.items if isinstance(part, Branch) else ():
                yield from _marks(item)
