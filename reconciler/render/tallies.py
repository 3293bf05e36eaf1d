"""How much a plan does, and how much of it was done, as every format says it."""

from collections.abc import Callable, Mapping, Sequence

from reconciler.model import Action, Plan, Status
from reconciler.wording import counted


def to_do(counts: Mapping[Action, int], told: Callable[[str, Action], str] = lambda text, _: text) -> str:
    """`1,200 to create, 1 to delete`, each as `told` has it; empty where nothing is to be done."""
    return ", ".join(told(f"{counts[each]:,} to {each.word}", each) for each in Action if counts.get(each))


def done(counts: Mapping[Status, int], order: Sequence[Status] = tuple(Status)) -> str:
    """`9 applied, 1 failed`; empty where nothing was to be done."""
    return ", ".join(f"{counts[each]:,} {each.value}" for each in order if counts.get(each))


def differing(plan: Plan) -> str:
    """What of the platform is not as the files say; empty where nothing is."""
    changes, strangers = len(plan.changes), plan.unmanaged if plan.has_strangers else 0
    noun = ("is", "are") if changes else ("object is", "objects are")
    found = (
        (changes, f"{counted(changes, 'object differs', 'objects differ')} from these files"),
        (strangers, f"{counted(strangers, *noun)} in no file"),
    )
    return ", ".join(words for count, words in found if count)
