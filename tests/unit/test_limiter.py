"""Turns that threads take, and how soon nobody gets one any more."""

import threading
import time

import pytest

from reconciler.api.limiter import Limiter, Limits
from reconciler.errors import UnsentError


def test_all_that_wait_give_up_soon_once_the_program_is_to_stop():
    """Each of them would be next in half a second, but not all of them are."""
    stopping = threading.Event()
    limiter = Limiter(Limits(rate=2), 1.0, stopping)
    sent, unsent = [], []

    def take():
        try:
            with limiter.turn() as moment:
                sent.append(moment)
        except UnsentError:
            unsent.append(time.monotonic())

    with limiter.turn():
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
    with Limiter(Limits(), 1.0, stopping).turn() as moment:
        assert moment
    slow = Limiter(Limits(rate=0.1), 1.0, stopping)
    with slow.turn():
        pass
    with pytest.raises(UnsentError), slow.turn():
        pass
