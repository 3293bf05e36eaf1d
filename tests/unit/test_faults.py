import pytest

from reconciler.files.faults import described, faults, shown
from reconciler.files.hints import nearest


def found(name, value):
    return [(".".join(map(str, fault.path)), fault.message, fault.at_key) for fault in faults(name, value)]


GROUP, USER, TAG = (
    {"org_unit_name": "Sales"},
    {"username": "jane@acme.example"},
    {"tag_name": "Hot", "group": "S"},
)
ROUTE = {"provisioned_route_name": "Main", "group": "S"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("group", {**GROUP, "parent": "Acme/Sales", "zip": "02108", "city": None, "industry_id": 10}),
        ("group", {**GROUP, "parent": 1002, "timezone": "America/New_York", "extra": {"any": [1]}}),
        (
            "user",
            {**USER, "role": "ReadOnly", "access_audio": True, "aliases": ["x"], "agent_ring_to": "+1 425"},
        ),
        ("tag", TAG),
        ("route", {**ROUTE, "route_type": "forward", "ring_to": "+14255550100", "tags": ["Hot", 301]}),
        (
            "route",
            {**ROUTE, "route_type": "percentage", "destinations": [{"ring_to": "123", "percentage": 0}]},
        ),
        ("settings", {"account": 1001, "external": ["group/Partners"], "ignore": {"user/*": ["role"]}}),
        ("file", {"groups": [{"anything": 1}], "defaults": {"users": None}, "removed": ["user/a@b"]}),
        ("user-defaults", {"role": "Standard"}),
        ("group-defaults", {"phone_number": "+1 425 555"}),
    ],
)
def test_nothing_wrong(name, value):
    assert found(name, value) == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("group", {**GROUP, "cty": "x"}, ("cty", "unknown key 'cty'; did you mean 'city'?", True)),
        ("group", {**GROUP, "qqqq": "x"}, ("qqqq", "unknown key 'qqqq'", True)),
        ("group", {}, ("", "`org_unit_name` is missing", False)),
        ("tag", {"tag_name": "Hot"}, ("", "`group` is missing", False)),
        ("group", {**GROUP, "org_unit_name": ""}, ("org_unit_name", "the text is empty", False)),
        (
            "group",
            {**GROUP, "org_unit_name": "a\tb"},
            ("org_unit_name", "control character U+0009 is not allowed here", False),
        ),
        (
            "group",
            {**GROUP, "org_unit_name": "a\n"},
            ("org_unit_name", "control character U+000A is not allowed here", False),
        ),
        (
            "group",
            {**GROUP, "zip": 2108},
            ("zip", "expected text or null, found the number 2108; put it in quotes", False),
        ),
        ("group", {**GROUP, "zip": ["x"]}, ("zip", "expected text or null, found a list", False)),
        (
            "group",
            {**GROUP, "zip": "9" * 21},
            ("zip", "21 characters are too many; at most 20 are allowed", False),
        ),
        (
            "group",
            {**GROUP, "industry_id": "10"},
            (
                "industry_id",
                "expected a whole number or null, found the text '10'; take the quotes away",
                False,
            ),
        ),
        (
            "group",
            {**GROUP, "industry_id": 0},
            ("industry_id", "0 is too small; at least 1 is needed", False),
        ),
        (
            "group",
            {**GROUP, "parent": None},
            ("parent", "expected text or a whole number, found nothing (null)", False),
        ),
        (
            "group",
            {**GROUP, "parent": True},
            ("parent", "expected text or a whole number, found true; put it in quotes", False),
        ),
        (
            "group",
            {**GROUP, "phone_number": "call me"},
            (
                "phone_number",
                "'call me' is not a phone number: digits with spaces, dots, hyphens or brackets",
                False,
            ),
        ),
        (
            "group",
            {**GROUP, "timezone": "America/New_Yrok"},
            (
                "timezone",
                (
                    "'America/New_Yrok' is not a known time zone such as America/New_York; "
                    "did you mean 'America/New_York'?"
                ),
                False,
            ),
        ),
        ("group", {**GROUP, "extra": 5}, ("extra", "expected a mapping, found the number 5", False)),
        (
            "group",
            {**GROUP, "org_unit_id": 5},
            (
                "org_unit_id",
                (
                    "`org_unit_id` is read-only, the platform owns it. "
                    "Given by the platform when the group is created."
                ),
                True,
            ),
        ),
        ("user", {"username": "jane"}, ("username", "'jane' is not an e-mail address", False)),
        ("user", {"username": "ja ne@x"}, ("username", "'ja ne@x' is not an e-mail address", False)),
        ("user", {"username": "@x.example"}, ("username", "'@x.example' is not an e-mail address", False)),
        (
            "user",
            {**USER, "role": "Standart"},
            ("role", "'Standart' is not one of Admin, Standard, ReadOnly; did you mean 'Standard'?", False),
        ),
        (
            "user",
            {**USER, "access_audio": "Yes"},
            (
                "access_audio",
                "expected true or false, found the text 'Yes'; write true (in YAML 1.2 yes is a text)",
                False,
            ),
        ),
        ("route", {**ROUTE, "tags": ["a", "a"]}, ("tags.1", "'a' stands here twice", False)),
        (
            "route",
            {**ROUTE, "route_type": "forward"},
            ("", "`ring_to` is missing (because of its `route_type`)", False),
        ),
        (
            "route",
            {**ROUTE, "route_type": "percentage", "destinations": [{"ring_to": "123"}]},
            ("destinations.0", "`percentage` is missing (because of its `route_type`)", False),
        ),
        (
            "route",
            {**ROUTE, "destinations": [{"ring_to": "123", "percentage": 101}]},
            ("destinations.0.percentage", "101 is too large; at most 100 is allowed", False),
        ),
        (
            "route",
            {**ROUTE, "destinations": [{"ring_to": "123", "share": 1}]},
            ("destinations.0.share", "unknown key 'share'", True),
        ),
        ("route", {**ROUTE, "ring_to": "1"}, ("ring_to", "'1' is too short", False)),
        (
            "settings",
            {"ignore": {"users": ["role"]}},
            (
                "ignore.users",
                (
                    "'users' is not an address such as user/jane@acme.example: "
                    "group, user, tag or route, a slash, and a key"
                ),
                True,
            ),
        ),
        ("file", {"group": []}, ("group", "unknown key 'group'; did you mean 'groups'?", True)),
        (
            "file",
            {"groups": {}},
            ("groups", 'expected a list or null, found a mapping; begin each entry with "- "', False),
        ),
        (
            "file",
            {"groups": ["Sales"]},
            ("groups.0", "expected a mapping, found the text 'Sales'", False),
        ),
        ("file", {"groups": [{}, None]}, ("groups.1", "expected a mapping, found nothing (null)", False)),
        (
            "user-defaults",
            {"username": "a@b"},
            ("username", "`username` tells users apart and cannot have a default", True),
        ),
    ],
)
def test_what_is_wrong_in_words(name, value, expected):
    assert expected in found(name, value)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("user", {"username": ""}, [("username", "the text is empty", False)]),
        (
            "route",
            {**ROUTE, "route_type": "forward", "ring_to": 7},
            [("ring_to", "expected text or null, found the number 7; put it in quotes", False)],
        ),
        (
            "route",
            {"name": "A", "grp": "B", "route_type": "forward", "ringto": "1"},
            [
                ("grp", "unknown key 'grp'; did you mean 'group'?", True),
                ("name", "unknown key 'name'; did you mean 'provisioned_route_name'?", True),
                ("ringto", "unknown key 'ringto'; did you mean 'ring_to'?", True),
            ],
        ),
        (
            "group",
            {"cty": "x", "org_unit_id": 1},
            [
                (
                    "org_unit_id",
                    (
                        "`org_unit_id` is read-only, the platform owns it. "
                        "Given by the platform when the group is created."
                    ),
                    True,
                ),
                ("", "`org_unit_name` is missing", False),
                ("cty", "unknown key 'cty'; did you mean 'city'?", True),
            ],
        ),
    ],
    ids=["empty", "of a wrong type", "required keys with slips", "several keys"],
)
def test_one_fault_for_one_place(name, value, expected):
    assert sorted(found(name, value)) == sorted(expected)


def test_numbers_as_they_are_written():
    (fault,) = faults("group", {**GROUP, "zip": 1104}, lambda path: "02120" if path == ("zip",) else "")
    assert fault.message == "expected text or null, found the number 02120; put it in quotes"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing (null)"),
        (False, "false"),
        ("x", "the text 'x'"),
        (1.5, "the number 1.5"),
        ([], "a list"),
        ({}, "a mapping"),
    ],
)
def test_values_described(value, words):
    assert described(value) == words


def test_long_values_are_cut():
    assert shown("x" * 100) == "'" + "x" * 59 + "…"


@pytest.mark.parametrize(("word", "expected"), [("Standart", "; did you mean 'Standard'?"), (7, "")])
def test_the_nearest_known_word(word, expected):
    assert nearest(word, ["Admin", "Standard"]) == expected
