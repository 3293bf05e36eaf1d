"""How many calls routes carried."""

import datetime as dt
from collections.abc import Sequence

from reconciler.api.client import Query, Reader
from reconciler.api.crew import LISTS, Crew
from reconciler.errors import PlatformError, SpentError, UnsentError
from reconciler.kinds import CALLS_PATH, KINDS
from reconciler.objects.codec import whole_number

_DAY, _WEEK = dt.timedelta(days=1), dt.timedelta(days=7)


def read_traffic(reader: Reader, routes: Sequence[int]) -> dict[int, int | None]:
    """How many calls each route carried in the last 7 days; None where the platform does not say.

    They are asked for side by side, the first one alone, since it may well be refused; after a refusal the
    next ones are not asked for.
    """

    def ask(route: int) -> int | None:
        try:
            data = reader.get(CALLS_PATH, query(route))
        except (SpentError, UnsentError):
            raise  # not the platform's doing
        except PlatformError:
            return None
        return whole_number(data.get("total")) if isinstance(data, dict) else None

    counts: dict[int, int | None] = {}
    with Crew(LISTS) as crew:
        for at in (0, *range(1, len(routes), LISTS)):
            some = routes[at : at + LISTS if at else 1]
            counts |= zip(some, crew.map(ask, some), strict=True)
            if None in counts.values():  # once all of these are there: whoever is quicker decides nothing
                break
    return {route: counts.get(route) for route in routes}


def query(route: int | None) -> Query:
    """For the last 7 days, of one route or of all; whole days and today, so that plans tell no seconds."""
    today = dt.datetime.now(tz=dt.UTC).replace(hour=0, minute=0, second=0)
    span = {"start": _instant(today - _WEEK), "end": _instant(today + _DAY)}
    return {**({KINDS["route"].id: route} if route is not None else {}), **span, "limit": 1, "offset": 0}


def _instant(moment: dt.datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
