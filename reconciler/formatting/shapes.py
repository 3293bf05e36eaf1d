"""What may stand where in a file, out of the schemas: the order of keys, and where phone numbers are."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from reconciler.facts import Field, Type
from reconciler.files.schema import Schema, bundle
from reconciler.kinds import KINDS
from reconciler.objects.codec import canonical

Fields = Mapping[str, Field]


class Shape(NamedTuple):
    """`inside` has the known keys of a mapping in their order, `other` is for the rest, `each` for a list."""

    inside: Mapping[str, "Shape"] = {}
    other: "Shape | None" = None
    each: "Shape | None" = None
    is_phone: bool = False

    def of(self, key: str) -> "Shape":
        """What stands under a key; a mapping that is merged in, or one of several, is like this one."""
        return self._replace(each=self) if key == "<<" else self.inside.get(key) or self.other or ANYTHING

    @property
    def entry(self) -> "Shape":
        return self.each or ANYTHING


ANYTHING = Shape()


@cache
def file_shape() -> Shape:
    return _shape(bundle(), {})


def _shape(schema: Schema, fields: Fields) -> Shape:
    schema, fields = _resolved(schema, fields)
    other, each = schema.get("additionalProperties"), schema.get("items")
    return Shape(
        {name: _field(name, part, fields) for name, part in schema.get("properties", {}).items()},
        _shape(other, {}) if isinstance(other, Mapping) else None,
        _shape(each, fields) if isinstance(each, Mapping) else None,
    )


def _field(name: str, part: Schema, fields: Fields) -> Shape:
    field = fields.get(name, Field(name, Type.ANY))
    found = _shape(part, {entry.name: entry for entry in field.entries})
    return found._replace(is_phone=field.type is Type.PHONE)


def _resolved(schema: Schema, fields: Fields) -> tuple[Schema, Fields]:
    """With what it refers to; the schema of a kind knows that kind's fields."""
    if "$ref" not in schema:
        return schema, fields
    path = schema["$ref"].removeprefix("#/").split("/")
    found: Any = bundle()
    for part in path:
        found = found[part]
    kind = KINDS.get(path[-1].removesuffix("-defaults"))
    return {**found, **schema}, {field.name: field for field in kind.fields} if kind else fields


# -- phone numbers

_PHONE = Field("phone", Type.PHONE)


@cache
def _phone_pattern() -> re.Pattern[str]:
    found = bundle()["$defs"]["user"]["$defs"]["phone"]
    sizes = f"(?=.{{{found['minLength']},{found['maxLength']}}}\\Z)"
    return re.compile(sizes + found["pattern"].removesuffix("$") + r"\Z")


def phone(text: str) -> str | None:
    """The number as it is written best; None if the schema would not let it, or what it becomes, pass."""
    best = str(canonical(_PHONE, text))
    return best if _phone_pattern().match(text) and _phone_pattern().match(best) else None
