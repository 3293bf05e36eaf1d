"""Saved plans that are not to be trusted: of another account or version, altered, applied before."""

import json
from typing import Any

import pytest

from reconciler.plans.planfile import digest

from .literals import ACCOUNT
from .rigs import let_a_minute_pass, written

TEXT = """\
groups: [{org_unit_name: Sales, org_unit_ext_id: ORG-1002, parent: ORG-1000, city: New York}]
users: [{username: new@acme.example, group: ORG-1003, first_name: New}]
tags: [{tag_name: Warm lead, group: ORG-1002, previously: ORG-1002/Hot lead}]
removed: [user/gone@acme.example]
"""


@pytest.fixture
def saved(call, workspace):
    (workspace / "all.yaml").write_text(TEXT)
    assert call("plan", "--out", "plan.json").code == 0
    return workspace / "plan.json"


def change(document, address):
    return next(each for each in document["changes"] if each["address"] == address)


def rewritten(path, alter, *, signed):
    """The plan with something altered; `signed`: with the digest that fits."""
    document = json.loads(path.read_text())
    alter(document)
    if signed:
        document["digest"] = digest(document)
    path.write_text(json.dumps(document))


def new_value(document):
    change(document, "group/ORG-1002")["fields"][0]["new"] = "Chicago"


def body(document):
    change(document, "group/ORG-1002")["request"]["body"]["city"] = "Chicago"


def more_in_a_body(document):
    change(document, "group/ORG-1002")["request"]["body"]["zip"] = "10001"


def more_in_a_whole_body(document):
    change(document, "tag/ORG-1002/Warm lead")["request"]["body"]["org_unit_id"] = 1003


def unknown_in_a_whole_body(document):
    change(document, "tag/ORG-1002/Warm lead")["request"]["body"]["colour"] = "red"


def less_in_a_body(document):
    del change(document, "user/new@acme.example")["request"]["body"]["first_name"]


def path(document):
    change(document, "group/ORG-1002")["request"]["path"] = "/groups/1003"


def path_that_climbs(document):
    change(document, "group/ORG-1002")["request"]["path"] = "/groups/1002/../../users/10001"


def method(document):
    change(document, "group/ORG-1002")["request"]["method"] = "DELETE"


def body_of_a_deletion(document):
    change(document, "user/gone@acme.example")["request"]["body"] = {"user_status": "active"}


def address_of_a_deletion(document):
    change(document, "user/gone@acme.example")["address"] = "user/ceo@acme.example"
    referred_to = document["referred_to"]
    referred_to["user/ceo@acme.example"] = referred_to.pop("user/gone@acme.example")


def victim_of_a_deletion(document):
    found = change(document, "user/gone@acme.example")
    found.update(id=10001, fields=[])
    found["request"]["path"] = "/users/10001"
    del document["referred_to"]["user/gone@acme.example"]


def another_group(document):
    found = change(document, "group/ORG-1002")
    found.update(id=1003, fields=[{"name": "city", "old": None, "new": "New York"}])
    found["request"]["path"] = "/groups/1003"


def group_that_changes_itself(document):
    change(document, "user/new@acme.example")["request"]["body"]["ct_user_ou_id"] = 1002


def group_of_a_creation(document):
    change(document, "user/new@acme.example")["request"]["body"]["ct_user_ou_id"] = 1004


def kind_of_something_else(document):
    change(document, "user/gone@acme.example")["kind"] = "tag"


def twice(document):
    document["changes"].append(change(document, "group/ORG-1002"))


def waits_for_nothing(document):
    change(document, "group/ORG-1002")["waits_for"] = ["group/NOWHERE"]


def waits_for_itself(document):
    change(document, "group/ORG-1002")["waits_for"] = ["group/ORG-1002"]


def id_of_nothing(document):
    found = change(document, "user/new@acme.example")
    found["request"]["body"]["ct_user_ou_id"] = {"id_of": "group/NOWHERE"}


def id_of_what_is_not_created(document):
    found = change(document, "user/new@acme.example")
    found["request"]["body"]["ct_user_ou_id"] = {"id_of": "group/ORG-1002"}
    found["waits_for"] = ["group/ORG-1002"]


