"""Paths that may mean the same as one that is not there."""

from collections.abc import Iterator

from reconciler.doctoring.likeness import words


def siblings(path: str) -> tuple[str, ...]:
    """Paths that say the same in other words, the likeliest first."""
    base, tail = _split(path)
    folder, _, name = base.rpartition("/")
    tails = (tail,) if tail == "/tree" else (tail, "/list" if not tail else "")
    found = (f"{folder}/{other}{each}" for each in tails for other in _names(name))
    return tuple(dict.fromkeys(each for each in found if each != path))


def base_of(path: str) -> str:
    return _split(path)[0]


def _split(path: str) -> tuple[str, str]:
    tail = next((each for each in ("/list", "/tree") if path.endswith(each) and path != each), "")
    return path.removesuffix(tail), tail


def _names(name: str) -> Iterator[str]:
    """Singular and plural; with hyphens, underscores, as camelCase; the last word alone."""
    *first, last = words(name)
    other = last.removesuffix("s") if last.endswith("s") else f"{last}s"
    yield name
    for each in (last, other):
        yield "-".join((*first, each))
    for each in (last, other):
        yield "_".join((*first, each))
        yield "".join((*first[:1], *map(str.capitalize, (*first[1:], each)))) if first else each
    yield from (last, other)
