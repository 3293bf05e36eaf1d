"""The objects that words on the command line mean, and the part of a plan that is about them."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.errors import UsageError
from reconciler.kinds import KINDS
from reconciler.model import Address, Change, State
from reconciler.objects import patterns
from reconciler.objects.names import Index, exact, spellings
from reconciler.plans.alignment import Aligned
from reconciler.wording import listed


def targeted(changes: tuple[Change, ...], aligned: Aligned, targets: tuple[str, ...]) -> tuple[Change, ...]:
    """The changes that the targets name, and all that those wait for. Raises UsageError."""
    if not targets:
        return changes
    by_address = {change.address: change for change in changes}
    wanted: set[Address] = set()
    pending = [each for each in named(aligned, targets, "--target ") if each in by_address]
    while pending:
        address = pending.pop()
        if address not in wanted:
            wanted.add(address)
            pending.extend(by_address[address].waits_for)
    return tuple(change for change in changes if change.address in wanted)


def named(aligned: Aligned, words: tuple[str, ...], option: str = "") -> Iterator[Address]:
    """The objects that these words name; `*` stands for anything where nothing is called just so. Raises
    UsageError for what names none, or what several are called.
    """
    known = {**aligned.live, **aligned.desired}
    noticed = [notice.address for notice in aligned.notices]
    # what is to be renamed still goes by its old name, unless that is another's by now
    indexes = Index(known), Index(aligned.live)
    for each in words:
        address = spelled(each)
        found = _called(address, known, indexes)
        if len(found) > 1:
            several = listed([*map(str, found)], _SHOWN)
            raise UsageError(f"{option}{each}: means {several}; write one of them")
        if not found and each in noticed:
            continue  # it must not come to mean something else by that
        if not found and "*" in address.key:
            found = _fitting(address, (known, aligned.live))
        if not found:
            guess = _guess(indexes[0], each)
            raise UsageError(f"{option}{each}: no such object in the files or on the platform{guess}")
        yield from found


_SHOWN = 5


def spelled(words: str) -> Address:
    """What has just this address, if anything has."""
    kind, _, key = words.partition("/")
    return exact(kind.lower(), key)


def _called(address: Address, known: State, indexes: Iterable[Index]) -> Sequence[Address]:
    """What has just this address, else what is called so in the most exact way."""
    if address in known:  # though it may also be the id, the pattern or another spelling of something else
        return (address,)
    return next(filter(None, (index.find_anyhow(*address) for index in indexes)), ())


def _fitting(pattern: Address, states: Iterable[State]) -> Sequence[Address]:
    fitting = ([*patterns.meant(str(pattern), patterns.called(spellings(state)))] for state in states)
    return next(filter(None, fitting), [])


def _guess(index: Index, words: str) -> str:
    kind, _, key = words.partition("/")
    if kind.lower() in KINDS:
        near = index.nearest(kind.lower(), key)
        return f"; did you mean {kind.lower()}/{near}?" if near else ""
    if found := [str(at) for each in KINDS for at in index.find_anyhow(each, words)]:
        return f"; did you mean {listed(found, _SHOWN)}?"
    return f"; an address begins with one of {', '.join(f'{each}/' for each in KINDS)}"
