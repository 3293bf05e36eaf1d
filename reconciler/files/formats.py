"""The formats that the schemas name, as far as they are checked here."""

import zoneinfo
from collections.abc import Callable
from functools import cache
from typing import Any

QUOTES = {*"\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"}  # around a text they are part of it


def _is_email(value: object) -> bool:
    if not isinstance(value, str):
        return True
    local, _, domain = value.rpartition("@")
    return bool(local and domain) and value.split() == [value] and not QUOTES & {value[0], value[-1]}


def _is_time_zone(value: object) -> bool:
    return not isinstance(value, str) or value in time_zones()


@cache
def time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


FORMATS: dict[str, Callable[[Any], bool]] = {"email": _is_email, "iana-timezone": _is_time_zone}
