"""A plan carried out: shown, asked about, written, reported."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any, NamedTuple

import click

from reconciler.api.client import READ_AND_WRITE, Reader, Transport, Writer
from reconciler.api.readings import FRESH, Readings
from reconciler.api.rereading import Again
from reconciler.api.standing import Standing
from reconciler.cli.connecting import connected
from reconciler.cli.console import colour, echo, is_quiet, working
from reconciler.cli.planning import demand_permitted
from reconciler.cli.reports import Report, failing_into, write_reports
from reconciler.cli.repository import format_of
from reconciler.errors import Attempt, ExitCode, ReconcilerError, RefusedError, StaleError
from reconciler.model import Action, Change, Ending, Outcome, Plan, Result, Status
from reconciler.objects.overrides import kinds_with
from reconciler.plans.planfile import document
from reconciler.progress import Progress
from reconciler.render.text import failure
from reconciler.runs import journal
from reconciler.runs.execute import execute
from reconciler.runs.locking import PATIENCE, exclusive
from reconciler.runs.performing import Tools
from reconciler.runs.staleness import stale
from reconciler.wording import counted, joined, safe


class Job(NamedTuple):
    """A plan to carry out, and how. What it was made from was read from `began` on, a time of
    `time.monotonic`; `undoes` is the run that it takes back, `reports` as `reports` gives.
    `applied_before` says in which run a plan like it was: if anything has moved since, it is refused.
    """

    plan: Plan
    began: float
    parallel: int
    yes: bool
    format_: str
    reports: Sequence[Report] = ()
    is_saved: bool = False
    applied_before: str | None = None
    undoes: str | None = None

    @property
    def is_looked_at_again(self) -> bool:
        """Whether it is as a whole, before anything is written: what a person saw and agreed to has to be so
        still, however quick the answer was.
        """
        return self.is_saved or not self.yes or self.is_old

    @property
    def is_old(self) -> bool:
        return time.monotonic() - self.began > FRESH


@contextmanager
def writing(*, sandbox: bool) -> Iterator[tuple[Transport, threading.Event]]:
    """A connection that may write, for one process at a time; with what stops it."""
    stopping = threading.Event()
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with (
            exclusive(PATIENCE),
            connected(sandbox=sandbox, methods=READ_AND_WRITE, stopping=stopping) as transport,
        ):
            yield transport, stopping
    finally:
        signal.signal(signal.SIGTERM, before)


def carry_out(job: Job, transport: Transport, stopping: threading.Event) -> int:
    """Show, ask, write, report; gives the exit code."""
    with failing_into(job.reports, job.format_, Attempt.APPLY):
        _demand_agreement(job, transport.limiter.left)
        result, unwritten = Result(job.plan.account, job.plan.account_name, ()), ""
        if job.plan.changes:
            result, unwritten = _executed(job, transport, stopping)
    wrong = [f"{unwritten}; not all of it is written down, the next command looks at it"] * bool(unwritten)
    if job.plan.changes or job.format_ != "text":
        echo(format_of(job.format_).result(result, colour()))
    try:
        write_reports(job.reports, lambda name: format_of(name).result(result, False))
    except ReconcilerError as error:
        wrong += error.args
    for each in wrong:
        echo(failure(ReconcilerError(each)), err=True)
    return _exit_code(result.outcomes, stopping) or (ExitCode.ERROR if wrong else ExitCode.DONE)


def _demand_agreement(job: Job, left: int | None) -> None:
    """Raises RefusedError, ReconcilerError if the answer is no; `left` are the requests that may be sent."""
    _show(job.plan, as_text=job.format_ == "text", is_asked=not job.yes)
    demand_permitted(job.plan)
    _demand_enough(job, left)
    if job.plan.changes and not job.yes:
        _ask(job.plan)


def _demand_enough(job: Job, left: int | None) -> None:
    """Where it is known that each change is looked at once more, that counts."""
    needed, why = len(job.plan.changes), ""
    if job.is_looked_at_again:
        needed, why = 2 * needed, " (each change is read again before it is written)"
    if left is not None and left < needed:
        raise RefusedError(
            f"applying takes {needed} requests, but --max-requests leaves {left}; nothing was changed{why}"
        )


def _tell_what_is_not_looked_at(plan: Plan, left: int) -> None:
    """Of a plan that may become old while it is carried out."""
    if any(change.action is not Action.CREATE for change in plan.changes):
        more = 2 * len(plan.changes) - left
        told = f"--max-requests leaves {counted(left, 'request')}: what changes or goes is not read again"
        echo([f"{told} where applying takes longer than {FRESH:g} s; allow {more} more for that."], err=True)


def _show(plan: Plan, *, as_text: bool, is_asked: bool) -> None:
    """Whatever is printed in the end, nobody is asked about, or refused, what was not shown."""
    if (as_text and not is_quiet()) or (plan.changes and is_asked) or plan.refusals:
        echo(format_of("text").plan(plan, colour()), err=not as_text)


def _ask(plan: Plan) -> None:
    """Raises RefusedError where nobody can answer, ReconcilerError if the answer is no."""
    if not sys.stdin.isatty():
        raise RefusedError(
            "nobody is there to confirm; nothing was changed: give --yes to apply without asking"
        )
    on_stderr = sys.stderr.isatty() or not sys.stdout.isatty()  # where somebody can see it
    try:
        is_agreed = click.confirm(_question(plan), err=on_stderr)
    except click.Abort:
        echo([""], err=on_stderr)  # behind the question
        raise click.Abort("; nothing was changed") from None
    if not is_agreed:
        raise ReconcilerError("not confirmed; nothing was changed")


_NOUNS = {Action.CREATE: "creation", Action.UPDATE: "update", Action.DELETE: "deletion"}


def _question(plan: Plan) -> str:
    counts = plan.counts()
    what = joined([counted(counts[each], noun) for each, noun in _NOUNS.items() if counts[each]])
    account = f"account {plan.account}"
    whose = f"{safe(plan.account_name)} ({account})" if plan.account_name else account
    return f"Apply {what} to {whose}?"


def _executed(job: Job, transport: Transport, stopping: threading.Event) -> tuple[Result, str]:
    """And why the journal could not be written to its end. Raises StaleError, RefusedError."""
    reader, kinds = Reader(transport), kinds_with(job.plan.platform)
    again = Again(Readings(reader), kinds)
    is_old, left = job.is_looked_at_again, transport.limiter.left
    may_look = left is None or left >= 2 * len(job.plan.changes)  # or looking would use up what writes need

    def rereads(change: Change) -> bool:
        """All where the plan is old, and what changes or goes once it is: that may have moved meanwhile."""
        return is_old or (may_look and change.action is not Action.CREATE and job.is_old)

    if is_old:
        _demand_unmoved(job, again)
        _demand_enough(job, transport.limiter.left)
    elif left is not None and not may_look:
        _tell_what_is_not_looked_at(job.plan, left)
    if left is None:  # or reading lists might use up what writes need
        again = again.creating(job.plan.changes)
    standing = _standing(reader, transport, len(job.plan.changes))
    start = {"account": job.plan.account, "platform": reader.platform, "undoes": job.undoes}
    digest = document(job.plan)["digest"]
    with journal.opened(**start, digest=digest, changes=len(job.plan.changes)) as book:
        pause, knows_all = transport.patience.pause, bool(job.plan.ids)
        tools = Tools(Writer(transport), standing, again, book, kinds, rereads, pause, knows_all)
        with stoppable(stopping, book.close), working("Applying", at_once=True) as report:
            told = _told_as_done(report, len(job.plan.changes))
            outcomes = execute(job.plan, tools, parallel=job.parallel, report=told, stopping=stopping)
        if not any(outcome.is_open for outcome in outcomes):
            with suppress(ReconcilerError):  # without its end, a run is looked at again by the next command
                book.write("end", interrupted=stopping.is_set(), **_counts(outcomes))
        ending = _ending(outcomes, standing, stopping)
        return Result(job.plan.account, job.plan.account_name, outcomes, book.run, ending), book.error


def _told_as_done(report: Progress, total: int) -> Callable[[Outcome], None]:
    """What is skipped is not done: whoever stops it sees how far it came."""
    done = count(1)

    def tell(outcome: Outcome) -> None:
        if outcome.status is not Status.SKIPPED:
            report("", next(done), total)

    return tell


def _standing(reader: Reader, transport: Transport, writes: int) -> Standing:
    """Nobody asks where that would use up what writes need."""

    def ask() -> None:
        left = transport.limiter.left
        if left is None or left > writes:
            reader.profile()

    return Standing(ask)


def _ending(outcomes: Sequence[Outcome], standing: Standing, stopping: threading.Event) -> Ending | None:
    if stopping.is_set() and any(outcome.status is Status.SKIPPED for outcome in outcomes):
        return Ending.INTERRUPTED
    return Ending.SIGNED_OUT if standing.is_over else None


def _demand_unmoved(job: Job, again: Again) -> None:
    with working("Reading again what the plan relies on") as report:
        reasons = list(stale(again, job.plan, report))
    if reasons:
        moved = ("nothing was changed, the live state has moved; make a new plan", *reasons)
        raise RefusedError(job.applied_before, *moved) if job.applied_before else StaleError(*moved)


def _counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    return {status.value: sum(each.status is status for each in outcomes) for status in Status}


_STOPPING = b"Stopping: what is being written is finished first. Ctrl-C again leaves at once.\n"


@contextmanager
def stoppable(stopping: threading.Event, close: Callable[[], None]) -> Iterator[None]:
    """The first SIGINT or SIGTERM lets the writes in hand finish; a second SIGINT leaves at once, but not
    in the middle of a line of the journal. What whoever started us has set to be ignored is.
    """

    def stop(number: int, _frame: Any) -> None:
        if stopping.is_set() and number == signal.SIGINT:
            close()
            os._exit(ExitCode.INTERRUPTED)
        stopping.set()
        start = b"\n" if os.isatty(2) else b""  # behind what shows the progress
        with suppress(OSError):  # whoever read it may have ended by the same Ctrl-C
            os.write(2, start + _STOPPING)

    heard = [each for each in (signal.SIGINT, signal.SIGTERM) if signal.getsignal(each) is not signal.SIG_IGN]
    before = {number: signal.signal(number, stop) for number in heard}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _exit_code(outcomes: Sequence[Outcome], stopping: threading.Event) -> int:
    if stopping.is_set():
        return ExitCode.INTERRUPTED
    if any(outcome.is_stale for outcome in outcomes):
        return ExitCode.STALE
    complete = all(outcome.status is Status.APPLIED for outcome in outcomes)
    return ExitCode.DONE if complete else ExitCode.PARTIAL
