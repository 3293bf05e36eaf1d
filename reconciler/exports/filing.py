"""Which file an exported object goes to, and what else these files say."""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from reconciler.exports.spelling import Line, lines, scalar
from reconciler.facts import Kind
from reconciler.kinds import KINDS
from reconciler.model import Address, Live, Platform, Resource
from reconciler.objects.names import label_of
from reconciler.objects.tree import group_of, home_of, walk

SCHEMA_FILE = "schemas/config.schema.json"
SCHEMA_LINE = f"# yaml-language-server: $schema={SCHEMA_FILE}"  # for editors, where that file is beside
WHOLE = "account.yaml"
NOTHING = -1  # the entry of lines that belong to none


@dataclass(frozen=True, slots=True)
class Entry:
    """An object as it is to be written, and the file it goes to."""

    kind: Kind
    address: Address
    fields: Mapping[str, Any]
    file: str


def file_names(live: Live, split_by: str | None) -> Callable[[Resource], str]:
    """What decides where an object goes."""
    if split_by == "kind":
        return lambda resource: f"{KINDS[resource.kind].plural}.yaml"
    if split_by == "group":
        branches = _branches(live)
        return lambda resource: branches.get(home_of(resource), WHOLE)
    return lambda _: WHOLE


def _branches(live: Live) -> Mapping[Address | None, str]:
    """The file of every group: that of the group below the root which it belongs to."""
    found: dict[Address | None, str] = {}
    taken = {WHOLE}
    for at in walk(live.root, live.resources):
        parent = group_of(live.resources[at])
        if parent == live.root:
            found[at] = _free(label_of(live.resources[at]), taken)
            taken.add(found[at])
        elif parent in found:
            found[at] = found[parent]
    return found


def _free(name: str, taken: Collection[str]) -> str:
    """A file name that every system takes, and that no other group has."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub("[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST]
    slug = f"group-{slug}".rstrip("-") if slug in _RESERVED else slug
    numbered = (f"{slug}{end}.yaml" for end in chain([""], (f"-{number}" for number in count(2))))
    return next(each for each in numbered if each not in taken)


_LONGEST = 60
_DEVICES = ("com", "lpt")  # these and some more are no file names on Windows
_RESERVED = frozenset(
    {"", "con", "prn", "aux", "nul", *(f"{each}{n}" for each in _DEVICES for n in range(10))}
)


def files(
    entries: Sequence[Entry],
    outside: Collection[str],
    account: int,
    platform: Platform,
) -> Mapping[str, Sequence[Line]]:
    """The lines of each file; the settings stand in one of them, and vouch for what is `outside`."""
    by_file: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(entries):
        by_file[each.file].append(number)
    names = sorted(by_file) or [WHOLE]
    first = next(each for each in (WHOLE, "groups.yaml", names[0]) if each in names)
    return {
        name: [
            *_head(account),
            *(_settings(account, platform, outside) if name == first else ()),
            *_sections(entries, by_file[name]),
        ]
        for name in names
    }


def _head(account: int) -> Iterator[Line]:
    yield Line(SCHEMA_LINE, NOTHING)
    yield Line(f"# Account {account}, as `reconciler export` found it.", NOTHING)


def _settings(account: int, platform: Platform, outside: Collection[str]) -> Iterator[Line]:
    yield from (Line(text, NOTHING) for text in ("", "settings:", f"  account: {account}"))
    if outside:
        yield Line("  external:", NOTHING)
        yield from (Line(f"    - {scalar(each)}", NOTHING) for each in outside)
    if platform:
        yield Line(f"  platform: {json.dumps(platform, ensure_ascii=True)}", NOTHING)


def _sections(entries: Sequence[Entry], numbers: Iterable[int]) -> Iterator[Line]:
    by_kind: dict[str, list[int]] = defaultdict(list)
    for number in numbers:
        by_kind[entries[number].kind.name].append(number)
    for kind in KINDS.values():
        if by_kind[kind.name]:
            yield Line("", NOTHING)
            yield Line(f"{kind.plural}:", NOTHING)
        for number in by_kind[kind.name]:
            yield from lines(kind, number, entries[number].fields)
