"""What is assumed of the platform can be put right in the files: the facts change, and what they decide."""

from dataclasses import fields
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reconciler.facts import Field, Kind, Settable
from reconciler.files.schema import load
from reconciler.kinds import KINDS
from reconciler.model import Action, Settings
from reconciler.objects.codec import decode, encode, row_id
from reconciler.objects.comparing import comparable
from reconciler.objects.overrides import credential, deceptive, kinds_with, unknown_names
from reconciler.plans.planning import plan

from .literals import desired, kept, live, to, written

TOP = to("group/ROOT")


def kind(name, **facts):
    return kinds_with({name: facts})[name]


# -- facts of a kind


def test_without_overrides_every_fact_is_the_built_in_one():
    assert kinds_with({}) == KINDS
    assert kinds_with({"tag": {}})["tag"] is KINDS["tag"]


def test_other_kinds_stay_as_they_are():
    found = kinds_with({"tag": {"path": "/tags"}})
    assert list(found) == list(KINDS)
    assert found["route"] is KINDS["route"]


@pytest.mark.parametrize(
    ("facts", "path", "list_path"),
    [
        ({"path": "/tags"}, "/tags", "/tags"),
        ({"path": "/tags", "list_path": "/tags/list"}, "/tags", "/tags/list"),
        ({"list_path": "/tags/list"}, "/tag", "/tags/list"),
    ],
)
def test_a_list_that_is_read_where_objects_are_created_moves_along(facts, path, list_path):
    found = kind("tag", **facts)
    assert (found.path, found.list_path) == (path, list_path)


def test_a_list_with_a_path_of_its_own_stays():
    found = kind("user", path="/people")
    assert (found.path, found.list_path) == ("/people", "/users/list")


def test_an_object_that_stands_for_its_id_is_known_by_the_name_that_ids_have():
    tag = kinds_with({"group": {"id": "unit_id"}})["tag"]
    row = {"tag_id": 7, "tag_name": "Hot", tag.field("group").wire_names[0]: {"unit_id": 5, "name": "Sales"}}
    assert decode(tag, row) == {"tag_name": "Hot", "group": 5}


def test_plain_facts_are_taken_as_they_are():
    facts = {
        "rows": "labels",
        "total": "count",
        "id": "label_id",
        "created_id": "labelId",
        "page_size": 50,
        "details": True,
        "query": {"sort": "name"},
        "update_method": "PATCH",
    }
    found = kind("tag", **facts)
    assert {name: getattr(found, name) for name in facts} == facts
    assert (found.label, found.identity, found.unique) == (
        "tag_name",
        *(KINDS["tag"].identity, KINDS["tag"].unique),
    )
    assert row_id(found, {"label_id": 7}) == row_id(found, {"labelId": "7"}) == 7


# -- facts of a field


def field(kind_name, name, **facts):
    return kind(kind_name, fields={name: facts}).field(name)


@pytest.mark.parametrize(
    ("facts", "names"),
    [
        ({"write": "ringTo"}, ("ringTo", "ringTo")),
        ({"write": "ringTo", "read": "ring"}, ("ring", "ringTo")),
        ({"read": "ring"}, ("ring", "ring_to")),
    ],
)
def test_a_name_on_writing_is_the_one_on_reading_too_unless_that_is_said(facts, names):
    assert field("route", "ring_to", **facts).wire_names == names


def test_a_name_on_reading_that_the_table_has_stays():
    assert field("user", "username", write="login").wire_names == ("email", "login")


@pytest.mark.parametrize(
    ("word", "expected"),
    [("always", Settable.ALWAYS), ("once", Settable.ONCE), ("creation", Settable.CREATION)],
)
def test_when_a_field_can_be_set(word, expected):
    assert field("route", "ring_to", settable=word).settable is expected


def test_plain_facts_of_a_field():
    found = field("user", "role", readable=False, required=True, suffix="Role")
    assert (found.readable, found.required, found.suffix, found.choices) == (
        *(False, True, "Role"),
        ("Admin", "Standard", "ReadOnly"),
    )


