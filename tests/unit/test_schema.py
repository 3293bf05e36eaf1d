import json
import runpy
from pathlib import Path

import pytest

from reconciler.files import rosters, schema
from reconciler.kinds import KINDS


def test_a_schema_is_read_once():
    assert schema.load("tag") is schema.load("tag")


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("group", {"org_unit_name", "org_unit_ext_id", "parent", "previously"}),
        ("user", {"username", "user_ext_id", "previously"}),
        ("tag", {"tag_name", "previously"}),
        ("route", {"provisioned_route_name", "previously"}),
    ],
)
def test_defaults_are_for_all_but_what_tells_objects_apart(name, identity):
    properties = schema.load(name)["properties"]
    found = schema.defaults_of(KINDS[name])
    assert properties.keys() - found["properties"].keys() == identity
    assert "required" not in found


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"$ref": "a", "title": "t"}, {"$ref": "A", "title": "t"}),
        ({"items": [{"$ref": "a"}, 1]}, {"items": [{"$ref": "A"}, 1]}),
        ("a", "a"),
    ],
)
def test_references_are_rewritten_wherever_they_stand(value, expected):
    assert schema.rewritten(value, str.upper) == expected


def references(value):
    match value:
        case dict():
            yield from [value["$ref"]] if "$ref" in value else []
            for each in value.values():
                yield from references(each)
        case list():
            for each in value:
                yield from references(each)


def resolved(document, reference):
    for part in reference.removeprefix("#/").split("/"):
        document = document[part]
    return document


def test_the_bundle_refers_to_nothing_outside_itself():
    bundle = schema.bundle()
    found = set(references(bundle))
    assert found
    assert all(reference.startswith("#/$defs/") and resolved(bundle, reference) for reference in found)


def test_run_as_a_program_it_brings_up_to_date_what_speaks_of_all_kinds(monkeypatch):
    written = {}
    monkeypatch.setattr(Path, "write_text", lambda path, text, **_: written.update({path.name: text}))
    runpy.run_path(str(schema.__file__), run_name="__main__")
    names = ("file", "settings", "plan", "findings", "config")
    folder = Path(schema.__file__).parents[2] / "schemas"
    current = {f"{name}.schema.json": (folder / f"{name}.schema.json").read_text("utf-8") for name in names}
    assert written == current, "run `make schemas`"


BY_HAND = """{
  "groups": {"title": "Groups", "description": "A group. There.", "$ref": "group.schema.json"},
  "users": {"title": "People"},
  "group": {
    "title": "Limits for groups",
    "examples": [{"delete": 0}]
  },
  "pattern": "^(group|user)/.+",
  "enum": ["group", "user", "groups", "users"],
  "required": ["group", "regroup"]
}
"""


def test_of_a_kind_that_is_missing_what_is_said_of_the_first_is_said_in_its_own_words():
    own = {"title": 'The "T"', "description": "It is there."}
    schemas = dict.fromkeys(KINDS, own) | {"group": {"title": "Group", "description": "A group. There."}}
    found = rosters.completed(BY_HAND, schemas)
    said = json.loads(found)
    plurals = [kind.plural for kind in KINDS.values()]
    assert list(said)[: len(KINDS)] == plurals
    assert said["users"] == {"title": "People"}
    assert said["tags"] == {"title": "Tags", "description": "It is there.", "$ref": "tag.schema.json"}
    assert said["route"] == {"title": "Limits for routes", "examples": [{"delete": 0}]}
    assert (said["pattern"], said["enum"]) == (f"^({'|'.join(KINDS)})/.+", [*KINDS, *plurals])
    assert said["required"] == [*KINDS]
    assert all(line in found for line in BY_HAND.splitlines()[:6])
    assert rosters.completed(found, schemas) == found
