"""Plans to look at: a small account, one by --base, a refused one, hostile names, and thousands."""

from dataclasses import replace

from reconciler.errors import Source
from reconciler.model import (
    Action,
    Address,
    Branch,
    Change,
    EntryChange,
    FieldChange,
    Limit,
    Notice,
    Origin,
    Outcome,
    Plan,
    Request,
    Resource,
    Settings,
    Status,
)
from reconciler.plans.planning import plan as planned
from tests.unit.literals import at, desired, kept, live, ref, to, written

LIVE = (
    kept("group/S", 1002, org_unit_name="Sales", org_unit_ext_id="S", parent=to("group/ROOT"), city="Boston"),
    kept("group/H", 1003, org_unit_name="Help", org_unit_ext_id="H", parent=to("group/ROOT")),
    kept("group/E", 1004, org_unit_name="East", org_unit_ext_id="E", parent=to("group/S")),
    kept("group/O", 1005, org_unit_name="Old", org_unit_ext_id="O", parent=to("group/ROOT")),
    kept("group/P", 1006, org_unit_name="Partners", org_unit_ext_id="P", parent=to("group/ROOT")),
    kept("user/jane@acme", 7, username="jane@acme", group=to("group/S"), role="Standard", first_name="Jane"),
    kept("user/left@acme", 8, username="left@acme", group=to("group/O"), role="Standard"),
    kept(
        "route/S/Main",
        9,
        provisioned_route_name="Main",
        group=to("group/S"),
        route_type="forward",
        ring_to="+1425",
    ),
    kept(
        "route/S/Shares",
        10,
        provisioned_route_name="Shares",
        group=to("group/S"),
        route_type="percentage",
        destinations=({"ring_to": "+1", "percentage": 60}, {"ring_to": "+2", "percentage": 40}),
    ),
    kept("tag/S/Old", 11, tag_name="Old", group=to("group/S")),
)
FILES = (
    written("group/ROOT", 2, org_unit_name="Acme", org_unit_ext_id="ROOT"),
    written(
        "group/S",
        3,
        org_unit_name="Sales",
        org_unit_ext_id="S",
        parent=to("group/ROOT"),
        city="New York",
        zip="10001",
    ),
    written("group/H", 4, org_unit_name="Help desk", org_unit_ext_id="H", parent=to("group/ROOT")),
    written("group/E", 5, org_unit_name="East", org_unit_ext_id="E", parent=to("group/H")),
    written("group/N", 6, org_unit_name="North", org_unit_ext_id="N", parent=to("group/S")),
    written("user/jane@acme", 7, username="jane@acme", group=to("group/N"), role="Admin", first_name="Jane"),
    written("user/new@acme", 8, username="new@acme", group=to("group/N"), role="Standard", first_name="Ann"),
    written(
        "route/S/Main",
        9,
        provisioned_route_name="Main",
        group=to("group/S"),
        route_type="forward",
        ring_to="+1617",
        tags=(to("tag/N/Hot"),),
    ),
    written(
        "route/S/Shares",
        10,
        provisioned_route_name="Shares",
        group=to("group/S"),
        route_type="percentage",
        destinations=({"ring_to": "+1", "percentage": 50}, {"ring_to": "+2", "percentage": 50}),
    ),
    written("tag/N/Hot", 11, tag_name="Hot", group=to("group/N")),
)
REMOVED = (ref("group/O", 20), ref("user/left@acme", 21))


NO_SETTINGS = Settings()


def small(settings=NO_SETTINGS):
    """An account in which everything happens once."""
    found = planned(desired(*FILES, removed=REMOVED, settings=settings), live(*LIVE))
    calls = Notice(
        "calls",
        "route/S/Main",
        "route/S/Main carried 42 calls in the last 7 days; after this they ring elsewhere",
    )
    return replace(found, notices=(calls, *found.notices))


def refused():
    protect = Settings(protect={"user/left@*": at(30)}, limits={("group", Action.DELETE): Limit(0, 0)})
    return small(protect)


def with_base():
    """Each field with an origin, in turn."""
    origins = iter([Origin.EDIT, Origin.DRIFT, Origin.CONFLICT] * 20)
    plan = small()
    changes = tuple(
        replace(
            change,
            fields=tuple(each._replace(origin=next(origins), base="Chicago") for each in change.fields),
        )
        for change in plan.changes
    )
    return replace(plan, changes=changes, base="4f2a91c")


def empty():
    return Plan(1001, "Acme", (), (), unchanged=12, unmanaged=0, reads=9)


