"""`why`: one object explained, by the real command line on the simulated platform."""

import json
import re
import shutil

import pytest

JANE = """\
user/jane@acme.example, id 10001
  managed (users.yaml:6:5)
  where        Acme / Sales
  refers to    group/ORG-1002
  needed by    nothing
  protection   none

  = username: jane@acme.example  users.yaml:6:15
  = group: ORG-1002  users.yaml:7:12
  = role: Standard  users.yaml:3:17 (a default)
  ~ access_audio: false → true  users.yaml:8:19
  no file writes these, so they are left alone:
    user_status: active
    score_call: false

To be updated: PATCH /users/10001
"""


@pytest.fixture(autouse=True)
def _described(quickstart):
    return quickstart


def settings(workspace, text):
    """More of them, for the files that are there."""
    path = workspace / "groups.yaml"
    path.write_text(path.read_text().replace("settings:\n", f"settings:\n{text}"))


def test_an_object_that_a_file_describes(reconciler):
    run = reconciler("why", "user/jane@acme.example")
    assert (run.code, run.out, run.err) == (0, JANE, "")


def test_nothing_is_written(reconciler, platform, workspace):
    before = platform.dump()
    for words in (
        "group/ORG-1002",
        "user/lee@acme.example",
        "user/gone@acme.example",
        "tag/302",
        "group/nobody",
    ):
        reconciler("why", words)
    assert {each["method"] for each in platform.requests()} == {"GET"}
    assert platform.dump() == before
    assert not (workspace / ".reconciler").exists()


@pytest.mark.parametrize(
    ("words", "first", "second", "last"),
    [
        (
            "user/lee@acme.example",
            "user/lee@acme.example",
            "managed, but not on the platform yet (users.yaml:11:5)",
            "To be created: POST /users, after group/ORG-2001",
        ),
        (
            "group/Acme/Sales/Old campaign",
            "group/ORG-1004, id 1004",
            "to be deleted: a line under `removed:` names it (groups.yaml:25:5)",
            "To be deleted: DELETE /groups/1004, after user/gone@acme.example",
        ),
        (
            "tag/Junk call",
            "tag/ORG-1000/Junk call, id 302",
            "managed (calls.yaml:5:5)",
            "To be updated: PUT /tag/302",
        ),
        (
            "ROUTE/Sales/Main line",
            "route/ORG-1002/Main line, id 801",
            "managed (calls.yaml:8:5)",
            "To be updated: PATCH /provisioned-routes/801, after tag/ORG-2001/Callback",
        ),
    ],
)
def test_what_is_done_about_it(reconciler, words, first, second, last):
    run = reconciler("why", words)
    lines = [line.strip() for line in run.out.splitlines() if not line.startswith("  !")]
    assert (run.code, lines[0], lines[1], lines[-1]) == (0, first, second, last)


def test_an_object_in_no_file(reconciler):
    run = reconciler("why", "user/CEO@acme.example")
    assert run.code == 0
    assert "  not managed: no file describes it, and users are not pruned, so it stays as it is\n" in run.out
    assert "Nothing is to be done.\n" in run.out
    assert "  no file writes these, so they are left alone:\n    username: ceo@acme.example\n" in run.out


def test_the_rules_that_hold_are_named_with_their_lines(reconciler, workspace):
    settings(
        workspace,
        '  protect: ["user/jane@*"]\n  ignore: {"user/*": [access_audio]}\n  prune: [users]\n',
    )
    jane = reconciler("why", "user/jane@acme.example").out
    assert "  protection   never deleted: settings.protect has 'user/jane@*' (groups.yaml:3:13)\n" in jane
    assert "  x access_audio: false → true  users.yaml:8:19\n" in jane
    assert "      ignored: settings.ignore has 'user/*' (groups.yaml:4:12)\n" in jane
    assert "Nothing is to be done.\n" in jane
    ceo = reconciler("why", "user/ceo@acme.example").out
    assert "to be deleted: no file describes it, and settings.prune has users (groups.yaml:5:11)\n" in ceo


def test_an_external_object(reconciler, workspace):
    settings(workspace, "  external: [user/ceo@acme.example]\n")
    assert (
        "settings.external names it, so it stays as it is\n" in reconciler("why", "user/ceo@acme.example").out
    )


def test_what_the_platform_never_shows(reconciler, workspace):
    (workspace / "more.yaml").write_text(
        "users:\n  - {username: ceo@acme.example, group: Acme, timezone: UTC, extra: {badge: 7}}\n"
    )
    run = reconciler("why", "user/ceo@acme.example")
    assert "  ? timezone: UTC  more.yaml:2:57\n      not checked: the platform never shows it; " in run.out
    assert "and again with --resend user.timezone\n" in run.out
    assert "  ~ badge: (nothing) → 7  more.yaml:2:" in run.out


def test_a_field_that_nobody_has_heard_of(reconciler, platform):
    platform.configure(unknown_fields=True)
    run = reconciler("why", "user/ceo@acme.example")
    assert re.search(r"\n    \w+: .*  only `extra:` could manage it\n", run.out)


