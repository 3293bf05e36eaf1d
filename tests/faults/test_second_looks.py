"""A saved plan is applied while reading fails, from some request on or once: what cannot be looked at again
is not changed, nothing is done twice, and an ordinary apply finishes the work.
"""

import pytest

from .rigs import claimed, contents, done, runs

SAVED = ("apply", "--plan", "plan.json", "--yes", "--parallel", "1")
# Requests that look again before anything is written (three of them for external ids of groups, four for
# what is in a group that goes, one for what refers to a tag that goes), and in between.
BEFORE_ALL, BEFORE_EACH = 19, 15


@pytest.fixture
def saved(call, platform):
    assert call("plan", "--out", "plan.json").code == 0
    platform.clear_requests()


def check_healed(call, platform, workspace):
    platform.clear_faults()
    assert claimed(workspace) == done(platform)
    assert call("apply", "--yes").code == 0
    assert "\nNo changes." in call("plan").out
    assert len(done(platform)) == len(set(done(platform))) == 14
    assert len(contents(platform)) == 12


def test_it_takes_so_many_requests(call, saved, platform):
    assert call(*SAVED).code == 0
    methods = [each["method"] for each in platform.requests()]
    assert methods[:BEFORE_ALL] == ["GET"] * BEFORE_ALL
    assert methods.count("GET") == BEFORE_ALL + BEFORE_EACH


@pytest.mark.parametrize("skip", range(0, BEFORE_ALL + BEFORE_EACH, 2))
@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 403}, {"fault": "drop_before"}], ids=str)
def test_reading_fails_from_some_request_on(call, saved, platform, workspace, fault, skip):
    platform.add_fault(method="GET", skip=skip, times=None, **fault)
    ended = call(*SAVED)
    if skip < BEFORE_ALL:
        assert (ended.code, runs(workspace)) == (1, [])
    else:
        assert ended.code == 5
        assert "not read again, so not changed" in ended.out
    check_healed(call, platform, workspace)


@pytest.mark.parametrize("skip", range(1, BEFORE_ALL + BEFORE_EACH, 2))
@pytest.mark.parametrize("status", [404, 503])
def test_reading_fails_once(call, saved, platform, workspace, status, skip):
    """A 404 says that the object is gone: the change is stale (1 if the list of groups is what is gone).
    Anything that passes is waited for.
    """
    platform.add_fault(method="GET", skip=skip, status=status)
    ended = call(*SAVED)
    assert ended.code in ({0, 1, 4, 5} if status == 404 else {0})
    check_healed(call, platform, workspace)
