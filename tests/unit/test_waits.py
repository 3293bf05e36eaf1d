"""What is said of waits, and when."""

import pytest

from reconciler.api.sending import Patience, persistent
from reconciler.api.waits import held_back, trying_again
from reconciler.cli.console import told_waits
from reconciler.errors import PassingError


def passing(*, status=None, wait=None, may_be_done=False):
    error = PassingError("it failed", may_be_done=may_be_done, wait=wait)
    error.status = status
    return error


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "No connection to a.example; trying again (3 of 6)"),
        ({"may_be_done": True}, "No answer from a.example; trying again (3 of 6)"),
        ({"status": 503}, "The platform answers 503; trying again (3 of 6)"),
        ({"status": 503, "wait": 7.0}, "The platform asks to wait (503); trying again in 7 s"),
    ],
)
def test_why_it_is_tried_again(facts, expected):
    assert trying_again(passing(**facts), "a.example", 7.4, "3 of 6") == expected


def test_a_wait_that_nobody_asked_for():
    assert held_back(9.6, 429) == "The platform takes no more for now (429); trying again in 10 s"


@pytest.mark.parametrize(("wait", "told"), [(0.01, 0), (2.0, 1)])
def test_only_long_waits_are_told(wait, told):
    found, left = [], [passing(status=503, wait=wait)]

    def once():
        if left:
            raise left.pop()

    patience = Patience(first_wait=0.0, tell=lambda *words: found.append(words))
    persistent(once, "GET", patience, host="a.example")
    assert found == [("a.example", f"The platform asks to wait (503); trying again in {wait:.0f} s")] * told


def test_one_word_for_each_host_is_enough(capsys):
    tell = told_waits()
    for host in ("a", "b", "a"):
        tell(host, f"No connection to {host}\x1b")
    assert capsys.readouterr().err == "No connection to a\\x1b\nNo connection to b\\x1b\n"
