import json
import runpy
from pathlib import Path

import pytest

from reconciler.files import schema
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


def test_the_bundle_is_written_where_editors_look_for_it(tmp_path, monkeypatch):
    monkeypatch.setattr(schema, "_FOLDERS", (tmp_path / "none", tmp_path))
    schema.write_bundle()
    text = (tmp_path / "config.schema.json").read_text(encoding="utf-8")
    assert json.loads(text) == schema.bundle()
    assert text.endswith("}\n")


def test_run_as_a_program_it_brings_the_bundle_up_to_date(monkeypatch):
    written = {}
    monkeypatch.setattr(Path, "write_text", lambda path, text, **_: written.update({path.name: text}))
    runpy.run_path(str(schema.__file__), run_name="__main__")
    assert {name: json.loads(text) for name, text in written.items()} == {
        "config.schema.json": schema.bundle()
    }
