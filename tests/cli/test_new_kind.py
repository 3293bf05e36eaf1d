"""A further kind is an entry in the table and a schema, and everything there is works for it.

Put into a copy of the program: what has to be touched for a kind is touched here, and nothing else.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

pytestmark = pytest.mark.no_cover  # measured by others, and half as long without

ROOT = Path(__file__).parents[2]

ENTRY = """QUEUE = Kind(
    name="queue",
    plural="queues",
    path="/queues",
    list_path="/queues",
    rows="queues",
    id="queue_id",
    created_id="queueId",
    label="queue_name",
    identity=("queue_name",),
    unique=(("queue_name",),),
    fields=(
        Field("queue_name", required=True, mark="A"),
        Field("group", Type.REFERENCE, write="org_unit_id", required=True, refers_to="group", mark="A"),
        Field("phone_number", Type.PHONE, mark="A"),
    ),
    read_only=frozenset({"queue_created", "queue_modified"}),
)

"""
# The simulated platform is another program, with a table of its own.
SIMULATED = """QUEUE = Kind(
    name="queue",
    noun="queue",
    path="/queues",
    section="queues",
    rows="queues",
    id_field="queue_id",
    created_id="queueId",
    first_id=501,
    label="queue_name",
    group="org_unit_id",
    times=("queue_created", "queue_modified"),
    fields={"queue_name": TEXT, "org_unit_id": INTEGER, "phone_number": TEXT},
    required=("queue_name", "org_unit_id"),
    unique=(("queue_name",),),
    seeded={},
    refused=frozenset({"group"}),
    defaults={},
)

"""


def described(name, title, **more):
    return {"title": title, "description": f"The queue's {name}. Assumed.", **more}


TEXT = {"type": "string", "minLength": 1}
SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "queue.schema.json",
    "title": "Queue",
    "description": "Where callers wait.",
    "type": "object",
    "properties": {
        "queue_name": described("name", "Name", **TEXT, examples=["Night"]),
        "group": described("group", "Group", **TEXT | {"type": ["string", "integer"]}, examples=["ORG-1002"]),
        "phone_number": described(
            "number", "Number", **TEXT | {"type": ["string", "null"]}, examples=["+15550100"]
        ),
        "previously": described("former name", "Previous key", **TEXT, examples=["Day"]),
        "extra": described("other fields", "Other fields", type="object", examples=[{"color": "red"}]),
        "queue_id": described("id", "Id", readOnly=True, examples=[501]),
        "org_unit_id": described("group's id", "Group's id", readOnly=True, examples=[1002]),
        "queue_created": described("birth", "Created", readOnly=True, examples=["2026-01-15T10:30:00.000Z"]),
        "queue_modified": described("time", "Modified", readOnly=True, examples=["2026-01-15T10:30:00.000Z"]),
    },
    "required": ["queue_name", "group"],
    "additionalProperties": False,
    "$defs": {},
}

QUEUES = """queues:
  - {queue_name: Night, group: ORG-1002, phone_number: "+1 555 010 0100"}
  - {queue_name: night, group: ORG-1003}
