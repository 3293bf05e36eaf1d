"""What an object does wrong by its schema, in words for the person who wrote it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import jsonschema_rs

from reconciler.files.formats import FORMATS, QUOTES, time_zones
from reconciler.files.hints import dashed, meant, nearest, of_another_type
from reconciler.files.schema import Schema, defaults_of, load, rewritten
from reconciler.kinds import KINDS
from reconciler.objects.telling import told
from reconciler.wording import shortened

if TYPE_CHECKING:  # it is not needed, and so not imported, where there is nothing to explain
    from jsonschema import Draft202012Validator, FormatChecker
    from jsonschema.exceptions import ValidationError

KeyPath = tuple[str | int, ...]


class Fault(NamedTuple):
    """What is wrong at a path within an object; `at_key` if the key is to blame and not its value."""

    path: KeyPath
    message: str
    at_key: bool = False


class Violation(NamedTuple):
    """A rule of a schema that a value breaks; `conditional` if another field brought it into play."""

    rule: str
    expected: Any
    schema: Schema
    value: Any
    path: KeyPath
    conditional: bool
    of_name: bool
    text: str = ""


def faults(name: str, value: Any, text: Callable[[KeyPath], str] = lambda _: "") -> Iterator[Fault]:
    """What a schema finds wrong with a value: one fault for a place, the one that explains the others.

    `name` is a kind, `settings`, `file` or `KIND-defaults`; `text` gives a scalar as it is written.
    """
    if not _is_sound(name, value):
        yield from explained(name, value, text)


def explained(name: str, value: Any, text: Callable[[KeyPath], str] = lambda _: "") -> Iterator[Fault]:
    """As `faults`, by the validator that can tell what is wrong and where, and takes its time."""
    schema, validator = _validator(name)
    violations = sorted(map(_violation, validator.iter_errors(value)), key=_rank)
    of_keys = [*_read_only(schema["properties"], value), *_unknown_keys(violations, name)]
    yield from of_keys
    meant = {(*each.path[:-1], word) for each in of_keys for word in _MEANT.findall(each.message)}
    found: dict[KeyPath, Violation] = {}
    for violation in violations:
        if violation.rule == "required":
            yield from (each for key, each in _missing(violation) if (*violation.path, key) not in meant)
        elif violation.of_name:
            yield _fault(violation)
        elif violation.rule != "additionalProperties":
            found.setdefault(violation.path, violation)
    for path, violation in found.items():
        yield _fault(violation._replace(text=text(path)))


_MEANT = re.compile(r"""(?:did you mean|or|Write) ['`](\w+)['`]""")
_EXPLAINS_OTHERS = ("type", "minLength")


def _rank(violation: Violation) -> tuple[bool, bool]:
    return violation.rule not in _EXPLAINS_OTHERS, violation.conditional


def _is_sound(name: str, value: Any) -> bool:
    """Whether there is nothing to explain: asked of a validator that only says yes or no, and is quick."""
    quick, read_only = _quick(name)
    try:
        return bool(quick.is_valid(value)) and not (isinstance(value, dict) and read_only & value.keys())
    except ValueError:  # what JSON cannot hold
        return False


@cache
def _quick(name: str) -> tuple[Any, frozenset[str]]:
    schema = _schema(name)
    quick = jsonschema_rs.validator_for(dict(schema), formats=FORMATS, validate_formats=True)
    properties = schema["properties"]
    return quick, frozenset(key for key in properties if properties[key].get("readOnly"))


@cache
def _validator(name: str) -> "tuple[Schema, Draft202012Validator]":
    from jsonschema import Draft202012Validator

    schema = _schema(name)
    return schema, Draft202012Validator(schema, format_checker=_formats())


def _schema(name: str) -> Schema:
    kind = name.removesuffix("-defaults")
    if name == "file":
        # Objects are checked one by one, after the defaults have been filled in.
        loose = {"part": {"type": ["object", "null"]}, "entry": {"type": "object"}}
        return {**rewritten(load("file"), _loosely), "$defs": loose}
    return load(name) if kind == name else {**defaults_of(KINDS[kind]), "$defs": load(kind).get("$defs", {})}


def _loosely(reference: str) -> str:
    return "#/$defs/entry" if reference.removesuffix(".schema.json") in KINDS else "#/$defs/part"


def _formats() -> "FormatChecker":
    from jsonschema import FormatChecker

    checker = FormatChecker(formats=())
    for name, is_right in FORMATS.items():
        checker.checks(name)(is_right)
    return checker


def _violation(error: "ValidationError") -> Violation:
    where = error.relative_schema_path
    return Violation(
        rule=str(error.validator),
        expected=error.validator_value,
        schema=error.schema if isinstance(error.schema, dict) else {},
        value=error.instance,
        path=tuple(error.absolute_path),
        conditional="then" in where,
        of_name="propertyNames" in where,
    )


# -- faults


def _read_only(properties: Schema, value: Any) -> Iterator[Fault]:
    for key in value if isinstance(value, dict) else ():
        if properties.get(key, {}).get("readOnly"):
            yield Fault((key,), read_only(key, properties[key]), at_key=True)


def read_only(key: str, schema: Schema) -> str:
    """Why a key cannot be written, and what to write instead."""
    reason = re.sub(r" (Documented|Inferred|Assumed)\.$", "", schema["description"])
    return f"`{key}` is read-only, the platform owns it. {reason}"


def _missing(violation: Violation) -> Iterator[tuple[str, Fault]]:
    for key in violation.expected:
        if key not in violation.value:
            yield key, Fault(violation.path, f"`{key}` is missing{_because(violation)}")


def _fault(violation: Violation) -> Fault:
    if violation.rule == "uniqueItems":
        number = next(n for n, each in enumerate(violation.value) if each in violation.value[:n])
        return Fault((*violation.path, number), f"{shown(violation.value[number])} stands here twice")
    path = (*violation.path, violation.value) if violation.of_name else violation.path
    message = _PHRASES[violation.rule](violation) + _because(violation)
    return Fault(path, message, at_key=violation.of_name)


def _because(violation: Violation) -> str:
    return " (because of its `route_type`)" if violation.conditional else ""


def _unknown_keys(violations: Iterable[Violation], name: str) -> Iterator[Fault]:
    for violation in violations:
        if violation.rule == "additionalProperties":
            yield from _unknown_keys_of(violation, name)


def _unknown_keys_of(violation: Violation, name: str) -> Iterator[Fault]:
    kind = name.removesuffix("-defaults")
    identity = load(kind)["properties"] if kind != name and not violation.path else {}
    properties = violation.schema["properties"]
    known = [name for name, each in properties.items() if not each.get("readOnly")]
    for key in violation.value.keys() - properties.keys():
        guess = meant(key, known) if kind in KINDS else nearest(key, known, _LIKENESS.get(name, 0.6))
        message = f"unknown key {shown(key)}{dashed(key) or guess}"
        if key in identity:
            message = f"`{key}` tells {KINDS[kind].plural} apart and cannot have a default"
        yield Fault((*violation.path, key), message, at_key=True)


_LIKENESS = {"file": 0.8}  # sections are few and short: `services` is not like `users`


# -- wording


def _type(violation: Violation) -> str:
    hint = of_another_type(violation.schema, violation.value)
    return f"expected {_types(violation.expected)}, found {described(violation.value, violation.text)}{hint}"


def _types(types: str | list[str]) -> str:
    return " or ".join(_TYPES[name] for name in ([types] if isinstance(types, str) else types))


_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "null",
}


def _enum(violation: Violation) -> str:
    choices = [choice for choice in violation.expected if choice is not None]
    listed = ", ".join(map(str, choices))
    value = "nothing (null)" if violation.value is None else shown(violation.value)
    return f"{value} is not one of {listed}{nearest(violation.value, choices)}"


def _pattern(violation: Violation) -> str:
    expected = _PATTERNS.get(str(violation.schema.get("title")).lower())
    if expected:
        return f"{shown(violation.value)} is not {expected}"
    control = _CONTROL.search(violation.value)
    return f"control character U+{ord(control[0]):04X} is not allowed here" if control else _BLANK


_BLANK = "the name is nothing but blanks"
_CONTROL = re.compile("[\\x00-\\x1f\\x7f-\\x9f]")
*_SOME, _LAST = KINDS
_KIND_NAMES = f"{', '.join(_SOME)} or {_LAST}"
_PATTERNS = {
    "path": "a path such as /provisioned-routes: slashes, letters, digits, hyphens and underscores",
    "wire name": "a name as it stands in the platform's JSON, such as tag_id",
    "phone number": "a phone number: digits with spaces, dots, hyphens or brackets",
    "address": f"an address such as user/jane@acme.example: {_KIND_NAMES}, a slash, and a key",
}


def _format(violation: Violation) -> str:
    if violation.expected == "email":
        hint = "; leave the typographic quotes out" if QUOTES & {*violation.value} else ""
        return f"{shown(violation.value)} is not an e-mail address{hint}"
    zones = nearest(violation.value, sorted(time_zones()))
    return f"{shown(violation.value)} is not a known time zone such as America/New_York{zones}"


_PHRASES: Mapping[str, Callable[[Violation], str]] = MappingProxyType(
    {
        "type": _type,
        "enum": _enum,
        "pattern": _pattern,
        "format": _format,
        "minLength": lambda at: f"{shown(at.value)} is too short" if at.value else "the text is empty",
        "maxLength": lambda at: f"{len(at.value)} characters are too many; at most {at.expected} are allowed",
        "minimum": lambda at: f"{at.value} is too small; at least {at.expected} is needed",
        "maximum": lambda at: f"{at.value} is too large; at most {at.expected} is allowed",
    }
)


def described(value: Any, text: str = "") -> str:
    """A value of a wrong type, as what it is and as it is written."""
    match value:
        case None:
            return "nothing (null)"
        case bool():
            return str(value).lower()
        case str():
            return f"the text {shown(value)}"
        case int() | float():
            return f"the number {text or value}"
        case _:
            return "a list" if isinstance(value, list) else "a mapping"


def shown(value: Any) -> str:
    return shortened(told(value))
