"""The formats that the schemas name, as far as they are checked here."""

from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any

QUOTES = {*"\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"}  # around a text they are part of it


def _is_email(value: object) -> bool:
    if not isinstance(value, str):
        return True
    local, _, domain = value.rpartition("@")
    is_one = bool(local and domain) and value.split() == [value] and value.isprintable()
    return (
        is_one
        and ".." not in domain
        and not value.startswith("mailto:")
        and not QUOTES & {value[0], value[-1]}
    )


def _is_time_zone(value: object) -> bool:
    return not isinstance(value, str) or value in time_zones()


@cache
def time_zones() -> frozenset[str]:
    """The names of the package, which are the same on every machine, but for the one that is no place."""
    zones = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8")
    return frozenset(zones.split()) - {"Factory"}


FORMATS: dict[str, Callable[[Any], bool]] = {"email": _is_email, "iana-timezone": _is_time_zone}
