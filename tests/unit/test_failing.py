"""What stands above the reasons where nothing was applied: whether there is a plan is told rightly."""

import pytest

from reconciler.errors import Attempt, ReconcilerError, RefusedError, StaleError
from reconciler.render import FORMATS

TITLES = [
    (ReconcilerError, Attempt.PLAN, "No plan could be made"),
    (RefusedError, Attempt.PLAN, "Refused: no plan was made"),
    (StaleError, Attempt.PLAN, "No plan could be made: the live state has moved"),
    (ReconcilerError, Attempt.APPLY, "The plan was not applied"),
    (RefusedError, Attempt.APPLY, "Refused: the plan was not applied"),
    (StaleError, Attempt.APPLY, "Not applied: the plan is out of date"),
]


def shown(format_, kind, attempt):
    return "\n".join(FORMATS[format_].failure(kind("why"), attempt))


@pytest.mark.parametrize(("kind", "attempt", "expected"), TITLES)
def test_pages_are_headed_by_it(kind, attempt, expected):
    page = shown("html", kind, attempt)
    assert f"<title>{expected}</title>" in page
    assert f"<h1>{expected}</h1>" in page
    assert f" {expected}</h3>" in shown("markdown", kind, attempt)


@pytest.mark.parametrize(("kind", "attempt", "expected"), TITLES)
def test_annotations_are_headed_by_it(kind, attempt, expected):
    assert shown("github", kind, attempt) == f"::error title={expected.replace(':', '%3A')}::why"


@pytest.mark.parametrize(
    ("attempt", "expected"), [(Attempt.PLAN, "plan"), (Attempt.DRIFT, "drift"), (Attempt.APPLY, "plan")]
)
def test_the_first_line_of_markdown_says_what_it_is_of(attempt, expected):
    page = shown("markdown", ReconcilerError, attempt)
    assert page.startswith(f"<!-- reconciler {expected} -->\n")
