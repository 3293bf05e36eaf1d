"""The call list, as far as it is needed to see how busy a route is."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from reconciler.sandbox.call import Call
from reconciler.sandbox.clock import instant, now
from reconciler.sandbox.errors import RefusedError
from reconciler.sandbox.listing import asked_unit, cut, integer, window
from reconciler.sandbox.store import Item

_SPAN = dt.timedelta(days=31)
_FIRST_YEAR, _LAST_YEAR = 1970, 9000
_WEEK = dt.timedelta(days=7)


def calls(call: Call) -> dict[str, Any]:
    """Newest first within a route; a route's calls are spread evenly over the last seven days."""
    query = call.request.query
    if not query.get("limit"):
        raise RefusedError(400, "limit is required")
    asked, unit, (start, end) = window(query, strict=True), asked_unit(call), _span(query)
    wanted = integer(query, "provisioned_route_id", 0)
    rows = [
        row
        for route in call.store.tables["route"].values()
        if wanted in (0, route.id) and call.store.within(unit, route.fields["org_unit_id"])
        for row in _carried(route, start, end)
    ]
    chosen, total = cut(list(range(len(rows))), asked, call.state.settings)
    return {"calls": [rows[number] for number in chosen], "total": total}


def _carried(route: Item, start: dt.datetime, end: dt.datetime) -> Iterator[dict[str, Any]]:
    count = route.fields.get("calls_last_7_days") or 0
    latest = now()
    for number in range(count):
        moment = latest - _WEEK * (number + 0.5) / count
        if start <= moment <= end:
            yield {
                "call_id": route.id * 1_000_000 + number,
                "provisioned_route_id": route.id,
                "org_unit_id": route.fields["org_unit_id"],
                "call_date": instant(moment),
            }


def _span(query: Any) -> tuple[dt.datetime, dt.datetime]:
    """A day as an end is meant with all its hours."""
    end = _moment("end", query["end"], dt.timedelta(days=1)) if query.get("end") else now()
    start = _moment("start", query["start"], dt.timedelta()) if query.get("start") else end - _SPAN
    if not dt.timedelta() <= end - start <= _SPAN:
        raise RefusedError(400, "start and end must be at most 31 days apart, in this order")
    return start, end


def _moment(name: str, text: str, day: dt.timedelta) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        raise RefusedError(400, f"{name} must be an ISO 8601 date or time") from None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise RefusedError(400, f"{name} is too far from today")
    whole_day = day if len(text) <= len("2026-01-01") else dt.timedelta()
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)) + whole_day
