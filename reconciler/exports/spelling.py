"""Objects as YAML that a person would have written; what comes out is as `fmt` would leave it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from reconciler.facts import Kind, Type
from reconciler.quoting import needs_quotes, quoted

_SHORT = 2  # an object of so few fields stands on one line
_WIDEST = 100  # characters of a list on one line


class Line(NamedTuple):
    """One line of a file, and which field of which entry it writes."""

    text: str
    entry: int
    field: str = ""


def lines(kind: Kind, number: int, fields: Mapping[str, Any]) -> Iterator[Line]:
    """An entry of a section: plain values by field, in the order in which they are to stand."""
    if len(fields) <= _SHORT and not any(isinstance(each, list) for each in fields.values()):
        yield Line(f"  - {_flow(kind, fields)}", number)
        return
    indent = "  - "
    for name, value in fields.items():
        first, *more = _written(kind, name, value)
        yield Line(f"{indent}{name}:{first}", number, name)
        yield from (Line(f"      {each}", number, name) for each in more)
        indent = "    "


def _written(kind: Kind, name: str, value: Any) -> Sequence[str]:
    """What stands behind a key, and on the lines below it."""
    if not isinstance(value, list):
        return [f" {_scalar(kind, name, value)}"]
    entries = [_entry(kind, name, each) for each in value]
    whole = f" [{', '.join(entries)}]"
    if isinstance(value[0], Mapping) or len(whole) > _WIDEST:
        return ["", *(f"- {each}" for each in entries)]
    return [whole]


def _entry(kind: Kind, name: str, value: Any) -> str:
    if not isinstance(value, Mapping):
        return scalar(value)
    parts = {part.name: part.type for part in kind.field(name).entries}
    written = (f"{part}: {_typed(parts.get(part), each)}" for part, each in value.items())
    return f"{{{', '.join(written)}}}"


def _flow(kind: Kind, fields: Mapping[str, Any]) -> str:
    return f"{{{', '.join(f'{name}: {_scalar(kind, name, value)}' for name, value in fields.items())}}}"


def _scalar(kind: Kind, name: str, value: Any) -> str:
    return _typed(kind.field(name).type, value)


def _typed(type_: Type | None, value: Any) -> str:
    return quoted(str(value)) if type_ is Type.PHONE else scalar(value)


def is_text(value: Any) -> bool:
    """Whether a file can hold it: half of a character, as a cut text may end with, is none."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def scalar(value: Any) -> str:
    """Text in quotes only where it would be taken for something else."""
    if isinstance(value, str):
        return quoted(value) if needs_quotes(value) else value
    return json.dumps(value, ensure_ascii=False)


def block(value: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """The lines of mappings within a mapping."""
    for name, each in value.items():
        if each and isinstance(each, Mapping):
            yield f"{indent}{scalar(name)}:"
            yield from block(each, f"{indent}  ")
        else:
            yield f"{indent}{scalar(name)}: {scalar(each)}"
