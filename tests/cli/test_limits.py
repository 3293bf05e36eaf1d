"""How much the platform is asked: what the user allows, and what the platform says."""

import json
import re
import time
from collections import Counter

import pytest

from reconciler.api.headers import Allowance, allowance

PLAN_READS = 9
NOT_LOOKED_AT = (
    "--max-requests leaves 23 requests: "
    "what changes or goes is not read again where applying takes longer than 10 s"
)


def test_no_more_requests_than_allowed(reconciler, quickstart, platform):
    run = reconciler("plan", "--max-requests", "4")
    assert (run.code, run.out) == (1, "")
    assert "4 requests were sent, as many as --max-requests allows" in run.err
    assert len(platform.requests()) <= 4


def test_calls_that_may_not_be_asked_for_any_more_end_the_run_too(reconciler, quickstart, platform):
    """They are the last that a plan asks for."""
    run = reconciler("plan", "--max-requests", str(PLAN_READS - 1))
    assert (run.code, run.out, len(platform.requests())) == (1, "", PLAN_READS - 1)


def test_an_apply_that_cannot_be_whole_is_not_begun(reconciler, quickstart, platform):
    before = platform.dump()
    run = reconciler("apply", "--yes", "--max-requests", str(PLAN_READS + 1))
    assert (run.code, platform.dump()) == (3, before)
    assert re.search(
        r"applying takes \d+ requests, but --max-requests leaves 1; nothing was changed", run.err
    )


def test_as_many_requests_as_it_takes_are_enough(reconciler, quickstart, platform):
    requests = json.loads(reconciler("plan", "--format", "json").out)["requests"]
    run = reconciler("apply", "--yes", "--max-requests", str(requests["read"] + requests["write"]))
    assert run.code == 0, run.err


@pytest.mark.parametrize(
    "arguments", [["--max-rate", "0"], ["--max-rate", "x"], ["--max-rate", "nan"], ["--max-requests", "0"]]
)
def test_what_is_no_limit(reconciler, quickstart, platform, arguments):
    assert (reconciler("plan", *arguments).code, platform.requests()) == (64, [])


def test_a_rate_that_is_allowed_is_kept(reconciler, quickstart, platform):
    """Nine requests at 20 a second have eight gaps between them, however fast the rest is."""
    began = time.monotonic()
    run = reconciler("plan", "--max-rate", "20")
    assert (run.code, len(platform.requests())) == (0, PLAN_READS)
    assert time.monotonic() - began >= (PLAN_READS - 1) / 20


def test_a_429_holds_all_back_and_is_told(reconciler, quickstart, platform):
    platform.add_fault(method="GET", path="/users/list", status=429, times=1, retry_after=1)
    run = reconciler("plan", "-v")
    assert run.code == 0
    assert re.search(r"too many requests: holding back for 1\.\d\d s$", run.err, re.MULTILINE)


def test_what_two_429_say_of_the_limit_is_told(reconciler, quickstart, platform):
    platform.add_fault(method="GET", path="/users/list", status=429, times=2, retry_after=1)
    run = reconciler("plan", "-v")
    assert run.code == 0
    assert re.search(r"holding back for 1\.\d\d s, then \d+\.\d a second at most$", run.err, re.MULTILINE)


@pytest.fixture
def hundred(workspace, platform):
    """Tags to create, a tenth of a second each."""
    (workspace / "a.yaml").write_text(
        "tags:\n" + "".join(f"  - {{tag_name: T{number}, group: Acme}}\n" for number in range(100))
    )
    platform.configure(latency=0.1)


def test_a_long_plan_says_how_long_applying_takes(reconciler, hundred):
    run = reconciler("plan")
    assert re.search(r"^Applying takes 100 requests, about \d s; planning took", run.out, re.MULTILINE)


def test_how_long_goes_by_how_many_run_side_by_side(reconciler, hundred, workspace):
    """In turn, a hundred take ten seconds; that there is nobody to answer is not the point."""
    in_turn = re.compile(r"^Applying takes 100 requests, about \d\d s; planning took", re.MULTILINE)
    assert in_turn.search(reconciler("apply", "--parallel", "1").out)
    assert reconciler("apply", "--yes", "--parallel", "32").code == 0
    [run] = [path.stem for path in workspace.glob(".reconciler/journal/*.jsonl")]
    assert in_turn.search(reconciler("undo", run, "--parallel", "1").out)


