"""The user's YAML, tidied: the order of keys, phone numbers, quotes and layout, and nothing that it says."""

from typing import NamedTuple

from reconciler.documents import Document, parse
from reconciler.errors import Problem, Source
from reconciler.formatting.notes import inventory
from reconciler.formatting.reading import read
from reconciler.formatting.sameness import same
from reconciler.formatting.shapes import Shape, file_shape
from reconciler.formatting.tidying import tidied
from reconciler.formatting.tree import Page, UntidyError
from reconciler.formatting.writing import write


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
        tidy = write(_tidied(page, file_shape()) for page in read(plain))
    except UntidyError as error:
        line, column, what = error.args
        return Formatted(text, (Problem(Source(file, line + 1, column + 1), f"left as it is: {what}"),))
    if not _says_the_same(documents, plain, tidy):
        return Formatted(text, (Problem(Source(file, 1, 1), _WOULD_CHANGE),))
    return Formatted(tidy)


def _is_ours(documents: list[Document]) -> bool:
    """Whether at least half of the top-level keys are known: workflows have `defaults` too, API descriptions
    `tags`.
    """
    keys = [key for each in documents if isinstance(each.data, dict) for key in each.data]
    known = sum(key in file_shape().inside for key in keys)
    return known > 0 and known >= len(keys) - known


_WOULD_CHANGE = "left as it is: tidied, it would not say the same; write it more plainly"


def _tidied(page: Page, shape: Shape) -> Page:
    return page._replace(root=tidied(page.root, shape)) if page.root is not None else page


def _says_the_same(before: list[Document], text: str, tidy: str) -> bool:
    after, problems = parse("", tidy)
    return not problems and same(before, after, file_shape()) and inventory(text) == inventory(tidy)
