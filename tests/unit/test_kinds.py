"""The table of kinds and the schemas say the same."""

from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler.facts import Field, Settable, Type
from reconciler.files import schema
from reconciler.files.documents import parse
from reconciler.files.faults import faults
from reconciler.kinds import GROUP, KINDS
from reconciler.sandbox import rules

ROOT = Path(__file__).resolve().parents[2]
WORDS = frozenset({"previously", "extra"})  # of this tool, not of the platform
NAMES = (*KINDS, "settings", "file", "plan", "config")
MARKS = {"D": "Documented.", "I": "Inferred.", "A": "Assumed."}
FIELDS = [(kind, field) for kind in KINDS.values() for field in kind.fields]
FIELD_IDS = [f"{kind.name}.{field.name}" for kind, field in FIELDS]


@pytest.fixture(params=KINDS.values(), ids=list(KINDS))
def kind(request):
    return request.param


@pytest.fixture
def properties(kind):
    return schema.load(kind.name)["properties"]


def writable(properties):
    return [name for name, each in properties.items() if not each.get("readOnly")]


# -- the table and the simulated platform


def test_the_sandbox_knows_every_kind(kind):
    simulated = rules.KINDS[kind.name]
    expected = (kind.id, kind.rows, kind.path, kind.created_id, kind.plural)
    found = (simulated.id_field, simulated.rows, simulated.path, simulated.created_id, simulated.section)
    assert found == expected
    assert simulated.is_replaced == (kind.update_method == "PUT")
    assert rules.KINDS.keys() == KINDS.keys()


# -- the table and the schemas


def test_the_schema_has_the_managed_fields_in_the_order_of_the_table(kind, properties):
    managed = [name for name in writable(properties) if name not in WORDS]
    assert managed == [field.name for field in kind.fields]
    assert properties.keys() >= WORDS


def test_what_only_the_platform_writes_is_read_only(kind, properties):
    wire = {name for field in kind.fields for name in field.wire_names}
    owned = (kind.read_only | wire | {kind.id}) - {field.name for field in kind.fields}
    assert {name for name, each in properties.items() if each.get("readOnly")} == owned


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=FIELD_IDS)
def test_choices_agree(kind, field):
    enum = schema.load(kind.name)["properties"][field.name].get("enum")
    offered = [choice for choice in field.choices if choice != "deleted"]
    assert enum == (offered or None)


def test_required_fields_agree(kind):
    required = set(schema.load(kind.name)["required"])
    assert required <= {field.name for field in kind.fields if field.required}
    assert required == {kind.label, kind.place} - {"", "parent"}, (
        "what tells objects apart; the root has no parent"
    )


def types_of(one):
    types = one.get("type", [])
    return set([types] if isinstance(types, str) else types) - {"null"}


TYPES = {
    Type.TEXT: {"string"},
    Type.EMAIL: {"string"},
    Type.PHONE: {"string"},
    Type.INTEGER: {"integer"},
    Type.FLAG: {"boolean"},
    Type.REFERENCE: {"string", "integer"},
    Type.REFERENCES: {"array"},
    Type.ENTRIES: {"array"},
    Type.CHOICE: set(),
    Type.ANY: {"string", "array", "object"},
}


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=FIELD_IDS)
def test_types_agree(kind, field):
    assert types_of(schema.load(kind.name)["properties"][field.name]) == TYPES[field.type]


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=FIELD_IDS)
def test_entries_agree(kind, field):
    items = schema.load(kind.name)["properties"][field.name].get("items", {})
    assert list(items.get("properties", ())) == [part.name for part in field.entries]


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=FIELD_IDS)
def test_a_field_can_be_cleared_unless_it_is_required_or_always_has_a_value(kind, field):
    one = schema.load(kind.name)["properties"][field.name]
    clearable = "null" in one.get("type", ()) or None in one.get("enum", ())
    assert clearable is not (field.required or field.type in (Type.CHOICE, Type.FLAG))


@pytest.mark.parametrize(("kind", "field"), FIELDS, ids=FIELD_IDS)
def test_how_well_a_fact_is_known(kind, field):
    description = schema.load(kind.name)["properties"][field.name]["description"]
    assert description.rpartition(" ")[2] == MARKS[field.mark]


def test_settings_and_files_know_every_kind():
    settings, file = schema.load("settings")["properties"], schema.load("file")["properties"]
    names, plurals = list(KINDS), [kind.plural for kind in KINDS.values()]
    assert settings["prune"]["items"]["enum"] == [*names, *plurals]
    assert list(settings["platform"]["properties"]) == names
    assert [name for name in settings["limits"]["properties"] if "_" not in name and name in KINDS] == names
    assert list(file["defaults"]["properties"]) == plurals
    assert [name for name in file if name in plurals] == plurals
    pattern = f"^({'|'.join(names)})/"
    assert file["removed"]["items"]["pattern"] == f"{pattern}.+"
    assert schema.load("settings")["$defs"]["address"]["pattern"] == f"{pattern}.+"
    plan = schema.load("plan")["$defs"]
    assert (plan["address"]["pattern"], plan["change"]["properties"]["kind"]["enum"]) == (
        f"{pattern}.",
        names,
    )
    counted = schema.load("findings")["properties"]["summary"]["properties"]["objects"]
    assert (list(counted["properties"]), counted["required"]) == (names, names)


