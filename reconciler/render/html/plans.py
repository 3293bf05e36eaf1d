"""What the page of a plan is filled with; rows are made as they are drawn from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from reconciler.changes import is_move
from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Change, Origin, Plan
from reconciler.plans.planfile import document
from reconciler.render.html.cards import Around, card, marks
from reconciler.render.html.facets import OPEN_AT_MOST, Facet, facet, portions
from reconciler.render.html.remarks import by_address, groups, remarks
from reconciler.render.html.trees import groups_of, twigs
from reconciler.render.tallies import differing, effort, to_do, unaltered
from reconciler.render.weight import by_kind
from reconciler.wording import safe

_KINDS = tuple((kind.name, kind.plural.capitalize()) for kind in KINDS.values())
_ACTIONS = tuple((each.word, each.word.capitalize()) for each in Action)
_ORIGINS = tuple((each.value, each.value.capitalize()) for each in Origin)
_MARKS = (("moves", "Moves"), ("warned", "With a warning"), ("refused", "Refused"))


def plan_content(plan: Plan) -> Mapping[str, Any]:
    changes = by_kind(plan.changes)
    numbers = numbered(changes)
    around = Around(
        numbers=numbers,
        groups=groups_of(plan.tree),
        names=tuple(branch.name for branch in plan.tree),
        remarks=by_address(plan.notices),
        refused=frozenset(each.address for each in plan.refusals),
    )
    return {
        **_head(plan),
        "refusals": tuple(remarks(plan.refusals, numbers)),
        "notices": tuple(groups(plan.notices, numbers)),
        "tree": portions(twigs(plan.tree, {each.address: each for each in changes}, numbers)),
        "groups": len(plan.tree),
        "facets": tuple(_facets(changes, around)),
        "cards": portions(card(change, around) for change in changes),
        "total": len(changes),
        "opened": len(changes) if len(changes) <= OPEN_AT_MOST else 0,
    }


def _head(plan: Plan) -> Mapping[str, Any]:
    counts, origins = plan.counts(), plan.origins()
    return {
        "name": safe(plan.account_name),
        "account": plan.account,
        "tiles": [(each.value, each.word, counts[each]) for each in Action],
        "is_drift": plan.is_drift,
        "drift": differing(plan) if plan.is_drift else "",
        "sentence": sentence(plan),
        "moves": sum(map(is_move, plan.changes)),
        "unchanged": plan.unchanged,
        "unmanaged": plan.unmanaged,
        "effort": effort(plan),
        "reads": plan.reads,
        "digest": document(plan)["digest"],
        "base": safe(plan.base) if plan.base else "",
        "origins": [(each.value, origins[each]) for each in sorted(origins, key=lambda each: each.value)],
    }


def sentence(plan: Plan) -> str:
    """What the plan does, and nothing else."""
    if not plan.changes:
        return unaltered(plan)
    return f"{to_do(plan.counts())}; {plan.unchanged:,} unchanged."


def numbered(changes: Iterable[Change]) -> Mapping[Address, int]:
    return {change.address: number for number, change in enumerate(changes, 1)}


def _facets(changes: Sequence[Change], around: Around) -> Iterator[Facet]:
    yield from kinds_and_actions(changes)
    origins = (each for change in changes for each in {field.origin for field in change.fields} if each)
    yield facet("origin", "Origin", (each.value for each in origins), _ORIGINS)
    yield facet("mark", "Attention", chain.from_iterable(marks(each, around) for each in changes), _MARKS)


def kinds_and_actions(changes: Sequence[Change]) -> Iterator[Facet]:
    yield facet("kind", "Kind", (change.kind for change in changes), _KINDS)
    yield facet("action", "Action", (change.action.word for change in changes), _ACTIONS)
