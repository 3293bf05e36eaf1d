"""The JSON Schemas: finding them, completing them by the table of kinds, and bundling them for editors."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from reconciler.facts import Kind
from reconciler.files.rosters import completed
from reconciler.kinds import KINDS

Schema = Mapping[str, Any]

OF_ALL_KINDS = ("settings", "file", "plan", "findings")
_HERE = Path(__file__).resolve().parent.parent
_FOLDERS = (_HERE / "schemas", _HERE.parent / "schemas")  # in a wheel; in a checkout or an editable install


@cache
def load(name: str) -> Schema:
    """One hand-written schema: a kind, `settings` or `file`."""
    file = f"{name}.schema.json"
    folder = next(folder for folder in _FOLDERS if (folder / file).is_file())
    schema: Schema = json.loads((folder / file).read_text(encoding="utf-8"))
    return schema


def defaults_of(kind: Kind) -> Schema:
    """What `defaults:` may say of a kind: anything but what tells its objects apart."""
    schema = load(kind.name)
    identity = {kind.label, "previously", "parent", kind.external_id}
    properties = {name: value for name, value in schema["properties"].items() if name not in identity}
    return {
        "description": f"Fields for every one of the {kind.plural} that does not write them itself.",
        "type": ["object", "null"],
        "properties": properties,
        "additionalProperties": False,
    }


@cache
def bundle() -> Schema:
    """All schemas in one document, for editors: `config.schema.json`."""
    parts: dict[str, Schema] = {"settings": _part(load("settings"), "settings")}
    for kind in KINDS.values():
        parts[kind.name] = _part(load(kind.name), kind.name)
        parts[f"{kind.name}-defaults"] = _part(defaults_of(kind), kind.name)
    top = rewritten(load("file"), _bundled_reference)
    return {**top, "$id": "config.schema.json", "$defs": parts}


def _part(schema: Schema, name: str) -> Schema:
    plain = {key: value for key, value in schema.items() if key not in ("$schema", "$id")}
    part: Schema = rewritten(plain, lambda reference: reference.replace("#/", f"#/$defs/{name}/", 1))
    return part


def _bundled_reference(reference: str) -> str:
    name, _, rest = reference.partition(".schema.json")
    return f"#/$defs/{name}-defaults" if rest else f"#/$defs/{name}"


def rewritten(value: Any, rewrite: Callable[[str], str]) -> Any:
    """The same schema with other references."""
    match value:
        case {"$ref": reference, **rest}:
            return {"$ref": rewrite(reference), **rewritten(rest, rewrite)}
        case Mapping():
            return {key: rewritten(entry, rewrite) for key, entry in value.items()}
        case list():
            return [rewritten(entry, rewrite) for entry in value]
        case _:
            return value


def bundled() -> str:
    """The text of `config.schema.json`."""
    return json.dumps(bundle(), indent=2, ensure_ascii=False) + "\n"


def write() -> None:
    """Bring what speaks of all kinds up to date, and the bundle of it; the tests compare them."""
    kinds = {name: load(name) for name in KINDS}
    for name in OF_ALL_KINDS:
        path = _FOLDERS[1] / f"{name}.schema.json"
        path.write_text(completed(path.read_text(encoding="utf-8"), kinds), encoding="utf-8")
    (_FOLDERS[1] / "config.schema.json").write_text(bundled(), encoding="utf-8")


if __name__ == "__main__":
    write()
