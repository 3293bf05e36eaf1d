"""Scalars after | or >, out of their lines."""

from reconciler.formatting.notes import BLOCK_HEADER, Token
from reconciler.formatting.tree import Literal, Note


def literal(text: str, token: Token, indent: int) -> Literal:
    """`indent` is that of the block around it, which a number in the header counts from."""
    header, _, rest = text.partition("\n")
    found = BLOCK_HEADER.fullmatch(header.rstrip(" \t"))
    assert found
    style, says, space, comment = found.groups()
    digit, chomping = says.strip("-+"), says.strip("0123456789")
    if token.value and not token.value.endswith("\n"):
        chomping = "-"  # or the file ended within its last line, which a line break would change
    lines = _content(rest, indent + int(digit) if digit else None, keep=chomping == "+")
    column = token.start_mark.column + found.end(3)
    note = Note(0, comment, own_line=False, column=column, gap=len(space)) if comment else None
    return Literal(style, chomping, bool(digit), lines, (), note)


def _content(rest: str, indent: int | None, *, keep: bool) -> tuple[str, ...]:
    """The lines without their indentation, and without the blank ones that do not count."""
    lines = rest.removesuffix("\n").split("\n") if rest else []
    if indent is None:
        filled = next((line for line in lines if line.strip(" ")), "")
        indent = len(filled) - len(filled.lstrip(" ")) if filled else max(map(len, lines), default=0)
    lines = [line[indent:] for line in lines]
    while lines and not lines[-1] and not keep:
        lines.pop()
    return tuple(lines)
