"""Turns that threads take, and how soon nobody gets one any more."""

import threading
import time
from contextlib import suppress

import pytest

from reconciler.api.limiter import Limiter, Limits
from reconciler.errors import UnsentError


def unheard(seconds):
    pytest.fail(f"a word about {seconds} s")


def test_all_that_wait_give_up_soon_once_the_program_is_to_stop():
    """Each of them would be next in half a second, but not all of them are."""
    stopping = threading.Event()
    limiter = Limiter(Limits(rate=2), 1.0, stopping)
    sent, unsent = [], []

    def take():
        try:
            with limiter.turn(unheard) as moment:
                sent.append(moment)
        except UnsentError:
            unsent.append(time.monotonic())

    with limiter.turn(unheard):
        stopped = time.monotonic()
        stopping.set()
    threads = [threading.Thread(target=take) for _ in range(16)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)
    assert len(sent) <= 2
    assert len(sent) + len(unsent) == 16
    assert max(sent, default=stopped) - stopped < 2


def test_what_is_to_be_sent_at_once_is_sent_though_the_program_is_to_stop():
    stopping = threading.Event()
    stopping.set()
    with Limiter(Limits(), 1.0, stopping).turn(unheard) as moment:
        assert moment
    slow = Limiter(Limits(rate=0.1), 1.0, stopping)
    with slow.turn(unheard):
        pass
    with pytest.raises(UnsentError), slow.turn(unheard):
        pass


@pytest.mark.parametrize(("seconds", "words"), [(60.0, 1), (1.0, 0)])
def test_an_announced_wait_is_told_once_if_it_is_long(seconds, words):
    """Whoever waits for it, and however often it is announced meanwhile."""
    stopping, told = threading.Event(), list[float]()
    limiter = Limiter(Limits(), 1.0, stopping)
    limiter.announced(0, seconds)

    def take():
        with suppress(UnsentError), limiter.turn(told.append):
            pass

    threads = [threading.Thread(target=take) for _ in range(4)]
    for each in threads:
        each.start()
        limiter.announced(0, seconds)
    time.sleep(0.3)
    stopping.set()
    for each in threads:
        each.join(10)
    assert len(told) == words
    assert all(seconds - 1 < each <= seconds for each in told)
