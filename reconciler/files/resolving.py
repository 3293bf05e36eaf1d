"""Entries to resources: each under its final address, with the addresses of what it refers to."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, islice
from typing import Any, NamedTuple

from reconciler.errors import Problem
from reconciler.facts import Field, Type
from reconciler.files.entries import Entry
from reconciler.files.faults import shown
from reconciler.kinds import REFERRED_TO
from reconciler.model import Address, Reference, Resource, State, Value
from reconciler.objects.clashes import ambiguous, unique_values, writable
from reconciler.objects.codec import canonical
from reconciler.objects.names import Index, final_addresses, interim, label_of, placed_key
from reconciler.objects.references import readdress, references_in
from reconciler.objects.tree import ancestors

Find = Callable[[str, str | int], Sequence[Address]]  # what words may mean, by the kind that is meant
IsKey = Callable[[str, str], bool]  # whether words are something's very key


class TooDeepError(Exception):
    """Groups that far below others would have paths without end; args are those of a Problem."""


class Written(NamedTuple):
    """An object as the files have it, and the fields that something is wrong with ("": the whole of it)."""

    entry: Entry
    bad: Collection[str]


class Resolved(NamedTuple):
    """The resources in the order of the entries, and what those references mean that are not the very key of
    one. What no file describes stays a Reference; what may mean several things is a problem, too.
    """

    resources: list[Resource]
    loose: Mapping[Reference, Address]
    problems: list[Problem]


def resolved(written: Sequence[Written]) -> Resolved:
    """No resources where groups are too deep, which is a problem of its own."""
    try:
        first, meant, (find, is_key) = _referred_to(
            {
                number: _resource(each, interim(each.entry.kind.name, number), _nothing)
                for number, each in enumerate(written)
                if each.entry.kind.name in REFERRED_TO
            }
        )
    except TooDeepError as error:
        return Resolved([], {}, [Problem(*error.args)])
    resources = [
        first[number] if number in first else _resource(each, None, find)
        for number, each in enumerate(written)
    ]
    state = {each.address: each for each in resources}
    problems = [
        Problem(each.source, ambiguous(each, writable(several, state)))
        for each, several in (*_ambiguous(resources, find), *_misled(meant, find))
        if not (several[1:] and _collide(several, state))
    ]
    return Resolved(resources, dict(_loose(written, find, is_key)), problems)


def _collide(several: Iterable[Address], state: State) -> bool:
    """Whether they share what no two may, which is a problem of their own."""
    return bool(set.intersection(*(unique_values(state.get(at)) for at in several)))


def _nothing(_kind: str, _text: str | int) -> Sequence[Address]:
    return ()


def _ambiguous(resources: Iterable[Resource], find: Find) -> Iterator[tuple[Reference, Sequence[Address]]]:
    for reference in chain.from_iterable(map(references_in, resources)):
        if candidates := find(reference.kind, reference.text):
            yield reference, candidates


def _misled(meant: Mapping[Reference, Address], find: Find) -> Iterator[tuple[Reference, Sequence[Address]]]:
    """What meant something before all paths were known, and means something else, too."""
    for reference, address in meant.items():
        candidates = find(reference.kind, reference.text)
        if list(candidates) != [address]:
            yield reference, sorted({address, *candidates})


def _loose(written: Iterable[Written], find: Find, is_key: IsKey) -> Iterator[tuple[Reference, Address]]:
    for entry, bad in written:
        for field in entry.kind.references:
            value = entry.data.get(field.name)
            if field.name in bad or (type(value) is str and is_key(field.refers_to, value)):  # as most are
                continue
            for path, text in _texts(field.name, value):
                if not is_key(field.refers_to, text) and len(meant := find(field.refers_to, text)) == 1:
                    yield Reference(field.refers_to, text, entry.place(path)), meant[0]


def _texts(name: str, value: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The texts in a field's value, with their paths."""
    if isinstance(value, str):
        yield (name,), value
    elif isinstance(value, list):
        yield from (((name, at), each) for at, each in enumerate(value) if isinstance(each, str))


# -- one object


