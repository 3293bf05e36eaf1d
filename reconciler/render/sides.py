"""What a field is shown as, piece by piece, and how much of two long texts."""

from collections.abc import Mapping, Sequence
from itertools import takewhile

from reconciler.model import EntryChange, FieldChange, Value


def parts(field: FieldChange) -> Sequence[EntryChange]:
    """The entries that differ, all of them where one side has none; else the whole, which has no path."""
    if field.entries:
        return field.entries
    if field.old is None and _is_list_of_mappings(field.new):
        return [EntryChange(f"[{number}]", None, entry) for number, entry in enumerate(field.new)]
    if field.new is None and _is_list_of_mappings(field.old):
        return [EntryChange(f"[{number}]", entry, None) for number, entry in enumerate(field.old)]
    return [EntryChange("", field.old, field.new)]


def _is_list_of_mappings(value: Value) -> bool:
    return isinstance(value, list | tuple) and any(isinstance(entry, Mapping) for entry in value)


def parted(old: str, new: str, most: int) -> tuple[str, str]:
    """Without most of what both begin with, where of so many characters it would leave little else."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
    if same <= most * 3 // 4 or max(len(old), len(new)) <= most:
        return old, new
    return f"…{old[same - _LEAD :]}", f"…{new[same - _LEAD :]}"


_LEAD = 20  # characters that say where in a long text it is
