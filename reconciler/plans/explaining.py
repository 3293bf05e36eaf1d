"""Why one object is as it is: what describes it, what is done about it, and by which rule."""

from collections.abc import Collection, Iterator, Mapping

from reconciler.changes import afterwards
from reconciler.errors import Source, UsageError
from reconciler.facts import Field
from reconciler.kinds import KINDS
from reconciler.model import Address, Change, Notice, Resource, State
from reconciler.objects import patterns
from reconciler.objects.names import group_paths
from reconciler.objects.references import addresses_in, referrers
from reconciler.objects.tree import home_of
from reconciler.plans import rules, safety
from reconciler.plans.notices import when_sent
from reconciler.plans.planning import Draft, finished
from reconciler.plans.targets import named, spelled
from reconciler.views import Explanation, FieldNote, Standing
from reconciler.wording import listed


def explain(draft: Draft, words: str) -> Explanation:
    """Raises UsageError for words that mean no object, or several."""
    address = _meant(draft, words)
    aligned = draft.aligned
    desired, live = aligned.desired.get(address), aligned.live.get(address)
    # as it will be, with the fields that no file writes; what goes by then as it is
    states = {**aligned.live, **afterwards(aligned.live, draft.changes)}
    resource = states[address]
    change = next((each for each in draft.changes if each.address == address), None)
    alike = {str(each.created.address) for each in draft.alike if each.live.address == address}
    plan, names = finished(draft), {str(address), aligned.doubles.get(address)}
    return Explanation(
        address=address,
        id=live.id if live else None,
        fate=_fate(draft, address),
        is_managed=desired is not None,
        source=desired.source if desired else _asking(draft).get(address),
        path=_path(resource, states),
        fields=tuple(_fields(draft, address, change)),
        refers_to=tuple(sorted(set(addresses_in(resource.fields)))),
        referred_to_by=tuple(sorted(each.address for each in referrers(states, {address}).get(address, ()))),
        change=change,
        protection=safety.never_deleted(
            resource, aligned.root, rules.protection(draft.settings, draft.objects), draft.live.own
        ),
        refusals=tuple(each for each in plan.refusals if _stops(each, change) or _is_about(each, alike)),
        notices=tuple(each for each in plan.notices if each.address in names or _is_about(each, alike)),
    )


def _is_about(notice: Notice, alike: Collection[str]) -> bool:
    """Whether it says that something to be created looks like the object."""
    return notice.code == "look-alike" and notice.address in alike


def _stops(refusal: Notice, change: Change | None) -> bool:
    """A rule stops the change of an object, or too many changes of its kind."""
    return change is not None and (
        refusal.address == str(change.address)
        or (refusal.address, refusal.code) == (change.kind, safety.too_many(change.action))
    )


def _meant(draft: Draft, words: str) -> Address:
    aligned, asked = draft.aligned, spelled(words)
    number = aligned.gone.get(asked)
    if number is not None and asked not in aligned.desired and asked not in aligned.live:
        raise UsageError(f"{words}: it was deleted on the platform, id {number}, and no file describes it")
    found = sorted(set(named(aligned, (words,))))
    if not found:
        raise UsageError(f"{words}: it is not there any more, neither in the files nor on the platform")
    if len(found) > 1:
        raise UsageError(f"{words}: means {listed([*map(str, found)], _SHOWN)}; write one of them")
    return found[0]


_SHOWN = 5


def _asking(draft: Draft) -> Mapping[Address, Source]:
    """The lines that are about objects which nothing manages."""
    return {**draft.pruned, **draft.aligned.undecided, **draft.aligned.removed}


def _path(resource: Resource, states: State) -> tuple[str, ...]:
    """The names from the root down to the group that the object is or stands in."""
    group = home_of(resource)
    return group_paths(states).get(group, ()) if group else ()


def _fate(draft: Draft, address: Address) -> str:
    aligned, plural = draft.aligned, KINDS[address.kind].plural
    if address in aligned.desired:
        return "managed" if address in aligned.live else "managed, but not on the platform yet"
    if address in aligned.removed:
        line = "a line under `removed:` names it"
        return f"never deleted, although {line}" if address in draft.spared else f"to be deleted: {line}"
    if address in aligned.undecided:
        return f"not managed: several {plural} are what a file describes, and all stay as they are"
    if address in draft.pruned:
        return f"to be deleted: no file describes it, and settings.prune has {plural}"
    if address in draft.external:
        return "not managed: settings.external names it, so it stays as it is"
    pruned = (
        "it is kept from being pruned" if address.kind in draft.settings.prune else f"{plural} are not pruned"
    )
    return f"not managed: no file describes it, and {pruned}, so it stays as it is"


# -- fields


def _fields(draft: Draft, address: Address, change: Change | None) -> Iterator[FieldNote]:
    desired, live = draft.aligned.desired.get(address), draft.aligned.live.get(address)
    written = desired.fields if desired else {}
    shown = live.fields if live else {}
    kind = draft.facts.kinds[address.kind]
    for name in kind.in_order({*written, *shown}):
        standing, rule = _standing(draft, address, kind.field(name), change)
        place = desired.place(name) if desired and name in written else None
        is_default = bool(desired and name in desired.defaults)
        yield FieldNote(name, written.get(name), shown.get(name), standing, rule, place, is_default)


def _standing(draft: Draft, address: Address, field: Field, change: Change | None) -> tuple[Standing, str]:
    if change and any(each.name == field.name for each in change.fields):
        return Standing.CHANGES, ""
    desired, live = draft.aligned.desired.get(address), draft.aligned.live.get(address)
    if pattern := _ignoring(draft, address, field):
        return (
            Standing.IGNORED,
            f"settings.ignore has {pattern!r} ({draft.settings.ignore_places.get(pattern)})",
        )
    if not desired or field.name not in desired.fields:
        known = KINDS[address.kind].known(field.name)
        return Standing.FREE, "" if known else "only `extra:` could manage it"
    if field.may_be_unseen and live and live.value(field.name) is None:
        shows = "does not show it here" if field.readable else "never shows it"
        sent = when_sent(draft.facts.kinds[address.kind], field)
        return Standing.UNREADABLE, f"the platform {shows}; {sent}"
    return Standing.SAME, ""


def _ignoring(draft: Draft, address: Address, field: Field) -> str | None:
    """The pattern that leaves the field to somebody else."""
    about = (pattern for pattern, fields in draft.settings.ignore if field.name in fields)
    return next((each for each in about if address in patterns.meant(each, draft.objects)), None)
