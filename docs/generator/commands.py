"""`cli.md`: what the commands say of themselves."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click

from generator.markdown import Lines, code, table
from reconciler.cli import cli
from reconciler.errors import ExitCode

_README = Path(__file__).resolve().parents[2] / "README.md"


def walked(command: click.Command = cli, parent: click.Context | None = None) -> Iterator[click.Context]:
    """Every command that is no group, in the order in which they were added."""
    name = command.name if parent else "reconciler"
    context = click.Context(command, parent=parent, info_name=name, **command.context_settings)
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from walked(each, context)
    else:
        yield context


def paragraphs(command: click.Command) -> list[str]:
    return inspect.cleandoc(command.help or "").split("\n\n")


def options() -> Lines:
    """Those that stand before a command."""
    yield from _options(click.Context(cli, info_name="reconciler", **cli.context_settings))


def overview() -> Lines:
    found = {each.command_path: paragraphs(each.command)[0] for each in walked()}
    rows = ((f"[`{path}`](#{path.replace(' ', '-')})", text) for path, text in found.items())
    yield from table(("command", "does"), rows)


def commands() -> Lines:
    for context in walked():
        command = context.command
        usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
        yield from (f"## `{context.command_path}`", "", "```text", usage, "```", "")
        for paragraph in paragraphs(command):
            yield from _paragraph(paragraph)
        yield from _options(context)


def _options(context: click.Context) -> Lines:
    options = (each for each in context.command.get_params(context) if isinstance(each, click.Option))
    records = (each.get_help_record(context) for each in options)
    yield from table(("option", "meaning"), ((code(each[0]), each[1]) for each in records if each))


def _paragraph(text: str) -> Lines:
    """A paragraph that click would not fill stays as it is; one of examples becomes commands."""
    lines = examples(text)
    if lines:
        yield from ("```sh", *lines, "```")
    elif text.startswith("\b\n"):
        yield from ("```text", text.removeprefix("\b\n"), "```")
    else:
        yield " ".join(text.split())
    yield ""


def examples(text: str) -> list[str]:
    """The commands of a paragraph of examples; none in any other."""
    found = re.fullmatch(r"\x08\nExamples?:\n(.+)", text, re.DOTALL)
    return [line.strip() for line in found[1].split("\n")] if found else []


def codes() -> Lines:
    """The README's table, which has to have every code."""
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", _README.read_text(encoding="utf-8"), re.MULTILINE)
    meanings = {int(number): meaning for number, meaning in rows}
    yield from table(
        ("code", "name", "meaning"), ((str(int(each)), code(each.name), meanings[each]) for each in ExitCode)
    )
