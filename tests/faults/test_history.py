"""What was applied from a workspace, as `history` tells it."""

import json
import signal

import pytest

from .rigs import latest, runs, wait_until

TWO = """\
groups: [{org_unit_name: Sales, org_unit_ext_id: ORG-1002, parent: ORG-1000, city: New York}]
users: [{username: new@acme.example, group: ORG-1003}]
"""


def test_nothing_yet(call, workspace):
    told = (
        f"Nothing was applied from {workspace} yet.\n"
        "The journal lies in the folder that apply was run in; look there if that was another one.\n"
    )
    assert call("history") == (0, "", told)
    assert json.loads(call("history", "--format", "json").out) == []


def test_it_needs_no_platform(call, applied, platform, monkeypatch):
    applied(TWO)
    monkeypatch.delenv("CONVIRZA_TOKEN")
    platform.clear_requests()
    assert call("history").code == 0
    assert platform.requests() == []


def test_a_run_that_died_before_it_began_is_none(call, applied, workspace):
    run = applied(TWO)
    (workspace / ".reconciler" / "journal" / "20260401T101500Z-1a2b.jsonl").touch()
    assert [line.split()[0] for line in call("history").out.splitlines()] == [run]


def test_runs_are_listed(call, applied, workspace):
    run = applied(TWO)
    assert call("undo", run, "--yes").code == 0
    undo = latest(workspace)
    assert set(call("history").out.splitlines()) == {
        f"{run}  account 1001  2 applied of 2 changes, undone by {undo}",
        f"{undo}  account 1001  2 applied of 2 changes, undoes {run}",
    }


def told_of(call, run):
    """As a line and as JSON, each in the list and alone."""
    lines = {call("history", *each).out.splitlines()[0] for each in ([], [run])}
    documents = [json.loads(call("history", *each, "--format", "json").out)[0] for each in ([], [run])]
    [line], [undone_by, again] = lines, [each["undone_by"] for each in documents]
    assert undone_by == again
    return line.partition(" of 2 changes")[2], undone_by


def test_an_undo_that_undid_nothing_has_undone_nothing(call, applied, platform):
    run = applied(TWO)
    assert told_of(call, run) == ("", None)
    platform.add_fault(method="PATCH", path="/groups/1002", status=400, times=None)
    platform.add_fault(method="DELETE", path="/users/10003", status=400, times=None)
    assert call("undo", run, "--yes").code == 5
    assert told_of(call, run) == ("", None)


def test_an_undo_of_a_part_and_then_of_the_rest(call, applied, workspace, platform):
    run = applied(TWO)
    platform.add_fault(method="DELETE", path="/users/10003", status=400)
    assert call("undo", run, "--yes").code == 5
    undo = latest(workspace)
    assert told_of(call, run) == (f", undone in part by {undo}", {"run": undo, "in_part": True})
    assert call("undo", run, "--yes").code == 0
    undo = latest(workspace)
    assert told_of(call, run) == (f", undone by {undo}", {"run": undo, "in_part": False})


def test_what_took_it_back_was_taken_back(call, applied, workspace, platform):
    run = applied(TWO.replace("users: [{username: new@acme.example,", "tags: [{tag_name: New,"))
    assert call("undo", run, "--yes").code == 0
    first = latest(workspace)
    platform.add_fault(method="PATCH", path="/groups/1002", status=400)
    assert call("undo", first, "--yes").code == 5
    assert told_of(call, run) == (f", undone by {first}", {"run": first, "in_part": False})
    assert call("undo", first, "--yes").code == 0
    second = latest(workspace)
    assert told_of(call, run) == ("", None)
    assert call("undo", second, "--yes").code == 0
    assert told_of(call, run) == (f", undone by {first}", {"run": first, "in_part": False})


def test_the_oldest_comes_first(call, applied, workspace):
    """However many there are in one second."""
    names = [applied(TWO.replace("New York", f"City {number}")) for number in range(8)]
    listed = [line.split()[0] for line in call("history").out.splitlines()]
    assert listed == names
    assert [each["run"] for each in json.loads(call("history", "--format", "json").out)] == names


def test_one_run(call, applied):
    run = applied(TWO)
    assert call("history", run).out == (
        f"{run}  account 1001  2 applied of 2 changes\n"
        "  applied  update group/ORG-1002 (id 1002)\n"
        '      city: "Boston" → "New York"\n'
        "  applied  create user/new@acme.example (id 10003)\n"
        '      username: null → "new@acme.example"\n'
        "      group: null → 1003\n"
    )


