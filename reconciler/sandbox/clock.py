"""Instants. Objects live in a time of their own, so that the same requests always lead to the same state."""

import datetime as dt

_SEEDS = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
_CHANGES = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)


def instant(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def seeded(number: int) -> str:
    """When an object of a seed was created: its id in seconds after the start of 2026."""
    return instant(_SEEDS + dt.timedelta(seconds=number))


def simulated(tick: int) -> str:
    """When the store's nth change took place."""
    return instant(_CHANGES + dt.timedelta(seconds=tick))


def now() -> dt.datetime:
    return dt.datetime.now(tz=dt.UTC)
