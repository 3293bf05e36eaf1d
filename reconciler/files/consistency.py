"""What must hold between objects, as far as files alone can tell."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reconciler.errors import Problem
from reconciler.model import Address, Desired, Reference, Resource, State
from reconciler.objects.clashes import contradiction, rings, swapped, unique_values
from reconciler.objects.comparing import loosely
from reconciler.objects.keys import split
from reconciler.objects.names import Index, exact
from reconciler.objects.patterns import called, meant
from reconciler.objects.references import former, references_in
from reconciler.quoting import copied


def problems(resources: Sequence[Resource], desired: Desired) -> Iterator[Problem]:
    yield from _roots(resources)
    yield from _rings(desired.resources)
    yield from _renamed_in_rings(desired.resources)
    yield from _shared_values(resources)
    yield from _described_and_removed(desired)


def _roots(resources: Iterable[Resource]) -> Iterator[Problem]:
    roots = [each for each in resources if each.kind == "group" and each.value("parent") is None]
    for other in (each for each in roots[1:] if each.address != roots[0].address):
        yield Problem(
            other.place(),
            f"{other.address} has no parent, but only one group can be the root; "
            f"the other is at {roots[0].source}",
        )


def _rings(state: State) -> Iterator[Problem]:
    parents = {at: each.value("parent") for at, each in state.items() if at.kind == "group"}
    for ring in rings({at: parent for at, parent in parents.items() if isinstance(parent, Address)}):
        told = " → ".join(map(str, [*ring, ring[0]]))
        yield Problem(state[ring[0]].place("parent"), f"{ring[0]} is its own ancestor: {told}")


def _renamed_in_rings(state: State) -> Iterator[Problem]:
    """Two objects that take each other's key: before and after cannot be told apart."""
    renamed = {at: each for at, each in state.items() if each.previously}
    index = Index(state) if renamed else Index({})
    before: dict[Address, Address] = {}
    for address, resource in renamed.items():
        if said := former(resource, index.find).previously:
            found = index.find(address.kind, said.text)
            if len(found) == 1 and found[0] != address:
                before[address] = found[0]
    for ring in rings(before):
        yield Problem(state[ring[0]].place(), swapped(ring))


def _shared_values(resources: Iterable[Resource]) -> Iterator[Problem]:
    """However they are spaced and accented: a platform may not keep that."""
    holders: dict[Any, Resource] = {}
    for resource in resources:
        for kind, names, values in unique_values(resource):
            place = [str(each) for each in values[:-1]]  # as it is referred to, if no file describes it
            first = holders.setdefault((kind, names, *place, loosely(values[-1])), resource)
            if first is not resource and first.address != resource.address:
                is_same = any((names, values[-1]) == (each[1], each[2][-1]) for each in unique_values(first))
                but_for = "" if is_same else ", but for spaces or accents"
                yield Problem(
                    resource.place(names[-1]),
                    f"{resource.address} has the same {' and '.join(names)} "
                    f"as {first.address} at {first.source}{but_for}",
                )


def _described_and_removed(desired: Desired) -> Iterator[Problem]:
    for tombstone in desired.removed:
        address = exact(tombstone.kind, str(tombstone.text))
        if address in desired.resources:
            yield Problem(tombstone.source, contradiction(tombstone, desired.resources[address]))


def _bare(address: str) -> str:
    """The kind and the bare name, under which something may be referred to as well."""
    return f"{address.partition('/')[0]}/{split(address)[-1]}"


def warnings(desired: Desired, problems: Iterable[Problem]) -> Iterator[Problem]:
    """References that only the platform can tell, unless `settings.external` vouches for them."""
    told = {problem.source for problem in problems}
    found = {each for resource in desired.resources.values() for each in references_in(resource)}
    index = Index(desired.resources if found else {})
    renamed = dict(_renamed(desired.resources.values(), index)) if found else {}
    external = [each for at in desired.settings.external for each in (at, _bare(at))]
    # Each once, however many say it.
    objects = called({Address(each.kind, str(each.text)): [str(each.text)] for each in found})
    vouched_for = {at for each in external for at in meant(each, objects)}
    for reference in sorted(found, key=lambda each: (each.source, str(each))):
        is_known = (reference.kind, str(reference.text)) in vouched_for
        # Several are described by these words, and share what they must not: that is among the problems.
        is_known |= bool(told and index.find(reference.kind, reference.text))
        if not is_known and reference.source not in told:
            was = _once_called(reference, renamed, index)
            yield Problem(reference.source, was or _undescribed(reference, index))


def _renamed(described: Iterable[Resource], index: Index) -> Iterator[tuple[Address, Address]]:
    """What objects were called, and are now."""
    for resource in described:
        if said := former(resource, index.find).previously:
            yield Address(resource.kind, str(said.text)), resource.address


def _once_called(reference: Reference, renamed: Mapping[Address, Address], index: Index) -> str:
    """By its former name, or by that of what it is in."""
    kind, text = reference.kind, str(reference.text)
    begins = [text, *(text[: each.start()] for each in reversed([*re.finditer("/", text)]))]
    known = (at for each in begins for at in [Address(kind, each), Address("group", each)] if at in renamed)
    was = next(known, None)
    if was is None:
        return ""
    whole = f"{renamed[was].key}{text.removeprefix(was.key)}"
    is_clear = whole == renamed[was].key or index.find(kind, whole)
    advice = f"write {copied(whole)}" if is_clear else "write that in its place"
    return f"{was} is called {renamed[was]} now; {advice}"


def _undescribed(reference: Reference, index: Index) -> str:
    kind, text = reference.kind, str(reference.text)
    bare = text.removeprefix(f"{kind}/")  # of an address, as it is printed
    near = index.nearest(kind, text) if bare == text else bare
    guess = f"; did you mean {copied(near)}?" if near else "."
    said = f"no file describes {kind} {copied(reference.text)}{guess}"
    if bare != text and index.find(kind, bare):
        return said
    return f"{said} If it exists on the platform, list {copied(f'{kind}/{bare}')} in settings.external"
