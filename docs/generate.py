"""Writes the generated parts of the reference pages anew; with --check, shows which are not current.

A part stands between `<!-- generated: NAME -->` and `<!-- end -->`; what is around it is written by hand.
"""  # noqa: INP001 - a script beside the pages that it writes

import difflib
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from generator import commands, configuration, platform
from generator.markdown import Lines

FOLDER = Path(__file__).resolve().parent
PAGES = ("cli.md", "configuration.md", "platform.md")
PARTS: Mapping[str, Callable[[], Lines]] = {
    "sections": configuration.sections,
    "settings": configuration.settings,
    "defaults": configuration.defaults,
    "kinds": configuration.kinds,
    "removed": configuration.removed,
    "facts": platform.facts,
    "options": commands.options,
    "overview": commands.overview,
    "commands": commands.commands,
    "codes": commands.codes,
}
PART = re.compile(r"<!-- generated: (\w+) -->\n.*?<!-- end -->", re.DOTALL)


def renewed(text: str) -> str:
    """A page with its generated parts as they have to be."""
    return PART.sub(_part, text)


def _part(found: re.Match[str]) -> str:
    lines = PARTS[found[1]]()
    return "\n".join((f"<!-- generated: {found[1]} -->", "", *lines, "<!-- end -->"))


def _differences(name: str, old: str, new: str) -> Lines:
    lines, others = old.splitlines(keepends=True), new.splitlines(keepends=True)
    return difflib.unified_diff(lines, others, name, f"{name}, generated")


def main(arguments: Sequence[str]) -> int:
    """1 if pages are not current and may only be checked. Nothing is written unless every part can be."""
    old = {name: (FOLDER / name).read_text(encoding="utf-8") for name in PAGES}
    new = {name: renewed(text) for name, text in old.items()}
    for name in PAGES if old != new else ():
        if "--check" in arguments:
            sys.stdout.writelines(_differences(f"docs/{name}", old[name], new[name]))
        else:
            (FOLDER / name).write_text(new[name], encoding="utf-8")
    return int("--check" in arguments and old != new)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
