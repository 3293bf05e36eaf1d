from reconciler.model import Action, Limit, Settings
from reconciler.plans.amendments import amended

from .literals import at


def limits(*kinds, **limit):
    return {(kind, Action.DELETE): Limit(**limit) for kind in kinds}


ALL = ("group", "user", "tag", "route")


def told(former, settings):
    return [each.message for each in amended(former, settings, "main")]


def test_rules_that_are_weakened_are_told():
    former = Settings(protect={"user/ceo@*": at()}, limits=limits(*ALL, number=0))
    assert told(former, Settings(limits=limits(*ALL, number=10))) == [
        "settings have changed since main: protect lost user/ceo@*; limits.delete 0 → 10"
    ]


def test_all_that_can_change():
    former = Settings(account=1, limits=limits("tag", number=1, percent=5))
    now = Settings(
        prune={"user": at()},
        ignore=(("route/*", ("ring_to",)),),
        external={"group/P": at()},
        platform={"tag": {"path": "/t"}},
    )
    (message,) = told(former, now)
    assert message.split(": ", 1)[1].split("; ") == [
        "account 1 → none",
        "prune gained users",
        "ignore gained route/*: ring_to",
        "external gained group/P",
        'platform gained tag.path = "/t"',
        "limits.delete 1 and 5 % → none for tags",
    ]


def test_what_is_as_it_was_is_not_told():
    assert told(Settings(), Settings()) == []
