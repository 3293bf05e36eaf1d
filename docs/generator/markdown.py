"""Tables, code and YAML values as Markdown has them."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Lines = Iterator[str]
MARKS = {"D": "documented", "I": "inferred", "A": "assumed"}
NOT_THE_PLATFORMS = "a word of this tool"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Lines:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(map(_cell, row))} |" for row in rows)
    yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", r"\|")


def code(*texts: str) -> str:
    return ", ".join(f"`{text}`" for text in texts)


def yaml(value: Any) -> str:
    """On one line; text in quotes wherever it could be mistaken."""
    match value:
        case str():
            return value if _is_plain(value) else json.dumps(value, ensure_ascii=False)
        case list():
            return f"[{', '.join(map(yaml, value))}]"
        case Mapping():
            return "{" + ", ".join(f"{yaml(name)}: {yaml(each)}" for name, each in value.items()) + "}"
        case _:
            return json.dumps(value)


def _is_plain(text: str) -> bool:
    return bool(re.fullmatch(r"/?[A-Za-z]([\w./@ -]*[\w./@-])?", text)) and text.lower() not in _WORDS


_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
