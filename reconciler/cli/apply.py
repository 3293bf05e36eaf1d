"""`apply`: a plan made and carried out, or one that was saved."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import PARALLEL, YES, chosen, planning_options, wanted
from reconciler.cli.reports import failing_into
from reconciler.errors import Attempt, RefusedError, UsageError

if TYPE_CHECKING:
    from reconciler.api.client import Transport
    from reconciler.model import Plan


@click.command()
@planning_options
@click.option(
    "--plan",
    "saved",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Apply exactly this saved plan, if nothing that it relies on has moved.",
)
@YES
@PARALLEL
def apply(*, saved: Path | None, yes: bool, parallel: int, **options: Any) -> int:
    """Make the platform what the files describe.

    Shows the plan and asks before anything is written. Every write is journaled in .reconciler/journal/.

    \b
    Examples:
      reconciler apply
      reconciler apply --yes --format json config/
      reconciler apply --plan plan.json --yes --report html=applied.html
      reconciler apply --allow-deletes user=12
    """
    from reconciler.cli.applying import Job, carry_out, writing

    given = wanted(options, plan=saved)
    if saved:
        _demand_alone(options)
    began = time.monotonic()
    with ExitStack() as stack:
        with failing_into(given, options["format_"], Attempt.APPLY if saved else Attempt.PLAN):
            transport, stopping = stack.enter_context(writing(sandbox=options["sandbox"]))
            plan, before = _saved(transport, saved) if saved else (_made(transport, options, parallel), None)
        job = Job(plan, began, parallel, yes, options["format_"], given, bool(saved), before)
        return carry_out(job, transport, stopping)


def _demand_alone(options: dict[str, Any]) -> None:
    """A saved plan is applied as it is."""
    for name in ("paths", "targets", "resend", "allow_deletes", "allow_updates"):
        if options[name]:
            option = {"paths": "PATH", "targets": "--target"}.get(name, f"--{name.replace('_', '-')}")
            raise UsageError(f"{option} cannot be combined with --plan: a saved plan is applied as it is")


def _made(transport: "Transport", options: dict[str, Any], parallel: int) -> "Plan":
    from reconciler.cli.planning import planned

    return planned(transport, options["paths"], chosen(options), parallel=parallel)


def _applied_before(path: Path, run: str) -> str:
    return f"{path}: the plan was applied before, in run {run}; make a new plan"


def _saved(transport: "Transport", path: Path) -> "tuple[Plan, str | None]":
    """The plan, and in words the run that one like it was applied in, if there is one: the file may be a
    copy, or that run taken back since. Raises RefusedError for a plan of another account, and for a file
    that was applied.
    """
    from reconciler.api.client import Reader
    from reconciler.api.live import who
    from reconciler.cli.planning import settle_first
    from reconciler.runs import journal, savedplan

    plan, digest = savedplan.read(path)
    reader = Reader(transport)
    caller = who(reader)
    if caller.account != plan.account:
        raise RefusedError(
            f"{path}: the plan is for account {plan.account}, but the credentials belong to account "
            f"{caller.account}; nothing was changed"
        )
    settle_first(reader, plan)
    run = journal.of_plan(digest, path.stat().st_mtime)
    if run:
        raise RefusedError(_applied_before(path, run))
    earlier = journal.of_plan(digest, 0.0)
    return plan, _applied_before(path, earlier) if earlier else None
