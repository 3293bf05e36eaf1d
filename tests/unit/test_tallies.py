"""How much a plan does and how much of it was done, in the same words and numbers everywhere."""

from collections import Counter
from dataclasses import replace

import pytest

from reconciler.model import Action, Outcome, Status
from reconciler.render import FORMATS
from reconciler.render.tallies import differing, done, to_do

from .literals import created, deleted, kept, planned, result_of, written

MANY = tuple(created(written(f"tag/{number}")) for number in range(1200))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, ""),
        ({Action.DELETE: 1}, "1 to delete"),
        ({Action.DELETE: 1, Action.CREATE: 1200}, "1,200 to create, 1 to delete"),
        (Counter([Action.UPDATE]), "1 to update"),
    ],
)
def test_what_is_to_be_done(counts, expected):
    assert to_do(counts) == expected


def test_what_is_to_be_done_may_be_painted():
    told = to_do({Action.CREATE: 2, Action.DELETE: 1}, lambda text, action: f"{action.value}{text}")
    assert told == "+2 to create, -1 to delete"


def test_what_was_done():
    counts = {Status.APPLIED: 1200, Status.FAILED: 1}
    assert done({}) == ""
    assert done(counts) == "1,200 applied, 1 failed"
    assert done(counts, (Status.FAILED, Status.APPLIED)) == "1 failed, 1,200 applied"


@pytest.mark.parametrize(
    ("changes", "has_strangers", "expected"),
    [
        ((), False, ""),
        (MANY[:1], False, "1 object differs from these files"),
        (MANY, True, "1,200 objects differ from these files, 3 are in no file"),
        ((), True, "3 objects are in no file"),
    ],
)
def test_what_differs(changes, has_strangers, expected):
    plan = replace(planned(*changes), unmanaged=3, has_strangers=has_strangers)
    assert differing(plan) == expected


@pytest.mark.parametrize("format_", ["text", "markdown", "html", "github"])
@pytest.mark.parametrize(("strangers", "is_told"), [(0, True), (3, False)])
def test_no_changes_is_not_said_where_there_is_drift(format_, strangers, is_told):
    plan = replace(planned(), unchanged=1, unmanaged=strangers, is_drift=True, has_strangers=True)
    text = "\n".join(FORMATS[format_].plan(plan, False))
    assert "1 object is as described." in text
    assert ("No changes" in text) is is_told


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_every_format_spells_the_numbers_of_a_plan_alike(format_):
    plan = replace(planned(*MANY, deleted(kept("user/a", 7))), unchanged=4321)
    text = "\n".join(FORMATS[format_].plan(plan, False)).replace("**", "")
    assert "1,200 to create, 1 to delete; 4,321 unchanged." in text
    assert "1200 to" not in text


@pytest.mark.parametrize("format_", ["text", "markdown", "html", "github"])
def test_every_format_spells_the_numbers_of_a_result_alike(format_):
    outcomes = [Outcome(change, Status.APPLIED) for change in MANY]
    assert "1,200 applied" in "\n".join(FORMATS[format_].result(result_of(outcomes), False))
