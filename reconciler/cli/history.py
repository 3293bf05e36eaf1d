"""`history` and `undo`: what was applied, and taking it back."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import completing
from reconciler.cli.console import echo, is_quiet
from reconciler.cli.options import (
    FORMAT,
    PARALLEL,
    PATHS,
    PLAN_FORMAT,
    YES,
    allow_options,
    allowed,
    platform_options,
    wanted,
)
from reconciler.cli.reports import REPORT, failing_into
from reconciler.errors import ExitCode
from reconciler.wording import counted, safe

if TYPE_CHECKING:
    from reconciler.api.client import Transport
    from reconciler.model import Plan, Settings
    from reconciler.runs.journal import Run

Undone = Mapping[str, tuple[str, bool]]


@click.command(short_help="List the runs applied from here, or show one.")
@click.argument("run", required=False, shell_complete=completing.runs)
@FORMAT
def history(run: str | None, format_: str) -> int:
    """List the runs that were applied from this workspace, or show one.

    \b
    Examples:
      reconciler history
      reconciler history 20260401T101500Z-1a2b
    """
    from reconciler.runs import journal

    every = journal.runs()
    found, undone = [journal.find(run)] if run else every, _undone(every)
    if format_ == "json":
        echo([json.dumps([_document(each, undone, whole=bool(run)) for each in found], indent=2)])
    elif run:
        echo(map(safe, _whole(found[0], undone)))
    elif every:
        echo(map(safe, _listed(found, undone)))
    elif not is_quiet():
        echo(map(safe, _nothing_applied()), err=True)
    return ExitCode.DONE


def _undone(runs: Sequence["Run"]) -> Undone:
    """By name of what was taken back, the last run that did it or a part of it, and whether it was a part.
    What was taken back whole itself, later on, has taken nothing back.
    """
    from reconciler.runs.settling import is_only_found, is_unclear

    unclear = {
        run.name for run in runs if any(is_unclear(each) or is_only_found(each) for each in run.writes)
    }
    found: dict[str, tuple[str, bool]] = {}
    for run in reversed(runs):
        _, in_part = found.get(run.name, ("", True))
        if run.applied and in_part:
            undone = str(run.start.get("undoes"))
            is_part = len(run.applied) != run.start.get("changes") or undone in unclear
            found.setdefault(undone, (run.name, is_part))
    return found


def _nothing_applied() -> Iterator[str]:
    yield f"Nothing was applied from {Path.cwd()} yet."
    yield "The journal lies in the folder that apply was run in; look there if that was another one."


def _listed(runs: Sequence["Run"], undone: Undone) -> Iterator[str]:
    for run in runs:
        later, in_part = undone.get(run.name, ("", False))
        told = f", undone {'in part ' if in_part else ''}by {later}" if later else ""
        yield f"{run.name}  account {run.start.get('account')}  {_summary(run)}{told}"


def _summary(run: "Run") -> str:
    total, undoes = run.start.get("changes"), run.start.get("undoes")
    parts = _told_at_the_end(run) or _told_by_its_writes(run)
    end = "" if run.end else ", did not come to its end"
    end = ", did not come to its end, settled since" if run.end and run.end.get("settled") else end
    stopped = ", interrupted" if run.end and run.end.get("interrupted") else ""
    takes_back = f", undoes {undoes}" if undoes else ""
    of_all = f"of {counted(total, 'change') if isinstance(total, int) else 'an unknown number of changes'}"
    return f"{', '.join(parts) or 'nothing written'} {of_all}{stopped}{end}{takes_back}"


def _told_at_the_end(run: "Run") -> list[str]:
    """What the run said itself of all its changes, as on the screen: also of those it wrote nothing of."""
    counts = {each: (run.end or {}).get(each) for each in ("applied", "failed", "skipped")}
    return [f"{count} {status}" for status, count in counts.items() if isinstance(count, int) and count]


def _told_by_its_writes(run: "Run") -> list[str]:
    counts, left = Counter(write.status for write in run.writes), _not_begun(run)
    parts = [f"{count} {status}" for status, count in sorted(counts.items())]
    return [*parts, f"{left} not sent"] if parts and left else parts


def _not_begun(run: "Run") -> int:
    """How many changes the run was to make that it wrote nothing of."""
    total = run.start.get("changes")
    return max(total - len(run.writes), 0) if isinstance(total, int) else 0


def _whole(run: "Run", undone: Undone) -> Iterator[str]:
    from reconciler.runs.settling import is_complete

    yield from _listed([run], undone)
    for write in run.writes:
        outcome = write.outcome or {}
        found = outcome.get("id") or write.intent.get("id")
        number = f" (id {found})" if found else ""
        reason = f": {outcome['reason']}" if outcome.get("reason") else ""
        yield f"  {write.status}  {write.intent.get('action')} {write.intent.get('address')}{number}{reason}"
        for field in write.intent["fields"] if is_complete(write.intent) else ():
            old, new = (json.dumps(field[name], ensure_ascii=False) for name in ("old", "new"))
            yield f"      {field['name']}: {old} → {new}"
    if left := _not_begun(run):
        one = "more was not begun; the journal does not name it"
        yield f"  {counted(left, one, 'more were not begun; the journal does not name them')}"


def _document(run: "Run", undone: Undone, *, whole: bool) -> dict[str, Any]:
    writes = [{**write.intent, "status": write.status, "outcome": write.outcome} for write in run.writes]
    counts = Counter(write.status for write in run.writes)
    later, in_part = undone.get(run.name, (None, False))
    document = {
        "run": run.name,
        "start": run.start,
        "end": run.end,
        "writes": dict(counts),
        "undone_by": later and {"run": later, "in_part": in_part},
    }
    return {**document, "changes": writes} if whole else document


@click.command(short_help="Take back what a run did; asks like apply.")
@click.argument("run", shell_complete=completing.runs)
@PATHS
@PLAN_FORMAT
@REPORT
@YES
@PARALLEL
@allow_options
@platform_options
def undo(run: str, *, yes: bool, parallel: int, sandbox: bool, **options: Any) -> int:
    """Take back what a run did: plans the inverse changes, and asks like `apply`.

    `settings` of the files in PATH hold here too, all but prune and ignore. Nothing is undone if something
    that the run wrote has moved since. What was deleted comes back under a new id, and without what the
    platform never showed. What the run may not have done itself is named, and stays.

    \b
    Examples:
      reconciler history
      reconciler undo 20260401T101500Z-1a2b
    """
    from reconciler.cli.applying import Job, carry_out, writing
    from reconciler.runs import journal

    given, found = wanted(options), journal.find(run)
    began = time.monotonic()
    with ExitStack() as stack:
        with failing_into(given, options["format_"]):
            transport, stopping = stack.enter_context(writing(sandbox=sandbox))
            plan = _inverse(found, transport, options)
            plan = replace(plan, seconds=transport.limiter.estimate(len(plan.changes), parallel))
        job = Job(plan, began, parallel, yes, options["format_"], given, undoes=found.name)
        return carry_out(job, transport, stopping)


def _inverse(run: "Run", transport: "Transport", options: dict[str, Any]) -> "Plan":
    from reconciler.api.client import Reader
    from reconciler.cli.planning import read, with_calls
    from reconciler.errors import RefusedError
    from reconciler.objects.overrides import kinds_with
    from reconciler.plans import planning
    from reconciler.plans.planning import Options
    from reconciler.runs import journal
    from reconciler.runs.undoing import inactive, inverse, without_strangers

    settings = _settings(options["paths"])
    reader = Reader(transport)
    actual = read(reader, settings, [*inactive(run, kinds_with(settings.platform))])
    run = journal.find(run.name)  # reading may have settled what was open
    done, here = _where(run), (actual.account, reader.platform)
    if done != here:
        raise RefusedError(
            f"run {run.name} was for account {done[0]} at {done[1]}, but the credentials belong to account "
            f"{here[0]} at {here[1]}; nothing was changed"
        )
    undo = inverse(run, actual, settings, [each for each in journal.runs() if _where(each) == here])
    plan = planning.plan(undo.desired, actual, Options(allowed=allowed(options), undoes=True))
    notices = (*undo.notices, *without_strangers(plan.notices))
    return with_calls(reader, replace(plan, notices=notices, unmanaged=0))


def _where(run: "Run") -> tuple[Any, Any]:
    return run.start.get("account"), run.start.get("platform")


def _settings(paths: tuple[str, ...]) -> "Settings":
    """The files' settings, but for what describes objects. No files are no obstacle, wrong ones are."""
    from reconciler.cli.planning import described
    from reconciler.files.reading import find
    from reconciler.files.settings import without_files

    if not paths and not find((".",))[0]:
        return without_files()
    return replace(described(paths).settings, prune={}, ignore=())