def test_parts_of_entries():
    entries = {"ring_to": {"write": "number"}}
    route = kind("route", fields={"destinations": {"write": "targets", "entries": entries}})
    value = ({"ring_to": "+14255550134", "percentage": 100},)
    wire = {"targets": [{"number": "+14255550134", "percentage": 100}]}
    assert encode(route, {"destinations": value}, {}) == wire
    assert decode(route, wire) == {"destinations": value}


def test_choices_that_the_platform_spells_otherwise():
    route = kind("route", fields={"route_type": {"spelled": {"round_robin": "roundRobin", "ivr": 3}}})
    assert encode(route, {"route_type": "round_robin"}, {}) == {"route_type": "roundRobin"}
    assert encode(route, {"route_type": "forward"}, {}) == {"route_type": "forward"}
    for wire, value in (("roundRobin", "round_robin"), ("ROUND-ROBIN", "round_robin"), (3, "ivr")):
        assert decode(route, {"route_type": wire}) == {"route_type": value}
    field_ = route.field("route_type")
    assert comparable(field_, "round_robin") != comparable(field_, "roundRobin")


def test_names_on_the_wire_that_are_overridden_go_both_ways():
    tag = kind("tag", fields={"tag_name": {"write": "name"}, "group": {"write": "groupId"}})
    assert encode(tag, {"tag_name": "Hot", "group": TOP}, {TOP: 1001}) == {"name": "Hot", "groupId": 1001}
    assert decode(tag, {"tag_id": 7, "name": "Hot", "groupId": "1001"}) == {"tag_name": "Hot", "group": 1001}


# -- names that no kind has


@pytest.mark.parametrize(
    ("platform", "paths"),
    [
        ({"tag": {"path": "/tags"}}, []),
        ({"route": {"fields": {"ring_to": {"write": "x"}}}}, []),
        ({"route": {"fields": {"destinations": {"entries": {"percentage": {"write": "x"}}}}}}, []),
        ({"route": {"fields": {"ringto": {"write": "x"}}}}, [("route", "fields", "ringto")]),
        (
            {"route": {"fields": {"destinations": {"entries": {"share": {}}}}}},
            [("route", "fields", "destinations", "entries", "share")],
        ),
        (
            {"route": {"fields": {"ring_to": {"entries": {"share": {}}}}}},
            [("route", "fields", "ring_to", "entries", "share")],
        ),
    ],
)
def test_fields_that_there_are_not(platform, paths):
    assert [path for path, _ in unknown_names(platform)] == paths


def test_the_names_that_there_are_stand_beside():
    ((_, known),) = unknown_names({"tag": {"fields": {"name": {}}}})
    assert known == ["tag_name", "group"]


# -- names that mean something else


@pytest.mark.parametrize(
    "platform",
    [
        {"user": {"id": "id", "created_id": "ct_user_id", "fields": {"username": {"read": "username"}}}},
        {"user": {"fields": {"username": {"write": "email"}, "user_status": {"write": "status"}}}},
        {"user": {"fields": {"group": {"write": "org_unit_id", "read": "group"}}}},
        {"user": {"fields": {"role": {"write": "role_id", "spelled": {"Admin": 1, "ReadOnly": 3}}}}},
        {"tag": {"id": "id", "fields": {"tag_name": {"write": "name"}, "group": {"write": "group_id"}}}},
        {"route": {"fields": {"tags": {"write": "tagIds", "read": "tags"}}}},
        {"route": {"fields": {"destinations": {"entries": {"ring_to": {"write": "phone_number"}}}}}},
    ],
)
def test_names_that_a_platform_may_well_have(platform):
    assert [*deceptive(platform)] == []


@pytest.mark.parametrize("kind_", KINDS.values(), ids=list(KINDS))
def test_the_built_in_names_deceive_nobody(kind_):
    named = {known.name: {"read": known.wire_names[0], "write": known.wire_name} for known in kind_.fields}
    assert [*deceptive({kind_.name: {"id": kind_.id, "created_id": kind_.created_id, "fields": named}})] == []


