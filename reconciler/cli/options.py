"""Options that several commands share, and what they mean."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli import completing, console
from reconciler.cli.reports import REPORT, Report, demand_file, reports, spare
from reconciler.errors import UsageError
from reconciler.render import FORMATS

if TYPE_CHECKING:
    from reconciler.api.limiter import Limits
    from reconciler.model import Action
    from reconciler.plans.planning import Options

Command = Callable[..., Any]


def _together(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    def options_of(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return options_of


def _remembered(name: str, act: Callable[[], None] = lambda: None) -> Callable[..., None]:
    def remember(context: click.Context, _: click.Parameter, value: bool) -> None:
        if value:
            context.meta[name] = True
            act()

    return remember


# On every command, and before it.
VERBOSITY = (
    click.Option(
        ["-v", "--verbose"],
        is_flag=True,
        expose_value=False,
        callback=_remembered(console.VERBOSE, console.tell_requests),
        help="Tell every request on stderr, with its time.",
    ),
    click.Option(
        ["-q", "--quiet"],
        is_flag=True,
        expose_value=False,
        callback=_remembered(console.QUIET),
        help="No progress and no remarks: what was asked for, and errors.",
    ),
)
PATHS = click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())


def _for_programs(_: click.Context, __: click.Parameter, format_: str) -> str:
    if format_ != "text":
        console.speak_utf8()
    return format_


def format_option(names: Sequence[str], help_: str | None = None) -> Callable[[Command], Command]:
    """`--format`, with text as what is printed if nothing else is asked for."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(names),
        default="text",
        show_default=True,
        callback=_for_programs,
        help=help_,
    )


FORMAT = format_option(["text", "json"])
PLAN_FORMAT = format_option([*FORMATS], "What stdout gets; github means annotations of a pull request.")
_SANDBOX = click.option(
    "--sandbox",
    is_flag=True,
    help="Use the embedded platform in place of the network; its state is kept in .reconciler/.",
)
_RATE, REQUESTS = f"{__name__}.rate", f"{__name__}.requests"


def _kept(name: str) -> Callable[..., None]:
    def keep(context: click.Context, option: click.Parameter, value: float | None) -> None:
        if value != value:  # noqa: PLR0124  # a range lets it pass
            raise click.BadParameter("nan is not a number", context, option)
        context.meta[name] = value

    return keep


_MAX_RATE = click.option(
    "--max-rate",
    type=click.FloatRange(min=0, min_open=True, max=1000),
    metavar="N",
    expose_value=False,
    callback=_kept(_RATE),
    help="Send no more than N requests a second, besides those that sign in; "
    "else as fast as the platform takes them.",
)
_MAX_REQUESTS = click.option(
    "--max-requests",
    type=click.IntRange(min=1),
    metavar="N",
    expose_value=False,
    callback=_kept(REQUESTS),
    help="Send no more than N requests in all, besides those that sign in.",
)
# Which platform is asked, and how much; `limits` has that.
platform_options = _together(_SANDBOX, _MAX_RATE, _MAX_REQUESTS)


def limits() -> "Limits":
    """What `--max-rate` and `--max-requests` of this command allow, if it has them."""
    from reconciler.api.limiter import Limits

    context = click.get_current_context(silent=True)
    meta = context.meta if context else {}
    return Limits(meta.get(_RATE), meta.get(REQUESTS))


def kinds_option(help_: str) -> Callable[[Command], Command]:
    """`--kind`, which `singular` reads."""
    return click.option(
        "--kind", "kinds", multiple=True, metavar="KIND", shell_complete=completing.kinds, help=help_
    )


YES = click.option("--yes", is_flag=True, help="Do not ask.")
PARALLEL_CHANGES = 4
PARALLEL = click.option(
    "--parallel",
    type=click.IntRange(1, 32),
    default=PARALLEL_CHANGES,
    show_default=True,
    help="How many changes may run side by side.",
)


def _allow(verb: str) -> Callable[[Command], Command]:
    return click.option(
        f"--allow-{verb}s",
        multiple=True,
        metavar="KIND=N",
        shell_complete=completing.counts,
        help=f"Let a plan {verb} exactly N of a kind, beyond the limits. Repeatable.",
    )


allow_options = _together(_allow("delete"), _allow("update"))
_TARGET = click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="ADDRESS",
    shell_complete=completing.addresses,
    help="Only this object and what its change waits for; * stands for anything. Repeatable.",
)
_RESEND = click.option(
    "--resend",
    multiple=True,
    metavar="KIND.FIELD",
    shell_complete=completing.hidden_fields,
    help="Send a field again that the platform never shows, such as user.timezone. Repeatable.",
)
# Of what makes a plan from files: to look at what differs, or to apply it.
comparing_options = _together(PATHS, PLAN_FORMAT, REPORT, _TARGET, platform_options)
planning_options = _together(PATHS, PLAN_FORMAT, REPORT, _TARGET, _RESEND, allow_options, platform_options)


def singular(given: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds that `--kind` names, all if it names none. Raises UsageError."""
    from reconciler.kinds import KIND_NAMES, KINDS

    for text in given:
        if text.lower() not in KIND_NAMES:
            raise UsageError(f"--kind {text}: choose from {', '.join(KINDS)}")
    return tuple(KIND_NAMES[text.lower()] for text in given) or tuple(KINDS)


def wanted(
    options: Mapping[str, Any], *, plan: Path | None = None, out: Path | None = None
) -> tuple[Report, ...]:
    """The reports that are asked for: neither they nor what `--out` names take the place of a file that is
    read, be it the files or a saved `plan`. Raises UsageError, ReconcilerError where `out` cannot be.
    """
    from reconciler.files.reading import find

    given = reports(options["report"], FORMATS)
    if out == Path("-"):
        raise UsageError("--out -: a plan is saved in a file; to print it, give --format json")
    if out:
        demand_file(out, "plan")
    if given or out:
        spare(given, [str(plan)] if plan else find(options["paths"] or (".",))[0], out)
    return given


def chosen(options: Mapping[str, Any]) -> "Options":
    """Raises UsageError for what names nothing."""
    from reconciler.plans.planning import Options

    return Options(
        resend=frozenset(map(_resent, options.get("resend", ()))),
        targets=tuple(options["targets"]),
        allowed=allowed(options),
    )


def allowed(options: Mapping[str, Any]) -> "Mapping[tuple[str, Action], int]":
    """What the limits are lifted to, by kind and action."""
    from reconciler.model import Action

    return {
        **_counts("--allow-deletes", Action.DELETE, options.get("allow_deletes", ())),
        **_counts("--allow-updates", Action.UPDATE, options.get("allow_updates", ())),
    }


def _counts(option: str, action: "Action", given: Iterable[str]) -> "dict[tuple[str, Action], int]":
    from reconciler.kinds import KIND_NAMES, KINDS

    counts = {}
    for text in given:
        word, _, number = text.partition("=")
        kind = KIND_NAMES.get(word.lower())
        if not kind or not (number.isascii() and number.isdigit()):
            raise UsageError(f"{option} {text}: write KIND=N, such as user=12; kinds are {', '.join(KINDS)}")
        counts[kind, action] = int(number)
    return counts


def _resent(text: str) -> tuple[str, str]:
    from reconciler.kinds import KINDS

    name, _, field_name = text.partition(".")
    if name not in KINDS or not KINDS[name].known(field_name):
        raise UsageError(f"--resend {text}: choose from {', '.join(completing.unseen_fields())}")
    return name, field_name  # of other fields, settings.platform may say that the platform does not show them
