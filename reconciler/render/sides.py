"""What a field is shown as, piece by piece, and how much of two long texts."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Generic, NamedTuple, TypeVar

from reconciler.model import Action, EntryChange, FieldChange, Value
from reconciler.plans.planfile import plain
from reconciler.wording import LONGEST, is_seen, safe

Shown = TypeVar("Shown")


class Row(NamedTuple, Generic[Shown]):
    """What differs, on one line: a name, and before and after as shown; None where there is no object."""

    name: str
    before: Shown | None
    after: Shown | None


class Spelling(NamedTuple, Generic[Shown]):
    """How a value is shown that stands alone, how two that differ, and what stands for a hidden one."""

    one: Callable[[Value], Shown]
    both: Callable[[Value, Value], tuple[Shown, Shown]]
    hidden: Shown


def spelled(action: Action, field: FieldChange, spelling: Spelling[Shown]) -> Iterator[Row[Shown]]:
    """One for the field, or one for each of its entries that differs."""
    for entry in parts(field):
        name = called(f"{field.name}{entry.path}")
        if action is Action.CREATE:
            yield Row(name, None, spelling.one(entry.new))
        elif action is Action.DELETE:
            yield Row(name, spelling.one(entry.old), None)
        elif field.is_hidden:
            yield Row(name, spelling.hidden, spelling.one(entry.new))
        else:
            yield Row(name, *spelling.both(entry.old, entry.new))


def called(name: str) -> str:
    """The name of a field, in quotes if it is not like one: `extra:` takes any."""
    return safe(name) if _LIKE_A_NAME.fullmatch(name) else safe(json.dumps(name, ensure_ascii=False))


_LIKE_A_NAME = re.compile(r"[\w.+\[\]-]+")


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


# -- as text

HIDDEN = "(not shown)"


def rows(action: Action, field: FieldChange) -> Iterator[Row[str]]:
    return spelled(action, field, Spelling(shown, _sides, HIDDEN))


def _sides(old: Value, new: Value) -> tuple[str, str]:
    if isinstance(old, str) and isinstance(new, str):
        old, new = parted(old, new, LONGEST)
    before, after = shown(old), shown(new)
    if before == after:  # text on one side and a number on the other
        old, new = (json.dumps(plain(each), ensure_ascii=False) for each in (old, new))
        before, after = map(safe, parted(old, new, LONGEST))
    return before, after


def shown(value: Value) -> str:
    """A value on one line, as YAML would have it: text in quotes only where it could be mistaken."""
    return "(nothing)" if value is None else _flow(plain(value))


def _flow(value: Value) -> str:
    match value:
        case str() if value and value == value.strip() and not _looks_odd(value):
            return safe(value)
        case bool():  # JSON would say the same, in thirty times the time
            return "true" if value else "false"
        case list():
            return f"[{', '.join(map(_flow, value))}]"
        case Mapping():
            return "{" + ", ".join(f"{safe(name)}: {_flow(entry)}" for name, entry in value.items()) + "}"
        case _:
            return safe(json.dumps(value, ensure_ascii=False))


def _looks_odd(text: str) -> bool:
    return (
        text.startswith(("(", "[", "{", '"', "'"))
        or any(mark in text for mark in (" → ", "  ("))
        or not is_seen(text)
    )
