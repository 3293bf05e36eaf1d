"""`plan`: what `apply` would do."""

from pathlib import Path
from typing import Any

import click

from reconciler.cli.options import chosen, planning_options
from reconciler.console import colour, echo
from reconciler.errors import ExitCode


@click.command()
@planning_options
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
      reconciler plan --out plan.json config/
      reconciler plan --format json --detailed-exitcode config/
    """
    from reconciler import savedplan
    from reconciler.cli.work import demand_permitted, planned
    from reconciler.client import READ_ONLY
    from reconciler.connecting import connected
    from reconciler.render import FORMATS

    with connected(sandbox=options["sandbox"], methods=READ_ONLY) as transport:
        found = planned(transport, options["paths"], chosen(options))
    echo(FORMATS[options["format_"]].plan(found, colour()))
    demand_permitted(found)
    if out:
        savedplan.write(out, found)
    return ExitCode.CHANGES if found.changes and detailed_exitcode else ExitCode.DONE
