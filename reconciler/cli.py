"""The command line: options in, one call, output, exit code."""

import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler import __version__
from reconciler.console import colour, echo, progress, waiting
from reconciler.errors import ExitCode, InvalidConfigurationError, ReconcilerError, RefusedError, UsageError

if TYPE_CHECKING:
    from reconciler.client import Transport
    from reconciler.model import Desired, Plan
    from reconciler.planning import Options

_Command = Callable[..., Any]


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="reconciler")
def cli() -> None:
    """Configuration as code for the Convirza call-tracking platform.

    Describe groups, users, tags and routes in YAML; see what would change with `plan`, change it with
    `apply`. PATH is a file or a directory, by default the current one.

    \b
    CONVIRZA_TOKEN      access token; or CONVIRZA_EMAIL and CONVIRZA_PASSWORD to sign in
    CONVIRZA_API_URL    default https://platform-api.convirza.com/v3
    CONVIRZA_OAUTH_URL  default https://platform-oauth.convirza.com
    NO_COLOR            no colours, whatever the terminal can do
    """


_paths = click.argument("paths", nargs=-1, metavar="[PATH]...")


def _planning_options(command: _Command) -> _Command:
    """The options that `plan` and `apply` share."""
    for option in reversed(
        (
            _paths,
            click.option(
                "--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True
            ),
            click.option("--target", "targets", multiple=True, metavar="ADDRESS", help=_TARGET_HELP),
            click.option("--resend", multiple=True, metavar="KIND.FIELD", help=_RESEND_HELP),
            click.option("--sandbox", is_flag=True, help=_SANDBOX_HELP),
        )
    ):
        command = option(command)
    return command


_TARGET_HELP = "Only this object and what its change waits for; * stands for anything. Repeatable."
_RESEND_HELP = "Send a field again that the platform never shows, such as user.timezone. Repeatable."
_SANDBOX_HELP = "Use the embedded platform in place of the network; its state is kept in .reconciler/."


# -- commands


@cli.command()
@_paths
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


@cli.command()
@_planning_options
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 2 if there are changes.")
def plan(*, detailed_exitcode: bool, **options: Any) -> int:
    """Show what `apply` would change; changes nothing.

    \b
    Examples:
      reconciler plan
      reconciler plan --sandbox examples/quickstart
      reconciler plan --format json --detailed-exitcode config/
    """
    from reconciler.client import READ_ONLY
    from reconciler.connecting import connected

    with connected(sandbox=options["sandbox"], methods=READ_ONLY) as transport:
        planned = _planned(transport, options)
    echo(_format(options).plan(planned, colour()))
    return ExitCode.CHANGES if planned.changes and detailed_exitcode else ExitCode.DONE


@cli.command()
@_planning_options
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--parallel",
    type=click.IntRange(1, 32),
    default=4,
    show_default=True,
    help="How many changes may run side by side.",
)
def apply(*, yes: bool, parallel: int, **options: Any) -> int:
    """Make the platform what the files describe.

    Shows the plan and asks before anything is written.

    \b
    Examples:
      reconciler apply
      reconciler apply --yes --format json config/
    """
    from reconciler.client import READ_AND_WRITE
    from reconciler.connecting import connected

    with connected(sandbox=options["sandbox"], methods=READ_AND_WRITE) as transport:
        planned = _planned(transport, options)
        _confirm(planned, yes=yes, as_text=options["format_"] == "text")
        return _carried_out(planned, transport, parallel, options)


@cli.command()
@click.option("--seed", type=click.Path(path_type=Path), help="JSON file with the account to begin with.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; by default a free one."
)
def sandbox(seed: Path | None, port: int) -> int:
    """Serve the simulated platform until Ctrl-C, to try things out.

    \b
    Example:
      reconciler sandbox --port 8080
    """
    import threading

    from reconciler.connecting import read_seed, seed_errors
    from reconciler.sandbox import serve

    with seed_errors(seed), serve(read_seed(seed) if seed else None, port=port) as served:
        echo(
            [
                f"export CONVIRZA_API_URL={served.api_url}",
                f"export CONVIRZA_OAUTH_URL={served.oauth_url}",
                f"export CONVIRZA_TOKEN={served.token}",
            ]
        )
        sys.stdout.flush()
        echo([f"Serving until Ctrl-C; {served.oauth_url}/_sandbox tells how to order faults."], err=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()
    return ExitCode.DONE


# -- planning and applying


def _planned(transport: "Transport", options: dict[str, Any]) -> "Plan":
    from reconciler import config, live, planning
    from reconciler.client import Reader

    chosen = _options(options)
    loaded = config.load(options["paths"] or (".",))
    if loaded.problems:
        raise InvalidConfigurationError(loaded.problems)
    with waiting("Reading the live state"):
        actual = live.read(Reader(transport), loaded.desired.settings)
    return planning.plan(loaded.desired, actual, chosen)


def _options(options: dict[str, Any]) -> "Options":
    from reconciler.planning import Options

    return Options(resend=frozenset(map(_resent, options["resend"])), targets=tuple(options["targets"]))


def _resent(text: str) -> tuple[str, str]:
    from reconciler.kinds import KINDS, Settable

    hidden = {
        f"{kind.name}.{field.name}": (kind.name, field.name)
        for kind in KINDS.values()
        for field in kind.fields
        if not field.readable and field.settable is Settable.ALWAYS
    }
    if text not in hidden:
        raise UsageError(f"--resend {text}: choose from {', '.join(hidden)}")
    return hidden[text]


def _confirm(planned: "Plan", *, yes: bool, as_text: bool) -> None:
    """Show the plan, and go on only if the user or `--yes` says so."""
    from reconciler.render import FORMATS

    ask = bool(planned.changes) and not yes
    if as_text or ask:
        echo(FORMATS["text"].plan(planned, colour()), err=not as_text)
    if not ask:
        return
    if not sys.stdin.isatty():
        raise RefusedError(
            "nobody is there to confirm; nothing was changed: give --yes to apply without asking"
        )
    if not click.confirm("Apply these changes?", err=True):
        raise ReconcilerError("not confirmed; nothing was changed")


def _carried_out(planned: "Plan", transport: "Transport", parallel: int, options: dict[str, Any]) -> int:
    from reconciler import execute
    from reconciler.client import Writer
    from reconciler.model import Status

    with progress(len(planned.changes)) as report:
        outcomes = execute.execute(planned, Writer(transport), parallel=parallel, report=report)
    if planned.changes or options["format_"] != "text":
        echo(_format(options).result(outcomes, colour()))
    complete = all(outcome.status is Status.APPLIED for outcome in outcomes)
    return ExitCode.DONE if complete else ExitCode.PARTIAL


def _format(options: dict[str, Any]) -> Any:
    from reconciler.render import FORMATS

    return FORMATS[options["format_"]]


def _counted(desired: "Desired") -> str:
    from reconciler.kinds import KINDS

    counts = Counter(address.kind for address in desired.resources)
    return ", ".join(
        f"{counts[name]} {name if counts[name] == 1 else kind.plural}" for name, kind in KINDS.items()
    )
