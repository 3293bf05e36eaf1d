"""Described objects that the platform has more than once: nothing is done to them, and as little as possible
about what refers to them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from reconciler.errors import Problem
from reconciler.model import Address, Resource, State, Value
from reconciler.objects.names import interim
from reconciler.objects.references import addresses_in, map_values
from reconciler.plans.matching import Matches


def without_doubles(desired: State, matched: Matches, live: State) -> tuple[State, list[Problem]]:
    """The desired state without the doubles; who refers to one keeps the one that it has on the platform.

    Whoever has none yet is a problem: nobody can tell which is meant.
    """
    if not matched.doubles:
        return desired, []
    kept: dict[Address, Resource] = {}
    problems: list[Problem] = []
    for address, resource in desired.items():
        if address not in matched.doubles:
            before = live.get(matched.live.get(address, address))
            fields = {
                name: map_values(value, _held(before.value(name) if before else None, matched.doubles, live))
                for name, value in resource.fields.items()
            }
            kept[address] = replace(resource, fields=fields)
            problems += _undecided(kept[address], matched.doubles, live)
    return kept, problems


def _held(
    now: Value, doubles: Mapping[Address, tuple[Address, ...]], live: State
) -> Mapping[Address, Address]:
    """For each double the one of its live objects that `now` mentions, called by its id."""
    mentioned = set(addresses_in(now))
    held = {at: next(iter(mentioned.intersection(several)), None) for at, several in doubles.items()}
    return {at: interim(one.kind, live[one].id) for at, one in held.items() if one}


def _undecided(
    resource: Resource, doubles: Mapping[Address, tuple[Address, ...]], live: State
) -> list[Problem]:
    return [
        Problem(
            resource.place(name),
            f"{resource.address} refers to {at}, which exists {len(doubles[at])} times on the platform, "
            f"ids {ids_of(doubles[at], live)}; remove one there first",
        )
        for name, value in resource.fields.items()
        for at in addresses_in(value)
        if at in doubles
    ]


def ids_of(several: Iterable[Address], live: State) -> str:
    """As `999 and 1002`."""
    return " and ".join(map(str, sorted(live[each].id or 0 for each in several)))
