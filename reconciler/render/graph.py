"""The group tree with all that stands in it: for a terminal, for Mermaid and for Graphviz."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from reconciler.model import Action, Address
from reconciler.render.tallies import PAST
from reconciler.render.text import COLOURS, Paint
from reconciler.views import Node
from reconciler.wording import safe

_FILLS = {Action.CREATE: "#d9f2dd", Action.UPDATE: "#fdf0c4", Action.DELETE: "#f9d7d7"}


def text(nodes: Iterable[Node], colour: bool) -> Iterator[str]:
    paint = Paint(colour)
    children: dict[Address | None, list[Node]] = defaultdict(list)
    root, *rest = nodes
    for node in rest:
        children[node.parent].append(node)
    pending = [(root, "", "")]
    while pending:
        node, lead, below = pending.pop()
        yield f"{lead}{_line(node, paint)}"
        listed = children[node.address] if node.address.kind == "group" else []
        branches = [(each, f"{below}├── ", f"{below}│   ") for each in listed[:-1]]
        branches += [(each, f"{below}└── ", f"{below}    ") for each in listed[-1:]]
        pending += reversed(branches)


def _line(node: Node, paint: Paint) -> str:
    sign = f"{node.action.value} " if node.action else ""
    word = f"  ({_fate(node)})" if node.action else ""
    known = safe(node.label)
    address = "" if node.address.key == node.label.lower() else f"  {safe(node.address)}"
    kind = f"{node.address.kind} " if not address else ""
    head = paint(f"{sign}{kind}{known}", fg=COLOURS[node.action]) if node.action else f"{kind}{known}"
    return f"{head}{paint(address, dim=True)}{word}"


def _fate(node: Node) -> str:
    assert node.action
    return f"to be moved here from {safe(node.former)}" if node.former else f"to be {PAST[node.action]}"


def mermaid(nodes: Iterable[Node], _colour: bool) -> Iterator[str]:
    """Labels are quoted, with what Mermaid or HTML would act on as entity codes."""
    listed = list(nodes)
    yield "flowchart LR"
    for number, parent, node in _numbered(listed):
        yield f'  n{number}["{_entities(_label(node))}"]'
        if parent is not None:
            yield f"  n{parent} --> n{number}"
    for action in Action:
        marked = [number for number, _, node in _numbered(listed) if node.action is action]
        if marked:
            yield f"  classDef {action.word} fill:{_FILLS[action]},color:#1b1b1b"
            yield f"  class {','.join(f'n{number}' for number in marked)} {action.word}"


def _entities(text: str) -> str:
    return "".join(each if each.isalnum() or each in " ." else f"#{ord(each)};" for each in text)


def dot(nodes: Iterable[Node], _colour: bool) -> Iterator[str]:
    yield "digraph account {"
    yield "  rankdir=LR; node [shape=box, fontname=sans];"
    for number, parent, node in _numbered(list(nodes)):
        fill = f", style=filled, fillcolor={json.dumps(_FILLS[node.action])}" if node.action else ""
        yield f"  n{number} [label={_dotted(_label(node))}{fill}];"
        if parent is not None:
            yield f"  n{parent} -> n{number};"
    yield "}"


def _dotted(text: str) -> str:
    """In Graphviz a quote needs an escape within quotes, a backslash begins one, and entities are read."""
    return '"' + text.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"') + '"'


def _label(node: Node) -> str:
    sign = f"{node.action.value} " if node.action else ""
    return f"{sign}{node.address.kind} {safe(node.label)}"


def _numbered(nodes: Sequence[Node]) -> Iterator[tuple[int, int | None, Node]]:
    """Each with its number and that of the one above it."""
    numbers = {node.address: number for number, node in enumerate(nodes)}
    for number, node in enumerate(nodes):
        yield number, numbers[node.parent] if node.parent else None, node


GRAPHS: Mapping[str, Callable[[Iterable[Node], bool], Iterator[str]]] = MappingProxyType(
    {"text": text, "mermaid": mermaid, "dot": dot}
)
