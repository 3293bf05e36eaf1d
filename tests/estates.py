"""Accounts out of nothing: Hypothesis strategies for seeds of the sandbox and for configurations."""

from typing import Any

from hypothesis import strategies as st

ROOT = {"org_unit_id": 1001, "org_unit_name": "Acme", "org_unit_ext_id": "ROOT"}
GROUP_NAMES = ["Sales", "East", "a/b", "yes", "0123", " spaced ", "Größe", "Acme", "No: colon", "back\\slash"]
EXTERNAL_IDS = ["E1", "E2", "E3", "E4", "E5", "7", "x/y"]
NAMES = ["Hot lead", "Main line", "24/7", "1e3", "null", "Sales", " East ", "Cafe\u0301"]
EMAILS = ["ann@acme.example", "Bob@acme.example", "cy@acme.example", "dee@acme.example"]
PHONES = ["+14255550134", "+1 (425) 555-0135", "4255550136", "+1.425.555.0137"]

GROUP_FIELDS = {
    "city": st.sampled_from([None, "", "Boston", "New York", "10"]),
    "zip": st.sampled_from([None, "10001", "02108"]),
    "phone_number": st.sampled_from([None, *PHONES]),
    "industry_id": st.sampled_from([None, 10, 20]),
}
USER_FIELDS = {
    "first_name": st.sampled_from([None, "Ann", "7"]),
    "role": st.sampled_from(["Admin", "Standard", "ReadOnly"]),
    "user_status": st.sampled_from(["active", "inactive"]),
    "agent_ring_to": st.sampled_from([None, *PHONES]),
    "score_call": st.booleans(),
    "access_audio": st.booleans(),
}


def some(fields):
    """Any subset of these fields, with values."""
    return st.fixed_dictionaries({}, optional=fields)


@st.composite
def groups(draw, most=6):
    """Rows (external id or None, name, parent's number or -1 for the root, fields), each after its parent."""
    names, ids = {(None, "Acme")}, set()
    rows: list[tuple[Any, ...]] = []
    for number in range(draw(st.integers(0, most))):
        external_id = draw(st.none() | st.sampled_from(EXTERNAL_IDS))
        name, parent = draw(st.sampled_from(GROUP_NAMES)), draw(st.integers(-1, number - 1))
        parent = min(parent, len(rows) - 1)
        if external_id not in ids and (parent, name) not in names:
            names.add((parent, name))
            ids |= {external_id} - {None}
            rows.append((external_id, name, parent, draw(some(GROUP_FIELDS))))
    return rows


@st.composite
def placed(draw, names, fields, count, most=4):
    """Rows (group's number or -1, name, fields), each name once within its group."""
    rows = draw(
        st.lists(
            st.tuples(st.integers(-1, count - 1), st.sampled_from(names), fields),
            max_size=most,
            unique_by=lambda row: row[:2],
        )
    )
    return list(rows)


@st.composite
def routings(draw):
    sort = draw(st.sampled_from(["forward", "percentage", "simultaneous", "round_robin", "voicemail"]))
    fields = {"route_type": sort}
    if sort == "forward":
        fields["ring_to"] = draw(st.sampled_from(PHONES))
    elif sort != "voicemail":
        numbers = draw(st.lists(st.sampled_from(PHONES), min_size=2, max_size=2, unique=True))
        fields["destinations"] = [{"ring_to": number} for number in numbers]
        if sort == "percentage":
            share = draw(st.integers(1, 99))
            for each, percentage in zip(fields["destinations"], (share, 100 - share), strict=True):
                each["percentage"] = percentage
    if draw(st.booleans()):
        fields["record_calls"] = draw(st.booleans())
    return fields


@st.composite
def estates(draw):
    """An account as plain rows, from which a seed and a configuration can be written."""
    units = draw(groups())
    count = len(units)
    tags = draw(placed(NAMES, st.just({}), count))
    routes = draw(placed(NAMES, routings(), count))
    worn = [
        draw(st.lists(st.integers(0, len(tags) - 1), max_size=3, unique=True)) if tags else [] for _ in routes
    ]
    emails = draw(st.lists(st.sampled_from(EMAILS), unique=True))
    users = [(draw(st.integers(-1, count - 1)), email, draw(some(USER_FIELDS))) for email in emails]
    return {"groups": units, "users": users, "tags": tags, "routes": routes, "worn": worn}


