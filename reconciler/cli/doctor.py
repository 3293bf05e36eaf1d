"""`doctor`: does what is assumed about the platform hold, and what would mend it."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.options import FORMAT, PATHS, SANDBOX
from reconciler.console import colour, echo, waiting
from reconciler.errors import ExitCode

if TYPE_CHECKING:
    from reconciler.doctoring import Check, Report

_MARKS = {"D": "documented", "I": "inferred", "A": "assumed"}
_SIGNS = {"ok": ("✓", "green"), "differs": ("✗", "red"), "unknown": ("?", "yellow")}


@click.command()
@PATHS
@FORMAT
@SANDBOX
def doctor(*, paths: tuple[str, ...], format_: str, sandbox: bool) -> int:
    """Check what is assumed about the platform against the real one; changes nothing.

    Says which facts do not hold, and which `settings.platform` would mend them. Without files, the account
    alone is looked at. The exit code is 1 if something differs.

    \b
    Examples:
      reconciler doctor
      reconciler doctor --sandbox examples/quickstart
      reconciler doctor --format json config/
    """
    from reconciler.client import READ_ONLY
    from reconciler.connecting import connected
    from reconciler.doctoring import examine
    from reconciler.doctoring.written import load

    written = load(paths or (".",))
    with connected(sandbox=sandbox, methods=READ_ONLY) as transport, waiting("Examining the platform"):
        report = examine(transport, written)
    has_overrides = bool(written.settings.platform)
    echo(_json(report) if format_ == "json" else _text(report, has_overrides=has_overrides))
    return ExitCode.DONE if report.is_sound else ExitCode.ERROR


# -- for people


def _text(report: "Report", *, has_overrides: bool) -> Iterator[str]:
    for name, checks in report.sections.items():
        yield click.style(name.capitalize(), bold=True) if colour() else name.capitalize()
        yield from map(_line, checks)
        yield ""
    if report.mends:
        instead = ", in place of the `platform:` that is there" if has_overrides else ""
        yield f"Paste this below `settings:`{instead}, and ask the doctor again:"
        yield ""
        yield from yaml({"platform": report.suggested}, "  ")
        yield ""
    yield _summary(report)


def _line(check: "Check") -> str:
    from reconciler.render.text import safe

    sign, fg = _SIGNS[check.status.value]
    mark = f" ({_MARKS[check.mark]})" if check.mark else ""
    return f"  {click.style(sign, fg=fg) if colour() else sign} {safe(check.fact)}{mark}: {safe(check.found)}"


def _summary(report: "Report") -> str:
    count = {
        sign: sum(check.status.value == sign for checks in report.sections.values() for check in checks)
        for sign in _SIGNS
    }
    verdict = (
        "Everything that was checked is as it should be" if report.is_sound else "Not all is as it should be"
    )
    counted = ", ".join(f"{number} {sign}" for sign, number in count.items() if number)
    return f"{verdict}: {counted}; {report.requests} requests."


def yaml(value: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Block style; text in quotes, as JSON has it, wherever it could be mistaken."""
    for name, each in value.items():
        if isinstance(each, Mapping) and each:
            yield f"{indent}{_scalar(name)}:"
            yield from yaml(each, f"{indent}  ")
        else:
            yield f"{indent}{_scalar(name)}: {_scalar(each)}"


def _scalar(value: Any) -> str:
    is_plain = isinstance(value, str) and re.fullmatch("[/A-Za-z_][/A-Za-z0-9_-]*", value)
    is_word = isinstance(value, str) and value.lower() in ("true", "false", "null", "yes", "no", "on", "off")
    return (
        value
        if isinstance(value, str) and is_plain and not is_word
        else json.dumps(dict(value) if isinstance(value, Mapping) else value)
    )


# -- for programs


def _json(report: "Report") -> Iterator[str]:
    """Everything beyond ASCII as escapes: nothing that a terminal would act on."""
    found = {
        "format_version": "1",
        "account": report.account,
        "is_sound": report.is_sound,
        "checks": [_entry(name, check) for name, checks in report.sections.items() for check in checks],
        "platform": report.suggested if report.mends else {},
        "requests": report.requests,
    }
    yield json.dumps(found, indent=2)


def _entry(section: str, check: "Check") -> dict[str, Any]:
    return {
        "section": section,
        "status": check.status.value,
        "fact": check.fact,
        "mark": _MARKS.get(check.mark),
        "found": check.found,
        "mend": check.mend or None,
    }
