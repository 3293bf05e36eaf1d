"""What a JSON Schema asks of a value, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from generator.markdown import code

Schema = Mapping[str, Any]


def whole(one: Schema, defs: Schema) -> Schema:
    """A property together with what it refers to."""
    return {**defs.get(one.get("$ref", "").removeprefix("#/$defs/"), {}), **one}


def types(one: Schema) -> str:
    found = one.get("type", [])
    words = [_TYPES[each] for each in ([found] if isinstance(found, str) else found)]
    return "choice" if "enum" in one else " or ".join(words)


_TYPES = {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "array": "list",
    "object": "mapping",
    "null": "null",
}


def limits(one: Schema, defs: Schema) -> str:
    """Allowed values and constraints; nothing where any value of the type will do."""
    return "; ".join((*_of_text(one), *_of_numbers(one), *_of_lists(one, defs), *_of_mappings(one, defs)))


def _of_text(one: Schema) -> Iterator[str]:
    if "enum" in one:
        yield code(*one["enum"])
    if "maxLength" in one and one.get("$ref") != "#/$defs/phone":
        yield f"{_span(one.get('minLength'), one['maxLength'])} characters"
    elif "minLength" in one and "maxLength" not in one:
        yield "not empty"
    if "pattern" in one:
        yield _PATTERNS[one["$ref"].rpartition("/")[2]]
    if "format" in one:
        yield _FORMATS[one["format"]]


def _of_numbers(one: Schema) -> Iterator[str]:
    if "minimum" in one:
        prefix = "as a number " if "string" in one.get("type", ()) else ""
        yield prefix + _span(one["minimum"], one.get("maximum"))


def _of_lists(one: Schema, defs: Schema) -> Iterator[str]:
    if one.get("uniqueItems"):
        yield "each entry once"
    entries = whole(one.get("items", {}), defs)
    said = limits(entries, defs) if entries and "properties" not in entries else ""
    if said:
        yield f"entries: {said}"


def _of_mappings(one: Schema, defs: Schema) -> Iterator[str]:
    names = whole(one.get("propertyNames", {}), defs)
    if names:
        yield f"keys: {limits(names, defs)}"
    values = one.get("additionalProperties")
    if isinstance(values, dict) and "properties" not in whole(values, defs):
        yield f"values: {types(values)}"


def _span(low: int | None, high: int | None) -> str:
    if high is None:
        return f"at least {low}"
    return f"at most {high}" if low is None else f"{low} to {high}"


_FORMATS = {"email": "an e-mail address", "iana-timezone": "an IANA time zone name"}
# By the name of the definition that holds the pattern.
_PATTERNS = {
    "name": "no control characters",
    "phone": "digits with the usual punctuation, 3 to 24 characters, in quotes",
    "address": "kind, slash, key",
    "path": "segments of letters, digits, `_` and `-`, each behind a slash",
    "path_of_list": "segments of letters, digits, `_` and `-`, each behind a slash; perhaps one at the end",
    "wire_name": "letters, digits, `_` and `-`",
}
