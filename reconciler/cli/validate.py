"""`validate`: what files alone can tell."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.console import colour, echo, working
from reconciler.cli.options import PATHS, format_option
from reconciler.cli.reports import REPORT, reports, spare, write_reports
from reconciler.cli.repository import top
from reconciler.errors import ExitCode, Problem
from reconciler.render.problems import FINDINGS
from reconciler.wording import counted

if TYPE_CHECKING:
    from reconciler.files.config import Loaded
    from reconciler.render.problems import Findings


@click.command()
@PATHS
@click.option(
    "--strict", is_flag=True, help="Treat warnings as errors, such as references to what no file describes."
)
@format_option(
    [*FINDINGS],
    "text for people; json for programs; sarif for code scanning; junit for test reports; github for the "
    "annotations of a workflow.",
)
@REPORT
def validate(paths: tuple[str, ...], *, strict: bool, format_: str, report: tuple[str, ...]) -> int:
    """Check files without touching the network.

    Prints every problem as FILE:LINE:COLUMN: MESSAGE and exits with 1 if there are any. Reports are
    written whether there are problems or not.

    \b
    Examples:
      reconciler validate --strict config/
      reconciler validate --format github --report sarif=problems.sarif
      reconciler validate --report junit=problems.xml config/
    """
    from reconciler.files.reading import find, passed_over
    from reconciler.render.problems.findings import Severity

    wanted = reports(report, FINDINGS)
    files, nothing = find(paths or (".",))
    spare(wanted, files)
    not_read = passed_over(paths or (".",))
    found = _findings(files, (problem.source.file for problem in nothing), not_read, strict=strict)
    try:
        write_reports(wanted, lambda name: FINDINGS[name](found, False))
    finally:
        echo(FINDINGS[format_](found, colour()))
    problems = found.of(Severity.ERROR)
    if problems:
        echo([f"{counted(len(problems), 'problem')}."], err=True)
    return ExitCode.ERROR if problems else ExitCode.DONE


def _findings(
    files: Sequence[str], missing: Iterable[str], not_read: Iterable[Problem], *, strict: bool
) -> "Findings":
    from reconciler.files import config
    from reconciler.render.problems import Findings, findings

    with working("Reading the files") as report:
        loaded = config.load((*files, *missing), report)
    here = Path.cwd()
    return Findings(
        all=findings(loaded.problems, loaded.warnings, [*not_read, *loaded.doubts], strict=strict),
        files=tuple(files),
        objects=_counted(loaded),
        folder=str(here),
        root=str(top(here)),
    )


def _counted(loaded: "Loaded") -> dict[str, int]:
    from reconciler.kinds import KINDS

    counts = Counter(address.kind for address in loaded.desired.resources)
    return {name: counts[name] for name in KINDS}
