"""A plan carried out: each change once, side by side where nothing has to wait, and what came of it."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from graphlib import TopologicalSorter
from heapq import heappop, heappush
from queue import SimpleQueue
from typing import NamedTuple

from reconciler.model import Action, Address, Change, Ending, Outcome, Plan, Status
from reconciler.runs.naming import named
from reconciler.runs.performing import Tools, is_nameless, perform


def execute(
    plan: Plan,
    tools: Tools,
    *,
    parallel: int,
    report: Callable[[Outcome], None],
    stopping: threading.Event,
) -> tuple[Outcome, ...]:
    """The outcome of every change, in the plan's order; `report` hears of each as it comes, even if an id has
    to be found out yet.

    Once `stopping` is set or the credentials are not valid any more, what is being written is finished and
    nothing else is begun.
    """
    outcomes: dict[Address, Outcome] = {}
    with ThreadPoolExecutor(parallel) as pool:
        try:
            for outcome in _Run(plan, tools, pool, parallel, stopping):
                if outcome.change.address not in outcomes:
                    report(outcome)
                outcomes[outcome.change.address] = outcome
        except BaseException:
            stopping.set()  # what is running is not to begin anything while the pool winds down
            raise
    return tuple(outcomes[change.address] for change in plan.changes)


class _Turn(NamedTuple):
    """The least first: deletions late, what the longest chain waits for early, the rest by the plan."""

    is_late: bool
    waiting: int  # the length of the longest chain, negative
    number: int
    change: Change


def _turns(changes: Sequence[Change]) -> Iterator[tuple[Address, _Turn]]:
    """A deletion that something else waits for is as urgent as that."""
    numbered = {change.address: (number, change) for number, change in enumerate(changes)}
    waiting: Counter[Address] = Counter()
    in_the_way: set[Address] = set()
    order = TopologicalSorter({change.address: change.waits_for for change in changes}).static_order()
    for number, change in (numbered[address] for address in reversed([*order])):
        is_late = change.action is Action.DELETE and change.address not in in_the_way
        for address in change.waits_for:
            waiting[address] = max(waiting[address], waiting[change.address] + 1)
        in_the_way |= set() if is_late else {*change.waits_for}
        yield change.address, _Turn(is_late, -waiting[change.address], number, change)


class _Run:
    """The state of one execution: what is ready, what is running, what can no longer be done."""

    def __init__(
        self, plan: Plan, tools: Tools, pool: ThreadPoolExecutor, parallel: int, stopping: threading.Event
    ) -> None:
        self._tools = tools
        self._pool = pool
        self._parallel = parallel
        self._stopping = stopping
        known = {change.address: change.id for change in plan.changes if change.id is not None}
        self._ids: dict[Address, int] = {**plan.ids, **known}
        self._turns = dict(_turns(plan.changes))
        self._ready: list[_Turn] = []
        self._running = 0
        self._nameless: list[Outcome] = []
        self._began = time.monotonic()
        self._ended: dict[Address, float] = {}
        self._done: SimpleQueue[Future[Outcome]] = SimpleQueue()
        self._unmet: dict[Address, str] = {}  # what failed or was skipped, and why others cannot go on

    def __iter__(self) -> Iterator[Outcome]:
        sorter = TopologicalSorter({at: turn.change.waits_for for at, turn in self._turns.items()})
        sorter.prepare()
        while sorter.is_active():
            for address in sorted(sorter.get_ready()):
                turn = self._turns[address]
                if skipped := self._skipped(turn.change):
                    yield skipped
                    sorter.done(address)
                else:
                    heappush(self._ready, turn)
            self._begin()
            for outcome in self._coming():
                yield outcome
                if is_nameless(outcome):
                    self._nameless.append(outcome)
                else:
                    self._note(outcome)
                    sorter.done(outcome.change.address)

    def _coming(self) -> Iterator[Outcome]:
        """The next outcome; where nothing runs any more, all that is left waits for what has no id yet."""
        if self._running:
            outcome = self._done.get().result()
            self._running -= 1
            yield outcome
        elif self._nameless:
            nameless, self._nameless = self._nameless, []
            yield from named(nameless, self._tools, self._ids)

    def _skipped(self, change: Change) -> Outcome | None:
        """The outcome of a change that cannot be done."""
        blocking = next((each for each in change.waits_for if each in self._unmet), None)
        if blocking is None:
            return None
        reason = f"waits for {blocking}, which {self._unmet[blocking]}"
        self._unmet[change.address] = "was skipped"
        return Outcome(change, Status.SKIPPED, reason, change.id)

    def _begin(self) -> None:
        """As many as may run, the most urgent first."""
        while self._ready and self._running < self._parallel:
            self._running += 1
            change = heappop(self._ready).change
            after = max((self._ended[each] for each in change.waits_for), default=self._began)
            self._pool.submit(self._performed, change, after).add_done_callback(self._done.put)

    def _performed(self, change: Change, after: float) -> Outcome:
        if self._stopping.is_set():
            return Outcome(change, Status.SKIPPED, "interrupted before it was begun", change.id)
        if self._tools.standing.is_over:
            return Outcome(change, Status.SKIPPED, Ending.SIGNED_OUT.value, change.id)
        return perform(change, self._tools, self._ids, after)

    def _note(self, outcome: Outcome) -> None:
        self._ended[outcome.change.address] = time.monotonic()
        if outcome.status is Status.SKIPPED:
            self._unmet[outcome.change.address] = "was skipped"
        elif outcome.status is Status.FAILED:
            self._unmet[outcome.change.address] = "failed"
        elif outcome.id is not None:
            self._ids[outcome.change.address] = outcome.id
