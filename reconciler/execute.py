"""A plan carried out: each change once, side by side where nothing has to wait, and what came of it."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from typing import Any, Protocol

from reconciler.codec import row_id
from reconciler.errors import PlatformError
from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Change, Outcome, Plan, Request, Status, Value

Ids = dict[Address, int]
Running = dict[Future[Outcome], Address]


class Writer(Protocol):
    """What sends a request and gives the `data` of its answer; raises PlatformError."""

    def send(self, request: Request) -> Any: ...


def execute(
    plan: Plan, writer: Writer, *, parallel: int, report: Callable[[Outcome], None]
) -> tuple[Outcome, ...]:
    """The outcome of every change, in the plan's order; `report` hears of each as it comes."""
    changes = {change.address: change for change in plan.changes}
    outcomes: dict[Address, Outcome] = {}
    ids: Ids = {}
    with ThreadPoolExecutor(parallel) as pool:
        for outcome in _run(changes, pool, writer, ids):
            outcomes[outcome.change.address] = outcome
            report(outcome)
    return tuple(outcomes[change.address] for change in plan.changes)


def _run(
    changes: Mapping[Address, Change], pool: ThreadPoolExecutor, writer: Writer, ids: Ids
) -> Iterator[Outcome]:
    sorter = TopologicalSorter({address: change.waits_for for address, change in changes.items()})
    sorter.prepare()
    running: Running = {}
    unmet: dict[Address, str] = {}  # what failed or was skipped, and why others cannot go on
    while sorter.is_active():
        for address in sorted(sorter.get_ready()):
            blocked = [each for each in changes[address].waits_for if each in unmet]
            if blocked:
                yield _skipped(changes[address], blocked[0], unmet)
                sorter.done(address)
            else:
                running[pool.submit(_apply, changes[address], writer, dict(ids))] = address
        for outcome in _finished(running):
            _note(outcome, ids, unmet)
            yield outcome
            sorter.done(outcome.change.address)


def _finished(running: Running) -> Iterator[Outcome]:
    done, _ = wait(running, return_when=FIRST_COMPLETED) if running else ((), ())
    for future in sorted(done, key=lambda each: running[each]):
        del running[future]
        yield future.result()


def _note(outcome: Outcome, ids: Ids, unmet: dict[Address, str]) -> None:
    if outcome.status is not Status.APPLIED:
        unmet[outcome.change.address] = "failed"
    elif outcome.id is not None:
        ids[outcome.change.address] = outcome.id


def _skipped(change: Change, blocking: Address, unmet: dict[Address, str]) -> Outcome:
    reason = f"waits for {blocking}, which {unmet[blocking]}"
    unmet[change.address] = "was skipped"
    return Outcome(change, Status.SKIPPED, reason, change.id)


def _apply(change: Change, writer: Writer, ids: Ids) -> Outcome:
    request = change.request._replace(body=with_ids(change.request.body, ids))
    try:
        answer = writer.send(request)
    except PlatformError as error:
        return Outcome(change, Status.FAILED, str(error), change.id)
    if change.action is not Action.CREATE:
        return Outcome(change, Status.APPLIED, None, change.id)
    return _created(change, request, answer)


def _created(change: Change, request: Request, answer: Any) -> Outcome:
    number = row_id(KINDS[change.kind], answer) if isinstance(answer, dict) else None
    if number is None:
        name = KINDS[change.kind].created_id
        reason = f"{request.method} {request.path}: done, but the answer has no `{name}`; run again to go on"
        return Outcome(change, Status.FAILED, reason, None)
    return Outcome(change, Status.APPLIED, None, number)


def with_ids(value: Value, ids: Mapping[Address, int]) -> Value:
    """A body with the ids of what has been created in the place of addresses."""
    match value:
        case Address():
            return ids[value]
        case list():
            return [with_ids(entry, ids) for entry in value]
        case Mapping():
            return {name: with_ids(entry, ids) for name, entry in value.items()}
        case _:
            return value
