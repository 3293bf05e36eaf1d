"""What was probably meant: the key or word for a wrong one, and how a value of a wrong type is written."""

import difflib
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from reconciler.quoting import needs_quotes

# What many call a field, where no field is called so; where none of these is known, none is meant.
_EVERYDAY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **dict.fromkeys(("phone", "phone_number"), ("agent_ring_to", "phone_number")),
        **dict.fromkeys(("mail", "login"), ("username",)),
        **dict.fromkeys(("external_id", "externalid"), ("org_unit_ext_id", "user_ext_id")),
        **dict.fromkeys(("status", "active", "enabled"), ("user_status",)),
        **dict.fromkeys(("target", "forward_to"), ("ring_to",)),
        "recording": ("record_calls",),
        "admin": ("role",),
    }
)
_UNNAMED = "extra"  # whatever is written there is sent as it is
_WHOLE = re.compile(r"0|[1-9][0-9]{0,17}")
_SHORT = 40  # characters; longer ones are not repeated
_FEW = 2  # parts of more names than that say nothing


def meant(key: Any, known: list[str]) -> str:
    """A question that names the known keys that an unknown one is another word for, a part of, or like."""
    word = str(key).lower()
    known = [each for each in known if each != _UNNAMED]
    if word in _EVERYDAY:
        return _question([each for each in _EVERYDAY[word] if each in known][:1])
    ends = [each for each in known if each.endswith(f"_{word}")]
    begins = [each for each in known if each.startswith(f"{word}_")]
    parts = next((some for some in (ends, begins) if word and 0 < len(some) <= _FEW), [])
    return _question(parts) or nearest(key, known)


def nearest(value: Any, known: list[Any], likeness: float = 0.6) -> str:
    """A question that names the known word most like this one, if any is like it."""
    return _question(difflib.get_close_matches(str(value), list(map(str, known)), 1, likeness))


def _question(words: list[str]) -> str:
    return f"; did you mean {' or '.join(map(repr, words))}?" if words else ""


def dashed(text: Any) -> str:
    """What to write instead of a long dash, which editors of prose make of a hyphen."""
    return '; begin an entry with "- ", a plain hyphen' if str(text).lstrip().startswith(_DASHES) else ""


_DASHES = ("\u2013", "\u2014")  # en and em dash


def of_another_type(schema: Mapping[str, Any], value: Any) -> str:
    """How a value is written that is not of the type which a schema asks for."""
    types = schema["type"]
    match value:
        case int() if _FORMER.match(schema.get("title", "")):
            return "; an id is no key: write the key that it has now, in quotes"
        case bool() | int() | float() if "string" in types:
            return "; put it in quotes"
        case dict() if "array" in types:
            return dashed(next(iter(value), "")) or '; begin each entry with "- "'
        case str():
            return _of_text(schema, value)
    return ""


_FORMER = re.compile("Previous ")  # begins the titles of `previously`


def _of_text(schema: Mapping[str, Any], text: str) -> str:
    types = schema["type"]
    if "array" in types:
        return dashed(text) or _as_a_list(schema, text)
    if "boolean" in types:
        return _YES_OR_NO.get(text.lower(), "")
    if "object" in types:
        return "; a blank belongs behind the colon" if _GLUED.match(text) else ""
    return "; take the quotes away" if "integer" in types and _WHOLE.fullmatch(text) else ""


_GLUED = re.compile(r"[a-z_]+:[^\s:/]")


def _as_a_list(schema: Mapping[str, Any], text: str) -> str:
    items = schema.get("items", {})
    if text not in items.get("enum", [text]):
        return f"; write a list such as [{', '.join(schema['examples'][-1])}]"
    is_entry = len(text) <= _SHORT and not needs_quotes(text) and "$ref" not in items
    return f"; write [{text}]" if is_entry else ""


_YES_OR_NO: Mapping[str, str] = MappingProxyType(
    {
        word: f"; write {boolean} (in YAML 1.2 {word} is a text)"
        for boolean, words in (("true", ("yes", "on", "y")), ("false", ("no", "off", "n")))
        for word in words
    }
    | dict.fromkeys(("true", "false"), "; take the quotes away")
)
