"""However large a plan is: what has a limit keeps to it, what is left out is counted, and work is linear."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reconciler.model import FieldChange, Notice, Origin, Outcome, Plan, Status
from reconciler.render import FORMATS, github, markdown
from tests.unit.literals import created, deleted, kept, result_of, to, updated, written

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

GITHUB_TAKES = 65_536
COUNTS = st.sampled_from([0, 0, 1, 3, 11, 120, 1500])
TEXTS = st.builds(
    lambda text, times: text * times,
    st.sampled_from(["x", "<", "`", "😀", "\u202e", "\U000e0041", "a b ", "→"]),
    st.sampled_from([1, 30, 399, 401, 100_000]),
)
LONG = 450  # of a name; values and messages may be longer
HEAD = re.compile(r"(?:\+|-|@@) (?:group|user|tag|route)/")

scaled = settings(max_examples=30, suppress_health_check=list(HealthCheck))


def deletion(number, text):
    return replace(deleted(kept(f"user/{number}{text[:LONG]}", 1)), fields=(FieldChange(text, text, None),))


def move(number, text):
    return updated(kept(f"group/{number}{text[:LONG]}", 1, parent=to("group/A")), parent=text)


def conflict(number, text):
    field = FieldChange(text, text, [text] * 3, origin=Origin.CONFLICT, base={text: text})
    return replace(updated(kept(f"tag/{number}{text[:LONG]}", 1)), fields=(field,))


def rerouting(number, text):
    return updated(kept(f"route/{number}{text[:LONG]}", 1, ring_to="+1"), ring_to=text)


def update(number, text):
    return updated(
        kept(f"route/x{number}{text[:LONG]}", 1), **{f"{text[:LONG]}{each}": text for each in range(3)}
    )


def creation(number, text):
    return created(written(f"tag/x{number}{text[:LONG]}", tag_name=text))


SORTS = (deletion, move, conflict, rerouting, update, creation)


@st.composite
def plans(draw):
    """Few or many changes of each sort, with short or huge names, values and notices."""
    changes = []
    for make in SORTS:
        count, text = draw(COUNTS), draw(TEXTS)
        changes += [make(number, text) for number in range(count)]
    addresses = [str(each.address) for each in changes] or ["plan"]
    said, message = draw(COUNTS), draw(TEXTS)
    notices = [Notice("consequence", addresses[each % len(addresses)], message) for each in range(said)]
    strangers = [
        Notice("unmanaged", f"tag/{message[:LONG]}{each}", "it stays") for each in range(draw(COUNTS))
    ]
    refusals = [Notice("protected", "x", message)] * draw(COUNTS)
    return Plan(
        1001,
        draw(TEXTS),
        tuple(changes),
        (*notices, *strangers),
        0,
        len(strangers),
        1,
        tuple(refusals),
        base=draw(st.none() | TEXTS),
    )


def page(lines):
    return "".join(f"{line}\n" for line in lines)


def left_out(text, nouns):
    found = re.search(rf"([0-9,]+) more {nouns}", text.splitlines()[-1])
    return int(found[1].replace(",", "")) if found else 0


@scaled
@given(plans())
def test_markdown_fits_into_a_comment_and_counts_what_does_not(plan):
    text = page(markdown.plan(plan, False))
    assert len(text.encode()) <= GITHUB_TAKES
    heads = sum(HEAD.match(line) is not None for line in text.splitlines())
    assert heads + left_out(text, "changes?") == len(plan.changes)
    said = sum(line.startswith("<li>") for line in text.splitlines())
    assert said + left_out(text, "notices?") == len(plan.notices) + len(plan.refusals)


@scaled
@given(plans())
def test_what_was_left_out_is_told_by_kind_and_action(plan):
    text = page(markdown.plan(plan, False))
    counts = Counter(re.findall(r"^(?:\+|-|@@) (group|user|tag|route)/", text, re.MULTILINE))
    for count, kind in re.findall(r"([0-9,]+) (group|user|tag|route)s? to [a-z]+[,;]", text.splitlines()[-1]):
        counts[kind] += int(count.replace(",", ""))
    assert counts == Counter(change.kind for change in plan.changes)


@scaled
@given(plans())
def test_annotations_are_no_more_than_github_shows_and_count_the_rest(plan):
    lines = list(github.plan(plan, False))
    levels = Counter(line.split(" ", 1)[0] for line in lines)
    assert max(levels.values()) <= 10
    shown = sum(re.search("title=(Creates|Updates|Deletes) ", line) is not None for line in lines)
    more = re.findall(r"([0-9,]+) more (?:group|user|tag|route)", lines[-1]) if "More" in lines[-1] else []
    assert shown + sum(int(count.replace(",", "")) for count in more) == len(plan.changes)


@scaled
@given(plans(), st.integers(1, 200))
def test_two_hundred_deletions_are_all_named(plan, count):
    gone = [deleted(kept(f"user/somebody.{each}@company.example", 1), each) for each in range(count)]
    others = [change for change in plan.changes if change.after]
    text = page(markdown.plan(replace(plan, changes=(*others, *gone)), False))
    assert all(f"- {change.address} " in text for change in gone)


@scaled
@given(plans(), st.lists(st.sampled_from(Status), min_size=3, max_size=3), TEXTS)
def test_a_result_fits_too(plan, statuses, reason):
    outcomes = [
        Outcome(change, statuses[number % 3], reason, 7) for number, change in enumerate(plan.changes)
    ]
    text = page(markdown.result(result_of(outcomes), False))
    assert len(text.encode()) <= GITHUB_TAKES
    rows = sum(line.startswith(("<li>", "<tr><td>")) for line in text.splitlines())
    assert rows + left_out(text, "outcomes?") == len(outcomes)


def of_size(count):
    changes = [make(number, "some text") for number in range(count) for make in SORTS]
    notices = [Notice("consequence", str(change.address), "it means something") for change in changes]
    return Plan(1001, "Acme", tuple(changes), tuple(notices), 0, 0, 1)


@pytest.mark.parametrize("name", FORMATS)
def test_twice_the_plan_is_at_most_twice_the_output(name):
    small, large = (list(FORMATS[name].plan(of_size(count), False)) for count in (400, 800))
    assert len(large) <= 2 * len(small) + 1
    assert len(page(large)) <= 2.1 * len(page(small))