@pytest.mark.parametrize(
    "name", ["user_status", "userStatus", "status", "role", "role_id", "password", "apiToken"]
)
@pytest.mark.parametrize("fact", ["write", "read"])
def test_a_field_gets_no_name_that_means_access(name, fact):
    ((path, _),) = deceptive({"user": {"fields": {"last_name": {fact: name}}}})
    assert path == ("user", "fields", "last_name", fact)


@pytest.mark.parametrize(
    "path",
    [
        *("/Users", "/USERS/list", "/users/10001", "/users/list/active"),
        *("/provisioned_routes", "/provisionedRoutes", "/Provisioned-Routes/1/"),
        *("/oauth/token", "/oauth", "/auth/profile", "/Auth/users", "/conversations/calls"),
    ],
)
def test_no_spelling_of_a_path_leads_to_something_else(path):
    ((at, _),) = deceptive({"tag": {"path": path, "list_path": "/tag"}})
    assert at == ("tag", "path")


@pytest.mark.parametrize("path", ["/Tag", "/tags", "/tag/list", "/users-tags", "/conversations/tags"])
def test_paths_that_a_platform_may_well_have(path):
    assert [*deceptive({"tag": {"path": path, "list_path": path}})] == []


@pytest.mark.parametrize(
    "name",
    [
        *("api_key", "apikey", "APIKey", "api.key", "access_key", "accessKeyId", "private-key"),
        *("Private Keys", "passphrase", "pass_phrase", "pwd", "dbPwd", "credentials"),
        *("Authorization", "bearer", "bearer_2"),
    ],
)
def test_names_of_credentials(name):
    assert credential(name)
    assert [path for path, _ in deceptive({"tag": {"query": {name: "x", "sort": "asc"}}})] == [
        ("tag", "query", name)
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("secretary", "tokenized", "monkey", "keyword", "authorized_by", "api_keyboard", "key", "access"),
        *("pin", "otp", "auth", "passport", "private", "accreditation", "credit"),
    ],
)
def test_names_that_are_only_much_like_those_of_credentials(name):
    assert credential(name) == ""


# -- the schema says the same


FACTS = load("settings")["$defs"]["facts"]["properties"].keys()
FIELD_FACTS = load("settings")["$defs"]["field_facts"]["properties"].keys()


def test_the_facts_are_those_of_the_table_of_kinds():
    assert {field.name for field in fields(Kind)} >= FACTS
    assert {field.name for field in fields(Field)} >= FIELD_FACTS


@pytest.mark.parametrize("kind_", KINDS.values(), ids=list(KINDS))
def test_the_built_in_facts_are_as_the_schema_wants_them(kind_):
    facts = {name: getattr(kind_, name) for name in FACTS - {"fields"}}
    written_facts = {name: value for name, value in facts.items() if value not in ("", {})}
    Draft202012Validator(load("settings")).validate({"platform": {kind_.name: written_facts}})


# -- what they decide


def test_a_plan_is_made_by_the_facts_that_are_given():
    platform: dict[str, Any] = {
        "user": {"update_method": "PUT", "fields": {"first_name": {"write": "firstName"}}},
        "tag": {"path": "/labels", "fields": {"group": {"required": False}}},
        "group": {"fields": {"city": {"settable": "once"}}},
    }
    wanted = desired(
        written("user/jane@acme", 2, username="jane@acme", first_name="Jane"),
        written("tag/ROOT/Hot", 3, tag_name="Hot", group=TOP),
        written("group/ROOT", 4, org_unit_name="Acme", org_unit_ext_id="ROOT"),
        settings=Settings(platform=platform),
    )
    found = plan(wanted, live(kept("user/jane@acme", 7, username="jane@acme", group=TOP)))
    assert [each.request for each in found.changes if each.action is Action.CREATE] == [
        ("POST", "/labels", {"tag_name": "Hot", "org_unit_id": 1001})
    ]
    assert [each.request for each in found.changes if each.action is Action.UPDATE] == [
        ("PUT", "/users/7", {"username": "jane@acme", "firstName": "Jane", "ct_user_ou_id": 1001})
    ]
    assert found.platform == platform
