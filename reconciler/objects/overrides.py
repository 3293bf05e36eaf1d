"""The wire facts as `settings.platform` has them: what `kinds.py` assumes may turn out to be otherwise."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from reconciler.kinds import KINDS, Field, Kind, Kinds, Settable

Platform = Mapping[str, Mapping[str, Any]]

_SETTABLE = {"always": Settable.ALWAYS, "once": Settable.ONCE, "creation": Settable.CREATION}


def kinds_with(platform: Platform) -> Kinds:
    """Every kind, with the facts that `platform` gives in place of the built-in ones."""
    return MappingProxyType({name: _kind(kind, platform.get(name, {})) for name, kind in KINDS.items()})


def _kind(kind: Kind, facts: Mapping[str, Any]) -> Kind:
    if not facts:
        return kind
    plain = {name: value for name, value in facts.items() if name != "fields"}
    if "path" in plain and kind.list_path == kind.path:
        plain.setdefault("list_path", plain["path"])
    fields = facts.get("fields", {})
    return replace(
        kind, **plain, fields=tuple(_field(each, fields.get(each.name, {})) for each in kind.fields)
    )


def _field(field: Field, facts: Mapping[str, Any]) -> Field:
    changes = dict(facts)
    if "settable" in changes:
        changes["settable"] = _SETTABLE[changes["settable"]]
    if "write" in changes and not field.read:
        changes.setdefault("read", changes["write"])
    if "entries" in changes:
        changes["entries"] = tuple(
            _field(part, changes["entries"].get(part.name, {})) for part in field.entries
        )
    return replace(field, **changes)


def unknown_names(platform: Platform) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Paths to fields (and parts of entries) that no kind has, each with the names that there are."""
    for name, facts in platform.items():
        kind = KINDS[name]
        for field, more in facts.get("fields", {}).items():
            if not kind.known(field):
                yield (name, "fields", field), [each.name for each in kind.fields]
                continue
            parts = [part.name for part in kind.field(field).entries]
            for part in more.get("entries", {}):
                if part not in parts:
                    yield (name, "fields", field, "entries", part), parts
