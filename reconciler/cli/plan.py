"""`plan`, `show` and `drift`: what `apply` would do, and what somebody else has done."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.console import colour, echo, remark, working
from reconciler.cli.options import PLAN_FORMAT, chosen, comparing_options, planning_options, wanted
from reconciler.cli.reports import REPORT, Report, failing_into, write_reports
from reconciler.cli.repository import format_of
from reconciler.errors import Attempt, ExitCode, UsageError

if TYPE_CHECKING:
    from reconciler.model import Plan


def _named(_: click.Context, __: click.Parameter, base: str | None) -> str | None:
    if base is not None and not base.strip():
        raise UsageError("--base is empty; name a git revision, or leave the option out")
    return base


_BASE = click.option(
    "--base",
    metavar="REV",
    callback=_named,
    help="Tell what these files have changed since a git revision from what was done by hand.",
)


@click.command()
@planning_options
@_BASE
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes.")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Save the plan for `apply --plan`."
)
def plan(*, detailed_exitcode: bool, out: Path | None, **options: Any) -> int:
    """Show what `apply` would change; changes nothing.

    \b
    Examples:
      reconciler plan
      reconciler plan --sandbox examples/quickstart
      reconciler plan --base origin/main --report html=plan.html config/
      reconciler plan --out plan.json --format json --detailed-exitcode config/
    """
    from reconciler.cli.planning import demand_permitted
    from reconciler.runs import savedplan

    given = wanted(options, out=out)
    found = _planned(options, given)
    _show(found, options["format_"], given)
    demand_permitted(found)
    if out:
        savedplan.write(out, found)
    return ExitCode.CHANGES if found.changes and detailed_exitcode else ExitCode.DONE


def _planned(options: dict[str, Any], given: Sequence[Report], attempt: Attempt = Attempt.PLAN) -> "Plan":
    from reconciler.cli.connecting import connected
    from reconciler.cli.planning import planned

    with (
        failing_into(given, options["format_"], attempt),
        connected(sandbox=options["sandbox"]) as transport,
    ):
        return planned(transport, options["paths"], chosen(options), options.get("base"))


def _show(plan: "Plan", format_: str, given: Sequence[Report]) -> None:
    echo(format_of(format_).plan(plan, colour()))
    write_reports(given, lambda name: format_of(name).plan(plan, False))


@click.command()
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False))
@PLAN_FORMAT
@REPORT
def show(plan: Path, *, format_: str, **options: Any) -> int:
    """Show a saved plan, without asking the platform.

    \b
    Examples:
      reconciler show plan.json
      reconciler show plan.json --format markdown
      reconciler show plan.json --report html=plan.html --report markdown=plan.md
    """
    from reconciler.runs import savedplan

    given = wanted(options, plan=plan)
    with working("Reading the plan"):
        found, _ = savedplan.read(plan)
    _show(found, format_, given)
    return ExitCode.DONE


@click.command()
@comparing_options
@click.option("--unmanaged", is_flag=True, help="What no file describes counts too, and all of it is named.")
def drift(*, unmanaged: bool, **options: Any) -> int:
    """Check that the platform is as the files say; changes nothing.

    For a schedule: exits with 0 if nothing differs and with 2 if something does. What is shown is the plan
    that would bring the platform back.

    \b
    Examples:
      reconciler drift config/
      reconciler drift --report html=drift.html --report markdown=drift.md config/
    """
    from reconciler.render.tallies import differing

    if unmanaged and options["targets"]:
        raise UsageError("--unmanaged is about all that no file describes and cannot be limited by --target")
    given = wanted(options)
    planned = _planned(options, given, Attempt.DRIFT)
    found = replace(planned, is_drift=True, has_strangers=unmanaged)
    _show(found, options["format_"], given)
    told = differing(found)
    remark([f"Drift: {told}." if told else "No drift: the platform is as these files say."])
    return ExitCode.CHANGES if told else ExitCode.DONE
