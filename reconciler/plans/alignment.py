"""Desired and live state under common addresses, so that what belongs together is called the same.

Live objects that no file describes keep their own names.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from reconciler.errors import Problem, Source
from reconciler.kinds import KINDS
from reconciler.model import Address, Desired, Live, Notice, Reference, Resource, State
from reconciler.objects.clashes import swapped, twice
from reconciler.objects.diff import differs
from reconciler.objects.names import Index, spellings, without_id
from reconciler.objects.references import former
from reconciler.plans import tombstones
from reconciler.plans.doubles import ids_of, without_doubles
from reconciler.plans.identity import by_external_id
from reconciler.plans.matching import match, twins
from reconciler.plans.meaning import common_names, resolved
from reconciler.quoting import quoted


@dataclass(frozen=True, slots=True)
class Aligned:
    """Both states under common addresses; `removed` are the live objects that tombstones name, and `words`
    how, where it is not by their id; `doubles` those that share a key, each with that; `undecided` are
    described where they say, but so are others; `inactive` groups may take nothing new.
    """

    desired: State
    live: State
    root: Address
    gone: Mapping[Address, int]
    removed: Mapping[Address, Source]
    words: Mapping[Address, Reference]
    doubles: Mapping[Address, str]
    undecided: Mapping[Address, Source]
    notices: tuple[Notice, ...]
    problems: tuple[Problem, ...]
    inactive: frozenset[Address]

    def is_described(self, address: Address) -> bool:
        return address in self.desired or address in self.undecided


def align(desired: Desired, live: Live) -> Aligned:
    """Never raises: whatever cannot be matched is among the problems."""
    index = Index(live.resources)
    meant_before = {at: former(each, index.named) for at, each in desired.resources.items()}
    desired = replace(desired, resources=meant_before)
    going = {at for each in desired.removed for at in index.named(each.kind, each.text)}
    resources, found, problems = resolved(desired, live, index, going)
    matched = match(resources, live, found, index, going)
    several = tuple({*twins(live.resources), *(tuple(sorted(each)) for each in matched.doubles.values())})
    meant = {at: resources[each].place() for each, alike in matched.doubles.items() for at in alike}
    resources, more = without_doubles(resources, matched, live.resources)
    described, actual, final = common_names(resources, live, found, matched.live)
    graves = tombstones.read(desired.removed, resources, live.resources, index, matched)
    by_address = {resource.address: resource for resource in described}
    named = dict(zip(resources, (each.address for each in described), strict=True))
    more += [Problem(resources[at[0]].place(), swapped(named[each] for each in at)) for at in matched.swaps]
    more += _kept_otherwise(resources.values(), matched.live, live.resources, index)
    more += _almost_renamed(resources.values(), matched.live, index)
    reborn = tombstones.reborn(graves.by_name, final, live.resources, by_address)
    coming = tombstones.coming(desired.removed, final, live.resources, index)
    return Aligned(
        desired=by_address,
        live={resource.address: resource for resource in actual},
        root=final[live.root],
        gone=live.gone,
        removed={final[at]: source for at, source in graves.removed.items()},
        words={final[at]: each for at, each in graves.by_name.items()},
        doubles={final[at]: _shared_key(group, live.resources) for group in several for at in group},
        undecided={final[at]: source for at, source in meant.items()},
        notices=(
            *graves.notices,
            *(_double(group, live.resources) for group in several),
            *_idle(resources.values(), matched.live, index, named),
        ),
        problems=(*problems, *matched.problems, *more, *twice(described), *graves.problems, *reborn, *coming),
        inactive=frozenset(final[at] for at in live.inactive),
    )


def all_names(aligned: Aligned, live: Live) -> Mapping[Address, list[str]]:
    """All that each object is called: in the files, on the platform, and once all is done."""
    names: dict[Address, list[str]] = defaultdict(list)
    known = spellings(aligned.live), spellings({**aligned.live, **aligned.desired})
    for each in (*known, names_now(aligned, live)):
        for at, some in each.items():
            names[at] += some
    return names


def names_now(aligned: Aligned, live: Live) -> Mapping[Address, list[str]]:
    """All that each object is called on the platform."""
    now = spellings(live.resources)
    addresses = {(each.kind, each.id): at for at, each in live.resources.items()}
    return {at: now[addresses[each.kind, each.id]] for at, each in aligned.live.items()}


def _idle(
    described: Iterable[Resource],
    matches: Mapping[Address, Address],
    index: Index,
    named: Mapping[Address, Address],
) -> Iterator[Notice]:
    """`previously` that names a live object while another one bears the key already: nothing is renamed."""
    taken = set(matches.values())
    for resource in described:
        former = resource.previously
        found = index.named(resource.kind, former.text) if former else ()
        address = named[resource.address]
        if len(found) == 1 and resource.address in matches and found[0] not in taken:
            message = (
                f"{address} is on the platform already, so `previously` ({former}) renames nothing; "
                f"{found[0]} is there too and stays as it is unless something else is said of it"
            )
            yield Notice("nothing-renamed", str(address), message)


def _kept_otherwise(
    described: Iterable[Resource], matches: Mapping[Address, Address], live: State, index: Index
) -> Iterator[Problem]:
    """External ids of what was found by its name: to change their case or zeros would not help, unless
    `previously` says that somebody else wrote them so.
    """
    for resource in described:
        at, former = matches.get(resource.address), resource.previously
        external_id = by_external_id(resource)
        if not at or not external_id or (former and at in index.named(at.kind, former.text)):
            continue
        field = KINDS[at.kind].external_id
        now, wanted = live[at].value(field), resource.value(field)
        if now not in (None, wanted) and differs(KINDS[at.kind].field(field), now, wanted, {}):
            message = (
                f"{resource.address} is called as {at}, id {live[at].id}, whose {field} differs in case or"
            )
            advice = f"zeros only; the platform may have changed it; write `{field}: {quoted(now)}`"
            otherwise = f"if somebody else did, add `previously: {quoted(at.key)}`"
            yield Problem(resource.place(field), f"{message} {advice}; {otherwise}")


def _almost_renamed(
    described: Iterable[Resource], matches: Mapping[Address, Address], index: Index
) -> Iterator[Problem]:
    """What is to be created, although a live object is called as its `previously` says, but for what a
    platform may have made of the name.
    """
    taken = set(matches.values())
    for resource in described:
        former = resource.previously
        if former and resource.address not in matches and isinstance(former.text, str):
            near = [at for at in index.nearly(resource.kind, former.text) if at not in taken]
            if near and not index.named(resource.kind, former.text):
                message = f"there is no {former} on the platform, but {near[0]}, whose name differs in case,"
                advice = f"if that is it, write `previously: {quoted(near[0].key)}`, else take it out"
                yield Problem(former.source, f"{message} spaces, accents or zeros only; {advice}")


def _double(several: tuple[Address, ...], live: State) -> Notice:
    ids = ids_of(several, live)
    key = _shared_key(several, live)
    message = f"{key} exists {len(several)} times on the platform, ids {ids}; all are left alone"
    return Notice("duplicate-key", key, message)


def _shared_key(several: tuple[Address, ...], live: State) -> str:
    return str(without_id(several[0], live[several[0]]))
