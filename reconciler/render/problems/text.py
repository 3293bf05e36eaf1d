"""For people: a line for each problem, as compilers write them and editors read them."""

from collections.abc import Iterator, Mapping

from reconciler.render.problems.findings import Findings
from reconciler.wording import counted


def lines(findings: Findings, _colour: bool) -> Iterator[str]:
    yield from map(str, findings.all)
    if findings.is_valid:
        yield f"Valid: {_counted(findings.objects)}."


def _counted(objects: Mapping[str, int]) -> str:
    return ", ".join(counted(count, kind) for kind, count in objects.items())
