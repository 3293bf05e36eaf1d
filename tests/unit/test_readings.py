"""Lists that many ask for at once are read once for all who wait, and never from before they asked."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from reconciler.errors import PlatformError
from reconciler.kinds import TAG, USER
from reconciler.model import Request
from reconciler.staleness import stale

from .literals import Shelf, again, created, to, written

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


def test_what_is_asked_for_by_name_is_always_read():
    shelf = Shelf()
    readings = again(shelf).lists
    for _ in range(2):
        readings.reading(USER, {"email": "jane@acme"}, 0.0)
    assert len(shelf.asked) == 2


def new(number):
    change = created(written(f"tag/S/{number}", tag_name=f"{number}", group=to("group/S")))
    return replace(change, request=Request("POST", "/tag", {"tag_name": f"{number}", "org_unit_id": 2}))


def test_many_new_tags_of_one_group_take_one_reading_of_its_list():
    """Before anything is written; with a reading for each of them, pages would grow as the square."""
    shelf = Shelf()
    assert list(stale(again(shelf), tuple(map(new, range(50))), 1001)) == []
    assert [path for path, _ in shelf.asked].count("/tag") == 1
