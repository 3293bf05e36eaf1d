"""Which of the fields that the files write differ from what is live."""

import re
from collections.abc import Collection, Iterator

from reconciler.facts import Field, Kind, Type
from reconciler.kinds import WITHOUT_COUNTRY
from reconciler.model import Address, EntryChange, FieldChange, Fields, Resource, Value
from reconciler.objects.codec import is_same_numeral
from reconciler.objects.comparing import comparable, is_ordered, loosely
from reconciler.objects.references import mapped


def creation(kind: Kind, resource: Resource) -> tuple[FieldChange, ...]:
    """Every field that a new object is given."""
    given = {name: value for name, value in resource.fields.items() if value is not None}
    return tuple(FieldChange(name, None, given[name]) for name in kind.in_order(given))


def deletion(kind: Kind, resource: Resource) -> tuple[FieldChange, ...]:
    """Every managed field that goes with an object."""
    held = {
        name
        for name, value in resource.fields.items()
        if value is not None and kind.known(name) and kind.field(name).is_own
    }
    return tuple(FieldChange(name, resource.fields[name], None) for name in kind.in_order(held))


def update(kind: Kind, before: Resource, desired: Resource, resend: Collection[str]) -> Iterator[FieldChange]:
    """The written fields that differ; unreadable ones only where `resend` names them."""
    known, given = before.fields, desired.fields
    if not resend and _are_alike([*map(known.get, given)], [*given.values()]):  # as nearly always
        return
    after = {**known, **given}
    for name in kind.in_order(given):
        field = kind.field(name)
        old, new = known.get(name), given[name]
        if name in resend or (field.readable and differs(field, old, new, after)):
            ordered = is_ordered(field, after)
            entries = entry_changes(field, old, new, ordered=ordered)
            yield FieldChange(name, old, new, entries, unseen=not field.readable)


def differs(field: Field, old: Value, new: Value, fields: Fields) -> bool:
    """Whether the platform would see a change, in an object that has these fields afterwards."""
    if _is_alike(old, new) or is_same_numeral(old, new) or is_same_numeral(new, old):
        return False
    ordered = is_ordered(field, fields)
    before, after = (comparable(field, each, ordered=ordered) for each in (old, new))
    if field.type in _LOOSE:
        return bool(loosely(before) != loosely(after))
    if before == after:
        return False
    # Ten digits may be short of their plus as well as of the country code that they are compared with.
    before, after = (comparable(field, mapped(each, _with_plus), ordered=ordered) for each in (old, new))
    return field.type not in _WITH_NUMBERS or before != after


def _with_plus(value: Value) -> Value:
    return f"+{value}" if isinstance(value, str) and re.fullmatch(WITHOUT_COUNTRY, value) else value


def _are_alike(olds: list[Value], news: list[Value]) -> bool:
    """As `_is_alike`, and nothing twice, at once: this is asked for every object."""
    types = [*map(type, news)]
    return olds == news and [*map(type, olds)] == types and _ALL_PLAIN.issuperset(types)


def _is_alike(old: Value, new: Value) -> bool:
    """Told at a glance, as of nearly all values it can be; 1 is not True."""
    return old == new and type(old) is type(new) and isinstance(old, _PLAIN)


_LOOSE = (Type.TEXT, Type.EMAIL)
_WITH_NUMBERS = (Type.PHONE, Type.ENTRIES)
_PLAIN = (str, int, Address)
_ALL_PLAIN = frozenset((*_PLAIN, bool, type(None)))


def entry_changes(field: Field, old: Value, new: Value, *, ordered: bool) -> tuple[EntryChange, ...]:
    """The entries of a nested value that changed; none where one side has no entries at all."""
    if not (_is_nested(old) and _is_nested(new)):
        return ()
    from reconciler.objects.nested import changes_within  # it brings DeepDiff along, which few plans need

    return changes_within(field, old, new, ordered=ordered)


def _is_nested(value: Value) -> bool:
    """A tuple without mappings is a set of references, or an address."""
    has_mappings = isinstance(value, tuple) and any(isinstance(entry, dict) for entry in value)
    return has_mappings or isinstance(value, dict | list)
