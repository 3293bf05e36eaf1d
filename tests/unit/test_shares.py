import pytest

from reconciler.objects.shares import percentages, wrong_sum


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ([60, 40], None),
        ([33.4, 33.3, 33.3], None),
        ([60, None, 40], None),
        ([60, 30], "90"),
        ([33.4, 33.3, 33.2], "99.9"),
        ([], "0"),
        ([10**400], "more than 1,000,000"),
        ([float("inf")], "more than 1,000,000"),
    ],
    ids=str,
)
def test_what_is_not_the_whole_is_told(shares, told):
    assert wrong_sum(shares) == told


def test_what_has_no_percentage():
    given = [{"percentage": 60}, {"percentage": 2.5}, {"percentage": "60"}, {}, "+14255551234"]
    assert percentages(given) == [60, 2.5, None, None, None]