def many(count, groups=100):
    """So many changes of users, three of four of them updates, in so many groups, ten below each."""
    return Plan(
        1001,
        "Acme",
        tuple(_user(number, number % groups) for number in range(count)),
        (),
        unchanged=3,
        unmanaged=0,
        reads=9,
        tree=tuple(_branches(count, groups)),
    )


def _user(number, group):
    address = Address("user", f"user{number}@acme.example")
    source = Source("users.yaml", number + 1, 5)
    action = (Action.CREATE, Action.UPDATE, Action.UPDATE, Action.UPDATE)[number % 4]
    old, new = (f"Boston {number}", f"New York {number}")
    fields = (
        FieldChange("first_name", None if action is Action.CREATE else old, new),
        FieldChange("group", None, Address("group", f"G{group}"))
        if action is Action.CREATE
        else FieldChange("role", "Standard", "Admin"),
    )
    before = Resource(address, {}, number, source) if action is Action.UPDATE else None
    request = Request("PATCH" if before else "POST", f"/users/{number}" if before else "/users", {})
    return Change(action, address, before, Resource(address, {}, None, source), fields, request)


def _branches(count, groups):
    """Depth first, ten below each."""
    below: dict[int, list[int]] = {}
    for number in range(1, groups):
        below.setdefault((number - 1) // 10, []).append(number)
    pending: list[tuple[int, Address | None]] = [(0, None)]
    while pending:
        number, above = pending.pop()
        at_ = Address("group", f"G{number}")
        holds = tuple(Address("user", f"user{each}@acme.example") for each in range(number, count, groups))
        yield Branch(at_, f"Group {number}", above, holds)
        pending += [(each, at_) for each in reversed(below.get(number, []))]


PWN = "window.__pwned = true"
HOSTILE = (
    f"</script><script>{PWN}</script>",
    f'"><img src=x onerror="{PWN}">',
    f"'--><svg/onload={PWN}>",
    f"</noscript></template></style></title><script>{PWN}</script>",
    f"javascript:{PWN}",
    "{{ 7*7 }}{% raw %}",
    "\u202egnp.exe\u202c",
    "a\0b\x1b[31mc\x9b\ud800",
    "two\nlines\r\u2028three",
    "שלום עולם",
    "مرحبا (x)",
    "👩‍👧 😀",
    "Z" * 1_000_000,
    "&lt;b&gt; &amp;amp;",
    "Z̸̗̪̼̲̲̙̐̆͒ą̶̺̈́̃l̷̰̰̂͑g̵̳̈́͊o̸͖͋" * 5,
)


def hostile():
    """Every name, value, file, message and revision is somebody's attempt."""
    changes, branches, notices = [], [], []
    root = Address("group", "ROOT")
    for number, evil in enumerate(HOSTILE):
        address = Address("tag", evil)
        before = Resource(address, {}, number, Source(evil, 1, 1))
        fields = (
            FieldChange(evil, evil, {evil: [evil, None]}, origin=Origin.CONFLICT, base=evil),
            FieldChange("destinations", (), (), (EntryChange(f"[{evil}]", evil, evil),)),
            FieldChange("group", None, Address("group", evil)),
        )
        request = Request("PATCH", f"/tag/{evil}", {})
        changes.append(
            Change(Action.UPDATE, address, before, before, fields, request, (Address("tag", HOSTILE[0]),))
        )
        branches.append(Branch(Address("group", evil), evil, root, (address,), number))
        notices += [
            Notice("calls", str(address), evil),
            Notice(evil, evil, evil),
            Notice("unmanaged", str(address), evil),
        ]
    refusals = (
        Notice("protected", f"tag/{HOSTILE[0]}", HOSTILE[1]),
        Notice("too-many-deletes", HOSTILE[1], HOSTILE[1]),
    )
    tree = (Branch(root, HOSTILE[0], None, (), 1), *branches)
    return Plan(1, HOSTILE[1], tuple(changes), tuple(notices), 0, 3, 1, refusals, tree=tree, base=HOSTILE[0])


def outcomes():
    first, second, third, *rest = small().changes
    return [
        Outcome(first, Status.APPLIED, None, 2001),
        Outcome(second, Status.FAILED, "PATCH /groups/1002: 503 down for a while", is_open=True),
        Outcome(third, Status.SKIPPED, "the live state has moved: city is Chicago", is_stale=True),
        *(Outcome(each, Status.APPLIED) for each in rest),
    ]
