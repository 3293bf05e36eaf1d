"""What becomes of those who call."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reconciler.changes import is_rerouted
from reconciler.kinds import SHARING
from reconciler.model import Action, Change, Notice, Plan, Resource, State
from reconciler.objects.clashes import Unique, exclusive_values, taken
from reconciler.wording import counted, fitting, listed

_SHOWN = 5

# Calls that a route carried in the last 7 days, by its id; None: the platform does not say. Others were not
# asked about.
Traffic = Mapping[int, int | None]


def consequences(changes: Sequence[Change], after: State) -> Iterator[Notice]:
    """Routes that are given nobody who could answer, or the tracking number of another."""
    for change in changes:
        is_routed = change.action is Action.CREATE or is_rerouted(change)
        if change.kind == "route" and is_routed and _rings_nowhere(change.after):
            assert change.after
            sort = change.after.value("route_type")
            message = f"{change.address} is {sort} and has no `destinations`: nobody answers its calls"
            yield Notice("consequence", str(change.address), message)
    yield from _shared(changes, after)


def _rings_nowhere(route: Resource | None) -> bool:
    return bool(route and route.value("route_type") in SHARING and not route.value("destinations"))


def _shared(changes: Sequence[Change], after: State) -> Iterator[Notice]:
    """What one object should have alone, and is given to it while another has it, or gets it too."""
    found: dict[Unique, list[str]] = {}
    for change, value, others in taken(changes, after, exclusive_values):
        found.setdefault(value, [str(change.address), *(str(each.address) for each in others)])
    for value in sorted(found, key=str):
        (_, (name,), _), who = value, fitting(sorted(found[value]), _SHOWN)
        message = f"{who} would have one {name}; which of them gets its calls is not known"
        yield Notice("consequence", found[value][0], message)


# -- how many they are


def rerouted(plan: Plan) -> Iterator[Change]:
    """The changes of routes after which calls ring elsewhere, or nowhere."""
    return (change for change in plan.changes if change.kind == "route" and is_rerouted(change))


def at_stake(plan: Plan) -> list[int]:
    """Their ids, first those of which nobody will answer the calls."""
    changes = sorted(rerouted(plan), key=lambda each: _fate(each) not in _SILENT)
    return [change.id for change in changes if change.id is not None]


def with_traffic(plan: Plan, traffic: Traffic, reads: int) -> Plan:
    """The same plan with what is known of the calls of routes that ring elsewhere or nowhere."""
    notices = [*_traffic(plan, traffic)]
    return replace(plan, notices=(*notices, *plan.notices), reads=plan.reads + reads)


def _traffic(plan: Plan, traffic: Traffic) -> Iterator[Notice]:
    for change in rerouted(plan):
        count = traffic.get(change.id) if change.id else None
        if count is not None:
            calls = f"{counted(count, 'call')} in the last 7 days; after this {_fate(change)}"
            message = f"{change.address} carried {calls if count else 'no calls in the last 7 days'}"
            yield Notice("calls", str(change.address), message)
    unread = [each.address for each in rerouted(plan) if traffic.get(each.id or 0, 0) is None]
    unasked = [each.address for each in rerouted(plan) if (each.id or 0) not in traffic]
    if unread:
        names = listed([*map(str, unread)], _SHOWN)
        message = f"how many calls these routes carried lately cannot be read: {names}"
        yield Notice("calls-unknown", str(unread[0]), message)
    if unasked:
        names, more = listed([*map(str, unasked)], _SHOWN), counted(len(unasked), "more was", "more were")
        message = f"a plan asks for the calls of {len(traffic)} routes; {more} not asked about: {names}"
        yield Notice("calls-unknown", str(unasked[0]), message)


def _fate(change: Change) -> str:
    """What becomes of those who call."""
    if change.action is Action.DELETE or _rings_nowhere(change.after):
        return _SILENT[0]
    match change.after and change.after.value("route_type"):
        case "hangup":
            return _SILENT[1]
        case "voicemail":
            return "they go to voicemail"
        case _:
            return "they ring elsewhere"


_SILENT = ("nobody answers them", "callers are hung up on")