def no_changes(document):
    del document["changes"]


def strange_account(document):
    document["account"] = 1002


def deep():
    value: Any = 1
    for _ in range(600):
        value = [value]
    return value


def deep_value(document):
    change(document, "group/ORG-1002")["fields"][0]["new"] = deep()


def deep_body(document):
    change(document, "group/ORG-1002")["request"]["body"]["city"] = deep()


def odd_ids(document):
    document["referred_to"]["tag/ORG-1002/Warm lead"]["group"] = [{"a": 1}]


ALTERED = [
    deep_value,
    deep_body,
    odd_ids,
    new_value,
    body,
    more_in_a_body,
    more_in_a_whole_body,
    less_in_a_body,
]
ALTERED += [path, path_that_climbs, method, body_of_a_deletion, twice, waits_for_nothing, no_changes]
ALTERED += [
    kind_of_something_else,
    strange_account,
    waits_for_itself,
    id_of_nothing,
    id_of_what_is_not_created,
]


@pytest.mark.parametrize("signed", [False, True], ids=["digest as it was", "digest that fits"])
@pytest.mark.parametrize("alter", ALTERED, ids=lambda alter: alter.__name__)
def test_altered(call, saved, platform, workspace, alter, signed):
    rewritten(saved, alter, signed=signed)
    check_refused(call, platform, workspace)


MISLEADING = [address_of_a_deletion, victim_of_a_deletion]


@pytest.mark.parametrize("alter", MISLEADING, ids=lambda alter: alter.__name__)
def test_something_else_than_is_shown(call, saved, platform, workspace, alter):
    """Whoever says yes is shown addresses and keys: they have to be those of the objects."""
    rewritten(saved, alter, signed=True)
    check_refused(call, platform, workspace)


@pytest.mark.parametrize(
    "alter",
    [group_of_a_creation, unknown_in_a_whole_body, another_group, group_that_changes_itself],
    ids=lambda alter: alter.__name__,
)
def test_what_only_the_platform_can_tell(call, saved, platform, workspace, alter):
    """An id that is not the key's, and a field that nobody has written."""
    rewritten(saved, alter, signed=True)
    check_refused(call, platform, workspace, code=4)


@pytest.mark.parametrize("signed", [False, True], ids=["digest as it was", "digest that fits"])
@pytest.mark.parametrize("version", ["2", "", 1, None])
def test_another_format(call, saved, platform, workspace, version, signed):
    rewritten(saved, lambda document: document.update(format_version=version), signed=signed)
    check_refused(call, platform, workspace)


NAMESAKES = "tags: [{tag_name: Spam, group: ORG-1002}, {tag_name: Spam, group: ORG-1003}]\n"
REMOVED, RENAMED = (
    "removed: [tag/ORG-1002/Spam]\n",
    "tags: [{tag_name: Ham, group: ORG-1002, previously: ORG-1002/Spam}]",
)


def test_a_namesake_in_another_group(call, workspace, platform):
    """Shown is one object, meant another that bears the same name elsewhere."""
    (workspace / "all.yaml").write_text(NAMESAKES)
    assert call("apply", "--yes").code == 0
    tags = platform.dump()["tags"]
    ids = {each["group"]: each["tag_id"] for each in tags if each["tag_name"] == "Spam"}
    (workspace / "all.yaml").write_text("removed: [tag/ORG-1002/Spam]")
    assert call("plan", "--out", "plan.json").code == 0

    def other(document):
        [found] = document["changes"]
        found["id"], found["request"]["path"] = ids[1003], f"/tag/{ids[1003]}"
        document["referred_to"][found["address"]]["group"] = 1003

    rewritten(workspace / "plan.json", other, signed=True)
    ended = check_refused(call, platform, workspace, code=4)
    assert "group 1003, which it refers to, is not what the plan calls 'ORG-1002'" in ended.err


