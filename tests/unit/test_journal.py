"""What is written down before and after each write, and how it is read when the end is missing."""

import datetime as dt
import json
import re
import threading

import pytest

from reconciler.errors import ReconcilerError, UsageError
from reconciler.runs import journal
from reconciler.runs.journal import FOLDER

NAME = "20260401T101500Z-1a2b"
TAG = {"address": "tag/S/Hot", "action": "create", "id": None}
CITY = {"address": "group/S", "action": "update", "id": 2}


@pytest.fixture(autouse=True)
def _workspace(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def on_disk(*events, name=NAME, torn=""):
    """A journal as a run has left it; `torn` is the start of a line that was never finished."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.jsonl"
    path.write_text("".join(f"{json.dumps(each)}\n" for each in events) + torn, encoding="utf-8")
    return path


def event(kind, **facts):
    return {"event": kind, **facts}


START = event("start", account=1001, digest="sha256:a", changes=2)
END = event("end", interrupted=False)


# -- writing


def test_a_run_from_its_start_to_its_end():
    with journal.opened(account=1001, changes=1) as book:
        book.write("intent", **TAG)
        book.write("outcome", address="tag/S/Hot", status="applied", id=301)
        book.write("end", interrupted=False)
    (path,) = FOLDER.iterdir()
    assert re.fullmatch(r"[0-9]{8}T[0-9]{6}Z-[0-9a-f]{4}\.jsonl", path.name)
    assert path.stem == book.run
    assert [each["event"] for each in lines(path)] == ["start", "intent", "outcome", "end"]
    assert lines(path)[0].items() >= {"format_version": "1", "account": 1001, "changes": 1}.items()
    assert all(re.fullmatch(r"2[0-9T:.-]+Z", each["time"]) for each in lines(path))
    assert path.stat().st_mode & 0o077 == 0


def test_what_is_written_is_on_disk_at_once():
    with journal.opened(account=1001) as book:
        book.write("intent", **TAG)
        assert [each["event"] for each in lines(book.path)] == ["start", "intent"]


def test_lines_of_many_threads_do_not_mix():
    with journal.opened(account=1001) as book:
        threads = [
            threading.Thread(
                target=book.write, args=("intent",), kwargs={"address": f"tag/{n}", "x": "y" * 5000}
            )
            for n in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(each["address"] for each in lines(book.path)[1:]) == sorted(
            f"tag/{n}" for n in range(20)
        )


def test_a_journal_that_is_closed_takes_nothing_more():
    with journal.opened(account=1001) as book:
        pass
    with pytest.raises(ReconcilerError, match="Bad file descriptor"):
        book.write("intent", **TAG)


def test_a_workspace_that_cannot_be_written():
    FOLDER.parent.mkdir()
    FOLDER.write_text("not a folder")
    with pytest.raises(ReconcilerError, match="journal: File exists"), journal.opened(account=1001):
        raise AssertionError("nothing may be done without a journal")


def test_line_breaks_and_terminal_sequences_stay_within_a_line():
    with journal.opened(account=1001) as book:
        book.write("intent", address="tag/a\nb\x1b[2J\u2028", action="create")
        assert len(book.path.read_bytes().splitlines()) == 2
        assert book.path.read_bytes().isascii()
        assert lines(book.path)[1]["address"] == "tag/a\nb\x1b[2J\u2028"


# -- reading


def test_writes_and_what_became_of_them():
    on_disk(
        START,
        event("intent", **TAG),
        event("outcome", address="tag/S/Hot", status="applied", id=301),
        event("intent", **CITY),
        event("outcome", address="group/S", status="failed", reason="503"),
        END,
    )
    (run,) = journal.runs()
    assert (run.name, run.start["account"], run.end) == (NAME, 1001, END)
    assert [(each.intent["address"], each.status, each.line) for each in run.writes] == [
        ("tag/S/Hot", "applied", 2),
        ("group/S", "failed", 4),
    ]
    assert ([each.intent["address"] for each in run.applied], run.open) == (["tag/S/Hot"], ())


def test_a_write_without_an_outcome_is_open_until_it_is_settled():
    on_disk(START, event("intent", **TAG))
    (run,) = journal.unfinished()
    assert [each.status for each in run.open] == ["open"]
    journal.append(run, "settled", address="tag/S/Hot", status="applied", id=301)
    journal.append(run, "end", settled=True)
    assert journal.unfinished() == []
    assert [each.status for each in journal.find(NAME).writes] == ["applied"]


@pytest.mark.parametrize(
    "torn", ['{"event": "outcome", "addr', '{"event": "outcome"', "\x00\x00", '{"event"']
)
def test_a_line_that_was_cut_off_counts_as_not_written(torn):
    path = on_disk(START, event("intent", **TAG), torn=torn)
    (run,) = journal.unfinished()
    assert [each.status for each in run.writes] == ["open"]
    journal.append(run, "settled", address="tag/S/Hot", status="failed")
    assert path.read_text(encoding="utf-8").splitlines()[2] == torn
    assert [each.status for each in journal.find(NAME).writes] == ["failed"]


@pytest.mark.parametrize(
    "facts", [{}, {"status": None}, {"status": "applied", "id": [301]}, {"status": "applied", "id": True}]
)
def test_an_outcome_that_is_not_as_this_program_writes_it_counts_as_not_written(facts):
    on_disk(START, event("intent", **TAG), event("outcome", address="tag/S/Hot", **facts))
    (run,) = journal.unfinished()
    assert [each.status for each in run.writes] == ["open"]


def test_a_line_that_is_nested_too_deep_counts_as_not_written():
    on_disk(START, torn=f'{{"event": "intent", "address": "tag/S/Hot", "fields": {"[" * 200}{"]" * 200}}}\n')
    assert [run.writes for run in journal.unfinished()] == [()]


@pytest.mark.parametrize(
    "line", ["[]", "7", '"end"', "{}", '{"event": 7}', '{"event": "outcome", "address": "x"}']
)
def test_lines_that_say_nothing_are_passed_over(line):
    path = on_disk(START)
    path.write_text(f"{path.read_text()}{line}\n")
    assert [run.writes for run in journal.unfinished()] == [()]


def test_an_empty_journal_is_a_run_that_did_nothing():
    on_disk()
    assert [(run.start, run.writes, run.end) for run in journal.unfinished()] == [({}, (), None)]


def test_the_end_is_found_behind_long_lines():
    on_disk(START, event("intent", **TAG, before="x" * 10_000), END)
    assert journal.unfinished() == []
    on_disk(START, END, event("settled", address="x", reason="y" * 10_000))
    assert [run.name for run in journal.unfinished()] == [NAME]


def test_runs_are_listed_the_oldest_first_and_nothing_else_is_one():
    on_disk(START, END, name="20260402T101500Z-1a2b")
    on_disk(START, END)
    (FOLDER / "notes.jsonl").write_text("{}")
    (FOLDER / "20260403T101500Z-1a2b.txt").write_text("{}")
    assert [run.name for run in journal.runs()] == [NAME, "20260402T101500Z-1a2b"]


def test_where_nothing_was_applied_there_are_no_runs():
    assert (journal.runs(), journal.unfinished(), journal.of_plan("sha256:a", 0)) == ([], [], None)


@pytest.mark.parametrize("name", ["", "20260401T101500Z-0000", f"../journal/{NAME}", f"{NAME}.jsonl", "*"])
def test_a_run_that_there_is_not(name):
    on_disk(START, END)
    with pytest.raises(UsageError) as caught:
        journal.find(name)
    assert str(caught.value) == f"there is no run {name!r}; `reconciler history` lists them"


def test_the_run_that_a_plan_was_applied_in():
    times = {"sha256:a": "2026-04-01T10:15:00.500000Z", "sha256:b": "2026-04-02T10:15:00.000000Z"}
    on_disk(event("start", digest="sha256:b", time=times["sha256:b"]), END, name="20260402T101500Z-1a2b")
    on_disk({**START, "time": times["sha256:a"]})
    made = dt.datetime(2026, 4, 1, 10, 15, tzinfo=dt.UTC).timestamp()
    assert journal.of_plan("sha256:a", made) == NAME
    assert journal.of_plan("sha256:b", made) == "20260402T101500Z-1a2b"
    assert journal.of_plan("sha256:c", made) is None
    assert journal.of_plan("sha256:a", made + 1) is None  # made again since


def test_a_folder_that_cannot_be_read():
    on_disk(START)
    (FOLDER / f"{NAME}.jsonl").unlink()
    (FOLDER / f"{NAME}.jsonl").mkdir()
    with pytest.raises(ReconcilerError, match="Is a directory"):
        journal.runs()
