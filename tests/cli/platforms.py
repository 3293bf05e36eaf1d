"""Platforms that are not as this program takes them to be, as scripts; and files for them."""

from tests.unit.loopback import Answer, data, serving

# What a client must tolerate, by the platform's description.
TOLERATED = [
    *({name: True} for name in ("scope_401", "tree_nested", "created_id_alternative", "booleans_yes_no")),
    *({name: True} for name in ("booleans_true_false", "roles_bare", "phones_rewritten", "unknown_fields")),
    *({name: True} for name in ("numbers_as_strings", "strings_as_numbers", "short_pages", "totals_change")),
    *({"nothing": way} for way in ("null", "empty", "absent")),
    {"errors_not_json": True},
    {"roles_numbered": True},
    {"signin_bare": True},
]

FILES = """\
settings:
  account: 1001

groups:
  - {org_unit_name: Acme, org_unit_ext_id: ORG-1000}
  - {org_unit_name: Sales, org_unit_ext_id: ORG-1002, parent: ORG-1000, city: Boston}
users:
  - {username: jane@acme.example, group: ORG-1002, role: Standard, agent_ring_to: "+1 425 555 0134"}
tags:
  - {tag_name: Hot lead, group: ORG-1002}
  - {tag_name: Callback, group: ORG-1002}
routes:
  - provisioned_route_name: Main line
    group: ORG-1002
    route_type: round_robin
    destinations: [{ring_to: "+14255550134"}, {ring_to: "+14255550135"}]
    tags: [Hot lead]
"""

SALES = {
    "org_unit_id": 1002,
    "org_unit_ext_id": "ORG-1002",
    "org_unit_name": "Sales",
    "org_unit_parent_id": 1001,
    **dict.fromkeys(("top_ou_id", "billing_id", "address", "state", "zip", "phone_number", "industry_id")),
    "city": "Boston",
}
JANE = {
    "ct_user_id": 10001,
    "email": "jane@acme.example",
    "first_name": "Jane",
    "last_name": "Doe",
    "group_org_unit_id": 1002,
    "role": "Standard User",
    "user_ext_id": None,
    "status": "active",
    "agent_ring_to": "+14255550134",
    "assign_scorecard": True,
    "access_audio": "Yes",
}
TAGS = [
    {"tag_id": 301, "tag_name": "Hot lead", "org_unit_id": 1002},
    {"tag_id": 302, "tag_name": "Callback", "org_unit_id": 1002},
]
ROUTE = {
    "provisioned_route_id": 801,
    "provisioned_route_name": "Main line",
    "org_unit_id": 1002,
    "campaign_id": 55,
    "phone_number": "+18015550100",
    "route_type": "round_robin",
    "ring_to": None,
    "destinations": [{"ring_to": "+14255550134"}, {"ring_to": "+14255550135"}],
    "record_calls": True,
    "tag_ids": [301],
}
ANSWERS = {
    "/auth/profile": {"email": "admin@acme.example", "role_id": 1, "org_unit_id": 1001},
    "/groups/list": {"groups": [SALES], "total": 1},
    "/groups/tree": {"groups": [{"org_unit_id": 1001, "code": "1"}, {"org_unit_id": 1002, "code": "1.1"}]},
    "/groups/1001": {**SALES, "org_unit_ext_id": "ORG-1000", "org_unit_name": "Acme"},
    "/users/list": {"users": [JANE], "total": 1},
    "/users/10001": JANE,
    "/tag": {"tags": TAGS, "total": 2},
    "/provisioned-routes": {"provisionedRoutes": [ROUTE], "total": 1},
    "/provisioned-routes/801": ROUTE,
    "/conversations/calls": {"calls": [], "total": 0},
}


def scripted(answers):
    """A platform that gives these data, an Answer as it is, and 404 for anything else."""

    def answer(asked):
        found = answers.get(asked.path, Answer({"message": "no such page"}, status=404))
        found = found(asked) if callable(found) else found
        return found if isinstance(found, Answer) else data(found)

    return serving(answer)


def without(row, *names):
    return {name: value for name, value in row.items() if name not in names}


def at_most(most, rows, name):
    """A list that refuses to be asked for more at once."""

    def answer(asked):
        if int(asked.query["limit"]) > most:
            return Answer({"message": f"limit must be at most {most}"}, status=400)
        return {name: rows, "total": len(rows)}

    return answer


def lines(run, sign):
    return [line.strip() for line in run.out.splitlines() if line.startswith(f"  {sign} ")]


def replaced(path, value):
    return {**ANSWERS, path: value}
