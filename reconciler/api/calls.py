"""How many calls routes carried."""

import datetime as dt
import threading
import time
from collections.abc import Sequence

from reconciler.api.client import Query, Reader
from reconciler.api.crew import LISTS, Crew
from reconciler.errors import PassingError, PlatformError, SpentError, UnsentError
from reconciler.kinds import CALLS_PATH, KINDS
from reconciler.objects.codec import whole_number

_DAY, _WEEK = dt.timedelta(days=1), dt.timedelta(days=7)


MOST_ASKED = 20  # routes of one plan: each is a request
SOON = 2.0  # seconds


def read_traffic(reader: Reader, routes: Sequence[int]) -> dict[int, int | None]:
    """How many calls the first of these routes carried in the last 7 days; None where the platform does not
    say.

    They are asked for side by side, the first one alone, since it may well be refused: then no other is
    asked for. A plan can do without, so what passes at once is tried again, but only once for all of them.
    """
    once_more = threading.Semaphore(1)

    def ask(route: int) -> int | None:
        began = time.monotonic()
        try:
            data = reader.get(CALLS_PATH, query(route), once=True)
        except (SpentError, UnsentError):
            raise  # not the platform's doing
        except PlatformError as error:
            is_tried_again = _passes_soon(error, began) and once_more.acquire(blocking=False)
            return ask(route) if is_tried_again else None
        return whole_number(data.get("total")) if isinstance(data, dict) else None

    asked = routes[:MOST_ASKED]
    counts = {route: ask(route) for route in asked[:1]}
    with Crew(LISTS) as crew:
        if None not in counts.values():
            counts |= zip(asked[1:], crew.map(ask, asked[1:]), strict=True)
    return {route: counts.get(route) for route in asked}


def _passes_soon(error: PlatformError, began: float) -> bool:
    """Nobody waits long for what may fail again."""
    taken = time.monotonic() - began
    return isinstance(error, PassingError) and max(taken, error.wait or 0.0) <= SOON


def query(route: int | None) -> Query:
    """For the last 7 days, of one route or of all; whole days and today, so that plans tell no seconds."""
    today = dt.datetime.now(tz=dt.UTC).replace(hour=0, minute=0, second=0)
    span = {"start": _instant(today - _WEEK), "end": _instant(today + _DAY)}
    return {**({KINDS["route"].id: route} if route is not None else {}), **span, "limit": 1, "offset": 0}


def _instant(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
