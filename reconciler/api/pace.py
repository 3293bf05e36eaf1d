"""How fast the platform may be asked, found out from its answers: arithmetic only, with times passed in.

It starts free, with few requests in flight and more with each answer. The first 429 says what the limit is
about: what was answered in the last second; where that is little, so does another. From then on requests are
spaced a little below that, probing upwards where all is calm, the calmer the bolder. Times are seconds of one
clock, rates requests a second.
"""

from collections import deque
from dataclasses import dataclass, field

_BELOW = 0.96  # of what was measured
_SHARP, _MOST_AT_ONCE = 0.85, 0.75  # of a rate that was too high again soon, and of any
_LEAST = 4  # answers in a second; fewer before the first 429 say nothing about a limit
_SMALL = 16  # answers; at such a rate, another second's pause takes little of the time in all
_AGAIN, _NARROW = 2.0, 3.0  # how many are in flight in the second burst, until it is larger than the first
_FREELY, _CAREFULLY = 0.4, 0.1  # how much more may be in flight after each answer
_SOON = 5.0
_LONGEST = 30.0  # units; the platform itself may ask for more
_SLOWLY = 1.15
_BRIEF = 2.0  # units; what is left until so soon may be told in whole seconds, upwards
_CALMEST = 16.0
# How long it has to be calm, and by what part the rate then grows: first carefully, then searching.
_STEPS = ((4, 0.02), (4, 0.02), (4, 0.02), (2, 0.05), (1, 0.1), (1, 0.2), (1, 0.4))
_SEARCHING = 3
_NEVER = float("-inf")


@dataclass(slots=True)
class Pace:
    """`most` is a rate that is never exceeded. `unit` stands for the second in which limits are counted."""

    most: float | None = None
    unit: float = 1.0
    rate: float | None = None
    width: float = 3.0  # how many may be in flight as long as no limit is known
    _slot: float = _NEVER  # when the next one may go because of the rate
    _held: float = _NEVER  # until when none may go
    _collided: float = _NEVER  # when the last 429 came that was news
    _since: float = _NEVER  # what is measured begins here
    _answered: int = 0
    _found: int | None = None  # answers in the burst before the first 429
    _is_settled: bool = False  # the rate was found out, and is not just the most that it may be
    _lesser: int = 0  # the smaller of two such bursts, as long as it may be the right one
    _recent: deque[float] = field(default_factory=deque)
    _steady: float = _NEVER
    _step: int = 0
    _calm: float = 1.0
    _repeated: int = 0
    _left: int | None = None  # requests that the platform says are left
    _renewed: float = _NEVER  # until they are counted anew

    def __post_init__(self) -> None:
        self.rate = self.most

    def wait(self, now: float, flying: int) -> float | None:
        """Seconds until one more may be sent; None: not before an answer comes."""
        if self.rate is None and flying >= int(self.width):
            return None
        return max(0.0, self._slot - now, self._held - now, self.renewal(now))

    def renewal(self, now: float) -> float:
        """Seconds until the platform counts anew, where it says that nothing is left."""
        is_spent = self._left is not None and self._left <= 0
        return max(0.0, self._renewed - now) if is_spent else 0.0

    def sent(self, now: float) -> None:
        if self.rate is not None:
            self._slot = max(now, self._slot) + 1 / self.rate
        if now >= self._renewed:
            self._left = None
        elif self._left is not None:
            self._left -= 1

    def accepted(self, sent: float, now: float) -> None:
        """An answer that is no 429 to what was sent then."""
        if self._found is None:
            self.width += _FREELY
        elif self.width < _NARROW or self._answered > self._found:
            self.width += _CAREFULLY
        if sent < self._collided:
            return
        self._recent.append(now)
        while self._recent[0] <= now - self.unit:
            self._recent.popleft()
        self._answered += 1
        self._repeated = 0
        calm, part = _STEPS[min(self._step, len(_STEPS) - 1)]
        if self.rate is not None and now - self._steady > calm * self._calm * self.unit:
            self.rate *= 1 + part
            self.rate = min(self.rate, self.most or self.rate)
            self._step += 1
            self._steady = now

    def turned_away(self, sent: float, now: float, asked: float = 0.0) -> float:
        """A 429, with the seconds that it asks for; gives how long all hold back from now on."""
        if sent < self._collided:  # sent before the last one was known, so it tells nothing new
            self._held = max(self._held, now + asked)
            return self._held - now
        pause = max(asked, self._again(now) if self._is_settled else self._burst(now))
        self._answered, self._collided, self._steady = 0, now, now
        self._held = self._slot = self._since = now + pause
        return pause

    def _burst(self, now: float) -> float:
        """What was answered of late is the limit, or the burst that it allows. After a small one there is
        another, and the larger counts: somebody else, or we ourselves, may just have used a part of it.
        """
        first, self._found = self._found, len(self._lately(now))
        if first is None and self._found < _SMALL:
            self.width = _AGAIN
            return self._aged(now, self._found)
        lesser, found = sorted((first or 0, self._found))
        self._lesser = lesser if lesser > found / 2 else 0
        self._settle(found)
        return self._aged(now, self._lesser or self._found)

    def _lately(self, now: float) -> list[float]:
        return [each for each in self._recent if each > now - self.unit]

    def _aged(self, now: float, number: int) -> float:
        """How long the last ones count, so many: until they are a unit old. They began slowly, so that they
        also end slowly.
        """
        counting = self._lately(now)[-number:]
        return counting[0] + _SLOWLY * self.unit - now if len(counting) >= _LEAST else self.unit

    def _settle(self, found: int) -> None:
        self._step, self._is_settled = (0 if found >= _LEAST else _SEARCHING), True
        rate = max(found, _LEAST) / self.unit * _BELOW
        self.rate = min(rate, self.most or rate)

    def _again(self, now: float) -> float:
        """Not more than what came through since the last time, less still if that was just now."""
        assert self.rate is not None
        lesser, self._lesser = self._lesser, 0
        if lesser and now - self._collided <= _SOON * self.unit:
            # The larger burst was too much: it reached over the end of a second of the platform's clock.
            self._settle(lesser)
            return self._aged(now, lesser)
        measured = self._answered / max(now - self._since, self.unit / 100)
        cut = _BELOW if now - self._collided > _SOON * self.unit else _SHARP
        self.rate = min(self.rate * cut, max(measured, self.rate * _MOST_AT_ONCE))
        self._step = 0
        self._calm = min(self._calm * 2, _CALMEST)
        pause = min(2.0**self._repeated * 2 / self.rate, _LONGEST * self.unit)
        self._repeated += 1
        return pause

    def announced(self, left: int, seconds: float, now: float) -> None:
        """What the platform says: so many more requests, counted anew after so many seconds. Where that is
        soon, a whole second is much too long to wait for it, and what was found out serves better.
        """
        if self._is_settled and seconds <= _BRIEF * self.unit:
            self._left = None
        else:
            self._left, self._renewed = left, now + seconds
