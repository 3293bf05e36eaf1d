"""Text that is written out as YAML: whether it needs quotes, and what it is between them."""

import re
from collections.abc import Mapping
from unicodedata import category

from reconciler.wording import is_seen

_RESERVED = frozenset({"~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<"})
_NOT_FINITE = frozenset(f"{sign}.{word}" for sign in ("", "+", "-") for word in ("inf", "nan"))
_LIKE_A_NUMBER = re.compile(
    r"[-+]?[0-9.][0-9_.,:]*([eE][-+]?[0-9_]*)?"  # 1.1 has 1_000 and 190:20:30 too
    r"|[-+]?0[box][0-9a-fA-F_]*"
    r"|[-+][0-9_]*"  # +_ is one that ruamel.yaml cannot read
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*"  # a date, whatever comes after it
)
_INDICATORS = frozenset("-?:,[]{}#&*!|>'\"%@`")
_NEVER_PLAIN = re.compile(r"[][{},?:]|\s#|^\.\.\.|^\s|\s$")
_ESCAPES: Mapping[str, str] = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_SIZES = (("x", 2), ("u", 4), ("U", 8))


def needs_quotes(text: str) -> bool:
    """Whether a text, written plainly as a value or as a list's entry, in brackets or not, could be read as
    anything but itself: here by YAML 1.2, elsewhere by YAML 1.1 (`yes`, dates, `1_000`).
    """
    return (
        not text
        or text[0] in _INDICATORS
        or text.lower() in _RESERVED | _NOT_FINITE
        or bool(_LIKE_A_NUMBER.fullmatch(text) or _NEVER_PLAIN.search(text))
        or not all(map(_is_shown, text))
    )


def quoted(text: str) -> str:
    """Between double quotes, on one line; what cannot be seen is escaped, all else stays as it is."""
    return f'"{"".join(_ESCAPES.get(each) or _visible(each) for each in text)}"'


def copied(value: str | int) -> str:
    """As it may be copied into a file."""
    if isinstance(value, int):
        return str(value)
    return quoted(value) if "'" in value or not all(map(_is_shown, value)) else f"'{value}'"


def _visible(character: str) -> str:
    if _is_shown(character):
        return character
    code = f"{ord(character):x}"
    return next(f"\\{letter}{code:0>{size}}" for letter, size in _SIZES if len(code) <= size)


def _is_shown(character: str) -> bool:
    """Letters, signs and any space that has a width, but nothing that breaks lines or acts in secret."""
    return is_seen(character) or category(character) == "Zs"
