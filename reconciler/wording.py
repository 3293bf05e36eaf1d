"""Words for people: counts, lists of names, and somebody's data made harmless."""

from collections.abc import Sequence


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 route`, `12,345 routes`."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def listed(names: Sequence[str], most: int) -> str:
    """So many of them, and how many there are besides."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


LONGEST = 400


def safe(text: object) -> str:
    """Somebody's data on one line, without anything that a terminal would act on, and not without end."""
    whole = str(text)
    return visible(f"{whole[:LONGEST]}… ({len(whole)} characters)" if len(whole) > LONGEST else whole)


def visible(text: str, but: str = "") -> str:
    """All of it, with escapes for what a terminal would act on, `but` for these characters."""
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in but else _escaped(each) for each in text)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
