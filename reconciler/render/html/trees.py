"""The group tree as rows with rails: flat, since an account may be nested deeper than browsers nest."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from reconciler.changes import is_move
from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Branch, Change
from reconciler.wording import safe

_RAILS_SHOWN = 16


class Tally(NamedTuple):
    """How many of a kind are created, updated and deleted in a group, as `("+", "create", 2)`."""

    noun: str
    counts: tuple[tuple[str, str, int], ...]


class Twig(NamedTuple):
    """A row: `rails` are the lines to the left of it, from the root's children inwards; `last` is the number
    of the last group below it; `total` counts the changes in it and below.
    """

    number: int
    level: int
    rails: tuple[str, ...]
    name: str
    address: str
    sign: str
    word: str
    change: int | None
    tallies: tuple[Tally, ...]
    others: int
    last: int
    total: int


def groups_of(tree: Iterable[Branch]) -> dict[Address, int]:
    """The number of the group that each address stands in, a group in itself."""
    found = {}
    for number, branch in enumerate(tree):
        found[branch.address] = number
        found.update(dict.fromkeys(branch.holds, number))
    return found


def twigs(
    tree: Sequence[Branch], changes: Mapping[Address, Change], numbers: Mapping[Address, int]
) -> Iterator[Twig]:
    """A row for each branch, in the order of the tree."""
    levels = _levels(tree)
    lasts, totals = _below(levels, [_own(branch, changes) for branch in tree])
    rails = _rails(levels)
    for number, (branch, level) in enumerate(zip(tree, levels, strict=True)):
        change = changes.get(branch.address)
        sign, word = _mark(change) if change else ("", "")
        yield Twig(
            number,
            level,
            next(rails),
            safe(branch.name),
            safe(branch.address),
            sign,
            word,
            numbers.get(branch.address),
            tuple(_tallies(branch, changes)),
            branch.others,
            lasts[number],
            totals[number],
        )


def _levels(tree: Sequence[Branch]) -> list[int]:
    """The root's is 1; a branch whose parent is not in the tree counts as one more root."""
    levels: dict[Address, int] = {}
    for branch in tree:
        levels[branch.address] = levels.get(branch.parent, 0) + 1 if branch.parent else 1
    return [levels[branch.address] for branch in tree]


def _own(branch: Branch, changes: Mapping[Address, Change]) -> int:
    return sum(each in changes for each in (branch.address, *branch.holds))


def _below(levels: Sequence[int], own: Sequence[int]) -> tuple[list[int], list[int]]:
    """For each row the number of the last one below it, and what it and those have together."""
    lasts, totals = list(range(len(levels))), list(own)
    open_: list[int] = []
    for number in range(len(levels) + 1):
        level = levels[number] if number < len(levels) else 0
        while open_ and levels[open_[-1]] >= level:
            done = open_.pop()
            if open_:
                lasts[open_[-1]] = lasts[done]
                totals[open_[-1]] += totals[done]
        open_.append(number)
    return lasts, totals


def _rails(levels: Sequence[int]) -> Iterator[tuple[str, ...]]:
    """`pass` goes by, `tee` and `end` lead to the row itself; the middle of very deep ones is left out."""
    more: list[bool] = []  # by level, whether a later row of the same parent is still to come
    for level, has_next in zip(levels, _has_next(levels), strict=True):
        del more[level - 1 :]
        above = ["pass" if each else "gap" for each in more[1:]]
        more.append(has_next)
        yield (*above[-_RAILS_SHOWN:], "tee" if has_next else "end") if level > 1 else ()


def _has_next(levels: Sequence[int]) -> list[bool]:
    found = [False] * len(levels)
    ahead: list[bool] = []  # by level, from the row under hand onwards
    for number in range(len(levels) - 1, -1, -1):
        level = levels[number]
        ahead += [False] * (level - len(ahead))
        found[number] = ahead[level - 1]
        del ahead[level:]
        ahead[level - 1] = True
    return found


def _mark(change: Change) -> tuple[str, str]:
    return ("→", "move") if is_move(change) else (change.action.value, change.action.word)


def _tallies(branch: Branch, changes: Mapping[Address, Change]) -> Iterator[Tally]:
    counts = Counter((each.kind, changes[each].action) for each in branch.holds if each in changes)
    for name, kind in KINDS.items():
        found = tuple((each.value, each.word, counts[name, each]) for each in Action if counts[name, each])
        if found:
            yield Tally(kind.plural if sum(count for *_, count in found) > 1 else name, found)
