"""`why` and `graph`: one object explained, and the whole account as a picture."""

from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import completing
from reconciler.cli.console import colour, echo
from reconciler.cli.options import (
    FORMAT,
    PATHS,
    format_option,
    kinds_option,
    platform_options,
    singular,
)
from reconciler.errors import ExitCode

if TYPE_CHECKING:
    from reconciler.plans.planning import Draft


@click.command(short_help="Explain one object: which line, which rule.")
@click.argument("address", shell_complete=completing.addresses)
@PATHS
@FORMAT
@platform_options
def why(address: str, *, format_: str, **options: Any) -> int:
    """Explain one object: what describes it, what is done about it, and by which rule.

    ADDRESS is a kind, a slash, and whatever the object is called: user/jane@acme.example,
    group/ORG-1002, group/Acme/Sales, tag/Sales/Hot lead. Before each field stands = if it is as described,
    ~ if it changes, x if it is ignored, and ? if it cannot be checked.

    \b
    Examples:
      reconciler why user/jane@acme.example
      reconciler why "route/ORG-1002/Main line" config/
      reconciler why group/Sales --format json
    """
    from reconciler.plans.explaining import explain
    from reconciler.render.explanation import EXPLANATIONS

    echo(EXPLANATIONS[format_](explain(_drafted(options), address), colour()))
    return ExitCode.DONE


@click.command(short_help="Draw the group tree and what would change.")
@PATHS
@format_option(["text", "mermaid", "dot"])
@kinds_option("Of what stands in the groups only these; the groups are always drawn. Repeatable.")
@platform_options
def graph(*, format_: str, kinds: tuple[str, ...], **options: Any) -> int:
    """Draw the group tree with its users, tags and routes, and mark what would change.

    \b
    Examples:
      reconciler graph
      reconciler graph --kind group --kind route config/
      reconciler graph --format dot | dot -Tsvg > account.svg
    """
    from reconciler.changes import afterwards
    from reconciler.plans.branches import all_nodes
    from reconciler.render.graph import GRAPHS

    wanted, draft = singular(kinds), _drafted(options)
    after = afterwards(draft.aligned.live, draft.changes)
    echo(GRAPHS[format_](all_nodes(draft.changes, draft.aligned.root, after, wanted), colour()))
    return ExitCode.DONE


def _drafted(options: dict[str, Any]) -> "Draft":
    from reconciler.cli.planning import described, read_live
    from reconciler.plans.planning import drafted

    desired = described(options["paths"])
    actual = read_live(desired.settings, desired.resources.values(), sandbox=options["sandbox"])
    return drafted(desired, actual)
