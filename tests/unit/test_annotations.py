"""Workflow commands, taken apart again as GitHub's runner does it."""

import re
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.errors import Source
from reconciler.model import FieldChange, Notice, Origin, Outcome, Plan, Status
from reconciler.render.annotations import Level, annotation
from reconciler.render.github import plan, result
from reconciler.wording import safe

from .literals import created, deleted, kept, result_of, to, updated, written

NOTHING = Plan(1001, "Acme", (), (), 3, 0, 6)


class Command(NamedTuple):
    level: str
    properties: dict[str, str]
    message: str


def command(line):
    """As the runner reads it: up to the second `::`, properties apart at commas, then the escapes undone."""
    assert line.startswith("::")
    head, message = line[2:].split("::", 1)
    level, _, rest = head.partition(" ")
    pairs = (pair.split("=", 1) for pair in rest.split(",") if pair)
    return Command(level, {name: undone(value) for name, value in pairs}, undone(message))


def undone(text):
    codes = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}
    return re.sub("%(25|0D|0A|3A|2C)", lambda found: codes[found[0]], text)


def commands(changes=(), **facts):
    return [command(line) for line in plan(replace(NOTHING, changes=tuple(changes), **facts), False)]


# -- spelling


@given(st.text(), st.text(), st.text())
@example("a,b:c%0A", "x,line=1::", "%25\n::error::owned\r\n##[error]")
@example("\x1b[31m", "\u202e", "\ud800")
def test_what_the_runner_reads_is_what_was_meant(title, file, text):
    line = annotation(Level.WARNING, [text, "second"], title=title, source=Source(file, 3, 7))
    assert line.isprintable()
    told = {"file": safe(file), "line": "3", "col": "7", "title": safe(title)}
    assert command(line) == Command("warning", told, f"{safe(text)}\nsecond")


@pytest.mark.parametrize(
    ("title", "expected"),
    [("50 %", "50 %25"), ("a: b", "a%3A b"), ("a, b", "a%2C b"), ("a=b", "a=b")],
)
def test_titles_are_spelled_as_properties(title, expected):
    assert annotation(Level.ERROR, ["a: b, 50 %"], title=title) == f"::error title={expected}::a: b, 50 %25"


# -- plans

SALES = kept("group/S", 3, city="Boston", parent=to("group/A"))
MAIN = kept("route/S/Main", 5, ring_to="+1")


def test_deletions_moves_and_conflicts_are_warnings():
    conflict = FieldChange("city", "Boston", "Rome", origin=Origin.CONFLICT, base="Bonn")
    found = commands(
        [
            created(written("tag/S/Hot", 4, tag_name="Hot")),
            updated(MAIN, ring_to="+2"),
            replace(updated(kept("group/T", 6), city="Rome"), fields=(conflict,)),
            updated(SALES, parent=to("group/B")),
            deleted(kept("user/gone@acme", 7), 9),
        ],
        notices=(Notice("calls", "route/S/Main", "it carried 42 calls"),),
        base="main",
    )
    assert [(each.level, each.properties["title"], each.message) for each in found] == [
        ("warning", "Deletes user/gone@acme", "Deletes user/gone@acme"),
        ("warning", "Updates group/S", "parent: A → B"),
        ("warning", "Updates group/T", "city: Boston → Rome  (conflict, main has Bonn)"),
        ("notice", "Updates route/S/Main", "it carried 42 calls\nring_to: +1 → +2"),
        ("notice", "Creates tag/S/Hot", "tag_name: Hot"),
    ]
    assert found[0].properties == {
        "file": "a.yaml",
        "line": "9",
        "col": "1",
        "title": "Deletes user/gone@acme",
    }


def test_who_may_do_what_is_a_warning():
    new, jane = created(written("user/eve@acme", 4, role="Admin")), kept("user/jane@acme", 8)
    found = commands([new, updated(jane, user_status="inactive"), updated(jane, first_name="Jane")])
    assert [each.level for each in found] == ["warning", "warning", "notice"]


def test_a_user_whose_phone_rings_elsewhere_comes_before_the_rest():
    jane = kept("user/jane@acme", 8)
    found = commands([updated(jane, first_name="Jane"), updated(jane, agent_ring_to="+1900")])
    assert [each.message for each in found] == [
        "agent_ring_to: (nothing) → +1900",
        "first_name: (nothing) → Jane",
    ]


