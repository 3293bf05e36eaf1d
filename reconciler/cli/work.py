"""What the commands have in common: making a plan, asking, carrying it out."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import count
from typing import Any, NamedTuple

import click

from reconciler import config, consequences, journal, live, planning, revisions
from reconciler.cli.options import PARALLEL_CHANGES, limits
from reconciler.cli.reports import Report, write_reports
from reconciler.client import READ_AND_WRITE, Reader, Transport, Writer
from reconciler.connecting import connected
from reconciler.console import colour, echo, is_quiet, working
from reconciler.errors import (
    ExitCode,
    InvalidConfigurationError,
    ReconcilerError,
    RefusedError,
    StaleError,
)
from reconciler.execute import execute
from reconciler.model import Desired, Live, Outcome, Plan, Settings, Status
from reconciler.origins import Base, with_origins
from reconciler.overrides import kinds_with
from reconciler.performing import Tools
from reconciler.planfile import document
from reconciler.planning import Options
from reconciler.readings import Readings
from reconciler.render import FORMATS
from reconciler.render.text import failure, safe
from reconciler.rereading import Again
from reconciler.settling import Settler
from reconciler.staleness import stale

FRESH = 10.0  # seconds for which what was read counts as what is there


class Job(NamedTuple):
    """A plan to carry out, and how; `undoes` is the run that it takes back, `reports` as `reports` gives."""

    plan: Plan
    parallel: int
    yes: bool
    format_: str
    reports: Sequence[Report] = ()
    is_saved: bool = False
    undoes: str | None = None


@contextmanager
def writing(*, sandbox: bool) -> Iterator[tuple[Transport, threading.Event]]:
    """A connection that may write, for one process at a time; with what stops it."""
    stopping = threading.Event()
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with (
            journal.exclusive(),
            connected(
                sandbox=sandbox, methods=READ_AND_WRITE, stopping=stopping, limits=limits()
            ) as transport,
        ):
            yield transport, stopping
    finally:
        signal.signal(signal.SIGTERM, before)


# -- planning


def planned(transport: Transport, paths: Sequence[str], options: Options, base: str | None = None) -> Plan:
    """Raises InvalidConfigurationError before anything is asked, PlatformError, RefusedError, UsageError."""
    desired = described(paths)
    former = _formerly(base, paths) if base else None
    reader = Reader(transport)
    actual = read(reader, desired.settings)
    with working("Planning") as report:
        plan = planning.plan(desired, actual, options, report)
        if former:
            plan = with_origins(plan, former, actual)
    plan = with_calls(reader, plan)
    return replace(plan, seconds=transport.limiter.estimate(len(plan.changes), PARALLEL_CHANGES))


def described(paths: Sequence[str]) -> Desired:
    """What the files say. Raises InvalidConfigurationError."""
    with working("Reading the files") as report:
        loaded = config.load(paths or (".",), report)
    if loaded.problems:
        raise InvalidConfigurationError(loaded.problems)
    return loaded.desired


def _formerly(revision: str, paths: Sequence[str]) -> Base:
    """What the files said at a revision. Raises ReconcilerError."""
    files = revisions.load(revision, paths or (".",))
    loaded = config.described(files.documents, files.problems)
    if loaded.problems:
        first = map(str, loaded.problems[:_PROBLEMS_SHOWN])
        count = len(loaded.problems)
        raise ReconcilerError(
            f"the files are not valid at {revision}, so nothing can be told from it: "
            f"{count} problem{'' if count == 1 else 's'}",
            *first,
        )
    return Base(revision, loaded.desired, tuple(files.missing))


_PROBLEMS_SHOWN = 5


def read(reader: Reader, settings: Settings) -> Live:
    """The live state; runs that died are settled by it on the way."""
    with working("Reading the live state") as reader.report:
        found = live.read(reader, settings)
    settle(found, reader.platform)
    return found


def settle_first(reader: Reader, plan: Plan) -> None:
    """Before a saved plan is carried out, settle what died earlier, at the price of reading everything."""
    if any(run.start.get("account") == plan.account for run in journal.unfinished()):
        read(reader, Settings(platform=plan.platform))


def with_calls(reader: Reader, plan: Plan) -> Plan:
    """Asks for the calls of routes that are to ring elsewhere, if there are any."""
    routes = [change.id for change in consequences.rerouted(plan) if change.id is not None]
    if not routes:
        return plan
    before = reader.reads
    traffic = live.read_traffic(reader, routes)
    return consequences.with_traffic(plan, traffic, reader.reads - before)


def settle(actual: Live, platform: str) -> None:
    """Say and write down what became of writes that were in flight when a run died."""
    mine = [
        run
        for run in journal.unfinished()
        if (run.start.get("account"), run.start.get("platform")) == (actual.account, platform)
    ]
    if not mine:
        return
    settler = Settler(actual)
    with suppressed_if_running() as free:
        for run in mine if free else ():
            done = f"{len(run.applied)} of {run.start.get('changes')} changes"
            echo([f"Run {run.name} did not come to its end: {done} are known to be done."], err=True)
            for write in run.open:
                found = settler.settle(write.intent)
                journal.append(run, "settled", address=write.intent.get("address"), **found._asdict())
                echo([safe(f"  {_told(write.intent, found.status)}: {found.reason}")], err=True)
            journal.append(run, "end", settled=True)


def _told(intent: journal.Event, status: str) -> str:
    fate = {"applied": "was done", "failed": "was not done", "unclear": "cannot be told"}[status]
    return f"in flight: {intent.get('action')} {intent.get('address')} {fate}"


@contextmanager
def suppressed_if_running() -> Iterator[bool]:
    """Whether no other process is applying here: what is not finished may still be at work."""
    try:
        with journal.exclusive():
            yield True
    except RefusedError:
        yield False


def demand_permitted(plan: Plan) -> None:
    """Raises RefusedError if a safety rule stands in the way."""
    if plan.refusals:
        raise RefusedError("refused, nothing was changed", *(each.message for each in plan.refusals))


# -- applying


def carry_out(job: Job, transport: Transport, stopping: threading.Event) -> int:
    """Show, ask, write, report; gives the exit code."""
    asked = time.monotonic()
    as_text = job.format_ == "text"
    _show(job.plan, as_text=as_text, is_asked=not job.yes)
    demand_permitted(job.plan)
    _demand_enough(len(job.plan.changes), transport.limiter.left)
    if job.plan.changes and not job.yes:
        _ask()
    rereads = job.is_saved or time.monotonic() - asked > FRESH
    outcomes: tuple[Outcome, ...] = ()
    unwritten = ""
    if job.plan.changes:
        outcomes, unwritten = _executed(job, transport, stopping, rereads=rereads)
    if job.plan.changes or not as_text:
        echo(FORMATS[job.format_].result(outcomes, colour()))
    write_reports(job.reports, lambda name: FORMATS[name].result(outcomes, False))
    if unwritten:
        lost = f"{unwritten}; not all of it is written down, the next command looks at it"
        echo(failure(ReconcilerError(lost), colour()), err=True)
    return _exit_code(outcomes, stopping) or (ExitCode.ERROR if unwritten else ExitCode.DONE)


def _demand_enough(writes: int, left: int | None) -> None:
    if left is not None and left < writes:
        raise RefusedError(
            f"applying takes {writes} requests, but --max-requests leaves {left}; nothing was changed"
        )


def _show(plan: Plan, *, as_text: bool, is_asked: bool) -> None:
    """Whatever is printed in the end, nobody is asked about, or refused, what was not shown."""
    if (as_text and not is_quiet()) or (plan.changes and is_asked) or plan.refusals:
        echo(FORMATS["text"].plan(plan, colour()), err=not as_text)


def _ask() -> None:
    """Raises RefusedError where nobody can answer, ReconcilerError if the answer is no."""
    if not sys.stdin.isatty():
        raise RefusedError(
            "nobody is there to confirm; nothing was changed: give --yes to apply without asking"
        )
    if not click.confirm("Apply these changes?", err=True):
        raise ReconcilerError("not confirmed; nothing was changed")


def _executed(
    job: Job, transport: Transport, stopping: threading.Event, *, rereads: bool
) -> tuple[tuple[Outcome, ...], str]:
    """The outcomes, and why the journal could not be written to its end."""
    reader, kinds = Reader(transport), kinds_with(job.plan.platform)
    again = Again(Readings(reader), kinds)
    if rereads:
        with working("Reading again what the plan relies on") as report:
            reasons = list(stale(again, job.plan.changes, job.plan.account, report))
        if reasons:
            raise StaleError("nothing was changed, the live state has moved; make a new plan", *reasons)
    start = {"account": job.plan.account, "platform": reader.platform, "undoes": job.undoes}
    digest = document(job.plan)["digest"]
    with journal.opened(**start, digest=digest, changes=len(job.plan.changes)) as book:
        tools = Tools(Writer(transport), again, book, kinds, rereads, transport.patience.pause)
        with stoppable(stopping, book.close), working("Applying", at_once=True) as report:
            done = count(1)
            outcomes = execute(
                job.plan,
                tools,
                parallel=job.parallel,
                report=lambda _: report("", next(done), len(job.plan.changes)),
                stopping=stopping,
            )
        if not any(outcome.is_open for outcome in outcomes):
            with suppress(ReconcilerError):  # without its end, a run is looked at again by the next command
                book.write("end", interrupted=stopping.is_set(), **_counts(outcomes))
        return outcomes, book.error


def _counts(outcomes: Sequence[Outcome]) -> dict[str, int]:
    return {status.value: sum(each.status is status for each in outcomes) for status in Status}


@contextmanager
def stoppable(stopping: threading.Event, close: Callable[[], None]) -> Iterator[None]:
    """The first SIGINT or SIGTERM lets the writes in hand finish; a second SIGINT leaves at once, but not
    in the middle of a line of the journal.
    """

    def stop(number: int, _frame: Any) -> None:
        if stopping.is_set() and number == signal.SIGINT:
            close()
            os._exit(ExitCode.INTERRUPTED)
        stopping.set()
        with suppress(OSError):  # whoever read it may have ended by the same Ctrl-C
            os.write(2, b"Stopping: what is being written is finished first. Ctrl-C again leaves at once.\n")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
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
