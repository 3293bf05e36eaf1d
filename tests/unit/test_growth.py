"""What is done once, what streams, and what reaches the disk together, in counts and not in seconds. How all
of it grows is counted in tests/cli/test_growth.py."""

import os
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from reconciler.api import live
from reconciler.api.client import Reader, Transport
from reconciler.api.signin import Account
from reconciler.api.tokens import Tokens
from reconciler.files import config
from reconciler.plans import planning
from reconciler.render import FORMATS
from reconciler.runs import journal
from reconciler.sandbox import serve

SMALL, LARGE = 100, 1_000


def called(do):
    """How often each function was called, and what was given."""
    found = []

    def trace(frame, event, _):
        if event == "call":
            found.append((frame.f_code.co_filename, frame.f_code.co_name))

    sys.setprofile(trace)
    threading.setprofile(trace)
    try:
        given = do()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    return Counter(found), given


def named(counts, *names):
    return sum(number for (_, name), number in counts.items() if name in names)


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
def plans(tmp_path_factory):
    """By size, with every user changed."""
    found = {}
    for number in (SMALL, LARGE):
        loaded = config.load(written(tmp_path_factory.mktemp("files"), number))
        with serve(seed(number)) as platform:
            transport = Transport(Tokens(Account(platform.api_url, platform.oauth_url, platform.token)))
            actual = live.read(Reader(transport), loaded.desired.settings)
            transport.close()
        found[number] = planning.plan(loaded.desired, actual)
        assert len(found[number].changes) == number
    return found


@pytest.fixture(scope="module")
def no_op(tmp_path_factory):
    """What was called to read an account that is as described, and to plan that nothing is to be done."""
    loaded = config.load(written(tmp_path_factory.mktemp("files"), LARGE))
    content = seed(LARGE)
    for number, user in enumerate(content["users"]):
        user |= {"first_name": f"F{number}", "last_name": "L"}
    with serve(content) as platform:
        transport = Transport(Tokens(Account(platform.api_url, platform.oauth_url, platform.token)))
        reader = Reader(transport)
        reading, actual = called(lambda: live.read(reader, loaded.desired.settings))
        transport.close()
    comparing, plan = called(lambda: planning.plan(loaded.desired, actual))
    assert (len(plan.changes), plan.unchanged) == (0, LARGE + LARGE // 10)
    return reading, comparing, reader.reads


def test_what_is_alike_is_told_at_a_glance(no_op):
    """Field by field it is compared only where an object differs."""
    _, comparing, _ = no_op
    assert named(comparing, "_are_alike") == LARGE + LARGE // 10
    assert named(comparing, "_is_alike", "differs", "changes_within") == 0


def test_answers_are_decoded_once(no_op):
    reading, _, reads = no_op
    assert named(reading, "raw_decode") == 2 * reads  # what is asked by the platform, and what it answers


@pytest.mark.parametrize("format_", ["text", "json", "github"])
def test_output_streams(plans, format_):
    """Piece by piece, none of which grows with the plan."""
    longest, pieces = {}, {}
    for number, plan in plans.items():
        lines = list(map(len, FORMATS[format_].plan(plan, False)))
        longest[number], pieces[number] = max(lines), len(lines)
    assert longest[LARGE] <= longest[SMALL] + 20  # digits
    assert format_ == "github" or pieces[LARGE] > 5 * pieces[SMALL]  # GitHub shows no more of them


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
