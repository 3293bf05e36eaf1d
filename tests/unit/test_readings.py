"""Lists that many ask for at once are read once for all who wait, and never from before they asked."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from reconciler.api.readings import FRESH
from reconciler.errors import PlatformError
from reconciler.kinds import TAG, USER
from reconciler.model import Request
from reconciler.runs.staleness import stale

from .literals import Shelf, again, created, kept, planned, to, updated, written

QUERY = {"org_unit_id": 2}
PATIENCE = 10


class Slow(Shelf):
    """Answers when it is told to; remembers when each reading began."""

    def __init__(self):
        super().__init__()
        self.began, self.free = [], threading.Event()

    def get(self, path, query=None):
        self.began.append(time.monotonic())
        assert self.free.wait(PATIENCE)
        return super().get(path, query)


def wait_until(is_so):
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_all_who_ask_while_a_list_is_read_share_the_next_reading():
    shelf = Slow()
    readings = again(shelf).lists
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(readings.reading, TAG, QUERY, time.monotonic())
        wait_until(lambda: shelf.began)
        asked = time.monotonic()
        others = [pool.submit(readings.reading, TAG, QUERY, asked) for _ in range(8)]
        shelf.free.set()
        rows = [each.result(PATIENCE) for each in (first, *others)]
    assert len(shelf.began) == 2
    assert shelf.began[1] >= asked
    assert [len(each.rows) for each in rows] == [1] * 9


def test_lists_of_different_places_do_not_wait_for_each_other():
    shelf = Slow()
    readings = again(shelf).lists
    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(readings.reading, TAG, {"org_unit_id": each}, 0.0) for each in (2, 3)]
        wait_until(lambda: len(shelf.began) == 2)
        shelf.free.set()
        assert [len(each.result(PATIENCE).rows) for each in found] == [1, 1]


def test_a_reading_that_failed_is_not_for_those_who_ask_later():
    class Down(Shelf):
        is_down = True

        def get(self, path, query=None):
            if self.is_down:
                raise PlatformError(f"GET {path}: 503")
            return super().get(path, query)

    shelf = Down()
    readings = again(shelf).lists
    with pytest.raises(PlatformError):
        readings.reading(TAG, QUERY, 0.0)
    shelf.is_down = False
    assert len(readings.reading(TAG, QUERY, time.monotonic()).rows) == 1


def test_those_who_wait_share_a_failure_too():
    """Each with its own attempts, one after the other, they would wait for minutes."""

    class Down(Slow):
        def get(self, path, query=None):
            super().get(path, query)
            raise PlatformError(f"GET {path}: 503")

    shelf = Down()
    readings = again(shelf).lists
    with ThreadPoolExecutor(9) as pool:
        found = [pool.submit(readings.reading, TAG, QUERY, time.monotonic())]
        wait_until(lambda: shelf.began)
        found += [pool.submit(readings.reading, TAG, QUERY, time.monotonic()) for _ in range(8)]
        shelf.free.set()
        errors = [str(each.exception(PATIENCE)) for each in found]
    assert errors == ["GET /tag: 503"] * 9
    assert len(shelf.began) == 2


def test_rows_are_looked_at_once_however_many_are_looked_for():
    rows = [{"tag_id": 100 + n, "tag_name": f"T{n}", "org_unit_id": 2} for n in range(50)]
    reading = again(Shelf(tags=rows)).lists.reading(TAG, QUERY, 0.0)
    assert (reading.by_key[2, "T7"], reading.by_id[107]["tag_name"]) == (107, "T7")
    assert reading.by_key is reading.by_key
    assert (reading.by_key.get((3, "T7")), reading.by_id.get(7)) == (None, None)


def test_of_doubles_the_first_is_found():
    rows = [{"tag_id": n, "tag_name": "T", "org_unit_id": 2} for n in (9, 7, 8)]
    reading = again(Shelf(tags=[*rows, {"tag_id": 1, "tag_name": "T", "org_unit_id": {}}])).lists
    assert reading.reading(TAG, {}, 0.0).by_key == {(2, "T"): 9, (None, "T"): 1}


def test_what_is_asked_for_by_name_is_read_once_for_all_who_can_share_it():
    shelf = Shelf()
    readings = again(shelf).lists
    for _ in range(2):
        readings.reading(USER, {"email": "jane@acme"}, 0.0)
    assert len(shelf.asked) == 1
    readings.reading(USER, {"email": "jane@acme"}, time.monotonic())
    assert len(shelf.asked) == 2


def new(number):
    change = created(written(f"tag/S/{number}", tag_name=f"{number}", group=to("group/S")))
    return replace(change, request=Request("POST", "/tag", {"tag_name": f"{number}", "org_unit_id": 2}))


WARMER = replace(
    updated(kept("tag/S/T0", 100, tag_name="T0", group=to("group/S")), tag_name="Warmer"),
    request=Request("PUT", "/tag/100", {"tag_name": "Warmer", "org_unit_id": 2}),
    referred_to={"group": 2},
)


def test_many_new_tags_of_one_group_take_one_reading_of_its_list():
    """Before anything is written; with a reading for each of them, pages would grow as the square."""
    shelf = Shelf()
    assert list(stale(again(shelf), planned(*map(new, range(50))))) == []
    assert [path for path, _ in shelf.asked].count("/tag") == 1


# -- one after the other


class Growing(Shelf):
    """So many tags, and one more with each that is created."""

    def __init__(self, number):
        self.rows = [{"tag_id": 100 + n, "tag_name": f"T{n}", "org_unit_id": 2} for n in range(number)]
        super().__init__(tags=self.rows)

    def create(self):
        number = len(self.rows)
        self.rows.append({"tag_id": 100 + number, "tag_name": f"N{number}", "org_unit_id": 2})


def looked(shelf, number, after):
    """How many requests it takes to look before each of so many creations."""
    taken = again(shelf)
    for each in range(number):
        change = new(each)
        assert not taken.last_look(change, change.request.body, after).reasons
        shelf.create()
    return len(shelf.asked)


def test_many_that_look_into_a_long_list_do_not_each_read_all_of_it():
    """The time that goes into reading stays a small part of the whole, whatever that is."""
    assert looked(Growing(5 * TAG.page_size), 200, after=0.0) < 100


def test_a_list_that_is_fresh_does_for_all_creations():
    assert looked(Growing(3), 20, after=0.0) == 1


def test_a_short_list_is_read_for_each_change_that_looks_into_it():
    shelf = Growing(3)
    taken = again(shelf)
    for _ in range(20):
        assert not taken.last_look(WARMER, WARMER.request.body, 0.0).reasons
    assert len(shelf.asked) == 2 * 20  # for the tag, and for its new name


def test_a_name_that_was_set_free_meanwhile_makes_a_list_old():
    taken, change = again(Growing(2 * TAG.page_size)), new(1)
    taken.last_look(change, change.request.body, 0.0, {9})
    before = len(taken.lists.reader.asked)
    taken.last_look(change, change.request.body, time.monotonic(), {9})
    assert len(taken.lists.reader.asked) == 2 * before


# -- users, who can be asked for by name


class Crowd(Shelf):
    """So many users on pages of two, and any one of them by name."""

    def __init__(self, number):
        self.rows = [
            {"ct_user_id": 100 + n, "email": f"u{n}@acme", "group_org_unit_id": 1001} for n in range(number)
        ]
        super().__init__(users=self.rows)

    def get(self, path, query=None):
        if path != USER.list_path:
            return super().get(path, query)
        self.asked.append((path, query))
        rows = [row for row in self.rows if query.get("email") in (None, row["email"])]
        start = query["offset"]
        return {"users": rows[start : start + 2], "total": len(rows)}


def hired(number):
    name = f"new{number}@acme"
    change = created(written(f"user/{name}", username=name, group=to("group/S")))
    return replace(change, request=Request("POST", "/users", {"username": name, "ct_user_ou_id": 2}))


@pytest.mark.parametrize(
    ("there", "more", "requests"),
    [(0, 5, 1), (6, 5, 3), (10, 5, 5), (12, 5, 1 + 5), (6, 1, 1 + 1)],
    ids=["none", "three pages", "as many pages", "more pages", "one creation"],
)
def test_many_new_users_take_one_reading_of_the_list_where_that_is_cheaper(there, more, requests):
    """Before anything is written, and before each write while what was read is fresh."""
    shelf, changes = Crowd(there), [hired(number) for number in range(more)]
    taken = again(shelf)
    assert list(stale(taken, planned(*changes))) == []
    for change in changes:
        assert not taken.last_look(change, change.request.body, 0.0).reasons
    assert [path for path, _ in shelf.asked].count(USER.list_path) == requests


@pytest.mark.parametrize(("there", "requests"), [(2, 1), (6, 1 + 5)], ids=["a page", "pages"])
def test_once_what_was_read_is_old_a_single_page_does_for_all(there, requests, monkeypatch):
    shelf, changes = Crowd(there), [hired(number) for number in range(5)]
    taken = again(shelf)
    assert list(stale(taken, planned(*changes))) == []
    shelf.asked.clear()
    later = time.monotonic() + FRESH
    monkeypatch.setattr(time, "monotonic", lambda: later)
    for change in changes:
        assert not taken.last_look(change, change.request.body, 0.0).reasons
    assert len(shelf.asked) == requests


@pytest.mark.parametrize(
    ("there", "grown", "requests"),
    [(6, 0, 3), (6, 6, 1 + 5), (12, 0, 5)],
    ids=["pages", "more pages than before", "too many pages"],
)
def test_once_what_was_read_is_old_the_pages_of_a_list_do_for_as_many_as_they_did_before(
    there, grown, requests, monkeypatch
):
    shelf, changes = Crowd(there), [hired(number) for number in range(5)]
    taken = again(shelf).creating(changes)
    assert list(stale(taken, planned(*changes))) == []
    shelf.asked.clear()
    shelf.rows += Crowd(there + grown).rows[there:]
    later = time.monotonic() + FRESH
    monkeypatch.setattr(time, "monotonic", lambda: later)
    for change in changes:
        assert not taken.last_look(change, change.request.body, 0.0).reasons
    assert len(shelf.asked) == requests


def test_pages_that_served_few_are_not_read_again(monkeypatch):
    """Where writing is so slow that asking by name is cheaper."""
    shelf, changes = Crowd(6), [hired(number) for number in range(9)]
    taken = again(shelf).creating(changes)
    assert list(stale(taken, planned(*changes))) == []
    shelf.asked.clear()
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now)
    for change in changes:
        now += FRESH - 1
        assert not taken.last_look(change, change.request.body, 0.0).reasons
    # As it is, and after nine seconds once more; of one page out of three; by name.
    assert len(shelf.asked) == 3 + 1 + 6


def test_one_reading_for_all_creations_is_not_for_what_only_one_looks_for():
    """A rename, a name that was set free, a creation whose answer was lost."""
    shelf, changes = Crowd(6), [hired(number) for number in range(9)]
    taken = again(shelf).creating(changes)
    taken.last_look(changes[0], changes[0].request.body, 0.0, {9})
    assert taken.find(USER, changes[1].request.body) is None
    assert len(shelf.asked) == 2


def test_a_user_whose_creation_was_lost_is_never_looked_for_in_what_was_read_before():
    shelf, change = Crowd(2), hired(1)
    taken = again(shelf)
    assert list(stale(taken, planned(change, hired(2)))) == []
    shelf.rows.append({"ct_user_id": 9, "email": "new1@acme", "group_org_unit_id": 1001})
    assert taken.find(USER, change.request.body) == 9


def test_a_list_of_users_that_cannot_be_read_is_nobodys_reason_to_go_on():
    class Down(Crowd):
        def get(self, path, query=None):
            raise PlatformError(f"GET {path}: 503 {query}")

    with pytest.raises(PlatformError, match="503"):
        list(stale(again(Down(2)), planned(hired(1), hired(2))))


def test_a_list_that_is_too_long_to_look_into_is_read_where_it_has_to_be():
    readings = again(Crowd(6)).lists
    assert readings.whole(USER, 0.0, None, most=2) is None
    assert len(readings.reading(USER, USER.query, 0.0).rows) == 6


def test_what_has_to_be_known_for_sure_is_read_from_a_long_list_too():
    shelf, change = Growing(2 * TAG.page_size), new(7)
    taken = again(shelf)
    assert taken.find(TAG, change.request.body) is None
    shelf.rows.append({"tag_id": 9, "tag_name": "7", "org_unit_id": 2})
    assert taken.find(TAG, change.request.body) == 9