def test_what_tells_objects_apart_is_managed(kind):
    assert all(kind.known(name) for name in kind.identity)
    assert {kind.label, kind.place} - {""} <= set(kind.identity)


# -- the table in itself


def test_facts_name_fields_that_are_there(kind):
    named = {kind.label, kind.place, kind.external_id, *(name for names in kind.unique for name in names)}
    assert all(kind.known(name) for name in named - {""})
    assert all(
        field.refers_to in KINDS for field in kind.fields if field.type in (Type.REFERENCE, Type.REFERENCES)
    )
    assert all(kind.known(field.ordered_when[0]) for field in kind.fields if field.entries)


def test_kinds_stand_behind_what_they_refer_to():
    order = list(KINDS)
    for name, kind in KINDS.items():
        assert all(
            order.index(field.refers_to) <= order.index(name) for field in kind.fields if field.refers_to
        )


def test_a_field_has_one_name_unless_the_table_says_otherwise():
    assert GROUP.field("city").wire_names == ("city", "city")
    assert KINDS["user"].field("group").wire_names == ("group_org_unit_id", "ct_user_ou_id")


def test_groups_alone_stand_in_each_other():
    assert [each.name for each in KINDS.values() if each.is_tree] == ["group"]


def test_case_counts_in_every_key_but_an_e_mail_address():
    alone = replace(KINDS["tag"], place="")
    assert [each.name for each in (*KINDS.values(), alone) if each.folds_case] == ["user"]
    assert [each.folded("Night@Acme") for each in (KINDS["user"], alone)] == ["night@acme", "Night@Acme"]


def test_a_field_that_the_table_does_not_know_passes_through():
    assert GROUP.field("website") == Field("website", Type.ANY, settable=Settable.ALWAYS)
    assert (GROUP.known("website"), GROUP.known("city")) == (False, True)


def test_pages_are_as_large_as_the_platform_allows():
    assert {kind.page_size for kind in KINDS.values()} == {200}


# -- the schemas in themselves


@pytest.mark.parametrize("name", NAMES)
def test_schemas_are_schemas(name):
    found = schema.load(name)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert found["$id"] == f"{name}.schema.json"
    Draft202012Validator.check_schema(found)


def described(name):
    """Every property of a schema, at any depth, with its path."""
    pending = [(name, schema.load(name))]
    while pending:
        path, one = pending.pop()
        for key, value in one.items() if isinstance(one, dict) else ():
            if key == "properties":
                yield from ((f"{path}.{child}", each) for child, each in value.items())
                pending += [(f"{path}.{child}", each) for child, each in value.items()]
            elif key in ("items", "$defs", "additionalProperties"):
                pending.append((f"{path}.{key}", value))
                pending += [(f"{path}.{key}", each) for each in value.values()] if key == "$defs" else []


WRITTEN = [each for name in (*KINDS, "settings", "file") for each in described(name)]


@pytest.mark.parametrize("one", [one for _, one in WRITTEN], ids=[path for path, _ in WRITTEN])
def test_every_property_has_a_title_and_says_what_it_is(one):
    assert one.get("title")
    assert one.get("description", "" if "$ref" not in one else "It is said there.").endswith(".")


def test_descriptions_end_with_how_well_they_are_known(properties):
    marks = {name: each["description"].rpartition(" ")[2] for name, each in properties.items()}
    assert {name for name, mark in marks.items() if mark not in MARKS.values()} == WORDS


EXAMPLES = [
    pytest.param(path.split(".")[0], one, example, id=f"{path}-{number}")
    for path, one in WRITTEN
    for number, example in enumerate(one.get("examples", ()))
]


@pytest.mark.parametrize(("name", "one", "example"), EXAMPLES)
def test_examples_are_valid(name, one, example):
    if name == "file":
        assert list(faults("file", {"defaults": example})) == []
    else:
        Draft202012Validator({**one, "$defs": schema.load(name).get("$defs", {})}).validate(example)


def test_every_field_has_an_example(properties):
    assert [name for name, each in properties.items() if not each.get("examples")] == []


# -- for editors


def test_the_bundle_is_up_to_date():
    assert schema.load("config") == schema.bundle()


FILES = sorted((ROOT / "examples").rglob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(ROOT)) for path in FILES])
def test_examples_are_valid_in_an_editor(path):
    documents, problems = parse(path.name, path.read_text(encoding="utf-8"))
    assert problems == []
    for document in documents:
        Draft202012Validator(schema.load("config")).validate(document.data)


@pytest.mark.parametrize(
    ("content", "path"),
    [
        ({"groups": [{"org_unit_name": "Sales", "cty": "Boston"}]}, ["groups", 0]),
        ({"users": [{}]}, ["users", 0]),
        ({"routes": [{"provisioned_route_name": "R", "group": "G", "ring_to": 1}]}, ["routes", 0, "ring_to"]),
        ({"defaults": {"users": {"username": "a@b"}}}, ["defaults", "users"]),
        ({"settings": {"acount": 1}}, ["settings"]),
        ({"removed": ["gone@acme"]}, ["removed", 0]),
        ({"group": []}, []),
    ],
)
def test_an_editor_points_at_what_is_wrong(content, path):
    (error,) = Draft202012Validator(schema.bundle()).iter_errors(content)
    assert list(error.absolute_path) == path
