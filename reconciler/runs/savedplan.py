"""A plan on disk: written whole, and on reading believed only if it is what was written."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import jsonschema_rs

from reconciler.atomic import write_whole
from reconciler.errors import ReconcilerError, RefusedError, Source
from reconciler.facts import Kind
from reconciler.files.schema import Schema, load
from reconciler.kinds import Kinds
from reconciler.model import (
    Action,
    Address,
    Branch,
    Change,
    FieldChange,
    Notice,
    Origin,
    Plan,
    Platform,
    Request,
    Resource,
    Value,
)
from reconciler.objects.codec import canonical, is_nested_too_deep
from reconciler.objects.fidelity import is_as_shown
from reconciler.objects.overrides import deceptive, kinds_with, unknown_names
from reconciler.objects.references import addresses_in
from reconciler.plans.notices import own_facts
from reconciler.plans.ordering import ring
from reconciler.plans.planfile import FORMAT_VERSION, digest, document

Document = Mapping[str, Any]


def write(path: Path, plan: Plan) -> None:
    """All of it or nothing. Raises ReconcilerError."""
    text = json.dumps(document(plan), indent=2, ensure_ascii=True) + "\n"
    try:
        write_whole(path, text)
    except OSError as error:
        raise ReconcilerError(f"{path}: the plan cannot be written: {error.strerror}") from None


def read(path: Path) -> tuple[Plan, str]:
    """The plan and its digest. Raises RefusedError for one that was altered or is of another version, and
    ReconcilerError for what is no plan at all.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReconcilerError(f"{path}: the plan cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or "format_version" not in found:
        raise ReconcilerError(f"{path}: this is not a saved plan; make one with `reconciler plan --out`")
    _check(path, found)
    kinds = kinds_with(found.get("platform", {}))
    plan = _plan(found, kinds)
    for change in plan.changes:
        if not is_as_shown(kinds[change.kind], change):
            raise _altered(path, f"the request of {change.address} is not what its fields say")
    if not set(own_facts(plan.platform)) <= set(plan.notices):
        raise RefusedError(
            f"{path}: the plan does not say what it takes for true of the platform; make a new plan"
        )
    return plan, str(found["digest"])


def _check(path: Path, found: Document) -> None:
    if found["format_version"] != FORMAT_VERSION:
        raise RefusedError(
            f"{path}: the plan has format version {found['format_version']!r}, this program knows "
            f"{FORMAT_VERSION!r}; make a new plan"
        )
    if found.get("digest") != digest(found):
        raise _altered(path, "its digest does not fit its content")
    if not _fits(load("plan"), found):  # a digest is no signature: whoever altered it may have made one, too
        raise RefusedError(
            f"{path}: this version of the program does not know all that the plan says: another version "
            "made it, or it was altered after it was made; make a new plan"
        )
    if not _is_sound(found):
        raise _altered(path, "it is not as `reconciler plan` writes it")


def _altered(path: Path, reason: str) -> RefusedError:
    return RefusedError(f"{path}: the plan was altered after it was made: {reason}; make a new plan")


def _fits(schema: Schema, value: Any) -> bool:
    is_valid = jsonschema_rs.validator_for(dict(schema)).is_valid
    with suppress(ValueError):  # what JSON cannot hold, though Python reads it
        return is_valid(value)
    with suppress(ValueError):  # halves of characters, as a platform may have them in names, are text
        return is_valid(json.loads(json.dumps(value, ensure_ascii=False).encode(errors="replace")))
    return False


def _is_sound(found: Document) -> bool:
    """Overrides of facts are as the settings may write them, and nothing waits for what is not there."""
    addresses = [each["address"] for each in found["changes"]]
    known = set(addresses)
    return (
        not any(is_nested_too_deep(each["request"]["body"]) for each in found["changes"])
        and _may_be_set(found.get("platform", {}))
        and len(known) == len(addresses)
        and all(each["address"].partition("/")[0] == each["kind"] for each in found["changes"])
        and all(known.issuperset(each["waits_for"]) for each in found["changes"])
        and _has_an_order(found["changes"])
    )


def _may_be_set(platform: Platform) -> bool:
    settings = {**load("settings"), "$id": "platform-of-a-plan"}
    return _fits(settings, {"platform": platform}) and not (
        any(unknown_names(platform)) or any(deceptive(platform))
    )


def _has_an_order(changes: Sequence[Document]) -> bool:
    """Nothing waits for itself, and an id that is not known yet is that of a creation that is waited for."""
    created = {each["address"] for each in changes if each["action"] == Action.CREATE.word}
    return not ring({each["address"]: each["waits_for"] for each in changes}) and all(
        str(address) in created and str(address) in each["waits_for"]
        for each in changes
        for address in addresses_in(_body(each["request"]["body"]))
    )


# -- from the document to the plan


def _plan(found: Document, kinds: Kinds) -> Plan:
    summary = found["summary"]
    tree = tuple(map(_branch, found.get("tree", ())))
    return Plan(
        account=found["account"],
        account_name=tree[0].name if tree else "",
        changes=tuple(_change(each, found.get("referred_to", {}), kinds) for each in found["changes"]),
        notices=tuple(_notice(each) for each in found["notices"] if "refusal" not in each),
        refusals=tuple(_notice(each) for each in found["notices"] if "refusal" in each),
        unchanged=summary["unchanged"],
        unmanaged=summary["unmanaged"],
        reads=found["requests"]["read"],
        platform=found.get("platform", {}),
        tree=tree,
        base=found.get("base"),
    )


def _notice(each: Document) -> Notice:
    return Notice(each["code"], each["address"], each["message"])


def _branch(each: Document) -> Branch:
    parent = _address(each["parent"]) if each["parent"] else None
    holds = tuple(map(_address, each["holds"]))
    return Branch(_address(each["address"]), each["name"], parent, holds, each["others"])


def _change(each: Document, referred_to: Mapping[str, Any], kinds: Kinds) -> Change:
    address, kind, action = _address(each["address"]), kinds[each["kind"]], Action[each["action"].upper()]
    fields = tuple(_field(kind, field, action) for field in each["fields"])
    source, held = _source(each["source"]), referred_to.get(each["address"], {})
    before = Resource(address, {field.name: field.old for field in fields}, each["id"], source)
    after = Resource(address, {field.name: field.new for field in fields}, each["id"], source)
    return Change(
        action=action,
        address=address,
        before=None if action is Action.CREATE else before,
        after=None if action is Action.DELETE else after,
        fields=fields,
        request=Request(each["request"]["method"], each["request"]["path"], _body(each["request"]["body"])),
        waits_for=tuple(map(_address, each["waits_for"])),
        referred_to={name: _tupled(value) for name, value in held.items()},
    )


def _field(kind: Kind, each: Document, action: Action) -> FieldChange:
    field = kind.field(each["name"])
    old, new, base = (_value(kind, field.name, each.get(name)) for name in ("old", "new", "base"))
    return FieldChange(
        field.name,
        old,
        new,
        unseen=action is Action.UPDATE and not field.readable,
        origin=Origin(each["origin"]) if "origin" in each else None,
        base=base,
    )


def _value(kind: Kind, name: str, value: Any) -> Value:
    """References stay the keys that they were written as."""
    field = kind.field(name)
    return _tupled(value) if field.refers_to else canonical(field, value)


def _tupled(value: Any) -> Value:
    return tuple(value) if isinstance(value, list) else value


def _address(text: str) -> Address:
    kind, _, key = text.partition("/")
    return Address(kind, key)


def _source(text: str | None) -> Source | None:
    if text is None:
        return None
    file, line, column = text.rsplit(":", 2) if text.count(":") > 1 else (text, "1", "1")
    is_place = all(re.fullmatch("[0-9]{1,18}", part) for part in (line, column))
    return Source(file, int(line), int(column)) if is_place else Source(text, 1, 1)


def _body(value: Any) -> Any:
    match value:
        case {"id_of": str() as address, **rest} if not rest:
            return _address(address)
        case dict():
            return {name: _body(entry) for name, entry in value.items()}
        case list():
            return [_body(entry) for entry in value]
        case _:
            return value
