"""`reconciler schema`: what may be written and what is printed, for editors and other programs."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from reconciler.files import schema
from reconciler.files.documents import parse

ROOT = Path(__file__).parents[2]
NAMES = ["group", "user", "tag", "route", "settings", "file", "plan", "findings"]
FILES = [*sorted((ROOT / "examples").rglob("*.yaml"))]


def printed(run):
    assert (run.code, run.err) == (0, "")
    document = json.loads(run.out)
    Draft202012Validator.check_schema(document)
    return document


def references(value):
    match value:
        case dict():
            yield from [value["$ref"]] if isinstance(value.get("$ref"), str) else []
            for each in value.values():
                yield from references(each)
        case list():
            for each in value:
                yield from references(each)


def test_without_a_kind_it_is_the_schema_for_editors(reconciler):
    run = reconciler("schema")
    assert run.out == (ROOT / "schemas" / "config.schema.json").read_text(encoding="utf-8")
    assert run.code == 0


@pytest.mark.parametrize("name", NAMES)
def test_each_schema_stands_alone(reconciler, name):
    document = printed(reconciler("schema", name))
    assert document["$id"] == f"{name}.schema.json"
    assert all(reference.startswith("#/$defs/") for reference in references(document))
    assert {reference.split("/")[2] for reference in references(document)} <= document.get("$defs", {}).keys()


@pytest.mark.parametrize("name", ["group", "user", "tag", "route"])
def test_the_plural_will_do(reconciler, name):
    assert reconciler("schema", f"{name}s") == reconciler("schema", name)
    assert printed(reconciler("schema", name)) == schema.load(name)


def test_the_schema_of_a_file_judges_files(reconciler):
    judge = Draft202012Validator(printed(reconciler("schema", "file")))
    for path in FILES:
        for document in parse(path.name, path.read_text(encoding="utf-8"))[0]:
            judge.validate(document.data)
    assert not judge.is_valid({"groups": [{"org_unit_name": 5}]})


def test_the_schemas_of_what_is_printed_judge_it(reconciler, quickstart):
    for name, command in (("plan", "plan"), ("findings", "validate")):
        judge = Draft202012Validator(printed(reconciler("schema", name)))
        judge.validate(json.loads(reconciler(command, "--format", "json").out))
        assert not judge.is_valid({})


@pytest.mark.parametrize("name", ["", "Group", "groupss", "config", "../group", "x\x1b[31m"])
def test_an_unknown_name_is_answered_with_the_known_ones(reconciler, name):
    run = reconciler("schema", name)
    assert (run.code, run.out) == (64, "")
    assert "choose from group, user, tag, route, settings, file, plan, findings" in run.err
    assert "\x1b" not in run.err


def test_it_needs_nothing_from_where_it_is_run(reconciler, workspace):
    (workspace / "broken.yaml").write_text("groups: [")
    (workspace / "schemas").mkdir()
    (workspace / "schemas" / "tag.schema.json").write_text("{}")
    run = reconciler("schema", "tag", CONVIRZA_TOKEN="", CONVIRZA_API_URL="http://127.0.0.1:9")
    assert printed(run) == schema.load("tag")
    assert sorted(each.name for each in workspace.iterdir()) == ["broken.yaml", "schemas"]


def test_help_teaches(reconciler):
    run = reconciler("schema", "--help")
    assert run.code == 0
    assert "\\b" not in run.out
    assert "Examples:\n    reconciler schema > config.schema.json" in run.out
    assert all(name in run.out for name in NAMES)
