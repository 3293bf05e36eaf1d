"""What stands beside the files that are read, and does not hold since it was not given, or cannot be."""

import codecs
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from reconciler.files.reading import find, is_configuration, is_folder, passed_over
from reconciler.files.schema import load
from reconciler.files.settings import without_files
from reconciler.kinds import KINDS
from reconciler.model import Notice, Settings
from reconciler.wording import listed


def left_out(paths: Sequence[str], settings: Settings) -> Iterator[Notice]:
    """What is said of what is not read in a folder, and where single files were given and not their folder;
    `settings` are what these say.

    The files beside them are looked through for lines that begin with a key, and not parsed.
    """
    for each in dict.fromkeys(passed_over(paths)):
        yield Notice("files-left-out", "plan", f"{each.source.file}: {each.message}")
    if any(is_folder(Path(path)) for path in paths):
        return
    given = find(paths)[0]
    if settings == without_files() and not any(_has(_content(Path(file)), ("settings",)) for file in given):
        yield from _settings(given)
    pruned = [KINDS[kind].plural for kind in settings.prune]
    files = [str(each) for each in _beside(given) if pruned and _has(_content(each), pruned)]
    if files:
        message = (
            f"{_were(files)} not given, and the files that were say `prune`: {' and '.join(pruned)} that "
            "only stand there count as absent; give the folder"
        )
        yield Notice("files-left-out", "plan", message)


def _settings(given: Sequence[str]) -> Iterator[Notice]:
    for each in _beside(given):
        content = _content(each)
        if _has(content, ("settings",)):
            near = [file for file in given if Path(file).parent == each.parent]
            keys = listed([*_keys(content)], _SHOWN)
            whose = f"whose settings ({keys})" if keys else "whose settings"
            message = (
                f"{_were(near)} given without {each} beside {'it' if len(near) == 1 else 'them'}, {whose} do "
                "not hold here; give the folder, and --target for a part of it"
            )
            yield Notice("settings-left-out", "plan", message)


_SHOWN = 5


def _were(files: Sequence[str]) -> str:
    return f"{listed(files, _SHOWN)} {'was' if len(files) == 1 else 'were'}"


def _beside(given: Iterable[str]) -> Iterator[Path]:
    """The other configuration in the folders of these files, not below."""
    mine = {os.path.realpath(file) for file in given}
    for folder in sorted({Path(file).parent for file in given}):
        for each in sorted(folder.glob("*")):
            if is_configuration((each.name,)) and os.path.realpath(each) not in mine:
                yield each


def _has(content: bytes, keys: Iterable[str]) -> bool:
    """Whether a line begins with one of these keys."""
    begins = rf"""^["']?({"|".join(keys)})["']?[ \t]*:(\s|$)"""
    return re.search(begins.encode(), content, re.MULTILINE) is not None


def _keys(content: bytes) -> Iterator[str]:
    """What is set, as far as it stands in lines of its own, or in the first."""
    within, indent = False, ""
    names = "|".join(load("settings")["properties"])
    for line in content.decode(errors="replace").splitlines():
        found = re.match(r"""(\s*)["']?([a-z_]+)["']?\s*:(\s|$)""", line)
        if line[:1].strip(" #\t"):
            within = re.match(r"""["']?settings["']?\s*:""", line) is not None
            yield from re.findall(rf"""[{{,]\s*["']?({names})["']?\s*:""", line) if within else ()
        elif within and found and found[1] == (indent or found[1]):
            indent = found[1]
            yield found[2]


def _content(file: Path) -> bytes:
    try:
        is_endless = not file.is_file()
        return b"" if is_endless else file.read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError:
        return b""
