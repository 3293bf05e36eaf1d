"""What the page of an apply is filled with: what went wrong first."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reconciler.model import Change, Outcome, Result, Status
from reconciler.render.endings import what_is_left
from reconciler.render.html.cards import Around, card
from reconciler.render.html.facets import OPEN_AT_MOST, Facet, facet, portions
from reconciler.render.html.plans import kinds_and_actions, numbered
from reconciler.render.tallies import done

_ORDER = (Status.FAILED, Status.SKIPPED, Status.APPLIED)
_STATUSES = tuple((each.value, each.value.capitalize()) for each in _ORDER)


def result_content(result: Result) -> Mapping[str, Any]:
    outcomes = result.outcomes
    listed = sorted(outcomes, key=lambda each: _ORDER.index(each.status))
    changes = [each.change for each in listed]
    around = Around(numbered(changes))
    counts = Counter(each.status for each in outcomes)
    return {
        "account": result.account,
        "name": result.account_name,
        "run": result.run,
        "tiles": [(each.value, counts[each]) for each in _ORDER],
        "sentence": f"{done(counts, _ORDER) or 'Nothing to do'}.",
        "is_whole": not counts[Status.FAILED] and not counts[Status.SKIPPED],
        "left": what_is_left(result),
        "stale": sum(each.is_stale for each in outcomes),
        "facets": tuple(_facets(listed, changes)),
        "cards": portions(card(each.change, around, each) for each in listed),
        "total": len(listed),
        "opened": len(listed) if len(listed) <= OPEN_AT_MOST else min(counts[Status.FAILED], OPEN_AT_MOST),
    }


def _facets(outcomes: Sequence[Outcome], changes: Sequence[Change]) -> Iterator[Facet]:
    yield facet("status", "Outcome", (each.status.value for each in outcomes), _STATUSES)
    yield from kinds_and_actions(changes)
