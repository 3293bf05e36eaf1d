"""What a command does, counted: the lines of our own code that are run, and the comparisons in them."""

import dis
import sys
import threading
from collections import Counter, defaultdict
from pathlib import Path
from typing import NamedTuple

import reconciler

OURS = str(Path(reconciler.__file__).parent)
PLATFORM = str(Path(OURS, "sandbox"))
COMPARISONS = {"COMPARE_OP", "IS_OP", "CONTAINS_OP"}


class Work(NamedTuple):
    lines: int  # each pass of a loop counts, also where the loop is one line
    comparisons: int  # at most: a line may end before its last one
    by_function: Counter[str]


def counted(do):
    """The work of all threads until `do` returns, but for the sandbox's; and what `do` gives."""
    # By thread, how often each line of each function was run.
    found: defaultdict[int, Counter[tuple[int, int]]] = defaultdict(Counter)
    codes = {}

    def entered(frame, _, __):
        code = frame.f_code
        if not code.co_filename.startswith(OURS) or code.co_filename.startswith(PLATFORM):
            return None
        codes[number := id(code)] = code
        counts = found[threading.get_ident()]

        def stepped(frame, event, _):
            if event == "line":
                counts[number, frame.f_lineno] += 1
            return stepped

        counts[number, code.co_firstlineno] += 1
        return stepped

    before = sys.gettrace()
    sys.settrace(entered)
    threading.settrace(entered)
    try:
        given = do()
    finally:
        sys.settrace(before)
        threading.settrace(before)
    return _work(sum(found.values(), Counter()), codes), given


def _work(counts, codes):
    compared = {number: _comparisons(code) for number, code in codes.items()}
    by_function: Counter[str] = Counter()
    for (number, _), times in counts.items():
        code = codes[number]
        by_function[f"{Path(code.co_filename).relative_to(OURS)}:{code.co_qualname}"] += times
    comparisons = sum(times * compared[number][line] for (number, line), times in counts.items())
    return Work(counts.total(), comparisons, by_function)


def _comparisons(code):
    """How many stand in each line."""
    each = dis.get_instructions(code)
    return Counter(one.positions.lineno for one in each if one.opname in COMPARISONS and one.positions)
