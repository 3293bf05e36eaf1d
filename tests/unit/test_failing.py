"""What stands above the reasons where nothing was applied: whether there is a plan is told rightly."""

import pytest

from reconciler.errors import ReconcilerError, RefusedError, StaleError
from reconciler.render import FORMATS

TITLES = [
    (ReconcilerError, False, "No plan could be made"),
    (RefusedError, False, "Refused: no plan was made"),
    (StaleError, False, "No plan could be made: the live state has moved"),
    (ReconcilerError, True, "The plan was not applied"),
    (RefusedError, True, "Refused: the plan was not applied"),
    (StaleError, True, "Not applied: the plan is out of date"),
]


def shown(format_, kind, is_planned):
    return "\n".join(FORMATS[format_].failure(kind("why"), is_planned))


@pytest.mark.parametrize(("kind", "is_planned", "expected"), TITLES)
def test_pages_are_headed_by_it(kind, is_planned, expected):
    page = shown("html", kind, is_planned)
    assert f"<title>{expected}</title>" in page
    assert f"<h1>{expected}</h1>" in page
    assert f" {expected}</h3>" in shown("markdown", kind, is_planned)


@pytest.mark.parametrize(("kind", "is_planned", "expected"), TITLES)
def test_annotations_are_headed_by_it(kind, is_planned, expected):
    assert shown("github", kind, is_planned) == f"::error title={expected.replace(':', '%3A')}::why"
