"""The wire facts as `settings.platform` has them: what `kinds.py` assumes may turn out to be otherwise."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from reconciler.facts import Field, Kind, Settable, Type
from reconciler.kinds import CREDENTIALS, KINDS, PATHS_OF_NO_KIND, Kinds
from reconciler.model import Platform
from reconciler.objects.codec import fold, spellings

Path = tuple[str, ...]


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
        changes["settable"] = Settable[changes["settable"].upper()]
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

_ID, _READ_ONLY = "the id", "what the platform alone sets"
_PATHS = ("path", "list_path", "tree_path")
_QUERIES = ("query", "tree_query", "inactive_query")


def deceptive(platform: Platform) -> Iterator[tuple[Path, str]]:
    """Paths to facts by which one kind's changes would be done to another's objects, or something be sent for
    another, or be taken for it; each with what is wrong.
    """
    kinds = kinds_with(platform)
    for name, facts in platform.items():
        yield from _of_another_kind(name, facts, kinds)
        for path, message in _misnamed(KINDS[name], facts):
            yield (name, *path), message
        for field in kinds[name].fields:
            for choice, message in _misspelled(field):
                yield (name, "fields", field.name, "spelled", *choice), message


def _of_another_kind(name: str, facts: Mapping[str, Any], kinds: Kinds) -> Iterator[tuple[Path, str]]:
    """What is below a path belongs to the same: it may be one object there."""
    own = _paths(KINDS[name])
    others = [KINDS[each] for each in KINDS if each != name]
    taken = {path: each.plural for each in others for path in (_paths(each) | _paths(kinds[each.name])) - own}
    owners = {_plain(path): owner for path, owner in PATHS_OF_NO_KIND.items()} | taken
    for fact in _PATHS:
        path = f"{_plain(facts.get(fact, ''))}/"
        if owner := next((owners[each] for each in owners if path.startswith(f"{each}/")), ""):
            whose = f"belongs to {owner}, and cannot be that of {KINDS[name].plural}"
            yield (name, fact), f"{facts[fact]!r} {whose}"


def _paths(kind: Kind) -> set[str]:
    return {*map(_plain, (kind.path, kind.list_path, kind.tree_path))} - {""}


def _plain(path: str) -> str:
    """In another case, with or without hyphens, and with a slash at its end it may lead to the same."""
    return fold(path).removesuffix("/")


def _misnamed(kind: Kind, facts: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Whatever the platform is: a name that is known here means what it is known for, and no two things."""
    ids = [((fact,), _ID, facts[fact]) for fact in ("id", "created_id") if fact in facts]
    fields = facts.get("fields", {})
    given = [*ids, *_given(("fields",), fields)]
    yield from _ambiguous({**_meanings(kind), **_names(kind.fields)}, given)
    for path, meaning, value in given:
        if credential(value):
            yield path, f"{value!r} is named like a credential, so it cannot stand for {meaning}"
    for path in ((fact, asked) for fact in _QUERIES for asked in facts.get(fact, {})):
        if message := credential(path[-1]):
            yield path, message
    for name, more in fields.items():
        parts = _given(("fields", name, "entries"), more.get("entries", {}))
        yield from _ambiguous(_names(kind.field(name).entries), parts)


def credential(name: Any) -> str:
    """What is wrong with a field of this name if it is named like a credential."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", str(name)).lower()
    advice = "no file may hold one: leave it out, and set it on the platform"
    return f"`{name}` is named like a credential; {advice}" if re.search(_CREDENTIAL, words) else ""


# Neither a secretary nor something tokenized is one.
_CREDENTIAL = rf"({'|'.join(CREDENTIALS)})(?!ar|i[sz]|board)".replace(" ", r"[\W_]*")


def taken(kind: Kind, name: str) -> str:
    """Why a name cannot be that of a field which the table does not know, and what to do instead."""
    if message := credential(name):
        return message
    meaning = {**_meanings(kind), **_names(kind.fields)}.get(fold(name), "")
    if kind.known(meaning):
        return f"`{name}` means `{meaning}`; write that beside `extra:`"
    return f"`{name}` is {meaning}; leave it out" if meaning in (_ID, _READ_ONLY) else ""


def _meanings(kind: Kind) -> dict[str, str]:
    """By name on the wire, folded: all that a row or a body of this kind may hold beside its fields."""
    referring = {field.refers_to: field.name for field in kind.references}
    others = {each.name: referring.get(each.name, f"the id of {each.plural}") for each in KINDS.values()}
    owners = {**others, kind.name: _ID}
    ids = {name: owners[each.name] for each in KINDS.values() for name in (each.id, each.created_id)}
    names = {**dict.fromkeys(kind.read_only, _READ_ONLY), "id": _ID, **ids}
    aliases = {alias: names.get(name, name) for alias, name in kind.aliases.items()}
    return {fold(name): meaning for name, meaning in {**names, **aliases}.items()}


def _names(fields: Iterable[Field]) -> dict[str, str]:
    return {fold(name): field.name for field in fields for name in (field.name, *field.wire_names)}


def _given(path: Path, fields: Mapping[str, Any]) -> Iterator[tuple[Path, str, str]]:
    """The names that facts give to fields, each with its path and the field's own name."""
    for name, facts in fields.items():
        for fact in ("write", "read"):
            if fact in facts:
                yield (*path, name, fact), name, facts[fact]


def _misspelled(field: Field) -> Iterator[tuple[Path, str]]:
    if field.spelled and field.type is not Type.CHOICE:
        yield (), f"{field.name!r} is not one of a closed set of values, so none is spelled otherwise"
        return
    yield from _ambiguous(
        {**spellings(field)}, (((choice,), choice, value) for choice, value in field.spelled.items())
    )


def _ambiguous(
    meanings: dict[str, str], given: Iterable[tuple[Path, str, Any]]
) -> Iterator[tuple[Path, str]]:
    """Each of what is given, with its path and what it is to mean, that means something else by then."""
    for path, meaning, value in given:
        other = meanings.setdefault(fold(value), meaning)
        if other != meaning:
            yield path, f"{value!r} means {other} already, so it cannot stand for {meaning}"
