"""The pace against limits that nobody announces, on a clock that nobody waits for."""

import heapq
import math
import random
from collections.abc import Callable
from itertools import count

import pytest

from reconciler.api.pace import Pace


class Bucket:
    """As many tokens as the rate, refilled all the time."""

    def __init__(self, rate):
        self.rate, self.tokens, self.at = rate, rate, 0.0

    def __call__(self, now):
        self.tokens = min(self.rate, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            return (1 - self.tokens) / self.rate
        self.tokens -= 1
        return None

    def left(self, _now):
        return int(self.tokens), (self.rate - self.tokens) / self.rate


class Window:
    """So many in each second of a clock."""

    def __init__(self, rate):
        self.rate, self.second, self.taken = rate, -1, 0

    def __call__(self, now):
        second = math.floor(now + 0.3)
        if second != self.second:
            self.second, self.taken = second, 0
        self.taken += 1
        return None if self.taken <= self.rate else second + 1 - now - 0.3

    def left(self, now):
        return max(0, self.rate - self.taken), self.second + 1 - now - 0.3


class Sliding:
    """So many in the second before."""

    def __init__(self, rate):
        self.rate, self.taken = rate, []

    def __call__(self, now):
        self.taken = [each for each in self.taken if each > now - 1]
        if len(self.taken) >= self.rate:
            return self.taken[0] + 1 - now
        self.taken.append(now)
        return None

    def left(self, now):
        return self.rate - len(self.taken), self.taken[0] + 1 - now


class Free:
    def __init__(self, _rate):
        pass

    def __call__(self, _now):
        return None


class World:
    """Workers that keep to a pace, and a server, with a clock of their own."""

    def __init__(self, server, number, workers=8, latency=0.05, announces=False, pace=None):
        self.server, self.number, self.latency, self.announces = server, number, latency, announces
        self.pace, self.chance = pace or Pace(), random.Random(7)
        self.events: list[tuple[float, int, Callable[[], None]]] = []
        self.order = count()
        self.now, self.looked, self.idle, self.workers = 0.0, 0.0, workers, workers
        self.begun = self.done = self.refused = 0

    def later(self, wait, what):
        heapq.heappush(self.events, (self.now + wait, next(self.order), what))

    def run(self):
        """Seconds until all were answered, and how many 429 there were besides."""
        self.look()
        while self.done < self.number:
            self.now, _, what = heapq.heappop(self.events)
            what()
        return self.now, self.refused

    def look(self):
        while self.idle and self.begun < self.number:
            wait = self.pace.wait(self.now, self.workers - self.idle)
            if wait is None:
                return
            if wait:
                wait += 1e-9
                if not self.now < self.looked <= self.now + wait:  # nobody looks until then
                    self.looked = self.now + wait
                    self.later(wait, self.look)
                return
            self.send()

    def send(self):
        sent, half = self.now, self.latency * self.chance.uniform(0.4, 0.65)
        self.pace.sent(sent)
        self.idle, self.begun = self.idle - 1, self.begun + 1
        self.later(half, lambda: self.arrive(sent, half))

    def arrive(self, sent, half):
        wait = self.server(self.now)
        self.later(half, lambda: self.answer(sent, wait))

    def answer(self, sent, wait):
        self.idle += 1
        if wait is None:
            self.done += 1
            self.pace.accepted(sent, self.now)
        else:
            self.refused, self.begun = self.refused + 1, self.begun - 1
            self.pace.turned_away(sent, self.now, math.ceil(wait) if self.announces else 0.0)
        self.look()


def run(server, number, **how):
    return World(server, number, **how).run()


@pytest.mark.parametrize("announces", [False, True], ids=["silent", "Retry-After"])
@pytest.mark.parametrize("server", [Bucket, Window, Sliding])
@pytest.mark.parametrize("rate", [5, 20, 50])
def test_a_limit_is_found_and_kept(server, rate, announces):
    number = max(400, 20 * rate)
    for latency in (0.003, 0.05):
        seconds, refused = run(server(rate), number, latency=latency, announces=announces)
        assert seconds <= 1.15 * number / rate, latency
        assert refused <= 0.03 * (number + refused), latency


class Announcing(World):
    """Each answer says how many requests are left, and when they are counted anew; `told` is what it says of
    the seconds, at that time.
    """

    def __init__(self, *arguments, told, **how):
        super().__init__(*arguments, **how)
        self.told = told

    def arrive(self, sent, half):
        super().arrive(sent, half)
        left, seconds = self.server.left(self.now)
        told = self.told(seconds, self.now)
        self.later(half - 1e-6, lambda: self.pace.announced(left, told, self.now))


FORMS = {
    "exact": lambda seconds, _now: seconds,
    "whole seconds": lambda seconds, _now: math.ceil(seconds),
    "whole second of the clock": lambda seconds, now: math.ceil(now + seconds) - now,
}


@pytest.mark.parametrize("told", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("server", [Bucket, Window, Sliding])
@pytest.mark.parametrize("rate", [5, 20, 50])
def test_a_limit_that_is_announced_is_kept_as_well_whatever_a_second_is_there(server, rate, told):
    number = max(400, 20 * rate)
    for announces in (False, True):
        seconds, refused = Announcing(server(rate), number, announces=announces, told=told).run()
        assert seconds <= 1.15 * number / rate
        assert refused <= 0.03 * (number + refused)


@pytest.mark.parametrize("part", [0.2, 0.4, 0.6, 0.9])
@pytest.mark.parametrize("server", [Bucket, Window, Sliding])
@pytest.mark.parametrize("rate", [5, 20])
def test_a_limit_of_which_a_part_was_just_used_is_found_too(server, rate, part):
    """By another command, as a plan just before: the first 429 comes early, and says less than there is."""
    limit = server(rate)
    for number in range(int(rate * part)):
        limit(-0.4 + 0.4 * number / rate)
    seconds, refused = run(limit, 400)
    assert seconds <= 1.2 * 400 / rate
    assert refused <= 0.04 * (400 + refused)


@pytest.mark.parametrize("workers", [1, 8, 32])
def test_where_there_is_no_limit_all_are_soon_at_work(workers):
    seconds, _ = run(Free(0), 400, workers=workers)
    assert seconds <= 1.3 * 400 / workers * 0.05 + 0.25


def test_a_rate_that_the_user_allows_is_never_exceeded():
    seen: list[float] = []
    run(seen.append, 100, latency=0.0, pace=Pace(most=10))
    assert all(later - first >= 0.99 for first, later in zip(seen, seen[10:], strict=False))
    assert 9.8 <= seen[-1] <= 10.2


def test_a_rate_that_is_more_than_the_platform_allows_is_lowered():
    seconds, refused = run(Bucket(1), 100, pace=Pace(most=3))
    assert seconds <= 130
    assert refused <= 12


def test_one_429_that_has_no_limit_behind_it_is_soon_forgotten():
    answers = iter([None, 0.5])
    seconds, refused = run(lambda _: next(answers, None), 400)
    assert (refused, seconds < 25) == (1, True)


def test_what_the_platform_asks_for_is_waited_for():
    pace = Pace()
    pace.sent(10.0)
    assert pace.turned_away(10.0, 10.1, 30.0) == 30.0
    assert pace.wait(10.1, 0) == pytest.approx(30.0)


def test_whoever_is_always_turned_away_waits_no_longer_and_longer():
    pace, now = Pace(), 10.0
    for _ in range(50):
        pace.sent(now)
        now += pace.turned_away(now, now)
    assert pace.turned_away(now, now) == 30.0


def test_what_was_sent_before_a_429_was_known_teaches_nothing_new():
    pace = Pace()
    for number in range(10):
        pace.accepted(number / 100, 0.5 + number / 100)
    pace.turned_away(0.55, 0.6)
    rate = pace.rate
    assert pace.turned_away(0.56, 0.65, 5.0) == pytest.approx(5.0)
    pace.accepted(0.57, 0.66)
    assert pace.rate == rate


def test_announced_limits_are_kept_without_a_429():
    pace = Pace(width=100)
    pace.announced(2, 5.0, 0.0)
    for at in (0.0, 0.1):
        assert pace.wait(at, 0) == 0
        pace.sent(at)
    assert pace.wait(0.2, 0) == pytest.approx(4.8)
    pace.sent(5.0)
    assert pace.wait(5.1, 0) == 0
