"""Which function answers which call: the platform's paths, one line each."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from reconciler.sandbox import changes, conversations, listing, signin, tree
from reconciler.sandbox.call import Call
from reconciler.sandbox.rules import GROUP, KINDS, ROUTE, TAG, USER, Kind

Answer = Callable[[Call], dict[str, Any]]


class Endpoint(NamedTuple):
    """`public` ones are reached without a token."""

    answer: Answer
    kind: Kind
    public: bool = False
    bare: bool = False  # sign-in answers may come without the envelope
    is_list: bool = False


BASE = "/v3"


def endpoints() -> Mapping[str, Mapping[str, Endpoint]]:
    """By path, with {id} for a number, then by method."""
    profile = {"GET": Endpoint(signin.profile, TAG)}
    return {
        **{path: found for kind in KINDS.values() for path, found in _flat(kind)},
        "/oauth/token": _signin(signin.token),
        "/oauth/refresh-token": _signin(signin.refresh),
        "/oauth/revoke-token": _signin(signin.revoke),
        "/auth/profile": profile,
        f"{BASE}/auth/profile": profile,
        f"{BASE}/groups": _creation(GROUP),
        f"{BASE}/groups/list": {"GET": Endpoint(listing.list_groups, GROUP, is_list=True)},
        f"{BASE}/groups/tree": {"GET": Endpoint(tree.tree, GROUP, is_list=True)},
        f"{BASE}/groups/org-list/{{id}}": {"GET": Endpoint(tree.org_list, GROUP)},
        f"{BASE}/groups/{{id}}": _reading(GROUP) | _writing(GROUP),
        f"{BASE}/users": _creation(USER),
        f"{BASE}/users/list": {"GET": Endpoint(listing.list_users, USER, is_list=True)},
        f"{BASE}/users/{{id}}": _reading(USER) | _writing(USER),
        f"{BASE}/conversations/calls": {"GET": Endpoint(conversations.calls, ROUTE)},
    }


def _flat(kind: Kind) -> Iterator[tuple[str, dict[str, Endpoint]]]:
    """As most kinds have them; groups and users have their lists elsewhere."""
    methods = _writing(kind)
    if kind.is_replaced:
        del methods["PATCH"]
    yield f"{BASE}{kind.path}", _creation(kind) | {"GET": Endpoint(listing.list_inside, kind, is_list=True)}
    yield f"{BASE}{kind.path}/{{id}}", methods if kind.is_replaced else _reading(kind) | methods


def split(path: str) -> tuple[str, int]:
    """A path with {id} in place of a number, and the number."""
    head, _, last = path.rpartition("/")
    if last.isascii() and last.isdecimal() and len(last) < len(str(2**63)):
        return f"{head}/{{id}}", int(last)
    return path, 0


def _signin(answer: Answer) -> dict[str, Endpoint]:
    return {"POST": Endpoint(answer, TAG, public=True, bare=True)}


def _creation(kind: Kind) -> dict[str, Endpoint]:
    return {"POST": Endpoint(changes.create, kind)}


def _reading(kind: Kind) -> dict[str, Endpoint]:
    return {"GET": Endpoint(listing.details, kind)}


def _writing(kind: Kind) -> dict[str, Endpoint]:
    return {
        "PUT": Endpoint(changes.replace, kind),
        "PATCH": Endpoint(changes.update, kind),
        "DELETE": Endpoint(changes.delete, kind),
    }