def test_one_run_as_json(call, applied):
    run = applied(TWO)
    [told] = json.loads(call("history", run, "--format", "json").out)
    assert (told["run"], told["start"]["account"], told["end"]["applied"]) == (run, 1001, 2)
    assert [
        (each["address"], each["status"], each["before"] and each["before"]["city"])
        for each in told["changes"]
    ] == [
        ("group/ORG-1002", "applied", "Boston"),
        ("user/new@acme.example", "applied", None),
    ]


def test_a_run_that_failed_in_part(call, workspace, platform):
    (workspace / "all.yaml").write_text(TWO)
    platform.add_fault(method="POST", path="/users", status=400)
    assert call("apply", "--yes").code == 5
    told = call("history", latest(workspace)).out
    assert "1 applied, 1 failed of 2 changes" in told
    assert ": POST /users: 400 a fault that was asked for" in told
    assert "None" not in told


def test_what_waited_for_what_failed_counts_as_on_the_screen(call, workspace, platform):
    east = "{org_unit_name: East, org_unit_ext_id: E, parent: ORG-1000}"
    (workspace / "all.yaml").write_text(f"groups: [{east}]\ntags: [{{tag_name: Hot, group: E}}]")
    platform.add_fault(method="POST", path="/groups", status=400)
    assert call("apply", "--yes").code == 5
    assert "account 1001  1 failed, 1 skipped of 2 changes\n" in call("history", latest(workspace)).out


@pytest.fixture
def killed(start, held, workspace, proxy, environment, monkeypatch):
    """A run that was killed while its second write was on its way."""
    monkeypatch.setenv("CONVIRZA_API_URL", proxy.url)
    (workspace / "all.yaml").write_text(TWO)
    hand = held(1, taken=True)
    started = start("apply", "--yes", "--parallel", "1")
    wait_until(lambda: hand.count == 1)
    started.process.kill()
    assert started.end().code == -signal.SIGKILL
    proxy.on_write = lambda _number, pass_on: pass_on()
    return latest(workspace)


def test_a_run_that_was_killed(call, killed):
    line = f"{killed}  account 1001  1 applied, 1 open of 2 changes, did not come to its end\n"
    assert call("history").out == line
    told = call("plan").err
    assert told == (
        f"Run {killed} did not come to its end: 1 of 2 changes are known to be done.\n"
        "  in flight: create user/new@acme.example was done: it is on the platform\n"
    )
    assert call("plan").err == ""
    settled = "did not come to its end, settled since"
    assert call("history").out == f"{killed}  account 1001  2 applied of 2 changes, {settled}\n"


def test_a_line_that_was_cut_off(call, killed, workspace):
    """As a machine without power may leave it: counts as not written, and what is added stands apart."""
    path = workspace / ".reconciler" / "journal" / f"{killed}.jsonl"
    with path.open("a") as file:
        file.write('{"event": "outcome", "address": "user/new@acme.exam')
    assert "in flight: create user/new@acme.example was done" in call("plan").err
    whole = path.read_text().splitlines()
    assert [json.loads(line)["event"] for line in whole[-2:]] == ["settled", "end"]
    assert call("plan").err == ""
    assert "2 applied of 2 changes" in call("history").out


def test_it_belongs_to_one_platform(call, killed, platform, workspace, monkeypatch):
    """Another platform cannot tell what became of the writes, so they stay open."""
    monkeypatch.setenv("CONVIRZA_API_URL", platform.api_url)
    assert call("plan").err == ""
    assert runs(workspace)[0][-1]["event"] == "intent"


@pytest.mark.parametrize(
    "event",
    [
        {"event": "intent", "address": "tag/S/X", "kind": "tag", "action": "create", "id": None},
        {
            "event": "intent",
            "address": "hook/X",
            "kind": "hook",
            "action": "create",
            "id": None,
            "fields": [],
        },
        {"event": "intent"},
    ],
    ids=["no fields", "an unknown kind", "nothing"],
)
def test_lines_that_another_version_wrote(call, workspace, platform, event):
    """What they tell is listed; what they do not tell is not taken back."""
    assert call("apply", "--yes").code == 0
    [path] = workspace.glob(".reconciler/journal/*.jsonl")
    outcome = {"event": "outcome", "address": event.get("address"), "status": "applied", "id": 5}
    with path.open("a") as file:
        file.write(f"{json.dumps(event)}\n{json.dumps(outcome)}\n")
    assert str(event.get("address")) in call("history", path.stem).out
    ended = call("undo", path.stem, "--yes")
    assert (ended.code, "the journal does not say in full what was sent" in ended.err) == (1, True)
