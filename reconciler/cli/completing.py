"""What a shell offers when somebody presses Tab: from the files and the journal here, never the network."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

Item = CompletionItem[Any]


def addresses(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Of what the files describe or remove: those of the PATHs given so far, or those here."""
    # click has not told arguments apart yet where the option that is being completed lacks its value
    return _offered(incomplete, lambda: _addresses(ctx.params.get("paths") or ctx.args or (".",)))


def kinds(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """As addresses begin: `group`."""
    from reconciler.kinds import KINDS

    return _offered(incomplete, lambda: KINDS)


def hidden_fields(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """What `--resend` may name."""
    return _offered(incomplete, unseen_fields)


def unseen_fields() -> Iterator[str]:
    """KIND.FIELD of what the platform never shows and takes at any time."""
    from reconciler.facts import Settable
    from reconciler.kinds import KINDS

    for kind in KINDS.values():
        for each in kind.fields:
            if not each.readable and each.settable is Settable.ALWAYS:
                yield f"{kind.name}.{each.name}"


def counts(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """KIND=, for a number to follow."""
    from reconciler.kinds import KINDS

    return _offered(incomplete, lambda: (f"{name}=" for name in KINDS))


def runs(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """What was applied from this workspace, the newest first."""
    from reconciler.runs.journal import names

    return _offered(incomplete, lambda: reversed(names()))


def report_formats(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """FORMAT= with the formats that `--format` of the same command knows; then a file's name."""
    format_, equals, path = incomplete.partition("=")
    if equals:
        return _offered(incomplete, lambda: (f"{format_}={each}" for each in _beginning_with(path)))
    return _offered(incomplete, lambda: (f"{name}=" for name in _formats(ctx.command)))


def _offered(incomplete: str, found: Callable[[], Iterable[str]]) -> list[str]:
    """What begins as typed and can be shown; whatever goes wrong, nobody who presses Tab wants to read it."""
    offered: list[str] = []
    with suppress(Exception):
        offered = [each for each in found() if each.startswith(incomplete) and each.isprintable()]
    return offered


def _addresses(paths: Iterable[str]) -> Iterator[str]:
    from reconciler.files import config

    desired = config.load(tuple(paths)).desired
    yield from sorted({*map(str, desired.resources), *map(str, desired.removed)})


def _formats(command: click.Command) -> Iterator[str]:
    for param in command.params:
        if param.name == "format_" and isinstance(param.type, click.Choice):
            yield from param.type.choices


def _beginning_with(path: str) -> Iterator[str]:
    folder, name = os.path.split(path)
    for found in sorted(Path(folder or ".").iterdir()):
        if found.name.startswith(name):
            yield os.path.join(folder, found.name) + ("/" if found.is_dir() else "")  # noqa: PTH118 - as typed


# -- the shells: what click has for them neither quotes what is inserted nor leaves the cursor behind a `=`


def teach_shells() -> None:
    """Has click answer as it is done here."""
    for each in (Bash, Zsh, Fish):
        add_completion_class(each)


def _whole(found: list[Item], incomplete: str) -> list[Item]:
    """With the option before a value that is typed as `--option=value`: shells replace the whole word."""
    option, equals, _ = incomplete.partition("=")
    if not equals or not option.startswith("-"):
        return found
    return [CompletionItem(f"{option}={each.value}") if each.type == "plain" else each for each in found]


class Bash(BashComplete):
    """Asks with the line up to the cursor, since bash takes words apart at `:` and `=`, and inserts values
    with what the shell would not take literally escaped.
    """

    source_template = """\
%(complete_func)s() {
    local answer type value
    answer=$(COMP_WORDS="${COMP_LINE:0:COMP_POINT}" COMP_WORDBREAKS="$COMP_WORDBREAKS" \\
        %(complete_var)s=bash_complete "$1" 2> /dev/null)
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            plain) COMPREPLY+=("$value"); [[ $value != *[=/] ]] || compopt -o nospace ;;
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
        esac
    done <<< "$answer"
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

    def get_completion_args(self) -> tuple[list[str], str]:
        line = os.environ["COMP_WORDS"]
        words = split_arg_string(f"{line}{_CURSOR}")
        return words[1:-1], words[-1].removesuffix(_CURSOR)

    def get_completions(self, args: list[str], incomplete: str) -> list[Item]:
        return _whole(super().get_completions(args, incomplete), incomplete)

    def format_completion(self, item: Item) -> str:
        line, breaks = os.environ["COMP_WORDS"], os.environ.get("COMP_WORDBREAKS", "\"'><=;|&(:")
        return f"{item.type},{typed(str(item.value), line, breaks)}"


class Zsh(ZshComplete):
    """Leaves the cursor behind a `=`."""

    source_template = ZshComplete.source_template.replace(
        "        compadd -U -V unsorted -a completions\n",
        "        compadd -U -S '' -V unsorted -- ${(M)completions:#*[=/]}\n"
        "        compadd -U -V unsorted -- ${completions:#*[=/]}\n",
    )

    def get_completions(self, args: list[str], incomplete: str) -> list[Item]:
        return _whole(super().get_completions(args, incomplete), incomplete)


class Fish(FishComplete):
    """Takes a value with a comma whole."""

    source_template = FishComplete.source_template.replace('string split ","', 'string split --max 1 ","')

    def get_completions(self, args: list[str], incomplete: str) -> list[Item]:
        return _whole(super().get_completions(args, incomplete), incomplete)


_CURSOR = "\N{NULL}"


class _Word(NamedTuple):
    """The word at the end of a line: what the program will get; how much of that bash leaves alone, because
    it breaks words there; and the quote that is open.
    """

    text: str = ""
    kept: int = 0
    quote: str = ""


def typed(value: str, line: str, breaks: str) -> str:
    """What bash has to insert for a value at the end of a line, spelled for where that is."""
    word = _word(line, breaks)
    return _shell_quoted(value[word.kept :], word.quote)


_PIECES = re.compile(
    r"""(?P<space>\s+) | \\(?P<escaped>.) | '(?P<hard>[^']*)(?P<hard_end>'?)
    | "(?P<soft>(?:\\.|[^"\\])*)(?P<soft_end>"?) | (?P<plain>.)""",
    re.DOTALL | re.VERBOSE,
)


def _word(line: str, breaks: str) -> _Word:
    word = _Word()
    for piece in _PIECES.finditer(line):
        word = _with(word, piece, breaks)
    return word


def _with(word: _Word, piece: re.Match[str], breaks: str) -> _Word:
    for name, quote in (("hard", "'"), ("soft", '"')):
        if piece[name] is not None:
            inside = piece[name] if name == "hard" else re.sub(r'\\(["\\$`])', r"\1", piece[name])
            text = word.text + inside
            return _Word(text, len(text), "") if piece[f"{name}_end"] else _Word(text, len(word.text), quote)
    if piece["space"]:
        return _Word()
    text = word.text + (piece["escaped"] or piece["plain"])
    is_break = piece["escaped"] is None and piece["plain"] in breaks
    return _Word(text, len(text) if is_break else word.kept)


def _shell_quoted(text: str, quote: str) -> str:
    match quote:
        case "'":
            return text.replace("'", r"'\''")
        case '"':
            return re.sub(r'(["\\$`])', r"\\\1", text)
        case _:
            return re.sub(r"([^\w@%+=:,./-])", r"\\\1", text)
