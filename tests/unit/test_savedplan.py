"""A plan on disk comes back as what it was, or not at all."""

import json
import stat
from dataclasses import replace

import pytest

from reconciler.errors import ReconcilerError, RefusedError, Source
from reconciler.model import Action, Notice, Settings
from reconciler.plans.planfile import digest, document
from reconciler.plans.planning import Options, plan
from reconciler.runs.savedplan import read, write

from .literals import desired, kept, live, ref, to, written

TOP = to("group/ROOT")
SALES = kept("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=TOP, city="Boston")
JANE = kept("user/jane@acme", 7, username="jane@acme", group=to("group/S"), access_audio=True)
HOT = kept("tag/S/Hot", 3, tag_name="Hot", group=to("group/S"))
OLD = kept("tag/S/Old", 4, tag_name="Old", group=to("group/S"))
MAIN = kept(
    "route/S/Main",
    8,
    provisioned_route_name="Main",
    group=to("group/S"),
    tags=(to("tag/S/Hot"), to("tag/S/Old")),
    route_type="percentage",
    destinations=({"ring_to": "+1", "percentage": 60}, {"ring_to": "+2", "percentage": 40}),
)
LIVE = live(SALES, JANE, HOT, OLD, MAIN)
FILES = (
    written("group/S", 2, org_unit_name="Sales", org_unit_ext_id="S", parent=ref("group/Acme"), city="Rome"),
    written("group/E", 3, org_unit_name="East", org_unit_ext_id="E", parent=to("group/S")),
    written(
        "user/jane@acme", 4, username="jane@acme", group=to("group/E"), access_audio=False, timezone="UTC"
    ),
    written("tag/E/New", 5, tag_name="New", group=to("group/E")),
    written("tag/S/Warm", 6, previously="S/Hot", tag_name="Warm", group=to("group/S")),
    written(
        "route/S/Main",
        7,
        provisioned_route_name="Main",
        group=to("group/S"),
        tags=(to("tag/E/New"), to("tag/S/Warm")),
        destinations=({"ring_to": "+1", "percentage": 50}, {"ring_to": "+3", "percentage": 50}),
        website={"a": [1, None]},
    ),
)
PLATFORM = {"tag": {"path": "/labels", "fields": {"tag_name": {"write": "name"}}}}


def made(platform=None):
    settings = Settings(platform=platform or {})
    return plan(desired(*FILES, removed=[ref("tag/S/Old", 8)], settings=settings), LIVE)


PLAN = made()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "plan.json"


# -- written and read


@pytest.mark.parametrize("platform", [None, PLATFORM], ids=["as built in", "with other facts"])
def test_what_was_written_is_what_is_read(path, platform):
    saved = made(platform)
    write(path, saved)
    found, name = read(path)
    assert name == document(saved)["digest"]
    assert document(found) == document(saved)
    assert [each.request for each in found.changes] == [each.request for each in saved.changes]
    assert [each.waits_for for each in found.changes] == [each.waits_for for each in saved.changes]
    assert [each.referred_to for each in found.changes] == [each.referred_to for each in saved.changes]
    assert [each.source for each in found.changes] == [each.source for each in saved.changes]
    assert found.platform == saved.platform


def test_half_a_character_in_a_name_is_read_back(path):
    odd = kept("tag/S/x\ud800", 4, tag_name="x\ud800", group=to("group/S"))
    saved = plan(desired(*FILES[:1], removed=[ref("tag/S/x\ud800", 8)]), live(SALES, odd))
    write(path, saved)
    assert [(each.action, str(each.address)) for each in read(path)[0].changes][1:] == [
        (Action.DELETE, "tag/S/x\ud800")
    ]


def test_what_staleness_is_judged_by_comes_back_in_the_vocabulary_of_the_files(path):
    write(path, PLAN)
    changes = {str(each.address): each for each in read(path)[0].changes}
    assert {field.name: (field.old, field.new) for field in changes["group/S"].fields} == {
        "city": ("Boston", "Rome")
    }
    assert changes["route/S/Main"].referred_to == {"group": 2, "tags": (4, 3)}
    destinations = next(each for each in changes["route/S/Main"].fields if each.name == "destinations")
    assert destinations.old == MAIN.value("destinations")
    assert (changes["tag/S/Old"].after, changes["tag/S/Old"].action) == (None, Action.DELETE)
    assert (changes["group/E"].before, changes["group/E"].id) == (None, None)


def test_what_is_sent_unseen_stays_unseen(path):
    saved = plan(desired(*FILES), LIVE, Options(resend=frozenset({("user", "timezone")})))
    write(path, saved)
    fields = [field for change in read(path)[0].changes for field in change.fields if field.unseen]
    assert [(field.name, field.old, field.new) for field in fields] == [("timezone", None, "UTC")]


def test_the_file_is_for_its_owner_and_replaces_what_was_there(path):
    path.write_text("old")
    write(path, PLAN)
    assert json.loads(path.read_text())["account"] == 1001
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(("name", "words"), [("missing/plan.json", "No such file"), (".", "")])
def test_a_plan_that_cannot_be_written(tmp_path, name, words):
    with pytest.raises(ReconcilerError, match=f"the plan cannot be written: {words}"):
        write(tmp_path / name, PLAN)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_no_editor_would_know(path):
    odd = replace(
        PLAN.changes[0],
        after=replace(PLAN.changes[0].after, source=PLAN.changes[0].source._replace(file="C:x")),
    )
    write(path, replace(PLAN, changes=(odd, *PLAN.changes[1:])))
    assert read(path)[0].changes[0].source == odd.source


@pytest.mark.parametrize("source", [None, "a.yaml", "a.yaml:3", "a:b:c"])
def test_a_place_without_a_line(path, source):
    content = document(PLAN)
    content["changes"][0]["source"] = source
    path.write_text(json.dumps({**content, "digest": digest(content)}))
    found = read(path)[0].changes[0].source
    assert found == (Source(source, 1, 1) if source else None)


# -- no plan at all


def test_a_plan_that_is_not_there(path):
    with pytest.raises(ReconcilerError, match=r"plan\.json: the plan cannot be read: No such file"):
        read(path)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", "{}", '{"account": 1001}', "[" * 100_000, "\N{LATIN SMALL LETTER E WITH ACUTE}"],
    ids=["empty", "cut off", "list", "number", "mapping", "without a version", "nested", "no JSON"],
)
def test_what_is_no_plan(path, text):
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReconcilerError, match="this is not a saved plan") as caught:
        read(path)
    assert not isinstance(caught.value, RefusedError)


