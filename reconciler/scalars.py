"""What a plain word in YAML 1.2 means, as ruamel.yaml has it: `yes` and dates are text, `0123` and `1_000`
are numbers.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from unicodedata import category

_INTEGER = re.compile(r"[-+]?(?:0b_*[01][01_]*|0o_*[0-7][0-7_]*|0x_*[0-9a-fA-F][0-9a-fA-F_]*|[0-9][0-9_]*)")
_FLOAT = re.compile(
    r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)"
)
_PREFIXES = {"0b": 2, "0o": 8, "0x": 16}
_WORDS: Mapping[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_BEGINS_A_NUMBER = frozenset("+-.0123456789")
_MAX_DIGITS = 400  # longer ones stay text: no number on the platform is, and Python refuses to convert them


def scalar(text: str) -> Any:
    """The value of a plain scalar."""
    if text in _WORDS:
        return _WORDS[text]
    return _number(text) if text[0] in _BEGINS_A_NUMBER else text


@lru_cache(maxsize=4096)
def _number(text: str) -> Any:
    """The number that it is, or else the text."""
    if len(text) > _MAX_DIGITS:
        return text
    if _INTEGER.fullmatch(text):
        plain = text.replace("_", "")
        return int(plain, _PREFIXES.get(plain.lstrip("-+")[:2], 10))
    return float(text.replace("_", "")) if _FLOAT.fullmatch(text) else text


TAG = "tag:yaml.org,2002:"
TAGGED: Mapping[str, type | tuple[type, ...]] = {
    f"{TAG}str": str,
    f"{TAG}int": int,
    f"{TAG}float": (int, float),
    f"{TAG}bool": bool,
    f"{TAG}null": type(None),
}


# -- text that is written out

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


def _visible(character: str) -> str:
    if _is_shown(character):
        return character
    code = f"{ord(character):x}"
    return next(f"\\{letter}{code:0>{size}}" for letter, size in _SIZES if len(code) <= size)


def _is_shown(character: str) -> bool:
    """Letters, signs and any space that has a width, but nothing that breaks lines or acts in secret."""
    return character.isprintable() or category(character) == "Zs"
