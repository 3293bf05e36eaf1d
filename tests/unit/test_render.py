"""Plans and outcomes as people and programs get to see them."""

import json
import re
import unicodedata
from dataclasses import replace

import pytest

from reconciler.model import Ending, EntryChange, FieldChange, Notice, Origin, Outcome, Plan, Status
from reconciler.plans.planfile import document
from reconciler.render import FORMATS
from reconciler.render.endings import what_is_left
from reconciler.render.sides import called, shown
from reconciler.wording import safe

from .literals import created, deleted, kept, result_of, to, updated, written

SALES = written("group/S", 3, org_unit_name="Sales", parent=to("group/ROOT"))
ROUTE = updated(kept("route/S/Main", 8, ring_to="+1"), ring_to=None)
ENTRIES = (
    EntryChange("[+1].percentage", 60, 50),
    EntryChange("[+2]", None, {"ring_to": "+2", "percentage": 50}),
)
SHARES = FieldChange("destinations", (), (), ENTRIES)
PLAN = Plan(
    account=1001,
    account_name="Acme",
    changes=(
        created(SALES),
        replace(ROUTE, fields=(*ROUTE.fields, SHARES)),
        created(written("tag/S/Hot", 4, tag_name="Hot")),
        deleted(kept("user/gone@acme", 7), 9),
    ),
    notices=(
        Notice("unreadable", "user.timezone", "user.timezone is not shown"),
        Notice("unmanaged", "tag/S/Old", "it stays"),
        Notice("unmanaged", "tag/S/Older", "it stays"),
    ),
    unchanged=10,
    unmanaged=2,
    reads=1,
)
TEXT = """\
Acme (account 1001)

Groups
  + group/S  a.yaml:3:1
      org_unit_name: Sales
      parent: ROOT

Users
  - user/gone@acme  a.yaml:9:1

Tags
  + tag/S/Hot  a.yaml:4:1
      tag_name: Hot

Routes
  ~ route/S/Main  a.yaml:1:1
      ring_to: +1 → (nothing)
      destinations[+1].percentage: 60 → 50
      destinations[+2]: (nothing) → {ring_to: +2, percentage: 50}

  ! user.timezone is not shown  [unreadable]

Plan: 2 to create, 1 to update, 1 to delete; 10 unchanged.
Not in these files, left as they are: tag/S/Old, tag/S/Older.
Applying takes 4 requests; planning took 1 request."""


def text(plan, *, colour=False):
    return "\n".join(FORMATS["text"].plan(plan, colour))


def test_a_plan_as_text():
    assert text(PLAN) == TEXT


def uncoloured(coloured):
    return re.sub(r"\x1b\[[0-9;]*m", "", coloured)


def test_colours_only_where_they_are_asked_for():
    coloured = text(PLAN, colour=True)
    assert uncoloured(coloured) == TEXT
    assert "\x1b[32m  + group/S\x1b[0m" in coloured
    assert "\x1b" not in TEXT


NOTHING = Plan(1001, "Acme", (), (), 3, 0, 6)


def test_a_plan_without_changes():
    lines = text(NOTHING).splitlines()
    assert lines[0] == "Acme (account 1001)"
    assert lines[-1].startswith("No changes. 3 objects are ")


def test_a_field_that_is_never_shown_has_no_former_value():
    change = updated(kept("user/a@b", 7), timezone="UTC")
    unseen = replace(change, fields=(change.fields[0]._replace(unseen=True),))
    assert "      timezone: (not shown) → UTC" in text(replace(NOTHING, changes=(unseen,))).splitlines()


def test_text_and_a_number_are_told_apart():
    change = updated(kept("tag/a", 7, size="1"), size=1)
    assert '      size: "1" → 1' in text(replace(NOTHING, changes=(change,))).splitlines()


@pytest.mark.parametrize("format_", sorted(FORMATS.keys() - {"json"}))
@pytest.mark.parametrize("length", [130, 420, 20_000])
def test_long_texts_are_shown_where_they_differ(format_, length):
    start = f"https://hooks.acme.example/{'a' * length}"
    change = updated(kept("tag/a", 7, webhook=f"{start}?to=acme"), webhook=f"{start}?to=evil.example")
    found = "\n".join(FORMATS[format_].plan(replace(NOTHING, changes=(change,)), False))
    assert "aaa?to=acme" in found
    assert "aaa?to=evil.example" in found


