"""Templates, style and script put together, piece by piece: the page is never held as a whole."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reconciler.wording import safe

_INLINE = {
    "style": ("page.css",),
    "early": ("early.js",),
    "notices_script": ("notices.js",),
    "script": ("rows.js", "tree.js", "keys.js"),
}


def lines(template: str, content: Mapping[str, Any]) -> Iterator[str]:
    """The page, line by line; iterators in the content are drawn from as the page is written."""
    inline = {name: _text(names) for name, names in _INLINE.items()}
    pieces = (
        _environment().get_template(template).generate(policy=_policy(inline), **_marked(inline), **content)
    )
    yield from _whole_lines(pieces)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reconciler.render", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(flat=_flat, plain=safe, count="{:,}".format)
    return environment


def _text(names: Sequence[str]) -> str:
    """Scripts see each other's names, and the page's globals see none of them."""
    page = files("reconciler.render") / "page"
    text = "".join((page / name).read_text(encoding="utf-8") for name in names)
    return f'(() => {{\n"use strict";\n{text}}})();\n' if names[0].endswith(".js") else text


def _policy(inline: Mapping[str, str]) -> str:
    """What a browser may do with the page: run and paint what is hashed here, and nothing else."""
    style, *scripts = (f"'sha256-{_hash(text)}'" for text in inline.values())
    allowed = f"style-src {style}; script-src {' '.join(scripts)}; img-src data:"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode("ascii")


def _marked(inline: Mapping[str, str]) -> dict[str, Markup]:
    return {name: Markup(text) for name, text in inline.items()}  # noqa: S704  # files of our own


def _flat(markup: Markup) -> Markup:
    """On one line: the page's script takes rows apart by lines. Nobody's data has any line break left."""
    return Markup(re.sub(r"\n *", "", markup))  # noqa: S704  # it was markup before


def _whole_lines(pieces: Iterable[str]) -> Iterator[str]:
    pending = ""
    for piece in pieces:
        # str(): added to Markup, which some pieces are, text would be escaped once more
        *whole, pending = (pending + str(piece)).split("\n")
        yield from whole
    yield pending
