"""What the files say, as far as an examination needs it, and what the platform has made of it."""

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
from reconciler.objects.codec import Row, canonical, comparable, row_id, shown
from reconciler.plans.alignment import align

_REWRITTEN = frozenset({Type.PHONE, Type.TEXT, Type.EMAIL})


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
    """Values that count as equal although the platform spells them otherwise, with their places."""
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
        if _is_respelled(field, value, theirs):
            yield _check(entry.place((name,)), name, value, theirs)
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
            other = next((other for other in said if _is_respelled(part, value, other)), None)
            if other is not None and value not in said:
                name = f"{field.name}[{number}].{part.name}"
                yield _check(entry.place((field.name, number, part.name)), name, value, other)


def _check(place: Source, name: str, ours: Any, theirs: Any) -> Check:
    return Check(Status.OK, f"{place}: {name}", f"{str(ours)!r} is {str(theirs)!r} on the platform")


def _is_respelled(field: Field, ours: Any, theirs: Any) -> bool:
    if field.type not in _REWRITTEN or str(ours) == str(theirs):
        return False
    mine, its = (comparable(field, canonical(field, value)) for value in (ours, theirs))
    return mine == its and mine is not None
