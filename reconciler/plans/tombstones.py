"""What `removed:` means: keys, not just any words that find something.

A line under `removed:` stays in the files after it has done its work. It must not come to mean another
object then, so only keys count, and a path only where nothing described is called by it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from reconciler.errors import Problem, Source
from reconciler.model import Address, Notice, Reference, Resource, State
from reconciler.objects.clashes import ambiguous, contradiction
from reconciler.objects.names import Index, without_id
from reconciler.objects.tree import group_of
from reconciler.plans.matching import Matches


class Tombstones(NamedTuple):
    """The live objects that are to go, with the lines that say so; `by_name` with what these call them,
    without those said by their id, which never means another.
    """

    removed: Mapping[Address, Source]
    by_name: Mapping[Address, Reference]
    notices: tuple[Notice, ...]
    problems: tuple[Problem, ...]


def read(
    removed: Iterable[Reference], desired: State, live: State, index: Index, matched: Matches
) -> Tombstones:
    described = {at: desired[address] for address, at in matched.live.items() if address in desired}
    going: dict[Address, Source] = {}
    by_name: dict[Address, Reference] = {}
    notices: list[Notice] = []
    problems: list[Problem] = []
    for tombstone in removed:
        candidates = index.named(tombstone.kind, tombstone.text)
        exact = bool(candidates) and index.has_key(candidates[0], tombstone.text)
        if not candidates:
            notices.append(_nothing(tombstone, index))
        elif len(candidates) > 1:
            problems.append(Problem(tombstone.source, ambiguous(tombstone, index.clearly(candidates))))
        elif exact and candidates[0] in described:
            problems.append(Problem(tombstone.source, contradiction(tombstone, described[candidates[0]])))
        elif not exact and _is_taken_over(live[candidates[0]], described):
            notices.append(_no_key(tombstone, candidates[0]))
        else:
            going[candidates[0]] = tombstone.source
            by_name |= {} if isinstance(tombstone.text, int) else {candidates[0]: tombstone}
    return Tombstones(going, by_name, tuple(notices), tuple(problems))


def reborn(
    removed: Mapping[Address, Reference], final: Mapping[Address, Address], live: State, described: State
) -> Iterator[Problem]:
    """What goes, while something else is given its key, or its name in a group whose path changes: next time,
    or after half of the changes, the line would mean that.
    """
    for address, tombstone in removed.items():
        heir = without_id(final[address], live[address])
        if address in described:
            yield Problem(tombstone.source, contradiction(address, described[address]))
        elif heir in described:
            message = f"{address} is removed here, and {heir} at {described[heir].source} takes its name"
            yield Problem(tombstone.source, f"{message}; do it in two steps, and remove it first")


def coming(
    removed: Iterable[Reference], final: Mapping[Address, Address], live: State, index: Index
) -> Iterator[Problem]:
    """Lines that mean nothing yet, but would as soon as this plan has renamed what stands above an object."""
    renamed = {without_id(new, live[at]): at for at, new in final.items() if new != at}
    for tombstone in removed if renamed else ():
        at = renamed.get(Address(tombstone.kind, str(tombstone.text)))
        if at and not index.named(tombstone.kind, tombstone.text):
            message = f"{tombstone} is not on the platform yet, but {at} gets that name in this plan"
            yield Problem(tombstone.source, f"{message}; if it is to go, write {at}, else take the line out")


def _is_taken_over(resource: Resource, described: Mapping[Address, Resource]) -> bool:
    """Whether the path belongs to something that the files describe under its external id."""
    return resource.address in described or group_of(resource) in described


def _nothing(tombstone: Reference, index: Index) -> Notice:
    text = str(tombstone.text)
    if near := index.find_anyhow(tombstone.kind, text) or index.nearly(tombstone.kind, text):
        return _no_key(tombstone, near[0])
    if "*" in text:
        words = f"{tombstone} ({tombstone.source}) is no object's key, so nothing is removed"
        advice = "`removed:` takes no patterns: name each object, or use `settings.prune`"
        return Notice("no-key", str(tombstone), f"{words}; {advice}")
    message = (
        f"{tombstone} is not on the platform: gone already, or not called so; if it is gone, its line under "
        f"`removed:` ({tombstone.source}) can go"
    )
    return Notice("already-gone", str(tombstone), message)


def _no_key(tombstone: Reference, near: Address) -> Notice:
    message = (
        f"{tombstone} ({tombstone.source}) is no object's key, so nothing is removed; if {near} is meant, "
        "write that, else the line can go"
    )
    return Notice("no-key", str(tombstone), message)
