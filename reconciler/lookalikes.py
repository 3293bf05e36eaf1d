"""Creations that look like a live object under another name: pointed out, never acted on.

It speaks only where it is likely to be right: one creation and one live object that are like each other and
like no third one.
"""

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from reconciler.codec import comparable
from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Change, Resource, State, Value

_SHORTEST_WORD, _ALIKE = 4, 0.8


class Lookalike(NamedTuple):
    """What is to be created, and the live object that it may be."""

    created: Resource
    live: Resource


def lookalikes(
    changes: Sequence[Change], strangers: State, before: State, leaving: Collection[Address]
) -> Iterator[Lookalike]:
    """`strangers` are the live objects that no file describes, `leaving` those of them that prune deletes."""
    created = [change.after for change in changes if change.action is Action.CREATE and change.after]
    places = _new_places(changes, before, strangers)
    pairs = [
        Lookalike(new, old)
        for new in created
        for old in _candidates(new, strangers)
        if _are_alike(new, old, places) or (old.address in leaving and _is_moved(new, old))
    ]
    of_created = Counter(pair.created.address for pair in pairs)
    of_live = Counter(pair.live.address for pair in pairs)
    for pair in pairs:
        if of_created[pair.created.address] == 1 == of_live[pair.live.address]:
            yield pair


def _candidates(new: Resource, strangers: State) -> Iterator[Resource]:
    return (old for old in strangers.values() if old.kind == new.kind)


def _are_alike(new: Resource, old: Resource, places: Mapping[Address, set[Value]]) -> bool:
    kind = KINDS[new.kind]
    if any(_agree(new, old, names) for names in kind.telling):
        return True
    if kind.name == "group" and places.get(old.address) == {new.address}:
        return True
    return bool(kind.place) and _agree(new, old, (kind.place,)) and _is_same_name(_label(new), _label(old))


def _agree(new: Resource, old: Resource, names: Iterable[str]) -> bool:
    """Whether both say the same, and say something, in each of these fields."""
    kind = KINDS[new.kind]
    return all(
        new.value(name) is not None
        and comparable(kind.field(name), new.value(name)) == comparable(kind.field(name), old.value(name))
        for name in names
    )


def _label(resource: Resource) -> str:
    return str(resource.value(KINDS[resource.kind].label))


def _is_moved(new: Resource, old: Resource) -> bool:
    """The same name in another place: a common thing, and telling only where the old one is to go."""
    kind = KINDS[new.kind]
    return bool(kind.place) and _agree(new, old, (kind.label,)) and not _agree(new, old, (kind.place,))


def _is_same_name(one: str, other: str) -> bool:
    """Word for word the same but for case, punctuation and a slip of the pen; numbers have to be equal."""
    words, others = (re.findall(r"\w+", name.casefold()) for name in (one, other))
    if "".join(words) == "".join(others):
        return bool(words)
    return len(words) == len(others) and all(map(_is_same_word, words, others))


def _is_same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    has_number = any(map(str.isdigit, one + other))
    alike = difflib.SequenceMatcher(None, one, other).ratio() >= _ALIKE
    return not has_number and min(len(one), len(other)) >= _SHORTEST_WORD and alike


def _new_places(changes: Sequence[Change], before: State, strangers: State) -> Mapping[Address, set[Value]]:
    """For each group, where those of its members that the files describe are to be."""
    after = {change.address: change.after for change in changes}
    places: dict[Address, set[Value]] = {}
    for address, resource in before.items():
        name = KINDS[resource.kind].place or "group"
        now = after.get(address, resource)
        if address not in strangers and now and isinstance(resource.value(name), Address):
            places.setdefault(resource.value(name), set()).add(now.value(name))
    return places
