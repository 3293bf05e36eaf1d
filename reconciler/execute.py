"""A plan carried out: each change once, side by side where nothing has to wait, and what came of it."""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from graphlib import TopologicalSorter
from queue import SimpleQueue

from reconciler.model import Address, Change, Outcome, Plan, Status
from reconciler.performing import Tools, perform


def execute(
    plan: Plan,
    tools: Tools,
    *,
    parallel: int,
    report: Callable[[Outcome], None],
    stopping: threading.Event | None = None,
) -> tuple[Outcome, ...]:
    """The outcome of every change, in the plan's order; `report` hears of each as it comes.

    Once `stopping` is set, what is being written is finished and nothing else is begun.
    """
    changes = {change.address: change for change in plan.changes}
    outcomes: dict[Address, Outcome] = {}
    ids = {change.address: change.id for change in plan.changes if change.id is not None}
    stopping = stopping or threading.Event()
    with ThreadPoolExecutor(parallel) as pool:
        try:
            for outcome in _Run(changes, pool, tools, {**plan.ids, **ids}, stopping):
                outcomes[outcome.change.address] = outcome
                report(outcome)
        except BaseException:
            stopping.set()  # what is queued is not to be begun while the pool winds down
            raise
    return tuple(outcomes[change.address] for change in plan.changes)


class _Run:
    """The state of one execution: what is ready, what is running, what can no longer be done."""

    def __init__(
        self,
        changes: Mapping[Address, Change],
        pool: ThreadPoolExecutor,
        tools: Tools,
        ids: dict[Address, int],
        stopping: threading.Event,
    ) -> None:
        self._changes = changes
        self._pool = pool
        self._tools = tools
        self._ids = ids
        self._stopping = stopping
        self._running = 0
        self._done: SimpleQueue[Future[Outcome]] = SimpleQueue()
        self._unmet: dict[Address, str] = {}  # what failed or was skipped, and why others cannot go on

    def __iter__(self) -> Iterator[Outcome]:
        sorter = TopologicalSorter({address: change.waits_for for address, change in self._changes.items()})
        sorter.prepare()
        while sorter.is_active():
            for address in sorted(sorter.get_ready()):
                if skipped := self._begun(self._changes[address]):
                    yield skipped
                    sorter.done(address)
            for outcome in self._finished():
                yield outcome
                sorter.done(outcome.change.address)

    def _begun(self, change: Change) -> Outcome | None:
        """The outcome of a change that cannot be done; else it is running from here on."""
        blocking = next((each for each in change.waits_for if each in self._unmet), None)
        if blocking is None:
            self._running += 1
            future = self._pool.submit(self._performed, change)
            future.add_done_callback(self._done.put)
            return None
        reason = f"waits for {blocking}, which {self._unmet[blocking]}"
        self._unmet[change.address] = "was skipped"
        return Outcome(change, Status.SKIPPED, reason, change.id)

    def _performed(self, change: Change) -> Outcome:
        """Many stand ready, few are at work: whether to go on is asked when it is a change's turn."""
        if self._stopping.is_set():
            return Outcome(change, Status.SKIPPED, "interrupted before it was begun", change.id)
        return perform(change, self._tools, self._ids)

    def _finished(self) -> Iterator[Outcome]:
        """The next one that is done."""
        if self._running:
            outcome = self._done.get().result()
            self._running -= 1
            self._note(outcome)
            yield outcome

    def _note(self, outcome: Outcome) -> None:
        if outcome.status is Status.SKIPPED:
            self._unmet[outcome.change.address] = "was skipped"
        elif outcome.status is Status.FAILED:
            self._unmet[outcome.change.address] = "failed"
        elif outcome.id is not None:
            self._ids[outcome.change.address] = outcome.id
