"""For people: a line for each problem, as compilers write them and editors read them."""

from collections.abc import Iterator

from reconciler.kinds import KINDS
from reconciler.render.problems.findings import Findings


def lines(findings: Findings, _colour: bool) -> Iterator[str]:
    yield from map(str, findings.all)
    if findings.is_valid:
        yield f"Valid: {', '.join(KINDS[kind].counted(count) for kind, count in findings.objects.items())}."