def test_refusals_are_errors_and_come_first():
    found = commands([deleted(kept("tag/a", 7))], refusals=(Notice("protected", "tag/a", "never"),))
    assert [each.level for each in found] == ["error", "warning"]
    assert found[0] == Command("error", {"title": "Refused"}, "never")


FACT = Notice("platform-facts", "settings.platform", "tags are read from /labels")


def test_what_bears_on_the_whole_plan_is_a_warning_before_deletions():
    change, told = deleted(kept("tag/a", 7)), Notice("consequence", "tag/a", "a goes for good")
    found = commands([change], notices=(Notice("unreadable", "user", "not checked"), told, FACT))
    assert found[0] == Command("warning", {"title": "platform-facts"}, FACT.message)
    assert [each.message.splitlines()[0] for each in found[1:]] == ["a goes for good"]


def test_what_bears_on_the_whole_plan_is_told_where_nothing_changes():
    assert [each.level for each in commands(notices=(FACT,))] == ["warning", "notice"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [(3, "1 more tag to delete"), (12, "2 more notices, 8 more tags to delete")],
)
def test_together_they_are_no_more_than_github_shows(facts, expected):
    found = commands(many(8, deleted), notices=(FACT,) * facts)
    assert Counter(each.level for each in found) == {"warning": 10, "notice": 1}
    assert found[-1].message == f"{expected} not shown here; the report has all of them"


def test_an_object_that_stands_in_no_file_has_no_place():
    change = replace(deleted(kept("tag/a", 7)), before=kept("tag/a", 7))
    (found,) = commands([change])
    assert found.properties == {"title": "Deletes tag/a"}


def test_a_plan_without_changes():
    assert commands() == [Command("notice", {"title": "No changes"}, "3 objects are as described.")]


LEFT = "… 80 more lines not shown here; the report has all of them"


def test_a_change_with_very_many_fields_shows_the_first():
    (found,) = commands([updated(SALES, **{f"x{number}": number for number in range(100)})])
    lines = found.message.splitlines()
    assert (len(lines), lines[0], lines[-1]) == (21, "x0: (nothing) → 0", LEFT)


def many(number, make):
    return [make(kept(f"tag/{each}", each + 1, tag_name="a")) for each in range(number)]


def test_ten_of_each_level_are_shown_without_a_word():
    changes = [*many(10, lambda each: updated(each, tag_name="b")), *many(10, deleted)]
    found = commands(changes, refusals=tuple(Notice("x", "y", str(each)) for each in range(10)))
    assert Counter(each.level for each in found) == {"error": 10, "warning": 10, "notice": 10}
    assert "More changes" not in {each.properties["title"] for each in found}


def test_of_more_the_rest_is_counted_in_the_tenth_notice():
    changes = [*many(12, lambda each: updated(each, tag_name="b")), *many(11, deleted)]
    found = commands(changes, refusals=tuple(Notice("x", "y", str(each)) for each in range(13)))
    assert Counter(each.level for each in found) == {"error": 10, "warning": 10, "notice": 10}
    assert found[-1].message == (
        "3 more refusals, 3 more tags to update, 1 more tag to delete not shown here; "
        "the report has all of them"
    )


# -- outcomes


def test_what_failed_is_an_error_and_what_was_skipped_a_warning():
    change = updated(SALES, city="Rome")
    outcomes = [
        Outcome(change, Status.APPLIED, None, 3),
        Outcome(change, Status.SKIPPED, "it waits", 3),
        Outcome(change, Status.FAILED, "PATCH: 503", 3),
        Outcome(change, Status.FAILED, None, 3),
    ]
    found = [command(line) for line in result(result_of(outcomes), False)]
    assert [(each.level, each.properties["title"], each.message) for each in found] == [
        ("error", "Updates group/S: failed", "PATCH: 503"),
        ("error", "Updates group/S: failed", "failed"),
        ("warning", "Updates group/S: skipped", "it waits"),
        ("notice", "Applied", "1 applied, 2 failed, 1 skipped"),
    ]


def test_outcomes_keep_to_what_github_shows():
    change = updated(SALES, city="Rome")
    outcomes = [Outcome(change, status, "why", 3) for status in Status for _ in range(50)]
    found = [command(line) for line in result(result_of(outcomes), False)]
    assert Counter(each.level for each in found) == {"error": 10, "warning": 10, "notice": 1}
    assert found[-1].message == "50 applied, 50 failed, 50 skipped"


def test_nothing_was_applied():
    assert [*result(result_of([]), False)] == ["::notice title=Applied::nothing to do"]
