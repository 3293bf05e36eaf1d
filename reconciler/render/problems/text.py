"""For people: a line for each problem, as compilers write them and editors read them."""

from collections.abc import Iterator, Mapping

from reconciler.render.problems.findings import Findings


def lines(findings: Findings, _colour: bool) -> Iterator[str]:
    yield from map(str, findings.all)
    if findings.is_valid:
        yield f"Valid: {_counted(findings.objects)}."


def _counted(objects: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in objects.items())
