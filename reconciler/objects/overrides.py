"""The wire facts as `settings.platform` has them: what `kinds.py` assumes may turn out to be otherwise."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from reconciler.kinds import KINDS, Field, Kind, Kinds, Settable, Type
from reconciler.objects.codec import fold

Platform = Mapping[str, Mapping[str, Any]]
Path = tuple[str, ...]

_SETTABLE = {"always": Settable.ALWAYS, "once": Settable.ONCE, "creation": Settable.CREATION}


def kinds_with(platform: Platform) -> Kinds:
    """Every kind, with the facts that `platform` gives in place of the built-in ones."""
    ids = {name: facts["id"] for name, facts in platform.items() if "id" in facts}
    return MappingProxyType({name: _kind(kind, platform.get(name, {}), ids) for name, kind in KINDS.items()})


def _kind(kind: Kind, facts: Mapping[str, Any], ids: Mapping[str, str]) -> Kind:
    """`ids`: what the ids of kinds are called, where that is not as built in."""
    if not facts and not ids:
        return kind
    plain = {name: value for name, value in facts.items() if name != "fields"}
    if "path" in plain and kind.list_path == kind.path:
        plain.setdefault("list_path", plain["path"])
    fields = facts.get("fields", {})
    known = (replace(each, refers_by=ids.get(each.refers_to, each.refers_by)) for each in kind.fields)
    return replace(kind, **plain, fields=tuple(_field(each, fields.get(each.name, {})) for each in known))


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


def unknown_names(platform: Platform) -> Iterator[tuple[Path, list[str]]]:
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


# -- what would do something else than the plan shows


def deceptive(platform: Platform) -> Iterator[tuple[Path, str]]:
    """Paths to facts by which one kind's changes would be done to another's objects, or a value be sent for
    another; each with what is wrong.
    """
    kinds = kinds_with(platform)
    for name, facts in platform.items():
        yield from _of_another_kind(name, facts, kinds)
        for field in kinds[name].fields:
            for choice, message in _misspelled(field):
                yield (name, "fields", field.name, "spelled", *choice), message


def _of_another_kind(name: str, facts: Mapping[str, Any], kinds: Kinds) -> Iterator[tuple[Path, str]]:
    own = _paths(KINDS[name])
    for other in (KINDS[each] for each in KINDS if each != name):
        paths = (_paths(other) | _paths(kinds[other.name])) - own
        for fact, taken in (*((each, paths) for each in _PATHS), ("id", {other.id})):
            if facts.get(fact) in taken:
                whose = f"belongs to {other.plural}, and cannot be that of {KINDS[name].plural}"
                yield (name, fact), f"{facts[fact]!r} {whose}"


_PATHS = ("path", "list_path", "tree_path")


def _paths(kind: Kind) -> set[str]:
    return {kind.path, kind.list_path, kind.tree_path} - {""}


def _misspelled(field: Field) -> Iterator[tuple[Path, str]]:
    if field.spelled and field.type is not Type.CHOICE:
        yield (), f"{field.name!r} is not one of a closed set of values, so none is spelled otherwise"
        return
    meanings: dict[str, str] = {}
    for choice in field.choices:
        meanings |= {fold(choice + end): choice for end in ("", field.suffix)}
    for choice, value in field.spelled.items():
        other = meanings.setdefault(fold(value), choice)
        if other != choice:
            yield (choice,), f"{value!r} means {other} already, so it cannot stand for {choice}"