def test_another_account(call, saved, platform, workspace):
    platform.load(
        {**ACCOUNT, "account": {"org_unit_id": 2001, "org_unit_name": "Other", "org_unit_ext_id": "O"}}
    )
    ended = check_refused(call, platform, workspace)
    assert "the plan is for account 1001, but the credentials belong to account 2001" in ended.err
    assert [each["path"] for each in platform.requests()] == ["/auth/profile"]


def test_applied_before(call, saved, platform, workspace):
    assert call("apply", "--plan", "plan.json", "--yes").code == 0
    [journal] = workspace.glob(".reconciler/journal/*.jsonl")
    ended = check_refused(call, platform, workspace)
    assert f"the plan was applied before, in run {journal.stem}" in ended.err


def test_a_copy_of_what_was_applied_before(call, saved, platform, workspace):
    """As a pipeline may hand it on: its file is newer than the run."""
    assert call("apply", "--plan", "plan.json", "--yes").code == 0
    [journal] = workspace.glob(".reconciler/journal/*.jsonl")
    (workspace / "copy.json").write_bytes(saved.read_bytes())
    platform.clear_requests()
    reports = ["--report", "json=report.json", "--report", "markdown=report.md"]
    ended = call("apply", "--plan", "copy.json", "--yes", *reports)
    assert (ended.code, {each["method"] for each in platform.requests()}) == (3, {"GET"})
    assert f"the plan was applied before, in run {journal.stem}" in ended.err
    assert "group/ORG-1002: city was 'Boston' when the plan was made and is 'New York' now" in ended.err
    assert json.loads((workspace / "report.json").read_text())["error"]["exit_code"] == 3
    assert "Refused" in (workspace / "report.md").read_text()


def test_the_same_plan_made_again(call, saved, platform, workspace):
    """What the first one did was taken back since."""
    first = saved.read_bytes()
    assert call("apply", "--plan", "plan.json", "--yes").code == 0
    platform.load(ACCOUNT)
    let_a_minute_pass(workspace)
    assert call("plan", "--out", "plan.json").code == 0
    assert saved.read_bytes() == first
    assert call("apply", "--plan", "plan.json", "--yes").code == 0


@pytest.mark.parametrize(
    "text", ["", "hello", "[1]", "{}", "null", "\0", '{"format_version": "1"', "[" * 100_000]
)
def test_no_plan_at_all(call, workspace, platform, text):
    (workspace / "plan.json").write_text(text)
    ended = call("apply", "--plan", "plan.json", "--yes")
    assert (ended.code, "this is not a saved plan" in ended.err) == (1, True)


def test_no_file(call, platform):
    ended = call("apply", "--plan", "plan.json", "--yes")
    assert (ended.code, ended.err) == (
        1,
        "Error: plan.json: the plan cannot be read: No such file or directory\n",
    )


def check_refused(call, platform, workspace, code=3):
    """Nothing is written from here on."""
    platform.clear_requests()
    before = sorted(workspace.glob(".reconciler/journal/*"))
    ended = call("apply", "--plan", "plan.json", "--yes")
    assert ended.code == code, ended
    assert written(platform) == []
    assert sorted(workspace.glob(".reconciler/journal/*")) == before
    return ended


def test_a_plan_says_that_it_brings_facts_of_its_own(call, workspace, platform):
    """Whoever is given it could otherwise be made to write somewhere else than they think."""
    (workspace / "all.yaml").write_text(f"settings: {{platform: {{tag: {{page_size: 100}}}}}}\n{TEXT}")
    assert call("plan", "--out", "plan.json").code == 0
    said = "`settings.platform` stands above what this program knows of the platform: tag.page_size"
    assert said in call("show", "plan.json", "--quiet").out
    ended = call("apply", "--plan", "plan.json", "--yes")
    assert ended.code == 0
    assert said in ended.out
    assert written(platform)


def facts(document):
    document["platform"] = {"tag": {"page_size": 100}}


def test_a_plan_that_hides_facts_of_its_own(call, saved, platform):
    rewritten(saved, facts, signed=True)
    for command in (("apply", "--yes", "--plan"), ("show",)):
        ended = call(*command, "plan.json")
        assert ended.code == 3
        assert "the plan does not say what it takes for true of the platform; make a new plan" in ended.err
    assert written(platform) == []
