"""Keys in the order of the schemas."""

from collections.abc import Sequence
from typing import NamedTuple

from reconciler.formatting.lines import Line
from reconciler.formatting.parsing import Note, Notes
from reconciler.formatting.shapes import Shape


class Item(NamedTuple):
    """An entry of a list or a mapping; `marks` are the anchors and aliases in it. `lead` stands above it, and
    `note`, within brackets, beside it.
    """

    name: str
    lead: Notes
    lines: list[Line]
    marks: frozenset[str] = frozenset()
    note: Note | None = None
    is_blank_before: bool = False
    is_broken: bool = False  # within brackets, on a new line


def ordered(items: Sequence[Item], shape: Shape) -> list[Item]:
    """By the order of the schema. Blank lines and line breaks stay where they are while the keys move. No key
    goes above one that has an anchor for it: that goes along with it.
    """
    ranks = {"<<": -1, **{name: number for number, name in enumerate(shape.inside)}}
    wanted = [ranks.get(item.name, len(ranks)) for item in items]
    marked = [number for number, item in enumerate(items) if item.marks]
    for later, number in [*enumerate(marked)][::-1]:
        for other in marked[:later]:
            if _share(items[other].marks, items[number].marks):
                wanted[other] = min(wanted[other], wanted[number])
    found = [items[number] for number in sorted(range(len(items)), key=wanted.__getitem__)]
    return [
        item
        if item is place
        else item._replace(is_blank_before=place.is_blank_before, is_broken=place.is_broken)
        for item, place in zip(found, items, strict=True)
    ]


def _share(some: frozenset[str], others: frozenset[str]) -> bool:
    """A name that is an anchor in either."""
    names = {mark[1:] for mark in some} & {mark[1:] for mark in others}
    return any(f"&{name}" in some or f"&{name}" in others for name in names)
