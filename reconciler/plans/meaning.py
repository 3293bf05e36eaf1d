"""What references mean that no file describes by these words, and one name for each object in both states.

Words mean what is called so once all is done: a plan that follows on its apply has to read them alike. What
will be called how depends on what is matched, and that on what references mean; so both are found out
together, beginning with what the platform calls its objects now.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import NamedTuple

from reconciler.errors import Problem, Source
from reconciler.kinds import KINDS, REFERRED_TO
from reconciler.model import Address, Desired, Live, Reference, Resource, State
from reconciler.objects.clashes import ambiguous, writable
from reconciler.objects.names import Index, final_addresses, interim, spellings
from reconciler.objects.references import readdress, references_in
from reconciler.plans.identity import may_have_moved
from reconciler.plans.matching import Matches, match
from reconciler.quoting import copied, quoted


class Meaning(NamedTuple):
    """What each reference means: an object that the files describe, or one that is only live."""

    described: Mapping[Reference, Address]
    live: Mapping[Reference, Address]


class _Later(NamedTuple):
    """How everything will be called; the present addresses of what is described and live by the final ones;
    and the other way round for what is live.
    """

    names: Index
    described: Mapping[Address, Address]
    live: Mapping[Address, Address]
    final: Mapping[Address, Address]


def resolved(
    desired: Desired, live: Live, index: Index, going: Collection[Address]
) -> tuple[State, Mapping[Reference, Address], list[Problem]]:
    """The desired state with what it describes in the place of references; the live objects that the others
    mean; and what is wrong with the rest. `going` may be what tombstones mean.
    """
    resources = desired.resources
    words = {each for resource in resources.values() for each in references_in(resource)}
    if not words and not desired.loose:
        return resources, {}, []
    now, unclear = meant_now(words, index)
    tombstoned = {
        at
        for each in desired.removed
        for at in index.named(each.kind, each.text)
        if index.has_key(at, each.text)
    }
    few = {at: each for at, each in resources.items() if at.kind in REFERRED_TO}
    there = {at: each for at, each in live.resources.items() if at.kind in REFERRED_TO}
    few_live = replace(live, resources=there)
    meaning, before = Meaning({}, now), list[Meaning]()
    while meaning not in before:
        before.append(meaning)
        state = {at: readdress(each, meaning.described) for at, each in few.items()}
        matched = match(state, few_live, meaning.live, index, going)
        later = _later(state, few_live, meaning, matched, tombstoned)
        meaning = _meant(words, later, now)
    leaving = {at for at in there if at in going or at.kind in desired.settings.prune}
    clear = meaning.described.keys() | meaning.live.keys()
    wrong = {each: text for each, text in unclear.items() if each not in clear}
    wrong |= dict(_wrong(words, later, now, tombstoned)) | dict(_shared(desired, later, leaving))
    return (
        {at: readdress(each, meaning.described) for at, each in resources.items()},
        meaning.live,
        [Problem(each.source, text) for each, text in wrong.items()],
    )


def meant_now(
    words: Iterable[Reference], index: Index
) -> tuple[dict[Reference, Address], dict[Reference, str]]:
    """The live objects that these references mean, and what is wrong with the others."""
    found: dict[Reference, Address] = {}
    wrong = {}
    for reference in sorted(words, key=_place):
        match index.find(reference.kind, reference.text):
            case (address,):
                found[reference] = address
            case ():
                wrong[reference] = _unknown(reference, index)
            case several:
                wrong[reference] = ambiguous(reference, writable(several, index.state))
    return found, wrong


def _place(reference: Reference) -> tuple[Source, str, str]:
    return reference.source, reference.kind, str(reference.text)


def _unknown(reference: Reference, index: Index) -> str:
    near = index.nearest(reference.kind, reference.text)
    guess = f"; did you mean {copied(near)}?" if near else ""
    digits = isinstance(reference.text, str) and reference.text.isdigit()
    hint = "; the platform's id is written without quotes" if digits else ""
    words = f"{reference.kind} {copied(reference.text)}"
    return f"there is no {words} in these files or on the platform{guess}{hint}"


def _later(
    desired: State, live: Live, meaning: Meaning, matched: Matches, tombstoned: Collection[Address]
) -> _Later:
    described, actual, final = common_names(desired, live, meaning.live, matched.live)
    leaving = {*tombstoned, *chain.from_iterable(matched.doubles.values())}
    spelled = _with_external_ids(described, actual)
    staying = [each for each, at in zip(actual, live.resources, strict=True) if at not in leaving]
    return _Later(
        Index({each.address: each for each in (*staying, *spelled)}, rooted=True),
        dict(zip((each.address for each in described), desired, strict=True)),
        {final[at]: at for at in live.resources},
        final,
    )


def _meant(words: Collection[Reference], later: _Later, now: Mapping[Reference, Address]) -> Meaning:
    """Where nothing will be called so, or several things, it is what is called so now: at last, a problem."""
    described: dict[Reference, Address] = {}
    live = dict(now)
    for each in words:
        match later.names.find(each.kind, each.text):
            case (at,) if at in later.described:
                described[each] = later.described[at]
                live.pop(each, None)
            case (at,):
                live[each] = later.live[at]
            case _:
                pass
    return Meaning(described, live)


def _wrong(
    words: Iterable[Reference],
    later: _Later,
    now: Mapping[Reference, Address],
    tombstoned: Collection[Address],
) -> Iterator[tuple[Reference, str]]:
    """What is found now, but not once all is done; what goes is told of by whoever needs it."""
    for each in words:
        candidates = later.names.find(each.kind, each.text)
        if len(candidates) > 1:
            yield each, ambiguous(each, writable(candidates, later.names.state))
        elif not candidates and each in now and now[each] not in tombstoned:
            key = later.final[now[each]].key
            if key != each.text:  # doubles stay as they are, and one of them may be known by its external id
                called = f"{each.kind} {copied(each.text)} is called {copied(key)}"
                yield each, f"{called} once this is applied; write that"


def _shared(desired: Desired, later: _Later, leaving: Collection[Address]) -> Iterator[tuple[Reference, str]]:
    """What the files mean by words that mean something else, too, or instead, where all is known; but for
    what no file describes and may go.
    """
    own = {at: address for address, at in later.described.items()}
    going = {at for at, now in later.live.items() if now in leaving} - later.described.keys()
    called = cache(lambda: spellings(later.names.state))
    for each, at in desired.loose.items():
        candidates = {*later.names.find(each.kind, each.text)} - going
        if at in own and candidates - {own[at]}:
            several = sorted({own[at], *candidates})
            clear = [_otherwise(each, one, called()[one], later.names) for one in several]
            advice = _if_moved(desired.resources[at], own[at], several, later)
            yield each, ambiguous(each, writable(clear, later.names.state)) + advice


def _if_moved(described: Resource, own: Address, candidates: Iterable[Address], later: _Later) -> str:
    """What is created in one place may be what is live in another."""
    there = [
        later.live[at]
        for at in candidates
        if at in later.live and at not in later.described
        if may_have_moved(described, later.names.state[at])
    ]
    if own in later.live or described.previously or len(there) != 1:
        return ""
    return f"; if {there[0]} has moved, write `previously: {quoted(there[0].key)}` at {described.place()}"


def _otherwise(reference: Reference, address: Address, called: Iterable[str], names: Index) -> Address:
    """By other words, which mean nothing else, where there are any."""
    others = (Address(address.kind, text) for text in called if text != reference.text)
    return next((each for each in others if names.find(*each) == (address,)), address)


# -- one name for each


def common_names(
    desired: State, live: Live, found: Mapping[Reference, Address], matches: Mapping[Address, Address]
) -> tuple[list[Resource], list[Resource], dict[Address, Address]]:
    """Both states under their final addresses, and the final address of each live one."""
    matched = {at: address for address, at in matches.items()}
    # Until all have their final names, a live object that no file describes goes by its id.
    interims = {at: matched.get(at, interim(each.kind, each.id)) for at, each in live.resources.items()}
    meant = {reference: interims[at] for reference, at in found.items()}
    described = [readdress(each, meant) for each in desired.values()]
    actual = [readdress(each, interims) for each in live.resources.values()]
    named = _with_external_ids(described, actual)
    final = final_addresses([*named, *(each for each in actual if each.address not in desired)])
    ids = {each.address: each.id for each in actual}
    return (
        [readdress(each, final, ids.get(each.address)) for each in described],
        [readdress(each, final) for each in actual],
        {at: final[address] for at, address in interims.items()},
    )


def _with_external_ids(described: Iterable[Resource], actual: Iterable[Resource]) -> Iterator[Resource]:
    """A group is called by its external id where it has one, whether or not the files write it."""
    live = {each.address: each for each in actual}
    for each in described:
        kind = KINDS[each.kind]
        if each.address in live and kind.is_tree and kind.external_id not in each.fields:
            external_id = live[each.address].value(kind.external_id)
            yield replace(each, fields={**each.fields, kind.external_id: external_id})
        else:
            yield each