"""


def added(path, entry, before):
    """An entry in a table, and its name in the last line of it."""
    text = path.read_text(encoding="utf-8").replace(before, entry + before, 1)
    path.write_text(text.replace("(GROUP, USER, TAG, ROUTE)", "(GROUP, USER, TAG, ROUTE, QUEUE)"), "utf-8")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    """A copy with a kind more, after `make schemas docs`."""
    folder = tmp_path_factory.mktemp("program")
    for name in ("reconciler", "schemas", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "README.md", folder)
    added(folder / "reconciler" / "kinds.py", ENTRY, "Kinds = ")
    added(folder / "reconciler" / "sandbox" / "rules.py", SIMULATED, "KINDS: ")
    (folder / "schemas" / "queue.schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    for command in (["-m", "reconciler.files.schema"], [str(folder / "docs" / "generate.py")]):
        subprocess.run([sys.executable, *command], cwd=folder, env=environment_of(folder), check=True)
    return folder


def environment_of(program):
    return {**os.environ, "PYTHONPATH": str(program)}


@pytest.fixture
def run(program, workspace):
    """Runs `reconciler ARGS` of the copy in the workspace; what is expected is its exit code."""
    return runner(program, workspace)


def runner(program, workspace):
    def run(*arguments, code=0):
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", *arguments],
            cwd=workspace,
            env=environment_of(program),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done
        return done.stdout + done.stderr

    return run


@pytest.fixture(scope="module")
def applied(program, tmp_path_factory):
    """A workspace in which two queues were made that are told apart by case alone."""
    folder = tmp_path_factory.mktemp("applied")
    write(folder, QUEUES)
    assert "queue/night created" in runner(program, folder)("apply", "--sandbox", "--yes")
    return folder


@pytest.fixture
def queues(applied, workspace):
    shutil.copytree(applied, workspace, dirs_exist_ok=True)


def write(workspace, text):
    (workspace / "all.yaml").write_text(text, encoding="utf-8")


def planned(run, *arguments):
    return json.loads(run("plan", "--sandbox", "--quiet", "--format", "json", *arguments))


def actions(plan):
    return {change["address"]: change["action"] for change in plan["changes"]}


def schema_of(program, name):
    return json.loads((program / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))


# -- what is printed and published


def test_what_is_written_by_hand_stays(program):
    for path in sorted((ROOT / "schemas").glob("*.schema.json")):
        found = (program / "schemas" / path.name).read_text(encoding="utf-8")
        Draft202012Validator.check_schema(json.loads(found))
        if path.name != "config.schema.json":
            lost = {*path.read_text(encoding="utf-8").splitlines()} - {*found.splitlines()}
            assert all("route" in line for line in lost), "lists that go on, and a comma"


def test_the_schemas_that_people_use_have_it(program, run, workspace):
    write(workspace, QUEUES)
    Draft202012Validator(schema_of(program, "plan")).validate(planned(run))
    findings = json.loads(run("validate", "--format", "json"))
    Draft202012Validator(schema_of(program, "findings")).validate(findings)
    assert findings["summary"]["objects"]["queue"] == 2
    section = schema_of(program, "file")["properties"]["queues"]
    assert (section["title"], section["description"]) == ("Queues", "Where callers wait.")
    assert json.loads(run("schema", "queue"))["title"] == "Queue"


def test_the_reference_pages_have_it(program):
    pages = [(program / "docs" / f"{name}.md").read_text("utf-8") for name in ("configuration", "platform")]
    assert all("## Queues" in page and "queue_name" in page for page in pages)


def test_mistakes_are_explained(run, workspace):
    write(workspace, "queues: [{queue_nam: Night, group: ORG-1002}]\ndefaults: {queues: {queue_name: N}}\n")
    found = run("validate", code=1)
    assert "did you mean 'queue_name'?" in found
    assert "all.yaml:2" in found


# -- from a first plan to the last object


@pytest.mark.usefixtures("queues")
def test_what_was_applied_is_as_described(run, workspace):
    write(workspace, QUEUES.replace("+1 555 010 0100", "+1-555-010-0100"))
    assert actions(planned(run)) == {}, "a phone number is compared by its digits"
    assert "queue/Night" in run("why", "--sandbox", "queue/Night")
    assert "queue night" in run("graph", "--sandbox")


@pytest.mark.usefixtures("queues")
def test_a_saved_plan_and_another_name(run, workspace):
    write(workspace, QUEUES.replace("queue_name: night", "queue_name: Day, previously: night"))
    run("plan", "--sandbox", "--out", "plan.json")
    assert "queue/Day updated" in run("apply", "--sandbox", "--plan", "plan.json", "--yes")
    assert actions(planned(run)) == {}


@pytest.mark.usefixtures("queues")
def test_lines_under_removed_mean_it_by_its_very_name(run, workspace):
    write(workspace, f"{QUEUES.rpartition('  -')[0]}removed: [queue/night, queue/NIGHT]\n")
    plan = planned(run)
    assert actions(plan) == {"queue/night": "delete"}
    assert ("no-key", "queue/NIGHT") in [(each["code"], each["address"]) for each in plan["notices"]]
    run("apply", "--sandbox", "--yes")
    assert "it is not there any more" in run("why", "--sandbox", "queue/night", code=64)


@pytest.mark.usefixtures("queues")
def test_what_is_in_no_file_is_pruned_unless_protected_and_within_limits(run, workspace):
    described = "queues: [{queue_name: Day, group: ORG-1002}]\n"
    write(workspace, "settings: {prune: [queues], limits: {queue: {delete: 1}}}\n" + described)
    assert "too-many-deletes" in run("apply", "--sandbox", "--yes", code=3)
    lifted = planned(run, "--allow-deletes", "queue=2")
    assert actions(lifted) == {"queue/Day": "create", "queue/Night": "delete", "queue/night": "delete"}
    write(workspace, "settings: {prune: [queue], protect: [queue/N*]}\n" + described)
    assert actions(planned(run)) == {"queue/Day": "create"}


@pytest.mark.usefixtures("queues")
def test_facts_about_it_can_be_replaced(run, workspace):
    facts = "settings: {platform: {queue: {path: /waiting, list_path: /queues}}}\n"
    write(workspace, facts + QUEUES.replace("ORG-1003", "ORG-1002"))
    (change,) = planned(run)["changes"]
    assert change["request"]["path"].startswith("/waiting/")


@pytest.mark.usefixtures("queues")
def test_it_is_exported_as_it_would_be_written(run):
    found = run("export", "--sandbox", "--kind", "queue")
    assert "queue_name: Night" in found
    assert "queue_name: night" in found
