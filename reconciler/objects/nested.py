"""Which entries of a list of mappings, or of anything else that is nested, are different."""

import re
from typing import Any

from deepdiff import DeepDiff
from deepdiff.helper import notpresent
from deepdiff.model import DiffLevel

from reconciler.facts import Field
from reconciler.model import EntryChange, Value


def changes_within(field: Field, old: Value, new: Value, *, ordered: bool) -> tuple[EntryChange, ...]:
    """The entries of a nested value that changed.

    Where order does not matter, entries are paired by the first part that the table names for them.
    """
    paired = not ordered and bool(field.entries)
    if paired:
        by_part = _by_first_part(field, old), _by_first_part(field, new)
        paired = all(isinstance(side, dict) for side in by_part)
        old, new = by_part if paired else (old, new)
    levels = DeepDiff(old, new, view="tree", threshold_to_diff_deeper=0)
    found = (level for group in levels.values() for level in group)
    entries = [_entry(level, paired=paired) for level in found]
    if any(entry.old == entry.new for entry in entries):
        return ()  # null against absent: only the whole shows the difference
    return tuple(sorted(entries, key=lambda entry: _natural(entry.path)))


def _by_first_part(field: Field, entries: Value) -> Value:
    part = field.entries[0]
    keyed = {str(entry.get(part.name)): entry for entry in entries if isinstance(entry, dict)}
    return keyed if len(keyed) == len(entries) else entries


def _entry(level: DiffLevel, *, paired: bool) -> EntryChange:
    path = _plain(level.path(output_format="list"), paired=paired)
    return EntryChange(path, _present(level.t1), _present(level.t2))


def _present(value: Any) -> Value:
    return None if value is notpresent else value


def _plain(path: list[str | int], *, paired: bool) -> str:
    """A path as `[1].percentage`; what pairs entries stands in brackets like an index."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path]
    return "".join([f"[{path[0]}]", *parts[1:]] if paired else parts)


def _natural(path: str) -> list[tuple[int, int | str]]:
    parts = re.findall(r"[0-9]+|[^0-9]+", path)
    return [(0, int(part)) if part[0] in "0123456789" else (1, part) for part in parts]
