"""Desired and live state in, the plan out: pure, and the same bytes for the same inputs."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.changes import afterwards, request
from reconciler.errors import InvalidConfigurationError, Problem, Source
from reconciler.facts import Kind
from reconciler.kinds import Kinds
from reconciler.model import (
    Action,
    Address,
    Change,
    Desired,
    FieldChange,
    Fields,
    Live,
    Notice,
    Plan,
    Resource,
    Settings,
    State,
)
from reconciler.objects import diff
from reconciler.objects.codec import encode
from reconciler.objects.names import label_of, spellings
from reconciler.objects.overrides import kinds_with
from reconciler.objects.patterns import Called, called
from reconciler.objects.references import map_values
from reconciler.plans import branches, checks, consequences, notices, rules, safety
from reconciler.plans.alignment import Aligned, align, all_names, names_now
from reconciler.plans.lookalikes import Lookalike, lookalikes
from reconciler.plans.ordering import ordered, with_last
from reconciler.plans.targets import targeted
from reconciler.progress import Progress, unwatched, watched

Ids = Mapping[Address, int]


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line adds: fields to send unseen, as (kind, field), what to limit the plan to, and
    how many changes are allowed beyond the limits, by kind and action; and whether it takes back what was
    done, for which there is nothing to describe.
    """

    resend: frozenset[tuple[str, str]] = frozenset()
    targets: tuple[str, ...] = ()
    allowed: Mapping[tuple[str, Action], int] = field(default_factory=dict)
    undoes: bool = False


def plan(desired: Desired, live: Live, options: Options = Options(), report: Progress = unwatched) -> Plan:
    """What it takes to make live like desired. `report` is told how many objects were compared.

    Raises InvalidConfigurationError with every problem, RefusedError for what is never done, and
    UsageError for options that name nothing.
    """
    return finished(drafted(desired, live, options, report))