def test_what_is_no_text(path):
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ReconcilerError, match="this is not a saved plan"):
        read(path)


# -- altered


def altered(path, change, *, again=True):
    """The plan with a change made by hand, its digest made to fit again if that is wanted."""
    content = document(PLAN)
    change(content)
    if again:
        content["digest"] = digest(content)
    path.write_text(json.dumps(content))
    with pytest.raises(RefusedError) as caught:
        read(path)
    return str(caught.value).removeprefix(f"{path}: ")


def at_change(address, **facts):
    def change(content):
        next(each for each in content["changes"] if each["address"] == address).update(facts)

    return change


def test_another_version(path):
    words = altered(path, lambda content: content.update(format_version="2"))
    assert words == "the plan has format version '2', this program knows '1'; make a new plan"


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(account=1002),
        lambda content: content.pop("digest"),
        lambda content: content.update(digest="sha256:0"),
        lambda content: content["summary"].update(unchanged=7),
        lambda content: content["changes"].pop(),
        lambda content: content["notices"].clear(),
        lambda content: content.update(more=1),
        at_change("group/S", id=3),
    ],
)
def test_whatever_is_altered_the_digest_does_not_fit(path, change):
    words = altered(path, change, again=False)
    assert words == (
        "the plan was altered after it was made: its digest does not fit its content; make a new plan"
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(more=1),
        lambda content: content["notices"].append({"code": "new", "address": "plan", "message": "new"}),
        at_change("group/S", action="replace"),
        at_change("group/S", id="2"),
    ],
    ids=["more", "a new notice", "action", "id"],
)
def test_what_another_version_may_have_written_is_not_called_altered_for_sure(path, change):
    assert altered(path, change) == (
        "this version of the program does not know all that the plan says: another version made it, or it "
        "was altered after it was made; make a new plan"
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["changes"].append(content["changes"][0]),
        lambda content: content.update(platform={"tag": {"path": "https://elsewhere.example"}}),
        lambda content: content.update(platform={"tag": {"label": "tag_id"}}),
        lambda content: content.update(platform={"tag": {"path": "/users", "list_path": "/tag"}}),
        lambda content: content.update(platform={"tag": {"fields": {"name": {"write": "tag_name"}}}}),
        at_change("group/S", waits_for=["group/none"]),
    ],
    ids=["twice", "another host", "another fact", "users", "another field", "waits for nothing"],
)
def test_a_digest_that_fits_does_not_make_it_a_plan(path, change):
    assert altered(path, change) == (
        "the plan was altered after it was made: it is not as `reconciler plan` writes it; make a new plan"
    )


