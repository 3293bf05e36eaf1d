import pytest

from reconciler.objects.patterns import called, is_named, meant

from .literals import to

LONG = "A" * 20_000


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
    assert is_named(pattern, to("tag/x"), [name]) is expected


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
    assert is_named(pattern, to("tag/x"), [name])
    assert not is_named("tag/ROOT/Sp am", to("tag/x"), [name])


@pytest.mark.parametrize("pattern", ["tag/*A*A*A*A*b", "tag/" + "*A" * 50 + "*b", "tag/*Ab*A*A*A*A*"])
def test_many_asterisks_take_no_longer_than_one(pattern):
    assert not is_named(pattern, to("tag/x"), [LONG])


@pytest.mark.parametrize(
    "pattern", ["tag/s/HOT", "tag/S/*", "tag/S/Hot ", "tag/Cold", "user/S/Hot", "tag/*d"]
)
def test_the_objects_that_a_pattern_means_are_those_that_are_named(pattern):
    names = {to("tag/1"): ["S/Hot", "Hot"], to("tag/2"): ["S/Cold", "Cold"], to("user/3"): ["S/Hot", "s/hot"]}
    named = [at for at, some in names.items() if is_named(pattern, at, some)]
    assert [*meant(pattern, called(names))] == named
    assert [*meant(pattern, called({}))] == []
