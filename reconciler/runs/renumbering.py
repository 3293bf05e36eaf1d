"""The ids that objects have now: what a run deleted, an undo of it has created again under a new one."""

from collections.abc import Mapping, Sequence

from reconciler.runs.journal import Run
from reconciler.runs.settling import Settler, is_complete, is_only_found

Numbers = dict[tuple[str, int], int]  # by kind and old id


def new_ids(runs: Sequence[Run], settler: Settler) -> Numbers:
    """Of what is on the platform; `runs` are all on one account, from the oldest to the newest."""
    numbers: Numbers = {}
    by_name = {run.name: run for run in runs}
    for run in reversed(runs):
        undone = by_name.get(str(run.start.get("undoes")))
        deleted = _ids(undone, "delete") if undone else {}
        for (kind, address), new in _ids(run, "create").items():
            old, now = deleted.get((kind, address)), numbers.get((kind, new), new)
            if old is not None and settler.find(kind, now):
                numbers.setdefault((kind, old), now)
    return numbers


def _ids(run: Run, action: str) -> Mapping[tuple[str, str], int]:
    """What the run did of this, by kind and address."""
    return {
        (write.intent["kind"], write.intent["address"]): write.outcome["id"]
        for write in run.applied
        if is_complete(write.intent) and write.intent["action"] == action
        if write.outcome and write.outcome.get("id") is not None and not is_only_found(write)
    }
