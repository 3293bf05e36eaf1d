"""The command line: options in, one call, output, exit code. Each module holds the commands of one job."""

import click

from reconciler import __version__
from reconciler.cli.account import login, logout, whoami
from reconciler.cli.adopt import export, init
from reconciler.cli.apply import apply
from reconciler.cli.doctor import doctor
from reconciler.cli.explain import graph, why
from reconciler.cli.fmt import fmt
from reconciler.cli.helping import fit
from reconciler.cli.history import history, undo
from reconciler.cli.options import VERBOSITY
from reconciler.cli.plan import drift, plan, show
from reconciler.cli.sandbox import sandbox
from reconciler.cli.schema import schema
from reconciler.cli.validate import validate

_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=_SETTINGS)
@click.version_option(__version__, prog_name="reconciler")
def cli() -> None:
    """Configuration as code for the Convirza call-tracking platform.

    Describe groups, users, tags and routes in YAML; see what would change with `plan`, change it with
    `apply`. PATH is a file or a directory, by default the current one.

    \b
    Begin with:
      reconciler login                  or set CONVIRZA_TOKEN
      reconciler export --out config/   the live account as files
      reconciler plan config/           nothing to do yet; edit, and look again
      reconciler apply config/          asks before it writes

    \b
    Completion of commands, addresses and kinds, for bash; zsh and fish alike:
      eval "$(_RECONCILER_COMPLETE=bash_source reconciler)"

    \b
    CONVIRZA_TOKEN       access token; else CONVIRZA_EMAIL and CONVIRZA_PASSWORD
    CONVIRZA_API_URL     default https://platform-api.convirza.com/v3
    CONVIRZA_OAUTH_URL   default https://platform-oauth.convirza.com
    CONVIRZA_RETRY_WAIT  seconds before a failed request is tried again, about;
                         they double; default 0.5
    NO_COLOR             no colours, whatever the terminal can do
    CI                   no progress
    """


for _command in (
    *(init, export, fmt, validate, plan, show, apply, drift, why, graph, history, undo),
    *(schema, login, logout, whoami, doctor, sandbox),
):
    _command.params += VERBOSITY
    cli.add_command(_command)
cli.params += VERBOSITY
fit((cli, *cli.commands.values()))
