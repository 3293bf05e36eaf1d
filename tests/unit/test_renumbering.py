from pathlib import Path
from typing import Any

import pytest

from reconciler.runs.journal import Run, Write
from reconciler.runs.renumbering import new_ids
from reconciler.runs.settling import Settler

from .literals import kept, live, to

HOT: dict[str, Any] = {"kind": "tag", "address": "tag/S/Hot", "fields": [], "before": None}


def run(name, action, number, *, undoes=None, event="outcome"):
    """One that did this with a tag, and nothing else."""
    intent = {**HOT, "action": action, "id": None if action == "create" else number}
    outcome = {"event": event, "status": "applied", "id": number, "time": "2026-04-01T10:15:00Z"}
    return Run(Path(f"{name}.jsonl"), {"undoes": undoes}, (Write(intent, outcome, 2),), {})


def found(*runs, there):
    tag = kept("tag/S/Hot", there, tag_name="Hot", group=to("group/ROOT"))
    return new_ids(runs, Settler(live(tag)))


GONE, BACK = run("A", "delete", 3), run("B", "create", 4, undoes="A")


@pytest.mark.parametrize(
    ("runs", "there", "expected"),
    [
        ([GONE], 3, {}),
        ([GONE, BACK], 4, {("tag", 3): 4}),
        ([GONE, BACK], 5, {}),
        ([GONE, run("B", "create", 4)], 4, {}),
        ([GONE, run("B", "create", 4, undoes="A", event="settled")], 4, {}),
        (
            [GONE, BACK, run("C", "delete", 4), run("D", "create", 5, undoes="C")],
            5,
            {("tag", 3): 5, ("tag", 4): 5},
        ),
        (
            [GONE, BACK, run("C", "delete", 4, undoes="B"), run("D", "create", 5, undoes="A")],
            5,
            {("tag", 3): 5},
        ),
    ],
    ids=[
        "not undone",
        "undone",
        "gone again",
        "created by another run",
        "perhaps created by somebody else",
        "deleted and undone twice",
        "undone twice",
    ],
)
def test_the_id_that_something_has_now(runs, there, expected):
    assert found(*runs, there=there) == expected
