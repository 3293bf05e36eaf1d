"""The patterns in the settings: which objects each means, whether it means any, and whether it goes on to."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from reconciler.errors import Problem, Source
from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Change, Notice, Settings, State
from reconciler.objects.patterns import Called, called, meant
from reconciler.wording import listed

Names = Mapping[Address, Collection[str]]


class Rule(NamedTuple):
    """`fields`: what `ignore` leaves to somebody else; the other settings are about the whole object."""

    setting: str
    pattern: str
    source: Source
    fields: frozenset[str] = frozenset({""})


def rules(settings: Settings) -> Iterator[Rule]:
    for pattern, source in settings.protect.items():
        yield Rule("protect", pattern, source)
    for pattern, fields in settings.ignore:
        yield Rule("ignore", pattern, settings.ignore_places[pattern], frozenset(fields))
    for pattern, source in settings.external.items():
        yield Rule("external", pattern, source)


def vouched_for(settings: Settings, objects: Called) -> frozenset[Address]:
    """The objects that `settings.external` names."""
    return frozenset(address for pattern in settings.external for address in meant(pattern, objects))


def protection(settings: Settings, objects: Called) -> Mapping[Address, str]:
    """Why the objects that `settings.protect` names are never deleted: by the first pattern that fits."""
    return {
        address: f"settings.protect has {pattern!r} ({source})"
        for pattern, source in reversed([*settings.protect.items()])
        for address in meant(pattern, objects)
    }


def ignored(settings: Settings, objects: Called) -> Mapping[Address, frozenset[str]]:
    """The fields that `settings.ignore` leaves to somebody else, by object; any of its names counts."""
    found = defaultdict[Address, frozenset[str]](frozenset)
    for pattern, fields in settings.ignore:
        for address in meant(pattern, objects):
            found[address] |= {*fields}
    return found


def unused(settings: Settings, objects: Called) -> Iterator[Notice]:
    """A slip of the pen in a pattern does nothing."""
    for rule in rules(settings):
        if not any(True for _ in meant(rule.pattern, objects)):
            has = f"settings.{rule.setting} has {rule.pattern!r} ({rule.source})"
            message = f"{has}, but nothing is called so"
            if rule.setting == "protect":
                yield Notice("protects-nothing", rule.pattern, message)
            else:
                yield Notice("names-nothing", rule.pattern, message)


def renames(changes: Collection[Change]) -> bool:
    """Whether any of them takes a name away from something."""
    return any(
        each.name in (kind.label, kind.place, kind.external_id)
        for change in changes
        if change.action is Action.UPDATE
        for kind in [KINDS[change.kind]]
        for each in change.fields
    )


def outlived(settings: Settings, desired: State, now: Names, after: Names) -> Iterator[Problem]:
    """Patterns that mean an object by names of which none is left once all is done: the next plan would do
    to it what this one must not.
    """
    objects, then = called(now), called(after)
    kept = defaultdict[tuple[str, Address], set[str]](set)  # fields that patterns still are about
    for rule in rules(settings):
        for address in meant(rule.pattern, then):
            kept[rule.setting, address] |= rule.fields
    for rule in rules(settings):
        lost = [
            str(address)
            for address in meant(rule.pattern, objects)
            if address in after
            if _forbidden(rule, address, desired) - kept[rule.setting, address]
        ]
        if lost:
            what = f"what settings.{rule.setting} names here is called {listed(sorted(lost), _SHOWN)}"
            yield Problem(rule.source, f"{what} once this is applied; write that, too")


_SHOWN = 3


def _forbidden(rule: Rule, address: Address, desired: State) -> frozenset[str]:
    """What the rule keeps plans from doing to an object that is on the platform."""
    resource = desired.get(address)
    match rule.setting:
        case "ignore":
            return rule.fields & (resource.fields.keys() if resource else frozenset())
        case _:  # no plan deletes what is described
            return frozenset() if resource else rule.fields
