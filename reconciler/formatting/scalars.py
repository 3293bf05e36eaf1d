"""Scalars as they are written best: phone numbers, quotes."""

import re

from reconciler.files.scalars import scalar
from reconciler.formatting.lines import Line
from reconciler.formatting.parsing import HEADER, Part, is_literal
from reconciler.formatting.shapes import phone
from reconciler.quoting import quoted

_LAST_SPACES = re.compile(r"(?<!\\)((?:\\\\)*)[ \t]+$")  # but for one that is escaped


def laid(part: Part, text: str, column: int, *, is_phone: bool) -> list[Line]:
    """The lines of a scalar, out of its `text`. `column` is that of the block around it."""
    if is_literal(part.event):
        return _literal(part, text, column)
    number = _phone(part) if is_phone else None
    first, *rest = (quoted(number) if number else _double(text)).split("\n")
    if not rest:
        return [Line(first)]
    lines = [first, *(line.lstrip(" \t") for line in rest)]
    return [Line(_LAST_SPACES.sub(r"\1", line), is_exact=True) for line in lines]


def _phone(part: Part) -> str | None:
    """None where it is no phone number, or where something else may refer to it."""
    event = part.event
    is_number = not event.style and not isinstance(scalar(event.value), str)
    if part.marks or (is_number and not event.value.removeprefix("+").isdigit()):
        return None
    best = phone(event.value)
    return None if event.style == '"' and best == event.value else best


def _double(text: str) -> str:
    """Out of single quotes into double ones, if it takes no more escapes there."""
    plain = text[1:-1].replace("''", "'")
    if text[:1] != "'" or plain.count('"') + plain.count("\\") > text[1:-1].count("''"):
        return text
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _literal(part: Part, text: str, column: int) -> list[Line]:
    """A number in the header counts from the block around it, and is what it becomes here."""
    header, _, rest = text.partition("\n")
    found = HEADER.match(header)
    assert found
    digit, chomping = found[1].strip("-+"), found[1].strip("0123456789")
    if part.event.value and not part.event.value.endswith("\n"):
        chomping = "-"  # or the file ended within its last line, which a line break would change
    lines = rest.removesuffix("\n").split("\n") if rest else []
    filled = [line for line in lines if line.strip(" ")]
    indent = len(filled[0]) - len(filled[0].lstrip(" ")) if filled else max(map(len, lines), default=0)
    indent = max(column, 0) + int(digit) if digit else indent
    lines = [line[indent:] for line in lines]
    is_open = chomping == "+" or (bool(lines) and lines[-1].isspace())
    first = Line(f"{header[0]}{'2' if digit else ''}{chomping}", is_exact=True, is_open=is_open)
    return [first, *(Line(line, is_exact=True, is_open=is_open) for line in lines)]
