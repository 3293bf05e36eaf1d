"""The reference pages say what the program says, and leave nothing out."""

import importlib
import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import click
import pytest
from ruamel.yaml import YAML

from reconciler import kinds
from reconciler.cli import cli
from reconciler.errors import ExitCode
from reconciler.files import beside, schema
from reconciler.files.settings import without_files
from reconciler.kinds import KINDS
from reconciler.model import Action, Limit, Settings
from reconciler.plans.amendments import amended
from reconciler.plans.calls import with_traffic
from reconciler.plans.notices import STILL_CALLED
from reconciler.plans.origins import Base, with_origins
from reconciler.plans.planning import plan
from reconciler.plans.safety import own_access, too_many
from reconciler.render.codes import SORTS
from reconciler.sandbox import serve
from tests.unit.literals import ROOT as ACCOUNT
from tests.unit.literals import at, deleted, desired, kept, live, updated, written

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
DOCUMENTS = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
PAGES = ("cli.md", "configuration.md", "platform.md", "notices.md", "coming-from.md", "editors.md")


def page(name):
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def generator():
    """The modules that write the generated parts, by name."""
    sys.path.insert(0, str(DOCS))
    yield importlib.import_module
    sys.path.remove(str(DOCS))


def slug(heading):
    """The anchor of a heading, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(text):
    plain = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    return {slug(each) for each in re.findall(r"^#+ (.+)$", plain, re.MULTILINE)}


# -- the generator


def generate(*arguments, folder=DOCS):
    command = [sys.executable, str(folder / "generate.py"), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_generated_pages_are_current():
    done = generate("--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), "run `make docs`"


def test_a_page_that_is_not_current_is_told_by_its_differences_and_written_anew(tmp_path):
    for path in DOCS.rglob("*.[mp][dy]"):
        target = tmp_path / "docs" / path.relative_to(DOCS)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "README.md").write_text((ROOT / "README.md").read_text(encoding="utf-8"), encoding="utf-8")
    before = page("cli.md")
    (tmp_path / "docs" / "cli.md").write_text(before.replace("| 64 | `USAGE` |", "| 65 | `USAGE` |"))
    done = generate("--check", folder=tmp_path / "docs")
    assert done.returncode == 1
    assert "--- docs/cli.md\n" in done.stdout
    assert "\n-| 65 | `USAGE` | wrong usage |\n+| 64 | `USAGE` | wrong usage |\n" in done.stdout
    assert generate(folder=tmp_path / "docs").returncode == 0
    assert (tmp_path / "docs" / "cli.md").read_text() == before


@pytest.mark.parametrize("name", PAGES)
def test_links_into_pages_lead_somewhere(name):
    links = re.findall(r"\]\(([\w.-]*\.md)?#([^)]+)\)", page(name))
    missing = [(other, anchor) for other, anchor in links if anchor not in anchors(page(other or name))]
    assert missing == []


@pytest.mark.parametrize("name", PAGES)
def test_tables_have_as_many_cells_in_each_row(name):
    for table in re.findall(r"(?:^\|.*\|\n)+", page(name), re.MULTILINE):
        rows = [re.sub(r"\\\|", "", row) for row in table.splitlines()]
        assert len({row.count("|") for row in rows}) == 1, rows[0]


# -- configuration.md


SECTIONS = [(kind, name) for kind in KINDS.values() for name in schema.load(kind.name)["properties"]]


@pytest.mark.parametrize(("kind", "name"), SECTIONS, ids=[f"{kind.name}.{name}" for kind, name in SECTIONS])
def test_every_field_has_a_title_a_description_an_example_and_a_mark(kind, name):
    one = schema.load(kind.name)["properties"][name]
    assert one["title"]
    assert one["examples"]
    is_ours = name in ("previously", "extra")
    assert is_ours or re.search(r"\. (Documented|Inferred|Assumed)\.$", one["description"])


@pytest.mark.parametrize(("kind", "name"), SECTIONS, ids=[f"{kind.name}.{name}" for kind, name in SECTIONS])
def test_every_field_is_in_its_place(kind, name):
    text = page("configuration.md").split(f"\n## {kind.plural.capitalize()}\n")[1].split("\n## ")[0]
    fields, owned = text.split(f"### Read-only fields of {kind.plural}")
    if schema.load(kind.name)["properties"][name].get("readOnly"):
        assert f"\n| `{name}` |" in owned
    else:
        assert f"\n| [`{name}`](#{kind.plural}-{name}) |" in fields
        assert f"\n### {kind.plural}: `{name}`\n" in fields


def properties(one):
    """Every key within, at any depth."""
    for key, value in one.items() if isinstance(one, dict) else ():
        if key == "properties":
            yield from value
        yield from properties(value)


def test_every_key_of_the_settings_is_there():
    found = set(re.findall(r"^\| `(\w+)` \|", page("configuration.md"), re.MULTILINE))
    assert set(properties(schema.load("settings"))) <= found


def examples(one):
    for key, value in one.items() if isinstance(one, dict) else ():
        if key == "examples":
            yield from value
        else:
            yield from examples(value)


@pytest.mark.parametrize("name", [*KINDS, "settings", "file"])
def test_examples_are_yaml_of_the_same_value(name, generator):
    found = list(examples(schema.load(name)))
    parser = YAML(typ="safe", pure=True)
    for example in found:
        assert parser.load(f"key: {generator('generator.markdown').yaml(example)}\n") == {"key": example}
    assert found


@pytest.mark.parametrize(
    "text", ["no", "Off", "1.5", "0123", "a: b", "a #b", "", " a", "~", "-", "a|b", "@", "é"]
)
def test_text_that_could_be_mistaken_is_in_quotes(text, generator):
    assert generator("generator.markdown").yaml(text).startswith('"')


# -- platform.md


@pytest.fixture(scope="module")
def examined(tmp_path_factory):
    """What the doctor says of the simulated platform: facts with their marks, by section."""
    with serve() as platform:
        addresses = {"CONVIRZA_API_URL": platform.api_url, "CONVIRZA_OAUTH_URL": platform.oauth_url}
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", "doctor", "--format", "json"],
            env={**os.environ, **addresses, "CONVIRZA_TOKEN": platform.token, "PYTHONPATH": str(ROOT)},
            cwd=tmp_path_factory.mktemp("doctor"),
            capture_output=True,
            check=True,
        )
    return [(each["section"], each["fact"]) for each in json.loads(done.stdout)["checks"]]


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_the_checks_that_are_named_are_the_doctors(kind, generator, examined):
    platform = generator("generator.platform")
    named = {each.check.removesuffix(platform.BLIND) for each in platform.facts_of(kind)}
    named |= {platform.check_of(field) for field in kind.fields}
    said = {fact for section, fact in examined if section == kind.plural}
    assert named - said - {""} == set()


def test_the_checks_beside_kinds_are_the_doctors(examined):
    table = page("platform.md").split("## The calls beside kinds")[1].split("\n## ")[0]
    named = set(re.findall(r"\| ([^|]+) \|$", table, re.MULTILINE)) - {"the doctor's check"}
    assert named <= {fact for _, fact in examined}
    assert len(named) > 3


CALLS = [name for name in vars(kinds) if name.endswith(("_PATH", "_KEY", "_KEYS"))]


@pytest.mark.parametrize("name", CALLS)
def test_the_calls_beside_kinds_are_there(name):
    value = getattr(kinds, name)
    for each in (value,) if isinstance(value, str) else value:
        assert re.search(rf"`(GET |POST )?{each}`", page("platform.md"))


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_fact_that_can_be_overridden_is_there(kind, generator):
    found = " ".join(each.override for each in generator("generator.platform").facts_of(kind))
    named = set(re.findall(r"`(\w+)`", found)) | {"fields"}
    known = set(schema.load("settings")["$defs"]["facts"]["properties"])
    only_some = ("tree_path", "tree_query", "inactive_query", "query", "asked_by_label")
    assert named == {name for name in known if name not in only_some or getattr(kind, name)}


# -- cli.md


COMMANDS = {f"reconciler {name}": command for name, command in cli.commands.items()}


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_is_there_with_its_options_and_an_example(path, generator):
    command = COMMANDS[path]
    text = page("cli.md").split(f"\n## `{path}`\n")[1].split("\n## ")[0]
    options = [each.opts[0] for each in command.params if isinstance(each, click.Option) and not each.hidden]
    assert [each for each in options if f"| `{each}" not in text] == []
    read = generator("generator.commands")
    assert [line for paragraph in read.paragraphs(command) for line in read.examples(paragraph)] != []


BLOCKS = re.findall(r"```sh\n(.*?)```", page("cli.md"), re.DOTALL)


@pytest.mark.parametrize("line", [line for block in BLOCKS for line in block.splitlines()])
def test_examples_are_right_usage(line):
    program, name, *arguments = shlex.split(re.split(r" [|>] ", line)[0])
    assert program == "reconciler"
    command = cli.commands[name]
    assert command.make_context(name, arguments, parent=click.Context(cli)).command is command


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_commands_that_are_mentioned_are_there(path):
    mentioned = re.findall(
        r"(?<![\w/.-])reconciler ([a-z]+)\b", "\n".join(codes(path.read_text(encoding="utf-8")))
    )
    assert set(mentioned) - set(cli.commands) == set()


def codes(text):
    """Inline code, and blocks of commands."""
    yield from re.findall(r"`(reconciler [^`\n]+)`", text)
    for block in re.findall(r"```(?:console|sh)\n(.*?)```", text, re.DOTALL):
        yield from re.findall(r"^(?:\$ )?(reconciler .*)$", block, re.MULTILINE)


def test_every_exit_code_is_there():
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \| .+ \|$", page("cli.md"), re.MULTILINE)
    assert rows == [(str(each.value), each.name) for each in ExitCode]


def test_every_variable_of_the_environment_is_there():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "reconciler").rglob("*.py")]
    read = {name for text in sources for name in re.findall(r'environ(?:\.get\(|\[)"(?!COMP_)(\w+)"', text)}
    described = set(re.findall(r"`([A-Z_]+)`", page("cli.md").split("## Environment variables")[1]))
    assert len(read) > 5
    assert read - described == set()


# -- notices.md


CODES = schema.load("plan")["properties"]["notices"]["items"]["properties"]["code"]["enum"]


def notices():
    """The sections of the page, by code."""
    found = re.split(r"^## `([\w-]+)`$", page("notices.md"), flags=re.MULTILINE)
    return dict(zip(found[1::2], (each.split("\n## ")[0] for each in found[2::2]), strict=True))


def messages(text):
    (found,) = re.findall(r"```text\n(.*?)\n```", text, re.DOTALL)
    return found.split("\n")


def test_every_code_is_explained_in_alphabetical_order():
    assert list(notices()) == sorted(CODES)


def test_every_code_that_is_used_is_known():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "reconciler").rglob("*.py")]
    used = {too_many(action) for action in (Action.UPDATE, Action.DELETE)}
    used |= {STILL_CALLED} | {code for text in sources for code in re.findall(r'Notice\(\s*"([^"]+)"', text)}
    assert used == set(CODES)


def test_every_code_has_a_title():
    assert {*SORTS} == {code for code in CODES if not code.startswith("too-many-")}, "render/codes.py"


def test_what_is_grave_is_named():
    (told,) = re.findall(r"What is grave comes first.*?:(.*?)\.", page("notices.md"), re.DOTALL)
    assert re.findall("`(.*?)`", told) == [code for code, sort in SORTS.items() if sort.is_grave]


@pytest.mark.parametrize("code", CODES)
def test_a_code_is_explained_by_an_example_and_by_what_to_do(code):
    text = notices()[code]
    assert text.count("**What to do.**") == 1
    assert all(messages(text))


def group(make, key, name, *arguments, **more):
    fields = {"org_unit_name": name, "org_unit_ext_id": key, "parent": ACCOUNT.address}
    return make(f"group/{key}", *arguments, **fields, **more)


def made():
    """Notices that no scenario shows, from the functions that make them."""
    jane = kept("user/jane@acme.example", 1, username="jane@acme.example", role="Admin")
    yield from own_access([updated(jane, role="Standard")], [1])
    sales, west = group(kept, "ORG-1002", "Sales", 2, city="Chicago"), group(kept, "ORG-2001", "West", 3)
    new = group(written, "ORG-2001", "West", previously="ORG-1002")
    yield from plan(desired(new), live()).notices
    yield from plan(desired(new), live(sales, west)).notices
    warm = kept("tag/ORG-1002/Warm", 4, tag_name="Warm", group=sales.address, color="red")
    hot = written("tag/ORG-1002/Hot", previously="ORG-1002/Warm", tag_name="Hot", group=sales.address)
    yield from plan(desired(group(written, "ORG-1002", "Sales"), hot), live(sales, warm)).notices
    now, base = (desired(group(written, "ORG-1002", "Sales", city=each)) for each in ("New York", "Boston"))
    then = Base("origin/main", base, missing=("config",))
    yield from with_origins(plan(now, live(sales)), then, live(sales), Settings()).notices
    former = Base("origin/main", desired(group(written, "ORG-1002", "Sales"), replace(hot, previously=None)))
    hot_now = replace(warm, fields=warm.fields | {"tag_name": "Hot"}, address=hot.address)
    yield from with_origins(plan(now, live(sales, hot_now)), former, live(sales, hot_now), Settings()).notices
    lines = [kept(f"route/ORG-1000/Line {number}", number, route_type="ivr") for number in range(1, 23)]
    gone = replace(plan(desired(), live()), changes=tuple(map(deleted, lines)), notices=())
    yield from with_traffic(gone, dict.fromkeys(range(1, 21), 0), reads=20).notices
    few, many = ({(kind, Action.DELETE): Limit(most) for kind in KINDS} for most in (0, 10))
    protecting = Settings(protect={"user/ceo@*": at()}, limits=few)
    yield from amended(protecting, Settings(limits=many), "main")


def left_out(folder):
    """What is said of files that are given without others, or hold others that are not read."""
    for name, text in {
        "settings": "settings:\n  account: 1001\n  protect: []\n  limits: {}\n",
        "users": "users: []\n",
        "tags": "tags: []\n",
    }.items():
        (folder / f"{name}.yaml").write_text(text)
    (folder / "config").mkdir()
    (folder / "config" / "B.YAML").touch()
    given, pruning = [str(folder / "users.yaml")], Settings(prune={"tag": at()})
    for paths, settings in ((given, without_files()), (given, pruning), ([str(folder)], pruning)):
        for each in beside.left_out(paths, settings):
            yield each.message.replace(f"{folder}{os.sep}", "")


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """All that tests show the program to say, and what it says here."""
    files = [path for name in ("scenarios", "faults") for path in (ROOT / "tests" / name).iterdir()]
    shown = [path.read_text(encoding="utf-8") for path in files if path.suffix in (".yaml", ".py")]
    beside_files = left_out(tmp_path_factory.mktemp("files"))
    return "\n".join((*shown, *beside_files, *(notice.message for notice in made())))


@pytest.mark.parametrize("code", CODES)
def test_the_examples_are_what_the_program_says(code, said):
    assert [each for each in messages(notices()[code]) if each not in said] == []


def test_refusals_are_marked():
    found = {code for code, text in notices().items() if "**Refusal**" in text or "**Refusal.**" in text}
    assert found == {"look-alike", "own-access", "protected", "too-many-deletes", "too-many-updates"}
    (row,) = re.findall(r"^\| refusals \| (.+) \|$", page("notices.md"), re.MULTILINE)
    assert set(re.findall(r"`([\w-]+)`", row)) == found


def test_refusals_without_a_code_are_what_the_program_says():
    text = page("notices.md").split("## Refusals without a code")[1]
    rows = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "reconciler").rglob("*.py"))
    joined = re.sub(r'"\s*\n\s*f?"', "", sources)  # what is written on several lines
    for row in set(rows) - {"message", "---"}:
        assert all(part.strip(" ,") in joined for part in row.split("…")), row
