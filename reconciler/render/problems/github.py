"""For the log of a GitHub workflow, which shows them at the lines of a pull request."""

from collections.abc import Iterator

from reconciler.render.annotations import MOST, Level, annotation
from reconciler.render.problems.findings import Finding, Findings, Severity
from reconciler.wording import counted

_LEVELS = {Severity.ERROR: Level.ERROR, Severity.WARNING: Level.WARNING}


def lines(findings: Findings, _colour: bool) -> Iterator[str]:
    """Errors first, at most as many of each severity as GitHub shows."""
    groups = {severity: findings.of(severity) for severity in Severity}
    for found in groups.values():
        for each in found[:MOST]:
            yield _annotation(each, findings)
    more = [
        counted(len(found) - MOST, f"more {word.value}")
        for word, found in groups.items()
        if len(found) > MOST
    ]
    if more:
        told = f"{' and '.join(more)} not shown here; `reconciler validate` prints them all"
        yield annotation(Level.NOTICE, [told], title="More problems")


def _annotation(finding: Finding, findings: Findings) -> str:
    source, message = finding.problem
    place = source._replace(file=findings.path(source.file))
    return annotation(_LEVELS[finding.severity], [message], title=finding.rule.value, source=place)