def _resource(written: Written, address: Address | None, find: Find) -> Resource:
    """The resource without its bad fields, but with its name in any case; where no address is given, its
    fields tell it.
    """
    entry, bad = written
    kind, extra = entry.kind, entry.data.get("extra")
    raw = {**extra, **entry.data} if isinstance(extra, dict) and "extra" not in bad else entry.data
    if bad:
        raw = {name: value for name, value in raw.items() if name not in bad or name == kind.label}
    fields = {
        # As they are, if they can be: this is done for every value in the files.
        name: value
        if type(value) is str and value and name in kind.plain
        else _value(kind.field(name), value, entry, find)
        for name, value in raw.items()
        if name not in _NO_FIELDS
    }
    previously = raw.get("previously")
    return Resource(
        address=address or Address(kind.name, placed_key(kind, fields)),
        fields=fields,
        source=entry.source,
        previously=Reference(kind.name, previously, entry.place(("previously",)))
        if isinstance(previously, str)
        else None,
        places=entry.place_of,
        defaults=frozenset(entry.defaults.keys() & fields.keys()) if entry.defaults else _NO_DEFAULTS,
        is_sound=not bad,
    )


_NO_FIELDS = ("previously", "extra")
_NO_DEFAULTS: frozenset[str] = frozenset()


def _value(field: Field, value: Any, entry: Entry, find: Find) -> Value:
    plain = canonical(field, value)
    match field.type, plain:
        case Type.REFERENCE, str() | int():
            return _meant(field, _as_written(value), entry, find)
        case Type.REFERENCES, tuple():
            named = (each for each in enumerate(value) if isinstance(each[1], str | int))
            return tuple(sorted((_meant(field, text, entry, find, at) for at, text in named), key=str))
        case _:
            return plain


def _meant(field: Field, text: str | int, entry: Entry, find: Find, *number: int) -> Address | Reference:
    candidates = find(field.refers_to, text)
    if len(candidates) == 1:
        return candidates[0]
    return Reference(field.refers_to, text, entry.place((field.name, *number)))


def _as_written(value: Any) -> str | int:
    """Text stays text: only a number in the file means the platform's id."""
    return value if isinstance(value, str) else int(value)


# -- what others refer to


def _referred_to(
    written: Mapping[int, Resource],
) -> tuple[dict[int, Resource], dict[Reference, Address], tuple[Find, IsKey]]:
    """Those that others refer to, which may well be one another; what they refer to; and how to find them.

    Raises TooDeepError.
    """
    resources = dict(written)
    meant: dict[Reference, Address] = {}
    indexes = []
    # What a reference may say depends on paths, and paths on references: so level by level, and paths that
    # begin at something which only the platform has come last.
    for rooted in (True, False):
        while True:
            index = Index({each.address: each for each in resources.values()}, rooted=rooted)
            known = dict(_known(resources.values(), index))
            if not known:
                break
            meant |= known
            resources = {number: readdress(each, known) for number, each in resources.items()}
            _demand_bounded({each.address: each for each in resources.values()})
        indexes.append(index)
    final = final_addresses(resources.values())
    return (
        {number: readdress(each, final) for number, each in resources.items()},
        {reference: final[at] for reference, at in meant.items()},
        _finder(indexes, final),
    )


def _demand_bounded(state: State) -> None:
    """Asked before paths are made of the groups."""
    for address, resource in state.items():
        if address.kind == "group" and any(islice(ancestors(address, state), _MOST_ABOVE, None)):
            above = len([*ancestors(address, state)])
            name = shown(label_of(resource))
            message = f"{above} groups stand above {name}, but at most {_MOST_ABOVE} may; put it higher"
            raise TooDeepError(resource.place("parent"), message)


_MOST_ABOVE = 100  # groups above one another that files may describe: each path names all of them


def _known(resources: Iterable[Resource], index: Index) -> Iterator[tuple[Reference, Address]]:
    final = cache(lambda: final_addresses(index.state.values()))
    for reference in chain.from_iterable(map(references_in, resources)):
        candidates = index.find(reference.kind, reference.text)
        # several may be one object, described twice
        if len(candidates) == 1 or len({final()[each] for each in candidates}) == 1:
            yield reference, candidates[0]


def _finder(indexes: Sequence[Index], final: Mapping[Address, Address]) -> tuple[Find, IsKey]:
    @cache
    def find(kind: str, text: str | int) -> Sequence[Address]:
        candidates: Sequence[Address] = ()
        for index in indexes:
            candidates = sorted({final[each] for each in index.find(kind, text)})
            if len(candidates) == 1:
                break
        return candidates

    @cache
    def is_key(kind: str, text: str) -> bool:
        return any(index.has_key(at, text) for index in indexes for at in index.find(kind, text))

    return find, is_key
