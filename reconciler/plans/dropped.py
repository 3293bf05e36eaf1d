"""What the files described at an earlier revision and describe no more: left as it is, or renamed back."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import NamedTuple

from reconciler.errors import Source
from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Notice, Plan, Resource, State
from reconciler.objects.names import Index, label_of
from reconciler.plans.lookalikes import Lookalike
from reconciler.plans.notices import lookalike
from reconciler.quoting import quoted


class Dropped(NamedTuple):
    """An object that is live, and what the files said of it."""

    described: Resource
    live: Resource


def dropped(plan: Plan, described: State, live: State) -> Iterator[Dropped]:
    """Those that no file describes now, whether they stay or go; addresses are those of the plan."""
    away = {each.address for each in plan.notices if each.code == "unmanaged"}
    away |= {str(each.address) for each in plan.changes if each.action is Action.DELETE}
    for address, resource in described.items():
        if address in live and str(address) in away:
            yield Dropped(resource, live[address])


def judged(
    plan: Plan, found: tuple[Dropped, ...], prune: Mapping[str, Source], revision: str
) -> tuple[list[Notice], list[Notice]]:
    """The notices and the refusals. To take a rename back without saying so makes a second object, and prune
    deletes the first.
    """
    back = dict(_renamed_back(plan, found))
    going = {each.address: each.source for each in plan.changes if each.action is Action.DELETE}
    known = {each.address for each in (*plan.notices, *plan.refusals) if each.code == "look-alike"}
    created, gone = _created(plan), Counter(key for each in found for key in _likenesses(each.described))
    notices: list[Notice] = []
    refusals: list[Notice] = []
    for each in found:
        address = each.live.address
        if address in back and str(back[address].created.address) not in known:
            stops = going.get(address) in prune.values()
            (refusals if stops else notices).append(lookalike(back[address], stops=stops))
        elif address not in going and address not in back:
            keys = (key for key in _likenesses(each.described) if gone[key] == len(created.get(key, ())) == 1)
            notices.append(_left(address, revision, next((created[key][0] for key in keys), None)))
    return notices, refusals


def _renamed_back(plan: Plan, found: tuple[Dropped, ...]) -> Iterator[tuple[Address, Lookalike]]:
    """Creations under the very key that the files once gave away."""
    created = {
        each.address: each.after for each in plan.changes if each.action is Action.CREATE and each.after
    }
    index = Index(created)
    for described, live in found:
        if described.previously:
            for address in index.named(described.kind, described.previously.text):
                yield live.address, Lookalike(created[address], live)


def _created(plan: Plan) -> Mapping[Hashable, list[Resource]]:
    """What is new, and may be something by a new name, by what it has in common with that."""
    found: dict[Hashable, list[Resource]] = defaultdict(list)
    for each in plan.changes:
        if each.action is Action.CREATE and each.after and not each.after.previously:
            for key in _likenesses(each.after):
                found[key].append(each.after)
    return found


def _likenesses(resource: Resource) -> Iterator[Hashable]:
    """The same name in another place; the same place, and of users, who are many in one, the same names."""
    kind = KINDS[resource.kind]
    names = () if kind.place else ("first_name", "last_name")
    yield kind.name, label_of(resource)
    yield kind.name, kind.home, *map(resource.value, (kind.home, *names))


def _left(address: Address, revision: str, new: Resource | None) -> Notice:
    line, key = map(quoted, (str(address), address.key))
    said = f"{address} was described at {revision} and is in no file now, so it is left as it is"
    if new:
        said += f"; if {new.address} ({new.source}) is the same, write `previously: {key}` there"
    return Notice("no-longer-described", str(address), f"{said}; if it is to go, add {line} under `removed:`")
