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
        first = pool.submit(readings.rows, TAG, QUERY, time.monotonic())
        wait_until(lambda: shelf.began)
        asked = time.monotonic()
        others = [pool.submit(readings.rows, TAG, QUERY, asked) for _ in range(8)]
        shelf.free.set()
        rows = [each.result(PATIENCE) for each in (first, *others)]
    assert len(shelf.began) == 2
    assert shelf.began[1] >= asked
    assert [len(each) for each in rows] == [1] * 9


def test_lists_of_different_places_do_not_wait_for_each_other():
    shelf = Slow()
    readings = again(shelf).lists
    with ThreadPoolExecutor(2) as pool:
        found = [pool.submit(readings.rows, TAG, {"org_unit_id": each}, 0.0) for each in (2, 3)]
        wait_until(lambda: len(shelf.began) == 2)
        shelf.free.set()
        assert [len(each.result(PATIENCE)) for each in found] == [1, 1]


def test_a_reading_that_failed_is_nobody_elses():
    class Down(Shelf):
        is_down = True

        def get(self, path, query=None):
            if self.is_down:
                raise PlatformError(f"GET {path}: 503")
            return super().get(path, query)

    shelf = Down()
    readings = again(shelf).lists
    with pytest.raises(PlatformError):
        readings.rows(TAG, QUERY, 0.0)
    shelf.is_down = False
    assert len(readings.rows(TAG, QUERY, 0.0)) == 1


def test_what_is_asked_for_by_name_is_always_read():
    shelf = Shelf()
    readings = again(shelf).lists
    for _ in range(2):
        readings.rows(USER, {"email": "jane@acme"}, 0.0)
    assert len(shelf.asked) == 2


def new(number):
    change = created(written(f"tag/S/{number}", tag_name=f"{number}", group=to("group/S")))
    return replace(change, request=Request("POST", "/tag", {"tag_name": f"{number}", "org_unit_id": 2}))


def test_many_new_tags_of_one_group_take_one_reading_of_its_list():
    """Before anything is written; with a reading for each of them, pages would grow as the square."""
    shelf = Shelf()
    assert list(stale(again(shelf), tuple(map(new, range(50))), 1001)) == []
    assert [path for path, _ in shelf.asked].count("/tag") == 1
