"""`doctor`: does what is assumed about the platform hold, and what would mend it."""

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.console import colour, echo, working
from reconciler.cli.options import FORMAT, PATHS, platform_options
from reconciler.errors import ExitCode
from reconciler.wording import counted, safe

if TYPE_CHECKING:
    from reconciler.doctoring import Check, Report

_MARKS = {"D": "documented", "I": "inferred", "A": "assumed"}
_SIGNS = {"ok": ("✓", "green"), "differs": ("✗", "red"), "unknown": ("?", "yellow")}


@click.command(short_help="Compare what is assumed of the platform with it.")
@PATHS
@FORMAT
@platform_options
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
    from reconciler.api.client import Reader
    from reconciler.cli.connecting import connected, misdirected
    from reconciler.doctoring import examine
    from reconciler.doctoring.written import load

    written = load(paths or (".",))
    with connected(sandbox=sandbox) as transport, working("Examining the platform") as progress:
        report = examine(transport, written, progress)
    has_overrides = bool(written.settings.platform)
    hint = misdirected(Reader(transport).platform) if report.finds_nothing else ""
    echo(_json(report) if format_ == "json" else _text(report, hint, has_overrides=has_overrides))
    return ExitCode.DONE if report.is_sound else ExitCode.ERROR


# -- for people


def _text(report: "Report", hint: str, *, has_overrides: bool) -> Iterator[str]:
    from reconciler.exports.spelling import block

    for name, checks in report.sections.items():
        yield click.style(name.capitalize(), bold=True) if colour() else name.capitalize()
        yield from map(_line, checks)
        yield ""
    if report.mends:
        instead = ", in place of the `platform:` that is there" if has_overrides else ""
        yield f"Paste this below `settings:`{instead}, and ask the doctor again:"
        yield ""
        yield from block({"platform": report.suggested}, "  ")
        yield ""
    if hint:
        yield safe(f"Nothing is where it should be: {hint}.")
    if report.is_turned_away:
        yield "Nothing else was asked: sign in first."
    yield _summary(report)


def _line(check: "Check") -> str:
    sign, fg = _SIGNS[check.status.value]
    mark = f" ({_MARKS[check.mark]})" if check.mark else ""
    return f"  {click.style(sign, fg=fg) if colour() else sign} {safe(check.fact)}{mark}: {safe(check.found)}"


def _summary(report: "Report") -> str:
    found = Counter(check.status.value for checks in report.sections.values() for check in checks)
    verdict = "Everything that was checked is" if report.is_sound else "Not all that was checked is"
    signs = ", ".join(_counted(found[sign], sign) for sign in _SIGNS if found[sign])
    return f"{verdict} as it should be: {signs}; {counted(report.requests, 'request')}."


def _counted(number: int, sign: str) -> str:
    return f"{number} {sign}" if number == 1 else f"{number} {sign.removesuffix('s')}"


# -- for programs


def _json(report: "Report") -> Iterator[str]:
    from reconciler.render.json import dumped

    found = {
        "format_version": "1",
        "account": report.account,
        "is_sound": report.is_sound,
        "checks": [_entry(name, check) for name, checks in report.sections.items() for check in checks],
        "platform": report.suggested if report.mends else {},
        "requests": report.requests,
    }
    yield dumped(found)


def _entry(section: str, check: "Check") -> dict[str, Any]:
    return {
        "section": section,
        "status": check.status.value,
        "fact": check.fact,
        "mark": _MARKS.get(check.mark),
        "found": check.found,
        "mend": check.mend or None,
    }
