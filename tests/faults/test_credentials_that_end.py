"""The token expires while a plan is being applied: nothing more is begun, and the end says what to do."""

import pytest

from .literals import TWENTY
from .rigs import done, fates, runs, written

APPLY = ("apply", "--yes", "--parallel", "1")
READS = 9  # of a plan, who is signed in among them


@pytest.fixture
def twenty(workspace, platform):
    (workspace / "all.yaml").write_text(TWENTY)
    platform.add_fault(method="POST", path="/users", skip=2, status=401, times=None)


def times_asked(platform):
    return sum(each["path"] == "/auth/profile" for each in platform.requests())


def test_what_has_not_begun_is_skipped(call, twenty, platform, workspace):
    platform.add_fault(method="GET", path="/auth/profile", skip=1, status=401, times=None)
    ended = call(*APPLY)
    assert ended.code == 5
    assert ended.out.count(" skipped: the credentials are not valid any more\n") == 17
    assert ended.out.endswith(
        "The credentials are not valid any more: 2 applied, 1 failed, 17 skipped.\n"
        "What failed is not done, as far as is known. "
        "Where CONVIRZA_TOKEN or CONVIRZA_PASSWORD is set, set it anew, else run `reconciler login`; "
        "then apply, or undo, again: what is done is done.\n"
    )
    assert (len(written(platform)), times_asked(platform)) == (3, 2)
    assert list(fates(runs(workspace)[0]).values()) == ["applied", "applied", "failed"]
    platform.clear_faults()
    assert call(*APPLY).code == 0
    assert len(done(platform)) == 20


def test_what_is_outside_ones_scope_stops_nothing_else(call, twenty, platform):
    """Who is signed in is asked now and then, not for each."""
    ended = call(*APPLY)
    assert (ended.code, "Done: 2 applied, 18 failed.\n" in ended.out) == (5, True)
    assert 2 <= times_asked(platform) < 12


def test_where_requests_are_limited_asking_does_not_use_up_what_writes_need(call, twenty, platform):
    assert "Done: 2 applied, 18 failed.\n" in call(*APPLY, "--max-requests", str(READS + 20)).out
    assert times_asked(platform) == 1
