"""`schema`: what may be written in files, and what is printed, as JSON Schema."""

import json
from typing import TYPE_CHECKING

import click

from reconciler.cli.console import echo
from reconciler.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from reconciler.files.schema import Schema


def _names() -> tuple[str, ...]:
    from reconciler.files.schema import OF_ALL_KINDS
    from reconciler.kinds import KINDS

    return (*KINDS, *OF_ALL_KINDS)


def _offered(_context: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    return [each for each in _names() if each.startswith(incomplete)]


@click.command(short_help="Print a JSON Schema, for editors and programs.")
@click.argument("kind", required=False, metavar="[KIND]", shell_complete=_offered)
def schema(kind: str | None) -> int:
    """Print a JSON Schema (draft 2020-12), for editors and other programs.

    Without KIND, or with `file`: of a whole file. Else of what KIND says, each on its own:

    \b
    group, user, tag, route   one object of a file; the plural will do
    settings                  what stands under `settings:` in a file
    plan                      what `plan --format json` prints
    findings                  what `validate --format json` prints

    What each field does is said in its description, and whether that is documented, inferred or assumed.

    \b
    Examples:
      reconciler schema > config.schema.json
      reconciler schema users
    """
    echo([json.dumps(_schema(kind), indent=2, ensure_ascii=False)])
    return ExitCode.DONE


def _schema(kind: str | None) -> "Schema":
    from reconciler.files.schema import bundle, load
    from reconciler.kinds import KIND_NAMES

    name = KIND_NAMES.get(kind or "", kind)
    if name is None:
        return bundle()
    if name not in _names():
        raise UsageError(f"there is no schema of {kind!r}; choose from {', '.join(_names())}")
    return {**bundle(), "$id": "file.schema.json"} if name == "file" else load(name)
