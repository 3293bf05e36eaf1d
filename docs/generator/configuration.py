"""`configuration.md`: what the schemas say of the files, and the table of kinds of their fields."""

import re
from collections.abc import Iterator, Sequence

from generator.constraints import Schema, limits, types, whole
from generator.markdown import MARKS, NOT_THE_PLATFORMS, Lines, code, table, yaml
from reconciler.facts import Field, Kind, Settable
from reconciler.files import schema
from reconciler.kinds import KINDS


def marked(description: str) -> tuple[str, str]:
    """A description without its mark, and the mark."""
    text, _, last = description.rpartition(" ")
    mark = last.removesuffix(".").lower()
    return (text, mark) if mark in MARKS.values() else (description, "")


# -- the file, and settings


def sections() -> Lines:
    rows = schema.load("file")["properties"]
    yield from table(("key", "holds"), ((code(name), each["description"]) for name, each in rows.items()))


def settings() -> Lines:
    found = schema.load("settings")
    yield from _keys("settings", found, found["$defs"], set())


def _keys(path: str, one: Schema, defs: Schema, seen: set[str]) -> Lines:
    """A table of a mapping's keys, and of the keys of the mappings within; each definition once."""
    properties = {name: whole(each, defs) for name, each in one["properties"].items()}
    yield from (f"### `{path}`", "")
    head = ("key", "type", "allowed", "what it does", "example")
    yield from table(head, (_key(name, each, defs) for name, each in properties.items()))
    for name, each in properties.items():
        reference = each.get("$ref", f"{path}.{name}")
        if reference not in seen:
            seen.add(reference)
            yield from within(f"{path}.{'KIND' if name in KINDS else name}", each, defs, seen)


def _key(name: str, one: Schema, defs: Schema) -> Sequence[str]:
    examples = ", ".join(code(yaml(each)) for each in one["examples"])
    text, mark = marked(one["description"])
    return code(name), types(one), limits(one, defs), f"{text} {f'({mark})' if mark else ''}", examples


def within(path: str, one: Schema, defs: Schema, seen: set[str]) -> Lines:
    """Tables of the mappings that a value is, or has in it."""
    parts = ((path, one), (f"{path}[]", one.get("items")), (f"{path}.NAME", one.get("additionalProperties")))
    for inner, part in parts:
        found = whole(part, defs) if isinstance(part, dict) else {}
        if "properties" in found:
            yield from _keys(inner, found, defs, seen)


def defaults() -> Lines:
    for kind in KINDS.values():
        allowed = schema.defaults_of(kind)["properties"]
        left_out = [name for name in _written(schema.load(kind.name)) if name not in allowed]
        yield f"- `{kind.plural}`: every field of {kind.plural} but {code(*left_out)}."
    example = schema.load("file")["properties"]["defaults"]["examples"][0]
    yield from ("", "```yaml", f"defaults: {yaml(example)}", "```", "")


def removed() -> Lines:
    items = schema.load("file")["properties"]["removed"]["items"]
    yield from ("```yaml", "removed:")
    yield from (f"  - {each}" for each in items["examples"])
    yield from ("```", "")


# -- kinds


def kinds() -> Lines:
    for kind in KINDS.values():
        found = schema.load(kind.name)
        yield from (f"## {kind.plural.capitalize()}", "", found["description"], "")
        head = ("field", "type", "required", "sent", "shown again", "known")
        yield from table(head, (_row(kind, name, one) for name, one in _written(found).items()))
        yield from _rules(found)
        for name, one in _written(found).items():
            yield from _field(kind, name, one, found["$defs"])
        yield from (f"### Read-only fields of {kind.plural}", "", _OWNED, "")
        owned = ((name, one) for name, one in found["properties"].items() if one.get("readOnly"))
        yield from table(("field", "write instead", "what it is", "known"), (_owned(*each) for each in owned))


_OWNED = "The platform owns these: they are refused in files, and never compared."


def _written(found: Schema) -> Schema:
    """The fields that files may have."""
    properties = found["properties"].items()
    return {name: whole(one, found["$defs"]) for name, one in properties if not one.get("readOnly")}


def _row(kind: Kind, name: str, one: Schema) -> Sequence[str]:
    anchor = f"[`{name}`](#{kind.plural}-{name})"
    if not kind.known(name):
        sent = "" if name == "previously" else Settable.ALWAYS.value
        return anchor, types(one), "", sent, "", NOT_THE_PLATFORMS
    field = kind.field(name)
    is_required = name in schema.load(kind.name)["required"]
    required = "yes" if is_required else "to create one" if field.required else ""
    return anchor, types(one), required, _sent(kind, field), _shown(field), MARKS[field.mark]


def _sent(kind: Kind, field: Field) -> str:
    if field.readable or field.settable is not Settable.ALWAYS:
        return field.settable.value
    return f"on creation; later with `--resend {kind.name}.{field.name}`"


def _shown(field: Field) -> str:
    if not field.readable:
        return "never"
    likeliest = field.wire_names[0]
    return "yes" if likeliest == field.name else f"as `{likeliest}`"


def _rules(found: Schema) -> Lines:
    """What one field's value asks of others."""
    for rule in found.get("allOf", ()):
        ((name, one),) = rule["if"]["properties"].items()
        yield f"- `{name}: {one['const']}` needs {' and '.join(_needed(rule['then']))}."
    yield from [""] * ("allOf" in found)


def _needed(then: Schema) -> Iterator[str]:
    yield from map(code, then.get("required", ()))
    for name, one in then["properties"].items():
        parts = one.get("items", {}).get("required", ())
        yield from (f"`{part}` in every entry of `{name}`" for part in parts)


def _field(kind: Kind, name: str, one: Schema, defs: Schema) -> Lines:
    yield from (f"### {kind.plural}: `{name}`", "", f"{one['title']}. {marked(one['description'])[0]}", "")
    said = limits(one, defs)
    if said:
        yield f"- Allowed: {said}."
    yield f"- Example: {', or '.join(code(f'{name}: {yaml(each)}') for each in one['examples'])}"
    yield ""
    yield from within(f"{kind.plural}[].{name}", one, defs, set())


def _owned(name: str, one: Schema) -> Sequence[str]:
    text, mark = marked(one["description"])
    instead = re.search(r"(?:Write|Written as|follows from|can be written is) `(\w+)`", text)
    return code(name), code(instead[1]) if instead else "nothing", f"{one['title']}. {text}", mark
