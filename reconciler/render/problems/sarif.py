"""For code scanning, such as GitHub's, and editors: SARIF 2.1.0."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote

from reconciler import __version__
from reconciler.render.problems.findings import Finding, Findings, Rule, Severity
from reconciler.render.problems.json import with_rows
from reconciler.wording import safe

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_HOME = "https://www.convirza.com"
_ROOT = "%SRCROOT%"
# Not primaryLocationLineHash: GitHub's upload action makes that one from the line itself, and complains of
# every other value.
_FINGERPRINT = "problem/v1"
_MOST = 25_000  # GitHub refuses a run with more results (its documentation of SARIF support)
_PLACE = re.compile(r":\d+:\d+")


class _RuleText(NamedTuple):
    """What code scanning says of a rule; `level` unless a finding has another."""

    level: Severity
    short: str
    full: str
    mend: str


_RULES: Mapping[Rule, _RuleText] = MappingProxyType(
    {
        Rule.INVALID: _RuleText(
            Severity.ERROR,
            "The configuration cannot be acted on.",
            "Something in the files cannot be read, breaks the schema or contradicts something else, so "
            "nothing can be planned or applied.",
            "Mend the place that the message names. `reconciler schema` prints what may be written, for "
            "editors and for people; `reconciler validate` checks again.",
        ),
        Rule.UNKNOWN: _RuleText(
            Severity.WARNING,
            "A reference names what no file describes.",
            "Whether the object exists is known to the platform alone, so nobody notices a slip of the pen "
            "before a plan is made. An error with `validate --strict`.",
            "Mend the name, or describe the object in a file. If it exists on the platform and is not to be "
            "managed, list its address in `settings.external`.",
        ),
    }
)


def lines(findings: Findings, _colour: bool) -> Iterator[str]:
    locations = {file: _location(findings.path(file)) for file in findings.by_file()}
    worst_first = sorted(findings.all, key=lambda each: each.severity is not Severity.ERROR)
    unsaid = len(worst_first) - _MOST
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(locations, unsaid)]}
    yield from with_rows(log, _results(worst_first[:_MOST] if unsaid > 0 else findings.all, locations))


def _run(locations: Mapping[str, Mapping[str, str]], unsaid: int) -> dict[str, Any]:
    # No automationDetails: they would keep the category from working that is given when uploading.
    distinct = {each["uri"]: each for each in locations.values()}  # one file may go by several names
    return {
        "tool": {"driver": _driver()},
        "invocations": [{"executionSuccessful": True, **_more(unsaid)}],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": each, "roles": ["analysisTarget"]} for each in distinct.values()],
        "results": [],
    }


def _more(unsaid: int) -> dict[str, Any]:
    if unsaid <= 0:
        return {}
    text = f"{unsaid} more problems are not listed here: a run may hold {_MOST} results."
    return {"toolExecutionNotifications": [{"level": "warning", "message": {"text": text}}]}


def _driver() -> dict[str, Any]:
    return {
        "name": "reconciler",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": _HOME,
        "rules": [_rule(rule, told) for rule, told in _RULES.items()],
    }


def _rule(rule: Rule, told: _RuleText) -> dict[str, Any]:
    level = told.level.value
    return {
        "id": rule.value,
        "name": rule.value.title().replace("-", ""),
        "shortDescription": {"text": told.short},
        "fullDescription": {"text": told.full},
        "help": {"text": told.mend.replace("`", ""), "markdown": told.mend},
        "defaultConfiguration": {"level": level},
        "properties": {"problem.severity": level, "precision": "very-high", "tags": ["configuration"]},
    }


def _location(path: str) -> dict[str, str]:
    """Percent-encoded byte by byte, so that names which are not UTF-8 come out right too."""
    uri = quote(path, safe="/", errors="surrogateescape")
    return {"uri": f"file://{uri}"} if path.startswith("/") else {"uri": uri, "uriBaseId": _ROOT}


def _results(
    found: Iterable[Finding], locations: Mapping[str, Mapping[str, str]]
) -> Iterator[dict[str, Any]]:
    seen: Counter[str] = Counter()
    for each in found:
        source = each.problem.source
        key = _key(each, locations[source.file]["uri"])
        seen[key] += 1
        region = {"startLine": source.line, "startColumn": source.column}
        yield {
            "ruleId": each.rule.value,
            "ruleIndex": list(_RULES).index(each.rule),
            "level": each.severity.value,
            "message": {"text": _message(each)},
            "locations": [
                {"physicalLocation": {"artifactLocation": locations[source.file], "region": region}}
            ],
            "partialFingerprints": {_FINGERPRINT: f"{key}:{seen[key]}"},
        }


def _key(finding: Finding, uri: str) -> str:
    """The same as long as the problem is, wherever in its file it stands, and whatever it points at."""
    message = _PLACE.sub("", finding.problem.message)
    words = f"{finding.rule.value}\0{uri}\0{message}"
    return hashlib.sha256(words.encode(errors="backslashreplace")).hexdigest()[:16]


def _message(finding: Finding) -> str:
    """In a message of SARIF, braces stand for arguments unless they are doubled."""
    return safe(finding.problem.message).replace("{", "{{").replace("}", "}}")
