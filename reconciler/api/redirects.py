"""What to do where the platform answers that something is elsewhere, which is never followed."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from reconciler.kinds import KINDS

_HOSTS = "look at CONVIRZA_API_URL and CONVIRZA_OAUTH_URL"
_ITSELF = "that is where it was asked, so no setting helps"


def way_out(asked: str, location: str, call: str) -> str:
    """`asked` is an address, and `call` the same as `GET /tag`."""
    method, _, path = call.partition(" ")
    found = _found(asked, location, path)
    if found == path:
        return _ITSELF
    if not re.fullmatch("(/[A-Za-z0-9_-]+){1,20}/?", found) or found.endswith(path):
        return _HOSTS
    facts = _of_lists(path, found) if method == "GET" else iter(())
    return next(facts, None) or next(_of_objects(path, found), _HOSTS)


def _found(asked: str, location: str, path: str) -> str:
    """The path that it is at below the address of the API; nothing where it is not there."""
    try:
        here, there = urlsplit(asked), urlsplit(urljoin(asked, location))
    except ValueError:
        return ""
    base = here.path.removesuffix(path)
    is_below = (here.scheme, here.netloc) == (there.scheme, there.netloc) and there.path.startswith(base)
    return there.path.removeprefix(base) if is_below else ""


def _of_lists(path: str, found: str) -> Iterator[str]:
    for kind in KINDS.values():
        for fact, known in (("list_path", kind.list_path), ("tree_path", kind.tree_path)):
            if path == known:
                told = f"`settings.platform.{kind.name}.{fact}: {found}`"
                yield f"if {kind.plural} are listed there, say so with {told}"


def _of_objects(path: str, found: str) -> Iterator[str]:
    if found == f"{path}/":
        yield "no setting adds a `/` to the end of this path"
    for kind in KINDS.values():
        if f"{path}/".startswith(f"{kind.path}/"):
            yield f"if {kind.plural} are there, say so with `settings.platform.{kind.name}.path`"