def test_a_rename_to_what_looks_the_same_is_seen():
    change = updated(kept("tag/a", 7, tag_name="Sales"), tag_name="Sales\ufe0f")
    assert r'      tag_name: Sales → "Sales\ufe0f"' in text(replace(NOTHING, changes=(change,))).splitlines()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("job_title", "job_title"),
        ("destinations[+14255550134].percentage", "destinations[+14255550134].percentage"),
        ("city: Boston → Rome\n+ role", r'"city: Boston → Rome\n+ role"'),
        ("", '""'),
    ],
)
def test_what_is_no_name_is_quoted(name, expected):
    assert called(name) == expected


def test_only_a_few_of_the_unmanaged_are_named():
    notices = tuple(Notice("unmanaged", f"tag/{number}", "it stays") for number in range(8))
    found = text(replace(NOTHING, notices=notices)).splitlines()
    named = "Not in these files, left as they are: tag/0, tag/1, tag/2, tag/3, tag/4 and 3 more"
    assert found[-1] == f"{named} (drift --unmanaged lists them)."


def test_all_of_the_unmanaged_are_named_where_they_were_asked_for():
    notices = tuple(Notice("unmanaged", f"tag/{number}", "it stays") for number in range(8))
    found = text(replace(NOTHING, notices=notices, has_strangers=True)).splitlines()
    assert found[-9:] == ["Not in these files, left as they are:", *(f"  tag/{each}" for each in range(8))]
    assert text(replace(NOTHING, has_strangers=True)) == text(NOTHING)


def test_what_is_grave_is_said_first():
    codes = ("already-gone", "no-key", "own-access", "unreadable", "calls", "platform-facts", "undo")
    found = text(replace(NOTHING, notices=tuple(Notice(code, "tag/A", "it is") for code in codes)))
    told = ["platform-facts", "own-access", "calls", "undo", "no-key", "already-gone", "unreadable"]
    assert re.findall(r"! it is  \[(.*)\]", found) == told


@pytest.mark.parametrize("code", ["protected", "replaced", "nothing-renamed"])
def test_only_the_first_of_many_notices_that_are_alike_are_said(code):
    many = tuple(Notice(code, f"tag/{number}", f"number {number}") for number in range(63))
    lines = text(replace(NOTHING, notices=many)).splitlines()
    assert lines[2:14] == [
        *(f"  ! number {number}  [{code}]" for number in range(10)),
        f"    … and 53 more  [{code}]; plan --format json has all of them",
        "",
    ]
    assert "more" not in text(replace(NOTHING, notices=many[:10]))


@pytest.mark.parametrize("code", ["conflict", "consequence", "undo"])
def test_all_that_is_grave_is_said(code):
    many = tuple(Notice(code, f"tag/{number}", f"number {number}") for number in range(63))
    found = text(replace(NOTHING, notices=many))
    assert (found.count(f"[{code}]"), "more" in found) == (63, False)


def test_an_object_that_stands_in_no_file():
    change = replace(deleted(kept("tag/a", 7)), before=kept("tag/a", 7))
    assert "  - tag/a" in text(replace(NOTHING, changes=(change,))).splitlines()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "(nothing)"),
        ("Sales", "Sales"),
        ("", '""'),
        (" Sales", '" Sales"'),
        ("(nothing)", '"(nothing)"'),
        ("[a]", '"[a]"'),
        ("a → b", '"a → b"'),
        ("Größe", "Größe"),
        (True, "true"),
        (10, "10"),
        (to("group/Acme/Sales"), "Acme/Sales"),
        ((to("tag/A"), 7), "[A, 7]"),
        (({"ring_to": "+1", "percentage": 60},), "[{ring_to: +1, percentage: 60}]"),
        ({}, "{}"),
        (["", None], '["", null]'),
    ],
)
def test_values_on_one_line(value, expected):
    assert shown(value) == expected


def test_a_very_long_value_stays_on_its_line():
    change = updated(kept("tag/a", 7, note="short"), note="x" * 100_000)
    lines = text(replace(NOTHING, changes=(change,))).splitlines()
    assert sum("xxx" in line for line in lines) == 1


# -- what a terminal would act on

