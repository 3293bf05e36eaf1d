"""Creations that look like a live object under another name: pointed out, never acted on.

It speaks only where it is likely to be right: one creation and one live object that are like each other and
like no third one. Where prune is about to delete the live object, less is enough: the harm would be done. So
would it where the platform changes names on the way: each run would create another.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from reconciler.facts import Kind
from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Change, Resource, State, Value
from reconciler.objects.comparing import comparable, uncased, without_emoji
from reconciler.objects.names import label_of
from reconciler.objects.tree import ancestors, group_of
from reconciler.plans.identity import Holder, are_two, by_external_id, by_name, may_have_moved, place_of

_SHORTEST_WORD = 4
_SHORTEST_PART = 8


Pair = tuple[Address, Address]  # what is to be created, and what is live


class Lookalike(NamedTuple):
    """What is to be created, and the live object that it may be; `field` is the one that tells them apart, if
    in nothing but what a platform may have changed on the way.
    """

    created: Resource
    live: Resource
    field: str = ""

    @property
    def is_respelled(self) -> bool:
        """Whether they differ in spelling alone; by emoji, things are told apart on purpose, too."""
        new, old = self.created.value(self.field), self.live.value(self.field)
        return bool(self.field) and uncased(new) == uncased(old)


def lookalikes(
    changes: Sequence[Change], strangers: State, before: State, leaving: Collection[Address]
) -> Iterator[Lookalike]:
    """`strangers` are the live objects that no file describes, `leaving` those of them that prune deletes."""
    created = {
        change.address: change.after for change in changes if change.action is Action.CREATE and change.after
    }
    going = {at: strangers[at] for at in leaving if at in strangers}
    respelled = _respelled(created, strangers)
    known = {each for pair in respelled for each in pair}
    pairs = {
        *_sharing_fields(created, strangers, lambda kind: kind.telling),
        *_sharing_fields(created, going, lambda kind: kind.hinting),
        *_alike(created, strangers),
        *_same_name_elsewhere(created, going),
        *_cut_short(created, going),
        *_followed(changes, created, strangers, before),
    }
    pairs = {*respelled, *(pair for pair in pairs if known.isdisjoint(pair))}
    pairs |= {*_moved(created, strangers, before, pairs)}
    of_created, of_live = Counter(new for new, _ in pairs), Counter(old for _, old in pairs)
    said: set[Address] = set()
    for new, old in sorted(pairs):
        alone, field = of_created[new] == 1 == of_live[old], respelled.get((new, old), "")
        # Where something is to go, or would be there twice, doubt is enough.
        if alone or (old in going and old not in said) or (field and new not in said):
            said |= {new, old}
            yield Lookalike(created[new], strangers[old], field)


def _pairs(
    created: State, strangers: State, keys: Callable[[Resource], Iterable[Hashable]]
) -> Iterator[Pair]:
    """Every creation with every stranger that shares a key with it."""
    known: dict[Hashable, list[Address]] = defaultdict(list)
    for address, resource in strangers.items() if created else ():
        for key in keys(resource):
            known[resource.kind, key].append(address)
    for address, resource in created.items() if known else ():
        for key in keys(resource):
            yield from ((address, old) for old in known.get((resource.kind, key), ()))


def _said(resource: Resource, names: Iterable[str]) -> tuple[Hashable, ...] | None:
    """What an object says in these fields, if it says something in each."""
    kind = KINDS[resource.kind]
    values = tuple(comparable(kind.field(name), resource.value(name)) for name in names)
    return None if None in values else values


def _respelled(created: State, strangers: State) -> Mapping[Pair, str]:
    """What has the external id of a live object, or else its name in its place, but for case, spaces,
    accents, quotes and emoji: a platform may have changed those. With the field that it is.
    """
    found = {
        pair: KINDS[pair[0].kind].external_id
        for pair in _pairs(created, strangers, lambda each: _as_kept(each, by_external_id(each)))
    }
    known = {each for pair in found for each in pair}
    for new, old in _pairs(created, strangers, lambda each: _as_kept(each, by_name(each, place_of(each)))):
        is_same = label_of(created[new]) == label_of(strangers[old])
        if known.isdisjoint((new, old)) and not is_same and not are_two(created[new], strangers[old]):
            found[new, old] = KINDS[new.kind].label
    return found


def _as_kept(resource: Resource, holder: Holder | None) -> Iterator[Hashable]:
    """What a platform may have made of it; of what is live there is nothing left to be made."""
    if holder and holder[-1] is not None:
        *place, text = holder
        for each in {text} if resource.id else {text, without_emoji(text)}:
            yield *place, uncased(each)


def _sharing_fields(
    created: State, strangers: State, names_of: Callable[[Kind], Iterable[tuple[str, ...]]]
) -> Iterator[Pair]:
    """By fields that give an object away."""

    def keys(resource: Resource) -> Iterator[Hashable]:
        for names in names_of(KINDS[resource.kind]):
            said = _said(resource, names)
            if said is not None:
                yield names, said

    return _pairs(created, strangers, keys)


def _same_name_elsewhere(created: State, leaving: State) -> Iterator[Pair]:
    """The same name in another place, or at another domain but in the same group: common things, and telling
    only where the old one is to go.
    """

    def keys(resource: Resource) -> Iterator[Hashable]:
        name = label_of(resource)
        is_email = KINDS[resource.kind].folds_case
        yield (name.casefold().partition("@")[0], resource.value("group")) if is_email else name

    return _pairs(created, leaving, keys)


def _cut_short(created: State, leaving: State) -> Iterator[Pair]:
    """Names of which another one in the same place is the beginning: a platform may have kept no more, but it
    is telling only where the old one is to go.
    """

    def keys(resource: Resource) -> Iterator[Hashable]:
        name = label_of(resource)
        if KINDS[resource.kind].place and len(name) >= _SHORTEST_PART:
            yield place_of(resource), name[:_SHORTEST_PART]

    for new, old in _pairs(created, leaving, keys):
        if label_of(created[new]).startswith(label_of(leaving[old])):
            yield new, old


def _moved(created: State, strangers: State, before: State, known: Collection[Pair]) -> Iterator[Pair]:
    """Groups of which nothing else is known; not what goes along with such a one."""
    taken = {each for pair in known for each in pair}
    there = _called_alone(strangers)
    named = ((new, there[name]) for name, new in _called_alone(created).items() if name in there)
    pairs = {
        (new, old)
        for new, old in named
        if may_have_moved(created[new], strangers[old]) and taken.isdisjoint((new, old))
    }
    everything, every = {**before, **created}, {*pairs, *known}
    for new, old in pairs:
        goes_along = (place_of(created[new]), place_of(strangers[old])) in every
        if not goes_along and old not in ancestors(new, everything):
            yield new, old


def _called_alone(state: State) -> Mapping[str, Address]:
    """Groups by the names that one of them alone has: of others nothing is said."""
    found: dict[str, list[Address]] = defaultdict(list)
    for at, each in state.items():
        if KINDS[at.kind].is_tree:
            found[label_of(each)].append(at)
    return {name: some[0] for name, some in found.items() if len(some) == 1}


def _alike(created: State, strangers: State) -> Iterator[Pair]:
    """Names in one place that differ by a slip of the pen."""

    def keys(resource: Resource) -> Iterator[Hashable]:
        place = KINDS[resource.kind].place
        if place and (said := _said(resource, [place])):
            yield from ((said, sketch) for sketch in _sketches(_words(label_of(resource))))

    for new, old in _pairs(created, strangers, keys):
        if _is_same_name(label_of(created[new]), label_of(strangers[old])):
            yield new, old


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", name.casefold())


def _sketches(words: Sequence[str]) -> Iterator[Hashable]:
    """What names that are alike have in common: all, or all but one word, of which one end is the same."""
    yield "".join(words)
    for number, word in enumerate(words):
        if not any(map(str.isdigit, word)):
            rest = (*words[:number], None, *words[number + 1 :])
            for length in (len(word) - 1, len(word), len(word) + 1):
                yield from ((rest, length, "begins", word[0]), (rest, length, "ends", word[-1]))


def _is_same_name(one: str, other: str) -> bool:
    """Word for word the same but for case, punctuation and a slip of the pen; numbers have to be equal."""
    words, others = _words(one), _words(other)
    if "".join(words) == "".join(others):
        return bool(words)
    return len(words) == len(others) and all(map(_is_same_word, words, others))


def _is_same_word(one: str, other: str) -> bool:
    """Equal, but for a plural, or one letter missing, too many, another, or in its neighbour's place."""
    short, long = sorted((one, other), key=len)
    if one == other or (long == f"{short}s" and len(short) >= _SHORTEST_WORD):
        return True
    has_number = any(map(str.isdigit, one + other))
    return not has_number and len(short) > _SHORTEST_WORD + 1 and _is_slip(short, long)


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
        place, now = group_of(resource), after.get(address, resource)
        if address not in strangers and now and place:
            places.setdefault(place, set()).add(now.value(KINDS[now.kind].home))
    return places


def _followed(changes: Sequence[Change], created: State, strangers: State, before: State) -> Iterator[Pair]:
    """Groups whose members all go over to a new one that lies outside of them."""
    left_behind = _left_behind(created.values(), strangers)
    everything = {**before, **created}
    for old, places in _new_places(changes, before, strangers).items():
        new: Value = next(iter(places)) if len(places) == 1 else None
        if new in created and old in strangers and strangers[old].value("parent") is not None:
            inside = old in ancestors(new, everything)
            if not inside and left_behind.get(old, set()) <= places:
                yield new, old


def _left_behind(created: Iterable[Resource], strangers: State) -> Mapping[Address, set[Value]]:
    """For each group, where those of its members that no file describes are created once more; None where
    they are not.
    """
    again = {(each.kind, label_of(each)): each.value(KINDS[each.kind].home) for each in created}
    places: dict[Address, set[Value]] = {}
    for resource in strangers.values():
        if place := group_of(resource):
            places.setdefault(place, set()).add(again.get((resource.kind, label_of(resource))))
    return places
