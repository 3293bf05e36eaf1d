"""What the settings say otherwise than at an earlier revision: rules may have been weakened with the very
change that they would stop.
"""

from collections import defaultdict
from collections.abc import Iterator

from reconciler.kinds import KINDS
from reconciler.model import Limit, Notice, Settings
from reconciler.plans.notices import stated
from reconciler.wording import listed


def amended(former: Settings, settings: Settings, revision: str) -> Iterator[Notice]:
    """What holds for all objects, told where it has changed."""
    changes = [*_account(former, settings), *_sets(former, settings), *_limits(former, settings)]
    if changes:
        message = f"settings have changed since {revision}: {'; '.join(changes)}"
        yield Notice("settings-changed", "plan", message)


def _account(former: Settings, settings: Settings) -> Iterator[str]:
    if former.account != settings.account:
        yield f"account {former.account or 'none'} → {settings.account or 'none'}"


def _sets(former: Settings, settings: Settings) -> Iterator[str]:
    then, now = _entries(former), _entries(settings)
    for name, entries in then.items():
        for word, some in ("lost", entries - now[name]), ("gained", now[name] - entries):
            if some:
                yield f"{name} {word} {listed(sorted(some), _SHOWN)}"


_SHOWN = 10


def _entries(settings: Settings) -> dict[str, set[str]]:
    return {
        "protect": {*settings.protect},
        "prune": {KINDS[kind].plural for kind in settings.prune},
        "ignore": {f"{pattern}: {name}" for pattern, names in settings.ignore for name in names},
        "external": {*settings.external},
        "platform": {*stated(settings.platform)},
    }


def _limits(former: Settings, settings: Settings) -> Iterator[str]:
    moved: dict[str, list[str]] = defaultdict(list)
    for kind, action in sorted({*former.limits, *settings.limits}, key=str):
        old, new = (each.limits.get((kind, action), Limit()) for each in (former, settings))
        if old != new:
            moved[f"limits.{action.word} {old} → {new}"].append(KINDS[kind].plural)
    for change, kinds in moved.items():
        yield change if len(kinds) == len(KINDS) else f"{change} for {', '.join(kinds)}"