def test_a_path_is_where_the_files_are(reconciler, workspace, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(workspace, elsewhere)
    for path in workspace.glob("*.yaml"):
        path.unlink()
    run = reconciler("why", "user/jane@acme.example", str(elsewhere))
    assert f"  managed ({elsewhere}/users.yaml:6:5)\n" in run.out
    one = reconciler("why", "user/jane@acme.example", str(elsewhere / "groups.yaml"))
    assert "not managed: no file describes it" in one.out


def test_as_json(reconciler):
    run = reconciler("why", "user/jane@acme.example", "--format", "json")
    found = json.loads(run.out)
    fields = found.pop("fields")
    change = found.pop("change")
    assert found == {
        "format_version": "1",
        "address": "user/jane@acme.example",
        "refusals": [],
        "id": 10001,
        "is_managed": True,
        "fate": "managed",
        "source": "users.yaml:6:5",
        "path": ["Acme", "Sales"],
        "refers_to": ["group/ORG-1002"],
        "referred_to_by": [],
        "protection": None,
        "notices": [],
    }
    assert {
        "name": "access_audio",
        "desired": True,
        "live": False,
        "standing": "changes",
        "rule": None,
        "source": "users.yaml:8:19",
        "is_default": False,
    } in fields
    assert {each["name"]: each["standing"] for each in fields}["user_status"] == "left alone"
    assert change["request"] == {"method": "PATCH", "path": "/users/10001", "body": {"access_audio": True}}


@pytest.mark.parametrize(
    "words", ["user/lee@acme.example", "user/gone@acme.example", "user/ceo@acme.example"]
)
def test_json_says_of_a_change_what_a_plan_says(reconciler, words):
    found = json.loads(reconciler("why", words, "--format", "json").out)
    plan = json.loads(reconciler("plan", "--format", "json").out)
    assert [found["change"]] == [each for each in plan["changes"] if each["address"] == words] or (
        found["change"] is None and words not in json.dumps(plan["changes"])
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            "user/jan@acme.example",
            "no such object in the files or on the platform; did you mean user/jane@acme.example?",
        ),
        (
            "nobody",
            (
                "no such object in the files or on the platform; an address begins with one of "
                "group/, user/, tag/, route/"
            ),
        ),
        (
            "tag/*",
            "means tag/ORG-1000/Junk call, tag/ORG-1002/Hot lead, tag/ORG-2001/Callback; write one of them",
        ),
    ],
)
@pytest.mark.parametrize("format_", ["text", "json"])
def test_words_that_do_not_mean_one_object(reconciler, words, message, format_):
    run = reconciler("why", words, "--format", format_)
    assert (run.code, run.out, run.err) == (64, "", f"Error: {words}: {message}\n")


def test_a_user_that_was_deleted(reconciler, workspace):
    assert reconciler("apply", "--yes").code == 0
    run = reconciler("why", "user/gone@acme.example")
    assert (run.code, run.err) == (
        64,
        "Error: user/gone@acme.example: it was deleted on the platform, id 10003, and no file describes it\n",
    )


def test_control_characters_in_the_words_are_made_visible(reconciler):
    run = reconciler("why", "user/\x1b[31mred\x07")
    assert (run.code, "\x1b" in run.err, "\\x1b[31mred\\x07" in run.err) == (64, False, True)


@pytest.mark.parametrize(
    "arguments", [[], ["user/jane@acme.example", "--format", "yaml"], ["--no-such", "x"]]
)
def test_wrong_usage(reconciler, platform, arguments):
    run = reconciler("why", *arguments)
    assert (run.code, run.out) == (64, "")
    assert platform.requests() == []


def test_files_that_are_wrong(reconciler, workspace, platform):
    (workspace / "bad.yaml").write_text("users:\n  - {username: 3}\n")
    run = reconciler("why", "user/jane@acme.example")
    assert (run.code, run.out, platform.requests()) == (1, "", [])
    assert run.err.startswith("bad.yaml:2:")


def test_another_account(reconciler, workspace):
    path = workspace / "groups.yaml"
    path.write_text(path.read_text().replace("account: 1001", "account: 1"))
    run = reconciler("why", "user/jane@acme.example")
    assert (run.code, run.out) == (3, "")
    assert "these files are for account 1," in run.err


def test_the_embedded_platform(reconciler, platform):
    nowhere = {"CONVIRZA_API_URL": "http://127.0.0.1:9", "CONVIRZA_OAUTH_URL": "http://127.0.0.1:9"}
    run = reconciler("why", "user/jane@acme.example", "--sandbox", CONVIRZA_TOKEN="", **nowhere)
    assert (run.code, run.out, platform.requests()) == (0, JANE, [])


def test_what_the_platform_holds_cannot_write_to_the_terminal(reconciler, platform):
    seed = platform.dump()
    odd = {"tag_id": 399, "tag_name": "\x1b[2J\x9b31m\u202e", "group": 1002}
    platform.load({**seed, "tags": [*seed["tags"], odd]})
    run = reconciler("why", "tag/399")
    assert run.code == 0
    assert run.out.replace("\n", "").isprintable()
    as_json = reconciler("why", "tag/399", "--format", "json").out
    assert json.loads(as_json)["fields"][0]["live"] == odd["tag_name"]
    assert as_json.replace("\n", "").isprintable()