IN_2020 = {"Date": "Wed, 01 Jan 2020 00:00:00 GMT"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"X-RateLimit-Remaining": "7", "X-RateLimit-Reset": "30"}, Allowance(7, 30.0)),
        ({"RateLimit-Remaining": "0", "RateLimit-Reset": "1.5"}, Allowance(0, 1.5)),
        ({"RateLimit": '"default";r=50;t=30'}, Allowance(50, 30.0)),
        ({"X-RateLimit-Remaining": "7"}, None),
        ({"X-RateLimit-Remaining": "some", "X-RateLimit-Reset": "30"}, None),
        ({"X-RateLimit-Remaining": "7", "X-RateLimit-Reset": "1000000001"}, Allowance(7, 0.0)),
        ({"X-RateLimit-Remaining": "7", "X-RateLimit-Reset": "1000000001000"}, Allowance(7, 0.0)),
        ({"X-RateLimit-Remaining": "7", "X-RateLimit-Reset": "1577836830", **IN_2020}, Allowance(7, 30.0)),
    ],
)
def test_what_a_platform_announces(headers, expected):
    assert allowance(headers) == expected


def test_a_saved_plan_that_cannot_be_whole_is_not_begun(reconciler, quickstart, platform):
    """It looks at everything twice, before anything is written and once more before each write."""
    assert reconciler("plan", "--out", "plan.json").code == 0
    platform.clear_requests()
    run = reconciler("apply", "--plan", "plan.json", "--yes", "--parallel", "1", "--max-requests", "40")
    assert (run.code, {each["method"] for each in platform.requests()}) == (3, {"GET"})
    assert "applying takes 24 requests, but --max-requests leaves" in run.err
    platform.clear_requests()
    run = reconciler("apply", "--plan", "plan.json", "--yes", "--parallel", "1", "--max-requests", "60")
    assert run.code == 0, run.err


def test_an_apply_that_asks_counts_what_is_looked_at_again(reconciler, quickstart, platform):
    """That is known beforehand, so nobody is asked about what cannot be done."""
    run = reconciler("apply", "--max-requests", str(PLAN_READS + 23))
    assert (run.code, {each["method"] for each in platform.requests()}) == (3, {"GET"})
    assert run.err == (
        "Error: applying takes 24 requests, but --max-requests leaves 23; nothing was changed "
        "(each change is read again before it is written)\n"
    )


@pytest.mark.parametrize(
    ("allowed", "told"),
    [(PLAN_READS + 23, f"{NOT_LOOKED_AT}; allow 1 more for that.\n"), (PLAN_READS + 24, "")],
)
def test_where_looking_again_would_take_too_many_requests_it_is_told(reconciler, quickstart, allowed, told):
    run = reconciler("apply", "--yes", "--max-requests", str(allowed))
    assert (run.code, run.err) == (0, told)


def test_what_only_creates_overwrites_nothing_and_says_nothing(reconciler, workspace):
    (workspace / "a.yaml").write_text("tags: [{tag_name: New, group: Acme}]\n")
    run = reconciler("apply", "--yes", "--max-requests", "9")
    assert (run.code, run.err) == (0, "")


def test_many_creations_of_a_saved_plan_are_looked_for_in_one_reading_of_each_list(
    reconciler, workspace, platform
):
    (workspace / "a.yaml").write_text(
        "users:\n" + "".join(f"  - {{username: u{n}@acme.example, group: Acme}}\n" for n in range(30))
        + "tags:\n" + "".join(f"  - {{tag_name: T{n}, group: Acme}}\n" for n in range(30))
    )  # fmt: skip
    assert reconciler("plan", "--out", "plan.json").code == 0
    platform.clear_requests()
    run = reconciler("apply", "--plan", "plan.json", "--yes")
    assert (run.code, "Done: 60 applied." in run.out) == (0, True), run.err
    read = Counter(each["path"] for each in platform.requests() if each["method"] == "GET")
    assert (read["/users/list"], read["/tag"]) == (1, 1)