def sent(method, where, **body):
    return {"method": method, "path": where, "body": body or None}


@pytest.mark.parametrize(
    ("address", "request_"),
    [
        ("group/S", sent("PATCH", "/groups/3", city="Rome")),
        ("group/S", sent("PATCH", "/users/2", city="Rome")),
        ("group/S", sent("PUT", "/groups/2", city="Rome")),
        ("group/S", sent("DELETE", "/groups/2")),
        ("group/S", sent("PATCH", "/groups/2", city="Paris")),
        ("group/S", sent("PATCH", "/groups/2", city="Rome", zip="10001")),
        ("group/S", sent("PATCH", "/groups/2", zip="10001")),
        ("group/S", sent("PATCH", "/groups/2/../1001", city="Rome")),
        ("tag/S/Old", sent("DELETE", "/tag/3")),
        ("tag/S/Old", sent("DELETE", "/groups/4")),
        ("tag/S/Warm", sent("PUT", "/tag/3", tag_name="Cold", org_unit_id=2)),
        ("tag/S/Warm", sent("PATCH", "/tag/3", tag_name="Warm")),
        ("tag/E/New", sent("POST", "/tag", tag_name="Other", org_unit_id={"id_of": "group/E"})),
        ("tag/E/New", sent("POST", "/users", tag_name="New", org_unit_id={"id_of": "group/E"})),
    ],
)
def test_what_is_sent_has_to_be_what_is_shown(path, address, request_):
    assert altered(path, at_change(address, request=request_)) == (
        f"the plan was altered after it was made: the request of {address} is not what its fields say; "
        "make a new plan"
    )


def test_what_is_there_has_an_id(path):
    assert "altered" in altered(path, at_change("group/S", id=None))


@pytest.mark.parametrize(
    ("address", "request_"),
    [
        ("tag/S/Old", sent("DELETE", "/tag/4", tag_name="Old")),
        ("tag/S/Warm", sent("PUT", "/tag/3", org_unit_id=2)),
        ("tag/S/Warm", sent("PUT", "/tag/3", tag_name="Warm", org_unit_id=1001)),
        ("tag/S/Warm", sent("PUT", "/tag/3")),
    ],
    ids=["a deletion with a body", "a replacement without what changes", "one that moves it too", "empty"],
)
def test_a_replacement_and_a_deletion_carry_nothing_that_is_not_shown(path, address, request_):
    assert "altered" in altered(path, at_change(address, request=request_))


# -- what it cannot show


def test_notices_come_back_as_text(path):
    write(path, replace(PLAN, notices=(Notice("unmanaged", "tag/S/Kept", "it stays"),)))
    assert read(path)[0].notices == (Notice("unmanaged", "tag/S/Kept", "it stays"),)
