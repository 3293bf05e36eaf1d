import pytest

from reconciler.files.hints import meant, of_another_type


@pytest.mark.parametrize(
    ("key", "known", "expected"),
    [
        ("name", ["org_unit_name", "org_unit_ext_id"], "; did you mean 'org_unit_name'?"),
        ("name", ["username", "first_name", "last_name"], "; did you mean 'first_name' or 'last_name'?"),
        ("name", ["first_name", "last_name", "other_name"], "; did you mean 'last_name'?"),
        ("Campaign", ["campaign_id", "tags"], "; did you mean 'campaign_id'?"),
        ("phone", ["phone_number"], "; did you mean 'phone_number'?"),
        ("phone", ["agent_ring_to", "phone_number"], "; did you mean 'agent_ring_to'?"),
        ("external_id", ["org_unit_ext_id", "extra"], "; did you mean 'org_unit_ext_id'?"),
        ("externalId", ["user_ext_id", "extra"], "; did you mean 'user_ext_id'?"),
        ("status", ["state"], ""),
        ("extr", ["extra"], ""),
        ("citty", ["city"], "; did you mean 'city'?"),
        ("", ["_ab", "ab_"], ""),
        (None, ["city"], ""),
    ],
)
def test_a_key_that_is_another_word_for_a_known_one(key, known, expected):
    assert meant(key, known) == expected


@pytest.mark.parametrize(
    ("types", "value", "expected"),
    [
        (["string", "null"], 5, "; put it in quotes"),
        ("array", {}, '; begin each entry with "- "'),
        ("array", "tags", "; write [tags]"),
        ("array", "a: b", ""),
        ("array", "\u2013 tags", '; begin an entry with "- ", a plain hyphen'),
        ("array", {"\u2014 tag_name": "Hot"}, '; begin an entry with "- ", a plain hyphen'),
        ("boolean", "Yes", "; write true (in YAML 1.2 yes is a text)"),
        ("boolean", "off", "; write false (in YAML 1.2 off is a text)"),
        ("boolean", "True", "; take the quotes away"),
        ("boolean", "maybe", ""),
        (["integer", "null"], "10", "; take the quotes away"),
        ("integer", "010", ""),
        ("integer", "ten", ""),
        ("integer", [], ""),
        ("object", "x", ""),
        ("object", "city:Boston", "; a blank belongs behind the colon"),
    ],
)
def test_how_a_value_is_written(types, value, expected):
    assert of_another_type({"type": types}, value) == expected
