"""What the user should know about a plan that stops nothing; every code is stable."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from reconciler.changes import is_move
from reconciler.facts import Field, Kind
from reconciler.kinds import KINDS, Kinds
from reconciler.model import Action, Address, Change, Fields, Notice, Platform, Resource, State
from reconciler.objects.fidelity import is_addressed
from reconciler.objects.names import Index, label_of, without_id
from reconciler.objects.references import addresses_in
from reconciler.plans.alignment import Aligned
from reconciler.plans.lookalikes import Lookalike
from reconciler.quoting import quoted
from reconciler.wording import counted, listed, shortened

Resent = Collection[tuple[str, str]]
Ignored = Mapping[Address, Collection[str]]


def notices(
    aligned: Aligned, kinds: Kinds, changes: Collection[Change], ignored: Ignored, resend: Resent
) -> Iterator[Notice]:
    """In a stable order; `changes` are those of the plan."""
    found = [
        *aligned.notices,
        *_unseen(aligned, kinds, ignored, resend),
        *_deleted_before(aligned, changes),
        *_nothing_to_rename(changes, aligned.live),
        *_replaced(kinds, changes),
        *_replaced_unseen(kinds, changes),
        *_put_where_nothing_can_be(aligned.inactive, changes),
    ]
    yield from sorted(found)


def _unseen(aligned: Aligned, kinds: Kinds, ignored: Ignored, resend: Resent) -> Iterator[Notice]:
    """Once per field that existing objects write and that cannot be compared."""
    hidden = {kind.name: [each for each in kind.fields if each.may_be_unseen] for kind in kinds.values()}
    counts = Counter(
        (each.kind, field.name)
        for address, each in aligned.desired.items()
        for field in hidden[each.kind]
        if each.value(field.name) is not None
        if address in aligned.live and aligned.live[address].value(field.name) is None
        if (each.kind, field.name) not in resend or not field.is_own
        if field.name not in ignored.get(address, ())
    )
    for (kind, name), count in sorted(counts.items()):
        yield Notice(
            "unreadable", f"{kind}.{name}", _unseen_message(kinds[kind], kinds[kind].field(name), count)
        )


def _unseen_message(kind: Kind, field: Field, count: int) -> str:
    objects = kind.counted(count, "existing ")
    seen = f"the platform does not show {kind.name}.{field.name}, so it is not checked on {objects}"
    return f"{seen}; {when_sent(kind, field)}"


def when_sent(kind: Kind, field: Field) -> str:
    """Of a field that may not be seen."""
    is_patched = kind.update_method == "PATCH"
    if is_patched and not field.is_own:
        return f"it can only be set when a {kind.name} is created"
    sent = f"it is sent when a {kind.name} is {'created' if is_patched else 'created or replaced'}"
    return f"{sent}, and again with --resend {kind.name}.{field.name}" if field.is_own else sent


def _deleted_before(aligned: Aligned, changes: Collection[Change]) -> Iterator[Notice]:
    """E-mail addresses of users that are gone, or go by this very plan."""
    users = [change for change in changes if change.kind == "user"]
    going = {_email(each.before): each.id for each in users if each.action is Action.DELETE}
    for change in users:
        address, email = change.address, _email(change.after)
        takes = change.action is Action.CREATE or any(field.name == "username" for field in change.fields)
        whose = f"the deleted user {aligned.gone[address]}" if address in aligned.gone else ""
        if email in going:
            whose = f"user {going[email]}, which this plan deletes"
        if takes and whose and change.after:
            yield Notice(
                "deleted-user",
                str(address),
                f"{address} belongs to {whose}; "
                "the platform will probably refuse to give the e-mail address to another",
            )


def _email(resource: Resource | None) -> str:
    return str(resource.value("username")).lower() if resource else ""


def _nothing_to_rename(changes: Iterable[Change], live: State) -> Iterator[Notice]:
    created = [change for change in changes if change.action is Action.CREATE]
    named = [(each, each.after.previously) for each in created if each.after and each.after.previously]
    index = Index(live if named else {})
    for change, former in named:
        message = f"there is no {former} on the platform to rename, so {change.address} is created"
        if near := index.find_anyhow(former.kind, str(former.text)):
            message = (
                f"{former} is no object's key, so {change.address} is created and nothing renamed; "
                f"if {near[0]} is meant, write that"
            )
        yield Notice("nothing-to-rename", str(change.address), message)


def _replaced(kinds: Kinds, changes: Iterable[Change]) -> Iterator[Notice]:
    """A PUT replaces the whole object, and with it what nobody here knows of."""
    for change, before, body in _replacements(changes):
        lost = sorted(
            name for name in before.fields if not kinds[change.kind].known(name) and name not in body
        )
        if lost:
            at = str(change.address)
            message = f"{at} can only be replaced as a whole: {', '.join(lost)} may be lost"
            yield Notice("replaced", at, f"{message}; write what is to stay under `extra:`")


def _replaced_unseen(kinds: Kinds, changes: Iterable[Change]) -> Iterator[Notice]:
    """And with it what the platform does not show: once for each kind, as it is true of nearly all of it."""
    found: defaultdict[str, list[set[str]]] = defaultdict(list)
    for change, before, body in _replacements(changes):
        unseen = [each for each in kinds[change.kind].fields if each.may_be_unseen]
        lost = {each.name for each in unseen if each.name not in before.fields and each.wire_name not in body}
        if lost:
            found[change.kind].append(lost)
    for name, losses in found.items():
        names = ", ".join(kinds[name].in_order(set().union(*losses)))
        message = f"{kinds[name].counted(len(losses))} can only be replaced as a whole: {names} may be lost"
        way_out = "which the platform does not show; write what is to stay into the files"
        yield Notice("replaced", name, f"{message}, {way_out}")


def _put_where_nothing_can_be(inactive: Collection[Address], changes: Iterable[Change]) -> Iterator[Notice]:
    """What is created in inactive groups, or moved there."""
    found: defaultdict[Address, list[str]] = defaultdict(list)
    for change in changes if inactive else ():
        place = change.after.value(KINDS[change.kind].home) if change.after else None
        if place and place in inactive and (change.action is Action.CREATE or is_move(change)):
            found[place].append(str(change.address))
    for group, names in found.items():
        message = f"{group} is inactive on the platform, which will probably refuse to put anything into it"
        way_out = f"have it activated there first, or choose another for {listed(names, _NAMED)}"
        yield Notice("consequence", str(group), f"{message}; {way_out}")


_NAMED = 5


def _replacements(changes: Iterable[Change]) -> Iterator[tuple[Change, Resource, Fields]]:
    """With what was there, and the whole that is sent instead."""
    for change in changes:
        if change.before and change.request.body and change.request.method == "PUT":
            yield change, change.before, change.request.body


def lookalike(found: Lookalike, *, stops: bool = False, stays: bool = False) -> Notice:
    """With the line to paste if the two are one, and if it stops the plan, with what to do if they are not:
    the live one is about to be pruned, or else stays.
    """
    new, old, field = found
    where = "in another place" if label_of(new) == label_of(old) else "under another name"
    advice = f"add `previously: {quoted(old.address.key)}` there"
    if field:  # to rename it would not help: the platform may change it again
        where = f"whose {field} differs in {_SPELLING} only; the platform may have changed it"
        advice = f"write `{field}: {json.dumps(old.value(field), ensure_ascii=False)}` there"
    message = (
        f"{new.address} ({new.source}) is to be created, but looks like {old.address}, id {old.id}, {where}; "
        f"if it is the same, {advice}"
    )
    if stops:
        both = f"describe {without_id(old.address, old)} in these files, too"
        message += f"; if not, {both if stays else f'add {quoted(str(old.address))} under `removed:`'}"
    return Notice("look-alike", str(new.address), message)


_SPELLING = "case, spaces, accents, quotes or emoji"

STILL_CALLED = "still-called"


def still_called(changes: Collection[Change], live: State) -> Iterator[Notice]:
    """What changes mention by the name that files give it, though nothing in this plan gives it that."""
    changed = {change.address for change in changes}
    mentioned = {
        address
        for change in changes
        for resource in (change.before, change.after)
        for field in KINDS[change.kind].references
        for address in addresses_in(resource.value(field.name) if resource else None)
    }
    for address in sorted(mentioned - changed):
        resource, kind = live.get(address), KINDS[address.kind]
        if resource and not is_addressed(kind, resource.fields, address.key, resource.id):
            name = resource.value(kind.external_id) or resource.value(kind.label)
            message = f"{address} stays {name!r} on the platform: what names it otherwise is not in this plan"
            yield Notice(STILL_CALLED, str(address), message)


def own_facts(platform: Platform) -> Iterator[Notice]:
    """What `settings.platform` has changed decides what is sent, so whoever reads the plan has to know."""
    facts = sorted(stated(platform))
    if facts:
        yield Notice(
            "platform-facts",
            "plan",
            "`settings.platform` stands above what this program knows of the platform: "
            f"{listed(facts, _FACTS_SHOWN)}",
        )


_FACTS_SHOWN, _LONGEST = 20, 120


def stated(facts: Mapping[str, Any], within: str = "") -> Iterator[str]:
    """Each fact of a nested mapping as `tag.path = "/tags"`."""
    for name, value in facts.items():
        if value and isinstance(value, Mapping):
            yield from stated(value, f"{within}{name}.")
        else:
            yield shortened(f"{within}{name} = {json.dumps(value, ensure_ascii=False)}", _LONGEST)


def left_out(count: int) -> Iterator[Notice]:
    """What `--target` keeps out of the plan."""
    if count:
        what = counted(count, "other change is", "other changes are")
        yield Notice("targeted", "plan", f"{what} left out, as --target asks")


def unmanaged(address: Address) -> Notice:
    message = f"{address} is on the platform but not in these files; it stays as it is"
    return Notice("unmanaged", str(address), message)