EVIL = {
    "escape": "\x1b[31mred\x1b[0m",
    "title": "\x1b]0;owned\x07",
    "one character": "\x9b31m",
    "new line": "a\nPlan: 0 to delete",
    "return": "safe\rother",
    "backspace": "a\b\b",
    "delete": "a\x7f",
    "separator": "a\u2028b\u2029c\x85d",
    "override": "a\u202egnp.exe",
    "isolate": "a\u2066b\u2069",
    "mark": "a\u200eb\u200f",
    "invisible": "a\u200bb\ufeff",
    "tag": "a\U000e0041b",
    "surrogate": "a\ud800b",
    "null": "a\0b",
}


def raw(lines):
    """Characters that act on a terminal, or that nobody can see."""
    return {
        each
        for line in lines
        for each in line
        if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"}
    }


@pytest.fixture(params=EVIL.values(), ids=list(EVIL))
def evil(request):
    return request.param


def with_evil(evil):
    before = kept(f"tag/{evil}", 7, **{"tag_name": evil, evil: evil, "of": {evil: evil}})
    move = updated(before, **{evil: "x", "tag_name": f"new {evil}"})
    entries = (EntryChange(f"[{evil}]", evil, {"a": [evil, {evil: to(f"tag/{evil}")}]}),)
    nested = replace(move, fields=(FieldChange("destinations", (), (), entries),))
    place = written(f"tag/{evil}", tag_name=evil)
    file = replace(place, source=place.place()._replace(file=evil))
    notices = (Notice("x", evil, evil), Notice("unmanaged", f"tag/{evil}", evil))
    return Plan(1, evil, (move, nested, created(file), deleted(before)), notices, 0, 1, 1)


def test_a_plan_holds_nothing_that_acts_on_a_terminal(evil):
    assert raw(FORMATS["text"].plan(with_evil(evil), False)) == set()
    assert "\x1b[31mred" not in text(with_evil(evil), colour=True)


def test_outcomes_hold_nothing_that_acts_on_a_terminal(evil):
    (change, *_) = with_evil(evil).changes
    outcomes = [Outcome(change, status, evil, 7) for status in Status]
    assert raw(FORMATS["text"].result(result_of(outcomes), False)) == set()


def test_json_keeps_to_its_lines(evil):
    plan = with_evil(evil)
    lines = list(FORMATS["json"].plan(plan, False))
    assert json.loads("".join(lines)) == document(plan)
    assert raw(line.replace("\n", "") for line in lines) & set(map(chr, range(32))) == set()


@pytest.mark.parametrize(
    ("dangerous", "escaped"),
    [
        ("a\nb", r"a\nb"),
        ("\x1b[0m", r"\x1b[0m"),
        ("\u202e", r"\u202e"),
        ("\U000e0041", r"\U000e0041"),
        ("ä b", "ä b"),
        ("Sales\ufe0f", r"Sales\ufe0f"),
        ("\u3164\u2800\uffa0", r"\u3164\u2800\uffa0"),
        ("\u034f\u115f\u1160\u17b4\u17b5", r"\u034f\u115f\u1160\u17b4\u17b5"),
        ("\U000e0100\U000e01ef", r"\U000e0100\U000e01ef"),
    ],
)
def test_escapes(dangerous, escaped):
    assert safe(dangerous) == escaped


# -- json


def test_a_plan_as_json():
    small = replace(NOTHING, changes=(created(written("tag/S/Hot", 4, tag_name="Größe")),))
    digest = document(small)["digest"]
    assert "\n".join(FORMATS["json"].plan(small, True)) == (
        f"""\
{{
  "format_version": "1",
  "account": 1001,
  "digest": "{digest}",
  "summary": {{
    "create": 1,
    "update": 0,
    "delete": 0,
    "unchanged": 3,
    "unmanaged": 0
  }},
  "changes": [
    {{
      "action": "create",
      "address": "tag/S/Hot",
      "kind": "tag",
      "id": null,
      "source": "a.yaml:4:1",
      "fields": [
        {{
          "name": "tag_name",
          "old": null,
          "new": "Größe"
        }}
      ],
      "request": {{
        "method": "POST",
        "path": "/tag",
        "body": null
      }},
      "waits_for": []
    }}
  ],
  "notices": [],
  "requests": {{
    "read": 6,
    "write": 1
  }}
}}"""
    )


# -- after an apply

