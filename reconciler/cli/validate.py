"""`validate`: what files alone can tell."""

from collections import Counter
from typing import TYPE_CHECKING

import click

from reconciler.cli.options import PATHS
from reconciler.console import echo
from reconciler.errors import ExitCode

if TYPE_CHECKING:
    from reconciler.model import Desired


@click.command()
@PATHS
@click.option("--strict", is_flag=True, help="Treat references to what no file describes as errors.")
def validate(paths: tuple[str, ...], *, strict: bool) -> int:
    """Check files without touching the network.

    Prints every problem as FILE:LINE:COLUMN: MESSAGE and exits with 1 if there are any.

    \b
    Example:
      reconciler validate --strict config/
    """
    from reconciler import config
    from reconciler.render.text import safe

    loaded = config.load(paths or (".",))
    mild = () if strict else loaded.warnings
    problems = {*loaded.problems, *loaded.warnings} - set(mild)
    words = {problem: "warning: " if problem in mild else "" for problem in {*problems, *mild}}
    echo(safe(f"{problem.source}: {words[problem]}{problem.message}") for problem in sorted(words))
    if problems:
        echo([f"{len(problems)} problem{'' if len(problems) == 1 else 's'}."], err=True)
        return ExitCode.ERROR
    echo([f"Valid: {_counted(loaded.desired)}."])
    return ExitCode.DONE


def _counted(desired: "Desired") -> str:
    from reconciler.kinds import KINDS

    counts = Counter(address.kind for address in desired.resources)
    return ", ".join(
        f"{counts[name]} {name if counts[name] == 1 else kind.plural}" for name, kind in KINDS.items()
    )
