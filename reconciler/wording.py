"""Words for people: counts, lists of names, and somebody's data made harmless."""

import re
from collections.abc import Sequence


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 route`, `12,345 routes`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def listed(names: Sequence[str], most: int) -> str:
    """So many of them, and how many there are besides."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def fitting(names: Sequence[str], most: int) -> str:
    """As `listed`, but fewer of them where they are long: whole names, at least the first."""
    room, shown = _ROOM, 0
    while shown < min(most, len(names)) and room >= len(names[shown]):
        room -= len(names[shown]) + 2
        shown += 1
    return listed(names, max(shown, 1))


def joined(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


_ROOM = 160  # characters of a sentence that names may take


def shortened(text: str, most: int = 60) -> str:
    """As much as a sentence can take of a value that somebody wrote."""
    return text if len(text) <= most else f"{text[:most]}…"


LONGEST = 400


def safe(text: object) -> str:
    """Somebody's data on one line, without anything that a terminal would act on, and not without end."""
    whole = str(text)
    return visible(f"{whole[:LONGEST]}… ({len(whole)} characters)" if len(whole) > LONGEST else whole)


def visible(text: str, but: str = "") -> str:
    """All of it, with escapes for what a terminal would act on, `but` for these characters."""
    if is_seen(text):
        return text
    return "".join(each if is_seen(each) or each in but else _escaped(each) for each in text)


def is_seen(text: str) -> bool:
    """Whether nothing in it acts in secret or, as some letters do, is drawn as nothing."""
    return text.isprintable() and (text.isascii() or not _UNSEEN.search(text))


# Unicode's Default_Ignorable_Code_Point as far as it counts as printable, and a Braille letter without dots.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
