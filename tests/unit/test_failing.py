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


def shown(format_, kind, is_planned, is_drift=False):
    return "\n".join(FORMATS[format_].failure(kind("why"), is_planned, is_drift))


@pytest.mark.parametrize(("kind", "is_planned", "expected"), TITLES)
def test_pages_are_headed_by_it(kind, is_planned, expected):
    page = shown("html", kind, is_planned)
    assert f"<title>{expected}</title>" in page
    assert f"<h1>{expected}</h1>" in page
    assert f" {expected}</h3>" in shown("markdown", kind, is_planned)


@pytest.mark.parametrize(("kind", "is_planned", "expected"), TITLES)
def test_annotations_are_headed_by_it(kind, is_planned, expected):
    assert shown("github", kind, is_planned) == f"::error title={expected.replace(':', '%3A')}::why"


@pytest.mark.parametrize(("is_drift", "expected"), [(False, "plan"), (True, "drift")])
def test_the_first_line_of_markdown_says_what_it_is_of(is_drift, expected):
    page = shown("markdown", ReconcilerError, is_planned=False, is_drift=is_drift)
    assert page.startswith(f"<!-- reconciler {expected} -->\n")
