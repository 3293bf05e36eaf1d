"""What `settings:` says, and what is wrong with it beyond its schema."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from reconciler.errors import Problem, Source
from reconciler.files.documents import Document
from reconciler.files.entries import Sections, place_in
from reconciler.files.faults import shown
from reconciler.files.hints import nearest
from reconciler.kinds import KIND_NAMES, KINDS
from reconciler.model import Action, Limit, Platform, Settings
from reconciler.objects.overrides import deceptive, unknown_names

# Unless the files say otherwise.
DEFAULT_LIMITS: Mapping[Action, Limit] = MappingProxyType({Action.DELETE: Limit(10, 20)})


def without_files() -> Settings:
    """What holds unless the files say otherwise."""
    return Settings(limits=_limits({}))


def settings(sections: Sections) -> Settings:
    """Tolerant of everything that `Sections` has already complained about."""
    if sections.settings is None:
        return without_files()
    document, data = sections.settings
    account = data.get("account")
    return Settings(
        account=account if isinstance(account, int) else None,
        account_source=document.place(data, "account") if "account" in data else None,
        ignore=tuple(
            (pattern, tuple(names))
            for pattern, names in sorted(_mapping(data, "ignore").items())
            if isinstance(names, list)
        ),
        ignore_places={
            pattern: document.key_place(data["ignore"], pattern) for pattern in _mapping(data, "ignore")
        },
        external=dict(_each(document, data, "external")),
        prune={KIND_NAMES[name]: at for name, at in _each(document, data, "prune") if name in KIND_NAMES},
        protect=dict(_each(document, data, "protect")),
        limits=_limits(_mapping(data, "limits")),
        platform=_platform(sections, data),
    )


def _mapping(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def _each(document: Document, data: Mapping[str, Any], name: str) -> Iterator[tuple[str, Source]]:
    listed = data.get(name)
    for number, entry in enumerate(listed if isinstance(listed, list) else ()):
        yield str(entry), document.place(listed, number)


def _limits(data: Mapping[str, Any]) -> Mapping[tuple[str, Action], Limit]:
    """For every kind its own limits, else those for all kinds, else the built-in ones."""
    found = {}
    for kind in KINDS:
        for action in (Action.DELETE, Action.UPDATE):
            written = filter(None, (_limit(_mapping(data, kind), action), _limit(data, action)))
            limit = next(written, DEFAULT_LIMITS.get(action))
            if limit:
                found[kind, action] = limit
    return found


def _limit(data: Mapping[str, Any], action: Action) -> Limit | None:
    names = action.word, f"{action.word}_percent"
    if not any(isinstance(data.get(name), int) for name in names):
        return None
    number, percent = (data.get(name) for name in names)
    return Limit(number, percent)


def _platform(sections: Sections, data: Mapping[str, Any]) -> Platform:
    """Only if nothing is wrong with it: the facts are used to read what is live."""
    facts = {name: each for name, each in _mapping(data, "platform").items() if name in KINDS}
    is_sound = not sections.problems and all(isinstance(each, dict) for each in facts.values())
    return facts if is_sound else {}


# -- problems


def problems(sections: Sections) -> Iterator[Problem]:
    if sections.settings:
        yield from _bad_ignores(*sections.settings)
        yield from _bad_facts(*sections.settings, _platform(sections, sections.settings[1]))


def _bad_ignores(document: Document, data: Mapping[str, Any]) -> Iterator[Problem]:
    """Fields that tell objects apart cannot be left to somebody else."""
    for pattern, names in _mapping(data, "ignore").items():
        kind = KINDS.get(pattern.partition("/")[0])
        for number, name in enumerate(names if isinstance(names, list) else ()):
            if kind and name in kind.identity:
                message = f"{name!r} tells {kind.plural} apart and cannot be ignored"
                yield Problem(document.place(names, number), message)
            elif kind and not kind.known(str(name)) and nearest(name, [each.name for each in kind.fields]):
                guess = nearest(name, [each.name for each in kind.fields])
                yield Problem(
                    document.place(names, number), f"no {kind.name} has a field {shown(name)}{guess}"
                )


def _bad_facts(document: Document, data: Mapping[str, Any], platform: Platform) -> Iterator[Problem]:
    unknown = [*unknown_names(platform)]
    for path, known in unknown:
        message = f"there is no field {shown(path[-1])}{nearest(path[-1], known)}"
        yield Problem(place_in(document, data["platform"], path, of_key=True), message)
    for path, message in () if unknown else deceptive(platform):
        yield Problem(place_in(document, data["platform"], path, of_key=True), message)
