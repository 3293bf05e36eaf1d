"""What a plain word in YAML 1.2 means, as ruamel.yaml has it: `yes` and dates are text, `0123` and `1_000`
are numbers.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

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
