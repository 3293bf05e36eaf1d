"""Creations that look like a live object under another name: pointed out, never acted on.

It speaks only where it is likely to be right: one creation and one live object that are like each other and
like no third one.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from reconciler.codec import comparable
from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Change, Resource, State, Value
from reconciler.ordering import ancestors

_SHORTEST_WORD = 4


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
    settled = _left_behind(created, strangers)
    pairs = [
        Lookalike(new, old)
        for new in created
        for old in _candidates(new, strangers)
        if _are_alike(new, old)
        or (old.address in leaving and _is_moved(new, old))
        or (_is_followed(new, old, places, before) and settled.get(old.address, set()) <= {new.address})
    ]
    of_created = Counter(pair.created.address for pair in pairs)
    of_live = Counter(pair.live.address for pair in pairs)
    for pair in pairs:
        if of_created[pair.created.address] == 1 == of_live[pair.live.address]:
            yield pair


def _candidates(new: Resource, strangers: State) -> Iterator[Resource]:
    return (old for old in strangers.values() if old.kind == new.kind)


def _are_alike(new: Resource, old: Resource) -> bool:
    kind = KINDS[new.kind]
    if any(_agree(new, old, names) for names in kind.telling):
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
    """Equal, but for a plural, or one letter missing, too many, another, or in its neighbour's place."""
    short, long = sorted((one, other), key=len)
    if one == other or (long == f"{short}s" and len(short) >= _SHORTEST_WORD):
        return True
    has_number = any(map(str.isdigit, one + other))
    return not has_number and len(short) > _SHORTEST_WORD and _is_slip(short, long)


def _is_slip(short: str, long: str) -> bool:
    at = next((n for n, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) != len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
    return swapped or short[at + 1 :] == long[at + 1 :]


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


def _is_followed(new: Resource, old: Resource, places: Mapping[Address, set[Value]], before: State) -> bool:
    """Whether all that the files describe of a group goes over to the new one, which lies outside of it."""
    inside = old.address in ancestors(new.address, {**before, new.address: new})
    return places.get(old.address) == {new.address} and not inside and old.value("parent") is not None


def _left_behind(created: Iterable[Resource], strangers: State) -> Mapping[Address, set[Value]]:
    """For each group, where those of its members that no file describes are created once more; None where
    they are not.
    """
    again = {(each.kind, _label(each)): each.value(KINDS[each.kind].place or "group") for each in created}
    places: dict[Address, set[Value]] = {}
    for resource in strangers.values():
        place = resource.value(KINDS[resource.kind].place or "group")
        if isinstance(place, Address):
            places.setdefault(place, set()).add(again.get((resource.kind, _label(resource))))
    return places
