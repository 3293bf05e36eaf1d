"""What does not fit where space is short, counted."""

from collections import Counter
from collections.abc import Iterable, Iterator

from reconciler.errors import Problem
from reconciler.kinds import KINDS, ORDER
from reconciler.model import Action, Change, Notice, Outcome
from reconciler.wording import counted

Item = Change | Notice | Outcome | Problem | str


def left_out(items: Iterable[Item]) -> Iterator[str]:
    """What is not shown at all, counted."""
    counts = Counter(map(_sort_of, items))
    changes = {each: count for each, count in counts.items() if isinstance(each, tuple)}
    parts = []
    if changes:
        told = ", ".join(
            f"{KINDS[kind].counted(count)} to {action.word}"
            for (kind, action), count in sorted(changes.items(), key=_order)
        )
        parts.append(f"{counted(sum(changes.values()), 'more change')}: {told}")
    parts += [counted(counts[each], f"more {each}") for each in (*_SORTS.values(), _PROBLEM) if counts[each]]
    if parts:
        is_plan = not counts["outcome"] and not counts[_PROBLEM]
        yield f"… and {'; '.join(parts)}{_ELSEWHERE if is_plan else ''}."


_ELSEWHERE = "; the HTML report or `reconciler show plan.json` has all of them"


_SORTS = {Notice: "notice", Outcome: "outcome"}
_PROBLEM = "problem"


def _sort_of(item: Item) -> tuple[str, Action] | str:
    if isinstance(item, Change):
        return item.kind, item.action
    return _SORTS.get(type(item), _PROBLEM)


def _order(tally: tuple[tuple[str, Action], int]) -> tuple[int, int]:
    (kind, action), _ = tally
    return [*Action].index(action), ORDER[kind]
