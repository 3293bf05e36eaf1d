"""Findings as literals, and file names out of nothing."""

from hypothesis import strategies as st

from reconciler.errors import Problem, Source
from reconciler.render.problems import FINDINGS, Findings, findings

OBJECTS = {"group": 1, "user": 2, "tag": 0, "route": 1}


def problem(file="a.yaml", line=1, column=1, message="it is wrong"):
    return Problem(Source(file, line, column), message)


def found(problems=(), references=(), *, files=("a.yaml",), strict=False, folder="/repo", root="/repo"):
    return Findings(findings(problems, references, strict=strict), files, OBJECTS, folder, root)


def rendered(format_, value):
    return "".join(f"{line}\n" for line in FINDINGS[format_](value, False))


def many(number, *, files=1):
    return found([problem(f"{each % files}.yaml", each // files + 1) for each in range(number)], files=())


# Of surrogates, a file name has only those that stand for bytes which are not UTF-8.
NAMED = st.characters(exclude_characters="\x00", exclude_categories=["Cs"])
FILE_NAMES = st.text(NAMED | st.sampled_from("./\n%:,<&\x1b\udc80\udcff"), min_size=1, max_size=20)
