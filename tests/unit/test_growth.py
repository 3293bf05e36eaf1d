"""How work grows, in counts and not in seconds: from one size to ten times that, by little more than ten."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler import config, journal, live, planning
from reconciler.client import Reader, Transport
from reconciler.render import FORMATS
from reconciler.sandbox import serve
from reconciler.signin import Account
from reconciler.tokens import Tokens

SMALL, LARGE = 100, 1_000
MOST = 10 * 1.5  # n log n of these two sizes


def calls(do):
    """How many functions of ours were called, and what was given."""
    count = 0

    def trace(frame, event, _):
        nonlocal count
        if event == "call" and "reconciler" in frame.f_code.co_filename:
            count += 1

    sys.setprofile(trace)
    try:
        given = do()
    finally:
        sys.setprofile(None)
    return count, given


def written(tmp_path, number):
    path = tmp_path / f"{number}.yaml"
    groups = "".join(
        f"  - {{org_unit_name: G{n}, org_unit_ext_id: E{n}, parent: ROOT}}\n" for n in range(number // 10)
    )
    users = "".join(
        f"  - {{username: u{n}@acme.example, first_name: F{n}, last_name: L, group: E{n // 10}}}\n"
        for n in range(number)
    )
    path.write_text(f"groups:\n{groups}users:\n{users}")
    return [str(path)]


def seed(number):
    return {
        "account": {"org_unit_id": 1001, "org_unit_name": "Acme", "org_unit_ext_id": "ROOT"},
        "groups": [
            {"org_unit_id": 2000 + n, "org_unit_name": f"G{n}", "org_unit_ext_id": f"E{n}", "parent": 1001}
            for n in range(number // 10)
        ],
        "users": [
            {"username": f"u{n}@acme.example", "first_name": "Other", "group": 2000 + n // 10}
            for n in range(number)
        ],
    }


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    """The calls of each step for both sizes, with every user changed."""
    found = {}
    for number in (SMALL, LARGE):
        paths = written(tmp_path_factory.mktemp("files"), number)
        loading, loaded = calls(lambda paths=paths: config.load(paths))
        with serve(seed(number)) as platform:
            transport = Transport(Tokens(Account(platform.api_url, platform.oauth_url, platform.token)))
            actual = live.read(Reader(transport), loaded.desired.settings)
            transport.close()
        steps = {"load": loading}
        steps["plan"], plan = calls(lambda live=actual, loaded=loaded: planning.plan(loaded.desired, live))
        assert len(plan.changes) == number
        steps["new"], new = calls(
            lambda loaded=loaded, live=actual: planning.plan(
                loaded.desired,
                live.__class__(live.account, live.root, {live.root: live.resources[live.root]}),
            )
        )
        assert len(new.changes) == number + number // 10
        for format_ in FORMATS:
            steps[format_], _ = calls(lambda plan=plan, name=format_: list(FORMATS[name].plan(plan, False)))
        found[number] = steps
    return found


@pytest.mark.parametrize("step", ["load", "plan", "new", *FORMATS])
def test_work_grows_no_faster_than_n_log_n(counted, step):
    assert counted[LARGE][step] <= MOST * max(counted[SMALL][step], 100)


def test_lines_of_several_workers_reach_the_disk_together(tmp_path, monkeypatch):
    """As many lines as writes, each on disk when it is said to be, with fewer syncs than lines."""
    monkeypatch.chdir(tmp_path)
    syncs, slow = [], os.fsync

    def sync(handle):
        before = os.fstat(handle).st_size
        time.sleep(0.002)  # as a disk takes
        slow(handle)
        syncs.append(before)

    monkeypatch.setattr(os, "fsync", sync)
    with journal.opened(account=1) as book, ThreadPoolExecutor(8) as pool:

        def write(number):
            book.write("intent", address=f"tag/{number}")
            return number, max(syncs)

        begun = len(syncs)
        done = list(pool.map(write, range(400)))
        lines = book.path.read_bytes().splitlines(keepends=True)
    assert len(lines) == 401
    ends, at = {}, 0
    for line in lines:
        at += len(line)
        ends[line] = at
    for number, synced in done:
        end = next(end for line, end in ends.items() if f'"tag/{number}"'.encode() in line)
        assert end <= synced
    assert len(syncs) - begun <= 200
