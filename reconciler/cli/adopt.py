"""`export` and `init`: from a live account, or from nothing, to files."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.console import echo, is_quiet, speak_utf8, working
from reconciler.cli.options import PATHS, kinds_option, platform_options, singular
from reconciler.errors import ExitCode, ReconcilerError, UsageError
from reconciler.wording import safe

if TYPE_CHECKING:
    from reconciler.model import Resource, Settings

_FORCE = click.option("--force", is_flag=True, help="Overwrite files that are there.")


@click.command()
@PATHS
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Directory for the files; else stdout."
)
@kinds_option("Only these objects. Repeatable.")
@click.option(
    "--split",
    type=click.Choice(["kind", "group"]),
    help="A file for each kind, or for each group below the root.",
)
@_FORCE
@platform_options
def export(paths: tuple[str, ...], *, out: Path | None, split: str | None, **options: Any) -> int:
    """Write the live account as files; a plan of them is empty.

    What the platform owns, and what is empty, is left out; objects refer to each other by external id or
    name. `settings` of the files in PATH hold here too, if any are given: account and platform.

    \b
    Examples:
      reconciler export > account.yaml
      reconciler export --out config/ --split kind
      reconciler export --out config/ --split group --force
      reconciler export --kind tag --kind route
    """
    from reconciler.cli.planning import read_live
    from reconciler.exports.exporting import exported

    if split and not out:
        raise UsageError("--split writes several files: say where with --out DIR")
    wanted, settings = singular(options["kinds"]), _settings(paths)
    actual = read_live(settings, sandbox=options["sandbox"])
    with working("Writing it down") as report:
        found = exported(actual, settings, wanted, split, report)
    echo((f"Left out: {reason}" for reason in map(safe, found.left_out)), err=True)
    if out is None:
        speak_utf8()
        echo(_alone("".join(found.files.values())))
        return ExitCode.DONE
    _write(out, found.files, force=options["force"])
    done = f"{_counted(found.counts)} written to {', '.join(found.files)} in {safe(str(out))}."
    plan = _command("plan", out, sandbox=options["sandbox"])
    _say([done, f"Next: `{plan}`, which should show no changes."])
    return ExitCode.DONE


def _alone(text: str) -> Iterable[str]:
    """The lines without the first: no schema stands beside what is printed."""
    from reconciler.exports.filing import SCHEMA_LINE

    return text.removeprefix(f"{SCHEMA_LINE}\n").removesuffix("\n").split("\n")


def _say(lines: Iterable[str]) -> None:
    """What was done; on stdout, which has nothing else to carry."""
    if not is_quiet():
        echo(lines)


def _command(name: str, folder: Path, *, sandbox: bool = False) -> str:
    """What to type next, for the folder that was written."""
    words = ["reconciler", name, *(["--sandbox"] if sandbox else []), quote(str(folder))]
    return safe(" ".join(words[:-1] if folder == Path() else words))


def _settings(paths: tuple[str, ...]) -> "Settings":
    from reconciler.cli.planning import described
    from reconciler.files.settings import without_files

    return described(paths).settings if paths else without_files()


def _counted(counts: Mapping[str, int]) -> str:
    from reconciler.kinds import KINDS

    return ", ".join(KINDS[kind].counted(count) for kind, count in counts.items())


def _write(folder: Path, files: Mapping[str, str], *, force: bool) -> None:
    """All of them, and the schema that their first lines name; nothing if something is in the way."""
    from reconciler.atomic import READABLE, write_whole
    from reconciler.exports.filing import SCHEMA_FILE
    from reconciler.files.schema import bundled

    texts = {**files, SCHEMA_FILE: bundled()}
    if links := list(_leading_elsewhere(folder, texts)):
        raise ReconcilerError(f"nothing was written, {'; '.join(links)}; remove what is a link")
    if others := list(_others(folder, texts)):
        raise ReconcilerError(
            f"nothing was written, {_are_there(others)}: what they describe would be described twice; "
            "take them away, or choose another directory"
        )
    if there := list(_in_the_way(folder, texts, force=force)):
        hint = "choose another directory" + ("" if force else ", or overwrite with --force")
        raise ReconcilerError(f"nothing was written, {_are_there(there)} already; {hint}")
    (folder / SCHEMA_FILE).parent.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        write_whole(folder / name, text, READABLE)


def _are_there(paths: Sequence[str]) -> str:
    return f"{', '.join(map(safe, paths))} {'is' if len(paths) == 1 else 'are'} there"


def _others(folder: Path, texts: Mapping[str, str]) -> Iterator[str]:
    """Files that would be read together with these, and say something."""
    from reconciler.files.reading import find, read

    mine = {str(folder / name) for name in texts}
    for path in find((str(folder),))[0]:
        documents, problems = read(path)
        if path not in mine and (problems or any(each.data for each in documents)):
            yield path


def _leading_elsewhere(folder: Path, texts: Mapping[str, str]) -> Iterator[str]:
    """Links within the directory by which something out of it, and out of here, would be written."""
    from reconciler.atomic import strayed

    within = [os.path.realpath(each) for each in (".", folder)]
    for path in (folder / name for name in texts):
        if real := strayed(path, within):
            yield f"{safe(str(path))} leads to {safe(real)}, which is elsewhere"


def _in_the_way(folder: Path, texts: Mapping[str, str], *, force: bool) -> Iterator[str]:
    """What would be overwritten, or cannot be."""
    from reconciler.exports.filing import SCHEMA_FILE

    for name, text in texts.items():
        path = folder / name
        is_same = name == SCHEMA_FILE and path.is_file() and path.read_bytes() == text.encode()
        if path.is_dir() or (os.path.lexists(path) and not force and not is_same):
            yield str(path)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".", metavar="[DIR]")
@_FORCE
@platform_options
def init(folder: Path, *, force: bool, sandbox: bool) -> int:
    """Write a small workspace to begin with.

    Commented files that describe nothing yet but the account and its root, if there are credentials.

    \b
    Examples:
      reconciler init
      reconciler init --sandbox config/
    """
    from reconciler.exports.starter import workspace

    files = workspace(_root(sandbox=sandbox))
    _write(folder, files, force=force)
    written = f"Written to {safe(str(folder))}: {', '.join(files)}."
    validate, plan = _command("validate", folder), _command("plan", folder, sandbox=sandbox)
    _say([written, f"Next: `{validate}`, then `{plan}`."])
    return ExitCode.DONE


def _root(*, sandbox: bool) -> "Resource | None":
    """The account's root, if there are credentials that work."""
    from reconciler.api.client import Reader
    from reconciler.api.live import read_root
    from reconciler.cli.connecting import connected

    try:
        with working("Asking the platform"), connected(sandbox=sandbox) as transport:
            return read_root(Reader(transport))
    except ReconcilerError as error:
        echo([f"The account is not named in the files: {safe(str(error))}"], err=True)
        return None