def finished(draft: "Draft") -> Plan:
    """The draft, judged."""
    unmanaged = sorted(draft.strangers.keys() - draft.aligned.removed.keys() - draft.pruned.keys())
    before, root = draft.aligned.live, draft.aligned.root
    return Plan(
        account=draft.live.account,
        account_name=label_of(before[root]),
        changes=draft.chosen,
        notices=(*_notices(draft), *map(notices.unmanaged, unmanaged)),
        unchanged=len(draft.aligned.desired) - sum(change.after is not None for change in draft.changes),
        unmanaged=len(unmanaged),
        reads=draft.live.reads,
        refusals=tuple(_refusals(draft)),
        ids=draft.facts.ids,
        platform=draft.settings.platform,
        tree=branches.touched(draft.chosen, root, afterwards(before, draft.chosen)),
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan before it is judged: all changes, and those that the targets leave."""

    aligned: Aligned
    settings: Settings
    options: Options
    facts: "Facts"
    objects: Called
    spared: Mapping[Address, str]
    external: frozenset[Address]
    pruned: Mapping[Address, Source]
    changes: tuple[Change, ...]
    chosen: tuple[Change, ...]
    strangers: State  # live objects that no file describes
    alike: tuple[Lookalike, ...]
    going: frozenset[Address]
    live: Live  # as it was read


def drafted(
    desired: Desired, live: Live, options: Options = Options(), report: Progress = unwatched
) -> Draft:
    """All that a plan is made of. Raises as `plan` does."""
    aligned, settings = align(desired, live), desired.settings
    _raise_any(aligned.problems)
    safety.demand_root_stays(aligned)
    safety.demand_described(aligned, settings)
    objects = called(all_names(aligned, live) if any(rules.rules(settings)) else {})
    spared = safety.spared(aligned, settings, objects, live.own)
    external = rules.vouched_for(settings, objects)
    pruned = safety.pruned(aligned, settings, {*spared, *external})
    kinds = kinds_with(settings.platform)
    facts = Facts(kinds, _ids(aligned.live), rules.ignored(settings, objects), options.resend)
    going = {**pruned, **aligned.removed}
    changes = [*_written(aligned, facts, report), *_deletions(aligned, going, facts)]
    after = afterwards(aligned.live, changes)
    _raise_any(checks.problems(facts.kinds, changes, after, undoes=options.undoes))
    every = ordered(changes, aligned.live, after, aligned.words)
    chosen = _chosen(every, aligned, options, live.own)
    _raise_any(_outlived(aligned, live, settings, chosen))
    strangers = {at: each for at, each in aligned.live.items() if not aligned.is_described(at)}
    return Draft(
        aligned=aligned,
        settings=settings,
        options=options,
        facts=facts,
        objects=objects,
        spared=spared,
        external=external,
        pruned=pruned,
        changes=every,
        chosen=chosen,
        strangers=strangers,
        alike=() if options.undoes else tuple(lookalikes(chosen, strangers, aligned.live, pruned)),
        going=frozenset(each.address for each in chosen if each.action is Action.DELETE),
        live=live,
    )


def _chosen(
    changes: tuple[Change, ...], aligned: Aligned, options: Options, own: safety.Own
) -> tuple[Change, ...]:
    """What the targets leave, and within that one's own rights last."""
    part = targeted(changes, aligned, options.targets)
    return with_last(part, safety.last(part, own))


def _notices(draft: Draft) -> Iterator[Notice]:
    aligned, facts = draft.aligned, draft.facts
    after = afterwards(aligned.live, draft.chosen)
    yield from notices.notices(aligned, facts.kinds, draft.chosen, facts.ignored, draft.options.resend)
    yield from safety.kept_by_protection(aligned, draft.settings, draft.spared)
    yield from rules.unused(draft.settings, draft.objects)
    yield from safety.own_access(draft.chosen, draft.live.own)
    yield from consequences.consequences(draft.chosen, aligned.live, after)
    yield from (notices.lookalike(each) for each in draft.alike if not _stops(draft, each))
    yield from notices.still_called(draft.chosen, aligned.live)
    yield from notices.own_facts(draft.settings.platform)
    yield from notices.left_out(len(draft.changes) - len(draft.chosen))


def _refusals(draft: Draft) -> Iterator[Notice]:
    """The safety rules that this plan breaks, as far as the targets leave it."""
    removed = {at: source for at, source in draft.aligned.removed.items() if at in draft.going}
    yield from safety.protected(removed, draft.spared)
    yield from safety.locked_out(draft.chosen, draft.live.own, draft.aligned.live)
    for each in (each for each in draft.alike if _stops(draft, each)):
        yield notices.lookalike(each, stops=True, stays=each.live.address not in draft.going)
    yield from safety.limits(draft.chosen, draft.aligned.live, draft.settings, draft.options.allowed)


def _stops(draft: Draft, alike: Lookalike) -> bool:
    """What is about to be pruned, or stays and may be what was created before under the same name, unless
    somebody vouches for it.
    """
    address = alike.live.address
    if address in draft.going:
        return address in draft.pruned
    is_known = address in draft.external or address in draft.aligned.removed
    return alike.is_respelled and not is_known


def _outlived(
    aligned: Aligned, live: Live, settings: Settings, changes: Collection[Change]
) -> Iterator[Problem]:
    if any(rules.rules(settings)) and rules.renames(changes):
        then = spellings(afterwards(aligned.live, changes))
        yield from rules.outlived(settings, aligned.desired, names_now(aligned, live), then)


def _raise_any(problems: Iterable[Problem]) -> None:
    found = list(problems)
    if found:
        raise InvalidConfigurationError(found)


def _ids(state: State) -> Ids:
    return {address: each.id for address, each in state.items() if each.id is not None}


# -- changes


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides how a change looks, besides the object itself."""

    kinds: Kinds
    ids: Ids
    ignored: Mapping[Address, frozenset[str]]
    resend: Collection[tuple[str, str]]


def _written(aligned: Aligned, facts: Facts, report: Progress) -> Iterator[Change]:
    for resource in watched(aligned.desired.values(), report, len(aligned.desired)):
        before = aligned.live.get(resource.address)
        change = _update(before, resource, facts) if before else _creation(resource, facts)
        if change:
            yield change


def _creation(resource: Resource, facts: Facts) -> Change:
    kind = facts.kinds[resource.kind]
    body = encode(kind, _given(resource.fields), facts.ids)
    call = request(kind, Action.CREATE, None, body)
    return Change(Action.CREATE, resource.address, None, resource, diff.creation(kind, resource), call)


def _given(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if value is not None}


def _update(before: Resource, desired: Resource, facts: Facts) -> Change | None:
    kind = facts.kinds[desired.kind]
    resend = [name for kind_name, name in facts.resend if kind_name == kind.name]
    compared = _without(desired, facts.ignored.get(desired.address, frozenset()))
    fields = tuple(
        field for field in diff.update(kind, before, compared, resend) if not _too_late(kind, field)
    )
    if not fields:
        return None
    after = replace(desired, fields={**before.fields, **{field.name: field.new for field in fields}})
    body = encode(kind, _body(kind, fields, after, desired, compared), facts.ids)
    call = request(kind, Action.UPDATE, before.id, body)
    held = _referred_to(kind, before, fields, facts.ids)
    return Change(Action.UPDATE, desired.address, before, after, fields, call, referred_to=held)


def _without(resource: Resource, ignored: Collection[str]) -> Resource:
    if not ignored:
        return resource
    kept = {name: value for name, value in resource.fields.items() if name not in ignored}
    return replace(resource, fields=kept)


def _too_late(kind: Kind, change: FieldChange) -> bool:
    """Set on creation only, and nothing is there to differ from: said in a notice, never sent."""
    return not kind.field(change.name).is_own and change.old is None


def _body(
    kind: Kind, fields: Iterable[FieldChange], after: Resource, desired: Resource, compared: Resource
) -> Fields:
    """The changed fields; where the API can only replace, the whole object, and what it may not show as the
    files have it, unless that is ignored. What is cleared is written as nothing, should the rest stay.
    """
    changed = {field.name: field.new for field in fields}
    if kind.update_method == "PATCH":
        return changed
    whole = {
        name: value for name, value in after.fields.items() if kind.known(name) or name in desired.fields
    }
    unseen = {name: value for name, value in compared.fields.items() if kind.field(name).may_be_unseen}
    return {**_given({**unseen, **whole}), **changed}


def _deletions(aligned: Aligned, going: Mapping[Address, Source], facts: Facts) -> Iterator[Change]:
    for address, source in going.items():
        before = replace(aligned.live[address], source=source)
        kind = facts.kinds[address.kind]
        call = request(kind, Action.DELETE, before.id, None)
        fields = diff.deletion(kind, before)
        held = _referred_to(kind, before, fields, facts.ids)
        yield Change(Action.DELETE, address, before, None, fields, call, referred_to=held)


def _referred_to(kind: Kind, before: Resource, fields: Iterable[FieldChange], ids: Ids) -> Fields:
    """By id, what the object belongs to, and what it referred to in the fields that change."""
    names = {field.name for field in fields if kind.field(field.name).refers_to} | {kind.home}
    return {
        name: map_values(before.value(name), ids) for name in sorted(names) if before.value(name) is not None
    }
