"""The objects that words on the command line mean, and the part of a plan that is about them."""

from collections.abc import Iterator

from reconciler.errors import UsageError
from reconciler.kinds import KINDS
from reconciler.model import Address, Change
from reconciler.objects.names import Index, spellings
from reconciler.objects.patterns import is_named
from reconciler.plans.alignment import Aligned


def targeted(changes: tuple[Change, ...], aligned: Aligned, targets: tuple[str, ...]) -> tuple[Change, ...]:
    """The changes that the targets name, and all that those wait for. Raises UsageError."""
    if not targets:
        return changes
    by_address = {change.address: change for change in changes}
    wanted: set[Address] = set()
    pending = [each for each in meant(aligned, targets, "--target ") if each in by_address]
    while pending:
        address = pending.pop()
        if address not in wanted:
            wanted.add(address)
            pending.extend(by_address[address].waits_for)
    return tuple(change for change in changes if change.address in wanted)


def meant(aligned: Aligned, words: tuple[str, ...], option: str = "") -> Iterator[Address]:
    """The objects that these words mean; `*` stands for anything. Raises UsageError for what means none."""
    known = {**aligned.live, **aligned.desired}
    gone = [str(notice.address) for notice in aligned.notices]
    index, named, former = Index(known), spellings(known), spellings(aligned.live)
    for each in words:
        kind, _, key = each.partition("/")
        kind = kind.lower()
        found = [address for address, names in named.items() if is_named(each, address, names)]
        found = found or list(index.loosely(kind, key))
        # what is to be renamed still goes by its old name, unless that is another's by now
        found = found or [address for address, names in former.items() if is_named(each, address, names)]
        if not found and each not in gone:
            guess = _guess(index, kind, key)
            raise UsageError(f"{option}{each}: no such object in the files or on the platform{guess}")
        yield from found


def _guess(index: Index, kind: str, key: str) -> str:
    if kind not in KINDS:
        return f"; an address begins with one of {', '.join(f'{each}/' for each in KINDS)}"
    near = index.nearest(kind, key)
    return f"; did you mean {kind}/{near}?" if near else ""
