"""The user's YAML, tidied: the order of keys, phone numbers, quotes and layout, and nothing that it says."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from reconciler.errors import Problem, Source
from reconciler.files.documents import Document, parse
from reconciler.formatting.layout import Layout
from reconciler.formatting.lines import written
from reconciler.formatting.parsing import UntidyError
from reconciler.formatting.sameness import same
from reconciler.formatting.shapes import Shape, file_shape


class Formatted(NamedTuple):
    """`text` is as it was where there are problems, and where the file is of something else."""

    text: str
    problems: tuple[Problem, ...] = ()
    is_ours: bool = True


def formatted(file: str, text: str) -> Formatted:
    """What a file should be, given what it is; `file` is for the problems to name."""
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    documents, problems = parse(file, plain)
    if problems:
        return Formatted(text, tuple(sorted(problems)))
    if not _is_ours(documents):
        return Formatted(text, is_ours=False)
    try:
        tidy, is_sound = _tidied(plain, documents)
    except UntidyError as error:
        line, column, what = error.args
        return Formatted(text, (Problem(Source(file, line + 1, column + 1), f"left as it is: {what}"),))
    if not is_sound:
        return Formatted(text, (Problem(Source(file, 1, 1), _WOULD_CHANGE),))
    return Formatted(tidy)


def _tidied(text: str, documents: list[Document]) -> tuple[str, bool]:
    """And whether it says the same, with the same comments, and would not be tidied further."""
    tidy, notes = _once(text)
    if tidy == text:
        return tidy, True
    after, problems = parse("", tidy)
    is_same = not problems and same(documents, after, file_shape())
    return tidy, is_same and _once(tidy) == (tidy, notes)


def _once(text: str) -> tuple[str, Counter[str]]:
    """And how often there was each comment, anchor, tag, and kind of value."""
    layout = Layout(text)
    found = Counter(note.text for part in layout.parts for note in part.notes if note.text)
    found.update(chain.from_iterable((type(part.event).__name__, *part.marks) for part in layout.parts))
    return written(layout.lines(file_shape())), found


def _is_ours(documents: list[Document]) -> bool:
    """Whether at least half of the top-level keys are known, and a field of what stands there: workflows have
    `defaults` too, API descriptions `tags`, alerting rules `groups`.
    """
    parts = [part for each in documents if isinstance(each.data, dict) for part in each.data.items()]
    known = [(file_shape().inside[key], value) for key, value in parts if key in file_shape().inside]
    mappings = [each for shape, value in known for each in _mappings(shape, value)]
    is_known = not mappings or any(shape.inside.keys() & mapping.keys() for shape, mapping in mappings)
    return len(known) > 0 and len(known) >= len(parts) - len(known) and is_known


def _mappings(shape: Shape, value: Any) -> Iterator[tuple[Shape, Mapping[str, Any]]]:
    """What stands in a section, but for what says nothing."""
    entries = [(shape.entry, each) for each in value] if isinstance(value, list) else [(shape, value)]
    return ((shape, each) for shape, each in entries if isinstance(each, dict) and each)


_WOULD_CHANGE = "left as it is: tidied, it would not say the same; write it more plainly"
