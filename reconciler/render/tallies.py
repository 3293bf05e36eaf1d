"""How much a plan does, and how much of it was done, as every format says it."""

from collections.abc import Callable, Mapping, Sequence

from reconciler.model import Action, Origin, Plan, Status
from reconciler.wording import counted

PAST = {Action.CREATE: "created", Action.UPDATE: "updated", Action.DELETE: "deleted"}


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


def counted_origins(plan: Plan) -> str:
    """How many fields have which origin; empty where none has one."""
    counts = plan.origins()
    if counts.keys() == {Origin.CONFLICT}:
        return f"{counted(counts[Origin.CONFLICT], 'field')} changed both here and on the platform (conflict)"
    found = [(counts[origin], words) for origin, words in _ORIGIN_WORDS.items() if counts[origin]]
    first = [f"{counted(count, 'field')} {words}" for count, words in found[:1]]
    return ", ".join(first + [f"{count:,} {words}" for count, words in found[1:]])


_ORIGIN_WORDS = {
    Origin.EDIT: "edited here",
    Origin.DRIFT: "drifted on the platform",
    Origin.CONFLICT: "both (conflict)",
}


def as_described(number: int) -> str:
    return f"{counted(number, 'object is', 'objects are')} as described."


def unaltered(plan: Plan, no_changes: str = "No changes.") -> str:
    """Where nothing is to be changed; but where drift is told, "no changes" would speak against it."""
    described = as_described(plan.unchanged)
    return described if differing(plan) else f"{no_changes} {described}"


_WORTH_A_WORD = 2.0  # seconds


def effort(plan: Plan) -> str:
    """The requests that applying takes, and about how long, if that is long."""
    seconds = plan.seconds
    if seconds < _WORTH_A_WORD:
        return counted(len(plan.changes), "request")
    about = f"{seconds:.0f} s" if seconds < _MINUTES else f"{seconds / 60:.0f} min"
    return f"{counted(len(plan.changes), 'request')}, about {about}"


_MINUTES = 120
