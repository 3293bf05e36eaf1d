"""When the credentials count as over."""

import pytest

from reconciler.api.standing import Standing
from reconciler.errors import NotFoundError, PlatformError, SignedOutError, StoreError


def refused(status, sort=PlatformError):
    error = sort("no")
    error.status = status
    return error


class Platform:
    """Says who is signed in, or what is wrong."""

    def __init__(self, answer=None):
        self.asked = 0
        self._answer = answer

    def profile(self):
        self.asked += 1
        if self._answer:
            raise self._answer


def final(status):
    error = refused(status)
    error.is_final = True
    return error


def looked_at(error, answer):
    platform = Platform(answer)
    standing = Standing(platform.profile)
    standing.turned_away(error)
    return platform.asked, standing.is_over


SIGNED_OUT = [refused(401), SignedOutError("not signed in"), final(429)]


@pytest.mark.parametrize("answer", SIGNED_OUT, ids=["401", "signed out", "no tokens"])
@pytest.mark.parametrize("error", SIGNED_OUT, ids=["401", "signed out", "no tokens"])
def test_the_credentials_are_over_where_nobody_is_signed_in(error, answer):
    assert looked_at(error, answer) == (1, True)


@pytest.mark.parametrize(
    "answer",
    [None, refused(403), refused(503), refused(404, NotFoundError), StoreError("disk")],
    ids=str,
)
def test_whatever_else_is_answered_they_may_do(answer):
    assert looked_at(refused(401), answer) == (1, False)


@pytest.mark.parametrize("error", [refused(400), refused(403), refused(None), StoreError("disk")], ids=str)
def test_nobody_asks_for_what_says_nothing_of_them(error):
    assert looked_at(error, refused(401)) == (0, False)


@pytest.mark.parametrize("answer", [None, refused(401)], ids=["valid", "over"])
def test_one_answer_counts_for_a_while(answer):
    platform = Platform(answer)
    standing = Standing(platform.profile)
    for _ in range(3):
        standing.turned_away(refused(401))
    assert platform.asked == 1
