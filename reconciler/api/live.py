"""The live state, read through the API with as few calls as there are pages, and proved complete."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from reconciler.api.answers import UNKNOWN
from reconciler.api.client import Reader
from reconciler.api.crew import LISTS, PAGES, Crew, Map
from reconciler.api.groups import details, read_groups
from reconciler.api.lists import read_list
from reconciler.api.signin import account_by, account_of
from reconciler.errors import (
    IncompleteListError,
    NotAllowedError,
    NotFoundError,
    PlatformError,
    RefusedError,
    UnexpectedAnswerError,
)
from reconciler.facts import Kind
from reconciler.kinds import KINDS, PROFILE_PATH, Kinds
from reconciler.model import Live, Resource, Settings
from reconciler.objects.assembling import assembled, resource
from reconciler.objects.codec import Row, canonical, is_gone, is_inactive, row_id, shown, whole_number
from reconciler.objects.comparing import loosely
from reconciler.objects.overrides import kinds_with
from reconciler.objects.references import former


def read(reader: Reader, settings: Settings, described: Collection[Resource] = ()) -> Live:
    """Everything that the plan may need; what is `described` may make it look once more.

    Raises PlatformError, and RefusedError for another account.
    """
    before = reader.reads
    kinds = kinds_with(settings.platform)
    caller = right_account(reader, settings)
    rows = _rows(reader, kinds, caller.account)
    for name, kind in kinds.items():
        rows[name] += tuple(_inactive(reader, kind, rows[name], described))
    if hidden := _hidden(reader, kinds, rows):
        rows["group"] = read_groups(reader, kinds["group"], caller.account)
        if missing := hidden - {row_id(kinds["group"], row) for row in rows["group"]}:
            raise IncompleteListError(
                f"GET {kinds['group'].tree_path}: groups {sorted(missing)} exist but are not in the tree; "
                "nothing was changed, try again later"
            )
    found = assembled(kinds, caller.account, rows)
    return replace(found, reads=reader.reads - before, own=_own(caller, found.resources.values()))


def _own(caller: "Caller", resources: Iterable[Resource]) -> frozenset[int] | None:
    """By e-mail address, of which there may be doubles; by id only where one of the two has none: whether
    both calls count users alike is not known.
    """
    if not caller.email and caller.id is None:
        return None
    users = [each for each in resources if each.kind == "user"]
    names = [(_comparable_email(str(each.value("username") or "")), each.id) for each in users]
    named = [number for name, number in names if name and name == _comparable_email(caller.email)]
    same = named or [number for name, number in names if number == caller.id and not (name and caller.email)]
    return frozenset(number for number in same if number is not None)


def _comparable_email(email: str) -> str:
    return str(loosely(email) or "").lower()


def _rows(reader: Reader, kinds: Kinds, account: int) -> dict[str, tuple[Row, ...]]:
    """All that the platform lists, by kind."""
    others = [kind for kind in kinds.values() if kind.name != "group"]
    with Crew(LISTS) as lists, Crew(PAGES) as pages:
        found = lists.map(lambda kind: read_list(reader, kind, kind.query, pages.map), others)
        groups = read_groups(reader, kinds["group"], account, lists.map, pages.map)
        return {"group": groups, **{kind.name: rows for kind, rows in zip(others, found, strict=True)}}


def _inactive(
    reader: Reader, kind: Kind, rows: Sequence[Row], described: Iterable[Resource]
) -> Iterator[Row]:
    """Described users whom the list leaves out until it is asked for inactive ones, which it is where it
    shows none and lacks one who is inactive by the files. No others: what only some plans see must not be
    pruned.
    """
    name, inactively = kind.inactive
    if not kind.known(name) or not kind.inactive_query or any(is_inactive(kind, row) for row in rows):
        return
    mine = [each for each in described if each.kind == kind.name]
    told = [_names(each) for each in mine if each.value(name) == inactively]
    there = {_key(kind, row) for row in rows if told and not is_gone(kind, row)}
    if any(names.isdisjoint(there) for names in told):
        with Crew(PAGES) as pages:
            found = _if_it_may_be_asked(reader, kind, pages.map)
        missing = {called for each in mine for called in _names(each)} - there
        yield from (row for row in found if _key(kind, row) in missing)


def _if_it_may_be_asked(reader: Reader, kind: Kind, ahead: Map) -> Sequence[Row]:
    try:
        return read_list(reader, kind, {**kind.query, **kind.inactive_query}, ahead)
    except PlatformError as error:
        if error.status not in UNKNOWN:
            raise
        return ()


def _key(kind: Kind, row: Row) -> str:
    return kind.folded(str(shown(kind.field(kind.label), row)))


def _names(described: Resource) -> set[str]:
    """What it is called, and was before."""
    said = former(described, lambda *_: False).previously
    return {described.address.key, *([KINDS[described.kind].folded(str(said.text))] if said else ())}


def _hidden(reader: Reader, kinds: Kinds, rows: Mapping[str, Iterable[Row]]) -> set[int]:
    """Groups that rows belong to, that the tree does not have, and that are within reach all the same."""
    known = {row_id(kinds["group"], row) for row in rows["group"]}
    mentioned = {
        group
        for name in rows
        for field in kinds[name].fields
        if field.refers_to == "group" and name != "group"
        for row in rows[name]
        if not is_gone(kinds[name], row)
        if isinstance(group := canonical(field, shown(field, row)), int)
    }
    unknown = sorted(mentioned - known)
    with Crew(LISTS) as crew:
        reached = crew.map(lambda group: _is_within_reach(reader, kinds["group"], group), unknown)
        return {group for group, is_reached in zip(unknown, reached, strict=True) if is_reached}


def _is_within_reach(reader: Reader, kind: Kind, group: int) -> bool:
    """Raises PlatformError where the platform does not say."""
    try:
        return not is_gone(kind, details(reader, kind, group))
    except (NotFoundError, NotAllowedError):
        return False


class Caller(NamedTuple):
    """Whose credentials these are; `role` is the platform's number, `id` the user's."""

    account: int
    email: str = ""
    role: int | None = None
    id: int | None = None


def right_account(reader: Reader, settings: Settings) -> Caller:
    """Who is signed in. Raises RefusedError if the files are for another account."""
    caller = who(reader)
    if settings.account is not None and settings.account != caller.account:
        raise RefusedError(
            f"{settings.account_source}: these files are for account {settings.account}, "
            f"but the credentials belong to account {caller.account}; nothing was read or changed"
        )
    return caller


def who(reader: Reader) -> Caller:
    """By the profile and the sign-in. Raises PlatformError, and RefusedError where the two do not agree."""
    profile, signed_in = reader.profile(), reader.signed_in_to
    named = account_of(profile)
    if named is not None and signed_in not in (None, named):
        raise RefusedError(
            f"GET {PROFILE_PATH} says that this is account {named}, but the sign-in was to account "
            f"{signed_in}; nothing was read or changed, run `reconciler login`"
        )
    account = account_by(profile, signed_in)
    if account is None:
        raise UnexpectedAnswerError(
            f"GET {PROFILE_PATH}: the answer does not say which account (org_unit_id) this is"
        )
    email = str(profile.get("email") or "")
    return Caller(account, email, whole_number(profile.get("role_id")), whole_number(profile.get("user_id")))


def read_root(reader: Reader) -> Resource:
    """The account's root alone. Raises PlatformError."""
    kind, account = KINDS["group"], who(reader).account
    return resource(kind, details(reader, kind, account), {}, account)
