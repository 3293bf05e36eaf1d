"""The ways in which the same facts may be written down: switches applied to the data of an answer."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from unicodedata import normalize

from reconciler.sandbox.rules import ROLES
from reconciler.sandbox.settings import Settings

Leaf = Callable[[str, Any], Any]

_PHONES = frozenset({"phone_number", "agent_ring_to", "ring_to"})
_LONGEST_NUMBER = 9


def vary(data: Any, settings: Settings) -> Any:
    """Where several switches speak of one value, the first that changes it decides."""
    leaves = [leaf for name, leaf in _LEAVES.items() if settings[name]]
    nothing = settings["nothing"]
    if nothing:
        data = _without(data, nothing)
    if leaves:
        data = _mapped("", data, leaves)
    return _with_unknown(data) if settings["unknown_fields"] else data


def _mapped(key: str, value: Any, leaves: list[Leaf]) -> Any:
    if isinstance(value, dict):
        return {name: _mapped(name, entry, leaves) for name, entry in value.items()}
    if isinstance(value, list):
        return [_mapped(key, entry, leaves) for entry in value]
    for leaf in leaves:
        other = leaf(key, value)
        if other is not value:
            return other
    return value


def _without(data: Any, nothing: str) -> Any:
    if isinstance(data, list):
        return [_without(entry, nothing) for entry in data]
    if not isinstance(data, dict):
        return data
    if nothing == "absent":
        return {name: _without(entry, nothing) for name, entry in data.items() if entry not in (None, "")}
    empty = None if nothing == "null" else ""
    return {name: empty if entry in (None, "") else _without(entry, nothing) for name, entry in data.items()}


def _with_unknown(data: Any) -> Any:
    if isinstance(data, list):
        return [_with_unknown(entry) for entry in data]
    if not isinstance(data, dict):
        return data
    known = {name: _with_unknown(entry) for name, entry in data.items()}
    return known | {"x_revision": 7, "x_links": {"self": None}}


def _true_false(key: str, value: Any) -> Any:
    return value == "Yes" if key == "access_audio" and value in ("Yes", "No") else value


def _yes_no(_key: str, value: Any) -> Any:
    return ("Yes" if value else "No") if isinstance(value, bool) else value


def _bare_role(key: str, value: Any) -> Any:
    return value.removesuffix(" User") if key == "role" and isinstance(value, str) else value


def _numbered_role(key: str, value: Any) -> Any:
    return (
        ROLES.get(value.removesuffix(" User"), value) if key == "role" and isinstance(value, str) else value
    )


def _rewritten(key: str, value: Any) -> Any:
    """+12125550100 as +1-212-555-0100, 2125550100 as (212) 555-0100, others in pairs."""
    if key not in _PHONES or not isinstance(value, str):
        return value
    digits = "".join(filter(str.isdigit, value))
    match len(digits), digits[:1]:
        case 11, "1":
            return f"+1-{digits[1:4]}-{digits[4:7]}-{digits[7:]}"
        case 10, _:
            return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"
    plus = "+" if value.startswith("+") else ""
    return (
        value
        if not digits
        else plus + " ".join(digits[start : start + 2] for start in range(0, len(digits), 2))
    )


def _tidied(_key: str, value: Any) -> Any:
    return re.sub(" {2,}", " ", normalize("NFC", value).strip()) if isinstance(value, str) else value


def _string(_key: str, value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _number(_key: str, value: Any) -> Any:
    if not isinstance(value, str) or not (value.isascii() and value.isdecimal()):
        return value
    return value if value.startswith("0") or len(value) > _LONGEST_NUMBER else int(value)


_LEAVES: Mapping[str, Leaf] = {
    "booleans_true_false": _true_false,
    "booleans_yes_no": _yes_no,
    "roles_numbered": _numbered_role,
    "roles_bare": _bare_role,
    "phones_rewritten": _rewritten,
    "text_tidied": _tidied,
    "numbers_as_strings": _string,
    "strings_as_numbers": _number,
}
