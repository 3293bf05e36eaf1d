"""Somebody else writes while a plan is being applied: the changes that rely on it are stale, what waits for
them is skipped, the others are done.
"""

import re
import time

import click
import pytest

from reconciler.api.readings import FRESH
from reconciler.cli import options
from reconciler.cli.applying import Job, carry_out, writing
from reconciler.cli.planning import planned
from reconciler.errors import StaleError
from reconciler.plans.planning import Options

from .literals import WRITES
from .proxy import Answer
from .rigs import fates, runs, somebody

APPLY = ("apply", "--plan", "plan.json", "--yes", "--parallel", "1")


@pytest.fixture
def api_url(proxy):
    return proxy.url


def at_the_first_write(platform, *deed):
    def on_write(number, pass_on):
        if number == 1:
            somebody(platform, *deed)
        return pass_on()

    return on_write


def reasons(out):
    return dict(re.findall(r"^[✗·] (\S+/.+?) (?:failed|skipped): (.*)$", out, re.MULTILINE))


def test_a_field_moves(call, proxy, platform, workspace):
    assert call("plan", "--out", "plan.json").code == 0
    proxy.on_write = at_the_first_write(
        platform, "PATCH", "/provisioned-routes/801", {"ring_to": "+13125550100"}
    )
    ended = call(*APPLY)
    assert ended.code == 4
    assert reasons(ended.out) == {
        "route/ORG-1002/Main line": (
            "ring_to was '+14255551234' when the plan was made and is '+13125550100' now"
        )
    }
    assert "Done: 13 applied, 1 failed." in ended.out
    assert "route/ORG-1002/Main line" not in fates(runs(workspace)[0])
    assert platform.dump()["routes"][0]["ring_to"] == "+13125550100"


BUSY = Answer(429, {"Retry-After": "1"}, b"{}")
DOWN = Answer(503, {}, b"<html>down</html>")


@pytest.mark.parametrize("command", [APPLY, ("apply", "--yes", "--parallel", "1")], ids=["saved", "at once"])
@pytest.mark.parametrize("answer", [BUSY, DOWN, None], ids=["429", "503", "cut"])
def test_a_field_moves_before_a_write_is_sent_again(call, proxy, platform, command, answer):
    """Between two attempts may lie minutes: what somebody does then is not overwritten."""
    assert call("plan", "--out", "plan.json").code == 0

    def on_write(number, pass_on):
        if number == WRITES.index("update route/ORG-1002/Main line") + 1:
            somebody(platform, "PATCH", "/provisioned-routes/801", {"ring_to": "+13125550100"})
            return answer
        return pass_on()

    proxy.on_write = on_write
    ended = call(*command)
    assert ended.code == 4
    assert "ring_to was '+14255551234' when" in reasons(ended.out)["route/ORG-1002/Main line"]
    assert platform.dump()["routes"][0]["ring_to"] == "+13125550100"


def test_a_creation_is_there_already(call, proxy, platform, workspace):
    assert call("plan", "--out", "plan.json").code == 0

    def on_write(number, pass_on):
        answer = pass_on()
        if number == WRITES.index("create group/ORG-2001") + 1:
            group = {"org_unit_name": "Harbour", "org_unit_parent_id": 1005}
            somebody(platform, "POST", "/groups", group)
        return answer

    proxy.on_write = on_write
    ended = call(*APPLY)
    assert ended.code == 4
    failed = "waits for group/ORG-2002, which failed"
    assert reasons(ended.out) == {
        "group/ORG-2002": "there is one on the platform now, id 1006",
        "route/ORG-2002/East line": failed,
        "user/new@acme.example": failed,
    }
    assert "Done: 11 applied, 1 failed, 2 skipped." in ended.out
    assert set(fates(runs(workspace)[0]).values()) == {"applied"}


def test_what_it_refers_to_goes(call, proxy, platform, workspace):
    (workspace / "all.yaml").write_text(
        "groups: [{org_unit_name: Sales, org_unit_ext_id: ORG-1002, parent: ORG-1000, city: New York}]\n"
        "users: [{username: new@acme.example, group: ORG-1003}]\n"
    )
    assert call("plan", "--out", "plan.json").code == 0
    proxy.on_write = at_the_first_write(platform, "DELETE", "/groups/1003")
    ended = call(*APPLY)
    assert ended.code in (4, 5)  # stale if it is looked at, refused by the platform if not
    assert list(reasons(ended.out)) == ["user/new@acme.example"]
    assert len(platform.dump()["users"]) == 2


def test_the_next_plan_goes_on(call, proxy, platform):
    assert call("plan", "--out", "plan.json").code == 0
    proxy.on_write = at_the_first_write(platform, "PATCH", "/groups/1003", {"org_unit_parent_id": 1002})
    assert call(*APPLY).code == 4
    assert call("apply", "--yes").code == 0
    assert "\nNo changes." in call("plan").out


# -- without a saved plan


MOVED = ("PATCH", "/provisioned-routes/801", {"ring_to": "+13125550100"})


def carried_out(age, meanwhile=lambda: None, most=None):
    """The exit code of an apply whose plan was made from what was read that many seconds ago; `most` requests
    may be sent.
    """
    context = click.Context(click.Command("apply"))
    context.meta[options.REQUESTS] = most
    with context, writing(sandbox=False) as (transport, stopping):
        plan = planned(transport, ("all.yaml",), Options())
        meanwhile()
        job = Job(plan, time.monotonic() - age, parallel=1, yes=True, format_="text")
        return carry_out(job, transport, stopping)


def test_what_slow_reading_made_old_is_read_again_before_anything_is_written(environment, platform):
    before = platform.dump()["tags"]
    with pytest.raises(StaleError, match=r"ring_to was '.14255551234' when the plan was made"):
        carried_out(FRESH + 1, lambda: somebody(platform, *MOVED))
    assert platform.dump()["tags"] == before


def test_what_became_old_while_others_were_written_is_read_again(
    environment, platform, proxy, workspace, capsys
):
    def on_write(number, pass_on):
        if number == 1:
            somebody(platform, *MOVED)
            time.sleep(2)
        return pass_on()

    proxy.on_write = on_write
    assert carried_out(FRESH - 1.5) == 4
    assert list(reasons(capsys.readouterr().out)) == ["route/ORG-1002/Main line"]
    assert platform.dump()["routes"][0]["ring_to"] == "+13125550100"


def test_where_requests_are_limited_looking_does_not_use_up_what_writes_need(
    environment, platform, proxy, capsys
):
    def on_write(number, pass_on):
        if number == 1:
            time.sleep(2)
        return pass_on()

    proxy.on_write = on_write
    assert carried_out(FRESH - 1.5, most=9 + len(WRITES)) == 0
    assert "Done: 14 applied." in capsys.readouterr().out
