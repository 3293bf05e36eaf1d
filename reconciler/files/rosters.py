"""Where a schema speaks of one kind after another: kept as complete as the table of kinds.

Of a kind that is missing there, what is said of the first is said in its own words. All that is written
stays as it is, to the byte.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from reconciler.kinds import KINDS

Words = tuple[str, ...]

_NAMES, _PLURALS = [*KINDS], [kind.plural for kind in KINDS.values()]


def completed(text: str, schemas: Mapping[str, Mapping[str, Any]]) -> str:
    """The text of a schema with every kind in it, by the kinds' own `schemas`."""
    words = [_words(name, schemas[name]) for name in KINDS]
    text = _LIST.sub(_listed, text)
    for keys in (_NAMES, _PLURALS):
        text = _entries(keys).sub(partial(_spoken_of, keys, words), text)
    return text


def _words(name: str, schema: Mapping[str, Any]) -> Words:
    """What a kind is and is called, as JSON has it; what other words begin with stands behind them."""
    plural = KINDS[name].plural
    said = (schema["description"], plural, plural.capitalize(), name, schema["title"])
    return tuple(json.dumps(each, ensure_ascii=False)[1:-1] for each in said)


# Names one after another, in a pattern or an enum.
_LIST = re.compile(rf'\b{_NAMES[0]}((?P<between>\||", ")\w+)+')


def _listed(run: re.Match[str]) -> str:
    between = run["between"]
    in_both_numbers = _PLURALS[0] in run[0].split(between)
    return between.join([*_NAMES, *_PLURALS] if in_both_numbers else _NAMES)


def _entries(keys: Sequence[str]) -> re.Pattern[str]:
    """Entries of a mapping one after another, each on one line or on several."""
    value = r"(?:\{.*\}|\{\n(?:\1 .*\n)+\1\}),?\n"
    return re.compile(rf'^( +)"{keys[0]}": {value}(?:\1"(?:{"|".join(keys)})": {value})*', re.MULTILINE)


def _spoken_of(keys: Sequence[str], words: Sequence[Words], run: re.Match[str]) -> str:
    entries = run[0].rstrip(",\n")
    written = {each.split('"')[1]: each for each in re.split(rf',\n(?={run[1]}")', entries)}
    first = written[keys[0]]
    more = {key: _reworded(first, words[0], own) for key, own in zip(keys, words, strict=True)}
    return ",\n".join({**more, **written}.values()) + run[0][len(entries) :]


def _reworded(entry: str, words: Words, others: Words) -> str:
    instead = dict(zip(words, others, strict=True))
    said = rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)"
    return re.sub(said, lambda found: instead[found[0]], entry)