CREATED, UPDATED, _, DELETED = PLAN.changes


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([], ["", "Done: nothing to do."]),
        (
            [
                Outcome(CREATED, Status.APPLIED, None, 301),
                Outcome(UPDATED, Status.APPLIED, None, 8),
                Outcome(DELETED, Status.APPLIED, None, 7),
            ],
            [
                "✓ group/S created (id 301)",
                "✓ route/S/Main updated",
                "✓ user/gone@acme deleted",
                "",
                "Done: 3 applied.",
            ],
        ),
        (
            [
                Outcome(CREATED, Status.FAILED, "POST /groups: 503 down"),
                Outcome(UPDATED, Status.SKIPPED, "waits for group/S, which failed", 8),
            ],
            [
                "✗ group/S failed: POST /groups: 503 down",
                "· route/S/Main skipped: waits for group/S, which failed",
                "",
                "Done: 1 failed, 1 skipped.",
                (
                    "What failed or was skipped is not done, as far as is known; "
                    "mend it and apply, or undo, again."
                ),
            ],
        ),
    ],
    ids=["nothing", "all applied", "in part"],
)
def test_outcomes_as_text(outcomes, expected):
    assert list(FORMATS["text"].result(result_of(outcomes), False)) == expected
    assert [uncoloured(line) for line in FORMATS["text"].result(result_of(outcomes), True)] == expected


INTERRUPTED = [
    Outcome(CREATED, Status.APPLIED, None, 301),
    Outcome(UPDATED, Status.SKIPPED, "interrupted before it was sent", 8),
]
FAILED = Outcome(DELETED, Status.FAILED, "DELETE /users/7: 400 no", 7)


@pytest.mark.parametrize(
    ("outcomes", "counts", "known"),
    [
        (INTERRUPTED, "1 applied, 1 skipped", ""),
        (
            [*INTERRUPTED, FAILED],
            "1 applied, 1 failed, 1 skipped",
            "What failed is not done, as far as is known. ",
        ),
    ],
)
def test_outcomes_of_a_run_that_was_interrupted(outcomes, counts, known):
    result = result_of(outcomes)._replace(ending=Ending.INTERRUPTED)
    left = f"{known}What is done is done: apply, or undo, again does what is left."
    assert [*FORMATS["text"].result(result, False)][-2:] == [f"Interrupted: {counts}.", left]
    for name in ("markdown", "html"):
        assert left in "\n".join(FORMATS[name].result(result, False))


NOT_DONE = "failed or was skipped is not done, as far as is known; mend it and apply, or undo, again."
NAMELESS = Outcome(CREATED, Status.FAILED, "POST /groups: it was done, but …", is_open=True)


@pytest.mark.parametrize(
    ("outcomes", "ending", "left"),
    [
        (
            [NAMELESS],
            None,
            "Of what failed, 1 was done all the same, or may be: the next plan will tell.",
        ),
        (
            [NAMELESS, NAMELESS, FAILED],
            None,
            (
                "Of what failed, 2 were done all the same, or may be: the next plan will tell. "
                f"What else {NOT_DONE}"
            ),
        ),
        (
            [NAMELESS, INTERRUPTED[1]],
            Ending.INTERRUPTED,
            (
                "Of what failed, 1 was done all the same, or may be: the next plan will tell. "
                "What is done is done: apply, or undo, again does what is left."
            ),
        ),
        (
            [NAMELESS, FAILED],
            Ending.INTERRUPTED,
            (
                "Of what failed, 1 was done all the same, or may be: the next plan will tell. "
                "What else failed is not done, as far as is known. "
                "What is done is done: apply, or undo, again does what is left."
            ),
        ),
        ([Outcome(CREATED, Status.APPLIED, None, 301, is_open=True)], None, ""),
    ],
)
def test_what_failed_and_is_done_all_the_same(outcomes, ending, left):
    assert what_is_left(result_of(outcomes)._replace(ending=ending)) == left


def test_outcomes_of_a_run_whose_credentials_ended():
    result = result_of([FAILED, INTERRUPTED[1]])._replace(ending=Ending.SIGNED_OUT)
    *_, counts, left = FORMATS["text"].result(result, False)
    assert counts == "The credentials are not valid any more: 1 failed, 1 skipped."
    assert left == (
        "What failed is not done, as far as is known. "
        "Where CONVIRZA_TOKEN or CONVIRZA_PASSWORD is set, set it anew, else run `reconciler login`; "
        "then apply, or undo, again: what is done is done."
    )


