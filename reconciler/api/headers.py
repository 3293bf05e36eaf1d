"""What headers say about how fast the platform may be asked, and when again."""

import datetime as dt
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import NamedTuple


class Allowance(NamedTuple):
    """What a platform says that announces its limits: requests that are left, for so many seconds."""

    left: int
    seconds: float


def allowance(headers: Mapping[str, str]) -> Allowance | None:
    """From `X-RateLimit-*`, or `RateLimit-*` in either of the forms that drafts of the standard had."""
    for prefix in ("RateLimit", "X-RateLimit"):
        left, reset = (headers.get(f"{prefix}-{name}", "") for name in ("Remaining", "Reset"))
        if re.fullmatch("[0-9]{1,9}", left) and (seconds := _until(reset, headers)) is not None:
            return Allowance(int(left), seconds)
    parts = dict(re.findall(r"\b([rt])=([0-9]{1,9})\b", headers.get("RateLimit", "")))
    return Allowance(int(parts["r"]), float(parts["t"])) if parts.keys() == {"r", "t"} else None


_INSTANTS = 1_000_000_000  # what is greater counts from 1970, not from now


def _until(text: str, headers: Mapping[str, str]) -> float | None:
    if not re.fullmatch(r"[0-9]{1,13}(\.[0-9]{1,9})?", text):
        return None
    number = float(text)
    number = number / 1000 if number > 1000 * _INSTANTS else number
    return max(0.0, number - _sent_at(headers)) if number > _INSTANTS else number


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds from now, whether the header holds seconds or a date; None for what is neither."""
    text = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        return float(text)
    moment = _moment(text)
    return None if moment is None else max(0.0, moment - _sent_at(headers))


def _sent_at(headers: Mapping[str, str]) -> float:
    """By the clock of whoever answers, which may not agree with ours, as long as it tells the time."""
    told = _moment(headers.get("Date", ""))
    return time.time() if told is None else told


def _moment(text: str) -> float | None:
    """Seconds since 1970 of a date as in headers."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()
