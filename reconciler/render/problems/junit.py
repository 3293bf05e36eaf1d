"""For test reports, such as those of GitLab and Jenkins: JUnit's XML, each file a test.

A test for each file, with one failure that holds all its errors: both take the name for a test's identity
when they say what is new or mended, so it must not move with lines, and neither shows a second failure.
"""

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from reconciler.render.problems.findings import Finding, Findings, Severity
from reconciler.wording import visible


def lines(findings: Findings, _colour: bool) -> Iterator[str]:
    tests = findings.by_file()
    failures = len({each.problem.source.file for each in findings.of(Severity.ERROR)})
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield "<testsuites>"
    yield (
        f'  <testsuite name="reconciler validate" tests="{len(tests)}" failures="{failures}" '
        f'errors="0" skipped="0">'
    )
    for file, found in tests.items():
        yield f"    {ET.tostring(_test(file, found), encoding='unicode')}"
    yield "  </testsuite>"
    yield "</testsuites>"


def _test(file: str, found: Sequence[Finding]) -> ET.Element:
    test = ET.Element("testcase", {"name": visible(file), "classname": "reconciler.validate"})
    errors = [each for each in found if each.severity is Severity.ERROR]
    warnings = [each for each in found if each.severity is Severity.WARNING]
    if errors:
        told = {"message": _summary(errors), "type": errors[0].rule.value}
        ET.SubElement(test, "failure", told).text = "\n".join(map(str, errors))
    if warnings:
        ET.SubElement(test, "system-out").text = "\n".join(map(str, warnings))
    return test


def _summary(errors: Sequence[Finding]) -> str:
    return str(errors[0]) if len(errors) == 1 else f"{len(errors)} problems, the first at {errors[0]}"
