"""What of a run's writes counts as not listed yet."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.api.rereading import Look
from reconciler.errors import IncompleteListError, PlatformError
from reconciler.kinds import GROUP, KINDS
from reconciler.objects.codec import encode
from reconciler.runs.journal import Run, Write
from reconciler.runs.lagging import READINGS, Done, read_until_shown, unseen
from reconciler.runs.records import intent

from .literals import ROOT, created, deleted, kept, live, to, updated, written

SALES = kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=ROOT.address, city="Boston")
JANE = kept("user/jane@acme", 7, username="jane@acme", group=to("group/S"), user_status="active")
HOT = kept("tag/S/Hot", 3, tag_name="Hot", group=to("group/S"))
IDS = {each.address: each.id for each in (ROOT, SALES, JANE, HOT)}
NEW = created(written("tag/S/Hot", tag_name="Hot", group=to("group/S")))
ROME = replace(SALES, fields={**SALES.fields, "city": "Rome"})
PARIS = replace(SALES, fields={**SALES.fields, "city": "Paris"})


def done(*changes, account=1001):
    """One run for each change, with the id that came of it; the latest first, as the journals are read."""
    return [_done(number, *change, account=account) for number, change in enumerate(changes)][::-1]


def _done(number, change, made, *, account):
    body = encode(KINDS[change.kind], {field.name: field.new for field in change.fields}, IDS)
    said = intent(KINDS[change.kind], change, change.request._replace(body=body), Look(), IDS)
    outcome = {"status": "applied", "id": made, "time": f"2026-04-01T10:15:{number:02}.5Z"}
    write = Write(json.loads(json.dumps(said, default=str)), outcome, 2)
    return Done(Run(Path(f"RUN{number}.jsonl"), {"account": account}, (write,), {}), write)


def missing(*changes, there):
    return [str(each.run.name) for each in unseen(live(*there), done(*changes), KINDS)]


@pytest.mark.parametrize(
    ("change", "there", "expected"),
    [
        ((NEW, 3), [SALES], ["RUN0"]),
        ((NEW, 3), [SALES, HOT], []),
        ((NEW, 3), [SALES, replace(HOT, fields={**HOT.fields, "tag_name": "HO"})], []),
        ((NEW, 999), [SALES, HOT], []),
        ((updated(SALES, city="Rome"), 2), [SALES], ["RUN0"]),
        ((updated(SALES, city="Rome"), 2), [ROME], []),
        ((updated(SALES, city="Rome"), 2), [PARIS], []),
        ((updated(SALES, city="Rome", zip="1"), 2), [ROME], []),
        ((updated(SALES, city="Rome"), 2), [], []),
        ((deleted(HOT), 3), [SALES, HOT], ["RUN0"]),
        ((deleted(HOT), 3), [SALES], []),
    ],
    ids=[
        *("not listed", "listed", "under another name", "with another id"),
        *("as before", "as written", "changed by somebody else", "in part", "deleted by somebody else"),
        *("deleted, but listed", "deleted"),
    ],
)
def test_one_write(change, there, expected):
    assert missing(change, there=there) == expected


@pytest.mark.parametrize(
    ("changes", "there", "expected"),
    [
        ([(NEW, 3), (deleted(HOT), 3)], [SALES], []),
        ([(NEW, 3), (updated(HOT, tag_name="Warm"), 3)], [SALES], ["RUN0"]),
        ([(NEW, 3), (updated(HOT, tag_name="Warm"), 3)], [SALES, HOT], ["RUN1"]),
        ([(updated(SALES, city="Rome"), 2), (updated(ROME, city="Boston"), 2)], [SALES], []),
        ([(updated(SALES, city="Rome"), 2), (updated(ROME, city="Boston"), 2)], [ROME], ["RUN1"]),
        ([(updated(SALES, city="Rome"), 2), (updated(ROME, city="Paris"), 2)], [SALES], ["RUN0"]),
        ([(updated(SALES, city="Rome"), 2), (updated(ROME, city="Paris"), 2)], [PARIS], []),
    ],
    ids=[
        *("created and deleted", "created and renamed, not listed", "created and renamed, as created"),
        *("back again", "not back again yet", "written twice, as at first", "written twice"),
    ],
)
def test_later_runs_win(changes, there, expected):
    assert missing(*changes, there=there) == expected


def test_what_is_inactive_may_be_left_out_for_good():
    jane = created(written("user/jane@acme", username="jane@acme", user_status="inactive"))
    assert missing((jane, 7), there=[SALES]) == []
    put_away = updated(JANE, user_status="inactive")
    assert missing((created(JANE), 7), (put_away, 7), there=[SALES]) == []
    assert missing((created(JANE), 7), there=[SALES]) == ["RUN0"]


def test_a_run_for_another_account():
    assert [*unseen(live(SALES), done((NEW, 3), account=1002), KINDS)] == []


def reading(*found):
    """Gives one state after another, and how long was waited."""
    left, pauses = list(found), list[int]()
    return lambda: left.pop(0), pauses


def as_written(kind, number):
    return encode(kind, (ROME if kind is GROUP else JANE).fields, IDS)


def test_it_is_read_until_it_is_shown():
    read, pauses = reading(live(SALES), live(SALES), live(SALES, HOT))
    found = read_until_shown(read, done((NEW, 3)), KINDS, as_written, pauses.append)
    assert (HOT.address in found.resources, pauses) == (True, [1, 2])


def test_what_can_be_asked_for_by_its_id_is_waited_for_longer():
    changes = done((created(JANE), 7), (NEW, 3))
    read, pauses = reading(*[live(SALES)] * (READINGS - 1), live(SALES, HOT, JANE))
    assert HOT.address in read_until_shown(read, changes, KINDS, as_written, pauses.append).resources
    assert pauses == [1, 2, 3, 4]


def test_what_only_lists_tell_counts_in_the_end():
    """Somebody may have deleted it."""
    read, pauses = reading(*[live(SALES)] * 3)
    read_until_shown(read, done((NEW, 3)), KINDS, as_written, pauses.append)
    assert pauses == [1, 2]


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ((created(JANE), 7), None),
        ((created(JANE), 7), {"email": "jane@acme", "status": "deleted"}),
        ((updated(SALES, city="Rome"), 2), {"org_unit_name": "Sales", "city": "Boston"}),
        ((updated(SALES, city="Rome"), 2), None),
        ((created(JANE), 7), {"email": "jane@acme", "status": "inactive"}),
        ((created(JANE), 7), {"ct_user_id": 7}),
    ],
    ids=[
        "gone",
        "says that it is deleted",
        "as before",
        "gone, but listed",
        "put away, so perhaps not listed",
        "says nothing",
    ],
)
def test_what_was_changed_back_counts_after_a_moment(change, row):
    """The object itself may be shown as late as its list."""
    read, pauses = reading(*[live(SALES)] * 3)
    read_until_shown(read, done(change), KINDS, lambda *_: row, pauses.append)
    assert pauses == [1, 2]


def test_where_details_lack_what_was_written_only_the_lists_tell():
    read, pauses = reading(*[live(SALES)] * 3)
    change = (updated(SALES, city="Rome"), 2)
    read_until_shown(read, done(change), KINDS, lambda *_: {"org_unit_name": "Sales"}, pauses.append)
    assert pauses == [1, 2]


def test_where_asking_fails_only_the_lists_tell():
    def failing(*_):
        raise PlatformError("GET /users/7: 503")

    read, pauses = reading(*[live(SALES)] * 3)
    read_until_shown(read, done((created(JANE), 7)), KINDS, failing, pauses.append)
    assert pauses == [1, 2]


def test_what_is_never_shown_is_named():
    read, pauses = reading(*[live(SALES)] * READINGS)
    users = [
        kept(f"user/{each}@a", each, username=f"{each}@a", group=to("group/S")) for each in range(10, 18)
    ]
    changes = [(created(each), each.id) for each in users]
    with pytest.raises(IncompleteListError) as caught:
        read_until_shown(read, done(*changes), KINDS, as_written, pauses.append)
    first, *lines, more, hint = caught.value.args
    assert (first.partition(";")[0], hint.partition(":")[0]) == (
        "the platform does not show yet what was written from here a moment ago",
        "should the lists never show it",
    )
    assert lines[0] == "run RUN7 created user/17@a (id 17) at 2026-04-01T10:15:07Z; it is not listed"
    assert (len(lines), more) == (5, "and 3 more writes")
    assert pauses == [1, 2, 3, 4]