def test_outcomes_as_json():
    outcome = Outcome(CREATED, Status.APPLIED, None, 301)
    assert json.loads("\n".join(FORMATS["json"].result(result_of([outcome]), True))) == {
        "format_version": "1",
        "summary": {"applied": 1, "failed": 0, "skipped": 0},
        "outcomes": [
            {"address": "group/S", "action": "create", "status": "applied", "reason": None, "id": 301},
        ],
    }


# -- whose change it is


def told(origin, base=None, **facts):
    change = updated(kept("group/S", 7, city="Boston"), city="New York")
    field = change.fields[0]._replace(origin=origin, base=base, **facts)
    return replace(NOTHING, changes=(replace(change, fields=(field,)),), base="main")


@pytest.mark.parametrize(
    ("origin", "base", "expected"),
    [
        (Origin.EDIT, "Boston", "(edit)"),
        (Origin.DRIFT, "New York", "(drift)"),
        (Origin.CONFLICT, "Chicago", "(conflict, main has Chicago)"),
        (Origin.CONFLICT, None, "(conflict, main has (nothing))"),
    ],
)
def test_the_origin_stands_behind_a_field(origin, base, expected):
    assert f"      city: Boston → New York  {expected}" in text(told(origin, base)).splitlines()


def test_drift_and_conflict_have_colours():
    assert "\x1b[33m(drift)\x1b[0m" in text(told(Origin.DRIFT), colour=True)
    assert "\x1b[31m(conflict, main has Chicago)\x1b[0m" in text(
        told(Origin.CONFLICT, "Chicago"), colour=True
    )
    assert "\x1b[2m(edit)\x1b[0m" in text(told(Origin.EDIT), colour=True)


def test_what_the_base_has_is_said_once_for_all_entries():
    lines = text(told(Origin.CONFLICT, ("+1",), name="destinations", entries=ENTRIES)).splitlines()
    assert lines[4:6] == [
        "      destinations[+1].percentage: 60 → 50  (conflict, main has [+1])",
        "      destinations[+2]: (nothing) → {ring_to: +2, percentage: 50}  (conflict)",
    ]


def test_objects_that_come_and_go_have_origins_too():
    new, old = created(written("tag/S/Hot", 4, tag_name="Hot")), deleted(kept("tag/S/Old", 7))
    changes = (
        replace(new, fields=(new.fields[0]._replace(origin=Origin.EDIT),)),
        replace(old, fields=(FieldChange("tag_name", "Old", None, origin=Origin.DRIFT),)),
    )
    lines = text(replace(NOTHING, changes=changes, base="main")).splitlines()
    assert "      tag_name: Hot  (edit)" in lines
    assert "      tag_name: Old  (drift)" in lines


def test_a_value_cannot_pass_for_an_origin():
    change = updated(kept("group/S", 7, city="Boston"), city="Rome  (edit)")
    assert '      city: Boston → "Rome  (edit)"' in text(replace(NOTHING, changes=(change,))).splitlines()


E, D, C = Origin.EDIT, Origin.DRIFT, Origin.CONFLICT


@pytest.mark.parametrize(
    ("origins", "expected"),
    [
        (
            [E, E, E, D, D, C],
            "Since main: 3 fields edited here, 2 drifted on the platform, 1 both (conflict).",
        ),
        ([E], "Since main: 1 field edited here."),
        ([D, D, C], "Since main: 2 fields drifted on the platform, 1 both (conflict)."),
        ([C, C], "Since main: 2 fields changed both here and on the platform (conflict)."),
    ],
)
def test_origins_are_counted(origins, expected):
    fields = tuple(FieldChange(f"x{number}", 1, 2, origin=each) for number, each in enumerate(origins))
    change = replace(updated(kept("group/S", 7)), fields=fields)
    assert expected in text(replace(NOTHING, changes=(change,), base="main")).splitlines()


def test_nothing_is_said_of_a_base_from_which_nothing_differs():
    assert text(replace(NOTHING, base="main")) == text(NOTHING)


def test_hostile_revisions_and_bases_are_shown_safely(evil):
    plan = replace(told(Origin.CONFLICT, evil), base=evil)
    assert raw(FORMATS["text"].plan(plan, False)) == set()
