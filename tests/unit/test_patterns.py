import pytest

from reconciler.objects.patterns import called, meant

from .literals import to

LONG = "A" * 20_000


def is_meant(pattern, name):
    return [*meant(pattern, called({to("tag/x"): [name]}))] == [to("tag/x")]


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("tag/S/Hot", "S/Hot", True),
        ("tag/s/hOT", "S/Hot", True),
        ("user/S/Hot", "S/Hot", False),
        ("tag/S/Ho", "S/Hot", False),
        ("tag/*", "S/Hot", True),
        ("tag/*/H*", "S/Hot", True),
        ("tag/S*t", "S/Hot", True),
        ("tag/S*S", "S", False),
        ("tag/*o*o*", "S/Hot", False),
        ("tag/**t", "S/Hot", True),
        ("tag/*ab*ab", "aab", False),
        ("tag/*ab*b", "aabb", True),
        ("tag/a*b", "a\nb", True),
        ("tag/Stra\u00dfe*", "STRASSE 1", True),
        ("tag/a.c", "abc", False),
    ],
)
def test_an_asterisk_stands_for_anything(pattern, name, expected):
    assert is_meant(pattern, name) is expected


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("tag/ROOT/Spam", "ROOT/ Spam"),
        ("tag/ROOT / Spam", "ROOT/Spam"),
        ("tag/ROOT/Caf\u00e9", "ROOT/Cafe\u0301 "),
        ("tag/ ", " "),
    ],
)
def test_blanks_at_the_ends_of_names_and_how_accents_are_written_do_not_matter(pattern, name):
    assert is_meant(pattern, name)
    assert not is_meant("tag/ROOT/Sp am", name)


@pytest.mark.parametrize("name", ["00123/0042", "123/42"])
@pytest.mark.parametrize("pattern", ["tag/00123/0042", "tag/123/0042", "tag/00123/*", "tag/*/42"])
def test_digits_mean_what_the_platform_may_show_as_a_number(pattern, name):
    assert is_meant(pattern, name)
    assert not is_meant(pattern, "1230/421")
    assert not is_meant("tag/000", name)
    assert is_meant("tag/000", "0")


def test_zeros_that_stand_before_an_asterisk_are_digits():
    assert is_meant("tag/00*", "0042")
    assert not is_meant("tag/00*", "42")


@pytest.mark.parametrize("pattern", ["tag/*A*A*A*A*b", "tag/" + "*A" * 50 + "*b", "tag/*Ab*A*A*A*A*"])
def test_many_asterisks_take_no_longer_than_one(pattern):
    assert not is_meant(pattern, LONG)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("tag/s/HOT", ["tag/1"]),
        ("tag/S/*", ["tag/1", "tag/2"]),
        ("tag/S/Hot ", ["tag/1"]),
        ("tag/Cold", ["tag/2"]),
        ("user/S/Hot", ["user/3"]),
        ("tag/*d", ["tag/2"]),
    ],
)
def test_each_object_is_meant_once_by_whichever_of_its_names(pattern, expected):
    names = {to("tag/1"): ["S/Hot", "Hot"], to("tag/2"): ["S/Cold", "Cold"], to("user/3"): ["S/Hot", "s/hot"]}
    assert [str(at) for at in meant(pattern, called(names))] == expected
    assert [*meant(pattern, called({}))] == []