# -- as a seed


def seed(estate):
    def unit(number):
        return 1001 if number < 0 else 2001 + number

    return {
        "account": dict(ROOT),
        "groups": [
            {
                "org_unit_id": unit(number),
                "org_unit_name": name,
                "org_unit_ext_id": external_id,
                "parent": unit(parent),
                **fields,
            }
            for number, (external_id, name, parent, fields) in enumerate(estate["groups"])
        ],
        "users": [
            {"username": email.upper(), "group": unit(group), "role": "Standard", **fields}
            for group, email, fields in estate["users"]
        ],
        "tags": [
            {"tag_id": 301 + number, "tag_name": name, "group": unit(group)}
            for number, (group, name, _) in enumerate(estate["tags"])
        ],
        "routes": [
            {
                "provisioned_route_name": name,
                "group": unit(group),
                "tags": [301 + tag for tag in worn],
                **fields,
            }
            for (group, name, fields), worn in zip(estate["routes"], estate["worn"], strict=True)
        ],
    }


# -- as a configuration


def escape(name):
    return name.replace("\\", "\\\\").replace("/", "\\/")


def group_key(estate, number):
    if number < 0:
        return "ROOT"
    external_id = estate["groups"][number][0]
    return escape(external_id) if external_id else path(estate, number)


def path(estate, number):
    if number < 0:
        return "Acme"
    _, name, parent, _ = estate["groups"][number]
    return f"{path(estate, parent)}/{escape(name)}"


def keys(estate):
    """Every object's key, by kind, in the order of the rows."""
    return {
        "groups": [group_key(estate, number) for number in range(len(estate["groups"]))],
        "users": [email.lower() for _, email, _ in estate["users"]],
        "tags": [f"{group_key(estate, group)}/{escape(name)}" for group, name, _ in estate["tags"]],
        "routes": [f"{group_key(estate, group)}/{escape(name)}" for group, name, _ in estate["routes"]],
    }


def configuration(estate):
    tag_keys = keys(estate)["tags"]
    return {
        "groups": [{"org_unit_name": "Acme", "org_unit_ext_id": "ROOT"}]
        + [
            {
                "org_unit_name": name,
                **({"org_unit_ext_id": external_id} if external_id else {}),
                "parent": group_key(estate, parent),
                **fields,
            }
            for external_id, name, parent, fields in estate["groups"]
        ],
        "users": [
            {"username": email, "group": group_key(estate, group), **fields}
            for group, email, fields in estate["users"]
        ],
        "tags": [{"tag_name": name, "group": group_key(estate, group)} for group, name, _ in estate["tags"]],
        "routes": [
            {
                "provisioned_route_name": name,
                "group": group_key(estate, group),
                "tags": [tag_keys[tag] for tag in worn],
                **fields,
            }
            for (group, name, fields), worn in zip(estate["routes"], estate["worn"], strict=True)
        ],
    }


@st.composite
def reconciliations(draw):
    """A live account and a configuration for it, with objects renamed and objects removed."""
    actual, wanted = draw(estates()), draw(estates())
    content = configuration(wanted)
    live_keys, wanted_keys = keys(actual), keys(wanted)
    content["removed"] = []
    for plural, known in live_keys.items():
        leftover = [key for key in known if key not in wanted_keys[plural]]
        rows = content[plural][1:] if plural == "groups" else content[plural]
        for row, key in zip(rows, wanted_keys[plural], strict=True):
            if leftover and key not in known and draw(st.booleans()):
                row["previously"] = leftover.pop(draw(st.integers(0, len(leftover) - 1)))
        removed = draw(st.lists(st.sampled_from(leftover), unique=True)) if leftover else []
        content["removed"] += [f"{plural[:-1]}/{key}" for key in removed]
    return actual, content


@st.composite
def shuffled(draw, content):
    """The same content in another order, its mappings too, and spread over two files."""
    files: tuple[dict[str, Any], ...] = ({}, {})
    for section, rows in content.items():
        for row in draw(st.permutations(rows)):
            moved = draw(reordered(row)) if isinstance(row, dict) else row
            files[draw(st.integers(0, 1))].setdefault(section, []).append(moved)
    return files


@st.composite
def reordered(draw, row):
    moved = {name: row[name] for name in draw(st.permutations(list(row)))}
    return {**moved, "tags": draw(st.permutations(row["tags"]))} if "tags" in row else moved
