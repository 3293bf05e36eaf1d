"""What the files say, as far as an examination needs it, and what the platform has made of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from reconciler.doctoring.findings import Check, Status
from reconciler.errors import Problem, Source
from reconciler.facts import Field, Kind, Type
from reconciler.files import config, reading
from reconciler.files.entries import Entry, Sections
from reconciler.kinds import Kinds
from reconciler.model import Desired, Live, Settings
from reconciler.objects.codec import Row, canonical, row_id, shown, whole_number
from reconciler.objects.comparing import loosely
from reconciler.objects.diff import differs
from reconciler.objects.telling import told
from reconciler.plans.alignment import align

# Flags and choices are said in words of the platform's own.
_REWRITTEN = frozenset({Type.PHONE, Type.TEXT, Type.EMAIL, Type.INTEGER})
_LOCAL = 7  # digits of a phone number without the codes before it


class Written(NamedTuple):
    """What stands in files; nothing if there are none."""

    desired: Desired = Desired({})
    entries: Mapping[Source, Entry] = {}
    problems: tuple[Problem, ...] = ()
    is_there: bool = False

    @property
    def settings(self) -> Settings:
        return self.desired.settings


def load(paths: Sequence[str]) -> Written:
    """Never raises for what stands in the files. Folders without a file are no problem here."""
    if all(reading.is_folder(Path(path)) for path in paths) and not reading.find(paths)[0]:
        return Written()
    documents, unread = reading.load(paths)
    loaded = config.described(documents, unread)
    entries = {entry.source: entry for entry in Sections(documents).entries()} if not loaded.problems else {}
    return Written(loaded.desired, entries, loaded.problems, is_there=True)


# -- what became of it


def rewritten(
    written: Written, live: Live, kinds: Kinds, rows: Mapping[str, Sequence[Row]]
) -> Iterator[Check]:
    """Values that the platform spells otherwise, with their places, also where plans see a change in that."""
    aligned = align(written.desired, live)
    by_id = {(name, row_id(kinds[name], row)): row for name in rows for row in rows[name]}
    for address, resource in aligned.desired.items():
        actual = aligned.live.get(address)
        row = by_id.get((address.kind, actual.id)) if actual else None
        entry = written.entries.get(resource.place())
        if row is not None and entry is not None:
            yield from _respelled(kinds[address.kind], entry, row)


def _respelled(kind: Kind, entry: Entry, row: Row) -> Iterator[Check]:
    for name, value in entry.data.items():
        if not kind.known(name):
            continue
        field, theirs = kind.field(name), shown(kind.field(name), row)
        status = _respelling(field, value, theirs)
        if status:
            yield _check(status, f"{entry.place((name,))}: {name}", value, theirs)
        elif field.entries and isinstance(value, list) and isinstance(theirs, list):
            yield from _respelled_parts(field, entry, value, theirs)


def _respelled_parts(
    field: Field, entry: Entry, ours: Sequence[Any], theirs: Sequence[Any]
) -> Iterator[Check]:
    """Entries are paired by what they say, not by their order."""
    for number, each in enumerate(ours):
        for part in field.entries:
            said = [shown(part, other) for other in theirs if isinstance(other, Mapping)]
            value = each.get(part.name)
            found = ((_respelling(part, value, other), other) for other in said if value not in said)
            status, other = next((pair for pair in found if pair[0]), (None, None))
            if status:
                place = entry.place((field.name, number, part.name))
                yield _check(status, f"{place}: {field.name}[{number}].{part.name}", value, other)


def _check(status: Status, fact: str, ours: Any, theirs: Any) -> Check:
    return Check(status, fact, f"{told(ours)} is {told(theirs)} on the platform{_MEANING[status]}")


_MEANING = {
    Status.OK: "",
    Status.UNKNOWN: (
        ", which plans take for a change; should it come back so after `apply`, write it so, or name the "
        "field in `ignore:`"
    ),
}


def _respelling(field: Field, ours: Any, theirs: Any) -> Status | None:
    """OK where plans take both for equal; UNKNOWN where they do not, but it may be the platform's doing."""
    is_same = type(ours) is type(theirs) and ours == theirs
    if field.type not in _REWRITTEN or is_same:
        return None
    mine, its = (canonical(field, value) for value in (ours, theirs))
    if mine is None or its is None:
        return None
    if not differs(field, its, mine, {}):
        return Status.OK
    return Status.UNKNOWN if _is_alike(field, str(ours), str(theirs)) else None


def _is_alike(field: Field, ours: str, theirs: str) -> bool:
    """But for codes before a phone number, zeros before a number, case and blanks."""
    if field.type is Type.PHONE:
        short, long = sorted((re.sub(r"\D", "", each) for each in (ours, theirs)), key=len)
        return len(short) >= _LOCAL and long.endswith(short)
    if whole_number(ours) is not None:
        return whole_number(ours) == whole_number(theirs)
    return str(loosely(ours)).casefold() == str(loosely(theirs)).casefold()
