"""Guesses at what a platform means by other words, and what rows say of the facts about their kind."""

from dataclasses import replace

import pytest

from reconciler.doctoring import guesses, meanings
from reconciler.doctoring.fields import checks
from reconciler.doctoring.findings import Case, Check, Report, Status, merged
from reconciler.doctoring.guesses import likeness as likeness_of
from reconciler.doctoring.guesses import siblings
from reconciler.doctoring.listing import path_facts
from reconciler.exports.spelling import block
from reconciler.facts import Field, Kind, Type
from reconciler.files.documents import parse
from reconciler.kinds import KINDS

USER, TAG, ROUTE, GROUP = (KINDS[name] for name in ("user", "tag", "route", "group"))


# -- paths


@pytest.mark.parametrize(
    ("path", "others"),
    [
        ("/tag", ["/tags", "/tag/list", "/tags/list"]),
        ("/users/list", ["/user/list", "/users", "/user"]),
        ("/groups/tree", ["/group/tree"]),
        (
            "/provisioned-routes",
            [
                "/provisioned-route",
                "/provisioned_routes",
                "/provisionedRoutes",
                "/provisioned_route",
                "/provisionedRoute",
                "/routes",
                "/route",
                "/provisioned-routes/list",
                "/provisioned-route/list",
                "/provisioned_routes/list",
                "/provisionedRoutes/list",
                "/provisioned_route/list",
                "/provisionedRoute/list",
                "/routes/list",
                "/route/list",
            ],
        ),
        (
            "/api/callTags",
            [
                "/api/call-tags",
                "/api/call-tag",
                "/api/call_tags",
                "/api/call_tag",
                "/api/callTag",
                "/api/tags",
                "/api/tag",
            ],
        ),
        ("/list", ["/lists", "/list/list", "/lists/list"]),
        ("/_", ["/_s", "/_/list", "/_s/list"]),
    ],
)
def test_siblings_of_a_path(path, others):
    found = list(siblings(path))
    assert path not in found
    assert [each for each in found if each in others] == others
    assert len(found) == len(set(found)) <= 15


@pytest.mark.parametrize(
    ("kind", "platform", "path", "facts"),
    [
        ("tag", {}, "/tags", {"path": "/tags"}),
        ("tag", {}, "/tag/list", {"list_path": "/tag/list"}),
        ("tag", {}, "/tags/list", {"path": "/tags", "list_path": "/tags/list"}),
        ("user", {}, "/users", {"list_path": "/users"}),
        ("user", {}, "/user/list", {"path": "/user", "list_path": "/user/list"}),
        ("tag", {"tag": {"list_path": "/x"}}, "/tags", {"path": "/tags", "list_path": "/tags"}),
    ],
)
def test_overrides_that_lead_to_a_list(kind, platform, path, facts):
    case = Case(kind, platform)
    assert path_facts(case, path) == facts
    assert case.mended(facts).list_path == path


# -- names


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"routes": [{"a": 1}], "total": 1}, "routes"),
        ({"errors": [], "items": [{"a": 1}]}, "items"),
        ({"errors": [], "routes": []}, "routes"),
        ({"warnings": [{"a": 1}], "provisioned_routes": [{"a": 1}]}, "provisioned_routes"),
        ({"no name": [{}], "total": 1}, None),
        ({"routes": [1, 2]}, None),
        ({"routes": {"a": 1}}, None),
        ([{"a": 1}], None),
        (None, None),
    ],
)
def test_name_of_the_array(data, name):
    assert guesses.rows_name(data, ROUTE) == name


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"tags": [], "count": 3, "limit": 200, "offset": 7}, "count"),
        ({"totalCount": "3", "pages": 9}, "totalCount"),
        ({"count": 3, "total_items": 3}, "total_items"),
        ({"count": 1}, None),
        ({"limit": 200, "no name": 5, "flag": True, "text": "x", "none": None}, None),
    ],
)
def test_name_of_the_total(data, name):
    assert guesses.total_name(data, 2) == name


@pytest.mark.parametrize(
    ("rows", "name"),
    [
        ([{"id": 1, "org_unit_id": 7}, {"id": 2, "org_unit_id": 7}], "id"),
        ([{"tagId": "1", "creator_id": 5}, {"tagId": "2", "creator_id": 6}], "tagId"),
        ([{"creator_id": 5}, {"creator_id": 5}], None),
        ([{"id": 1}, {}], None),
        ([{"org_unit_id": 7}], None),
        ([{"id": "a"}, {"id": "b"}], None),
        ([{"the id": 1}], None),
    ],
)
def test_name_of_the_id(rows, name):
    assert guesses.id_name(rows, TAG) == name


@pytest.mark.parametrize(
    ("one", "other", "likeness"),
    [
        ("ring_to", "ringTo", 1.0),
        ("tag_name", "name", 0.75),
        ("group", "groupId", 0.83),
        ("record_calls", "recordCall", 0.95),
        ("city", "x_links", 0.2),
        ("a", "b", 0.0),
    ],
)
def test_likeness(one, other, likeness):
    assert likeness_of(one, other) == pytest.approx(likeness, abs=0.01)


def renamed(fields, names, rows):
    return meanings.renamed(meanings.likenesses(fields, names, rows, {}))


def test_keys_are_taken_for_fields_that_are_missing():
    missing = [ROUTE.field(name) for name in ("ring_to", "tags", "record_calls", "campaign_id")]
    rows: list[dict[str, object]] = [
        {"ringTo": "+14255550134", "tagIds": [1], "recording": 7, "campaign": {"name": "x"}, "x_revision": 7},
        {"ringTo": None, "tagIds": []},
    ]
    names = ["campaign", "recording", "ringTo", "tagIds", "x_revision"]
    assert renamed(missing, names, rows) == {"ring_to": "ringTo", "tags": "tagIds"}


def test_one_key_for_two_fields_is_no_guess():
    missing = [USER.field("first_name"), USER.field("last_name")]
    assert renamed(missing, ["name"], [{"name": "Jane Doe"}]) == {}
    assert renamed(missing[:1], ["name"], [{"name": "Jane"}]) == {"first_name": "name"}


@pytest.mark.parametrize(
    ("type_", "fitting", "other"),
    [
        (Type.TEXT, ["a", 7], [True, {"a": 1}, [1]]),
        (Type.EMAIL, ["a@b.example"], ["a", 7]),
        (Type.INTEGER, [7, "7", 7.0], ["a", 7.5, True]),
        (Type.FLAG, [True, "Yes", "no", 1], ["a", 7]),
        (Type.PHONE, ["+1 212", 1212], ["none", []]),
        (Type.CHOICE, ["a", 1], [["a"], False]),
        (Type.REFERENCES, [[], [1], [1, "2"]], ["1", {"a": 1}]),
        (Type.ENTRIES, [[], [{"a": 1}]], ["1", 7]),
        (Type.ANY, [None, "x", {}], []),
    ],
)
def test_what_fits_a_type(type_, fitting, other):
    field = Field("x", type_, refers_to="tag")
    assert all(meanings.is_fitting(field, value) for value in fitting)
    assert not any(meanings.is_fitting(field, value) for value in other)


@pytest.mark.parametrize(
    ("field", "value", "choice"),
    [
        (USER.field("role"), 9, None),
        (USER.field("role"), "Administrator", "Admin"),
        (ROUTE.field("route_type"), "Round Robin Routing", "round_robin"),
        (ROUTE.field("route_type"), "perc", "percentage"),
        (ROUTE.field("route_type"), "simultanous", "simultaneous"),
        (ROUTE.field("route_type"), "whisper", None),
        (ROUTE.field("route_type"), "r", None),
    ],
)
def test_what_a_value_means(field, value, choice):
    assert meanings.meant(field, value) == choice


# -- fields of rows

SIMPLE = Kind(
    name="tag",
    plural="tags",
    path="/tag",
    list_path="/tag",
    rows="tags",
    id="tag_id",
    created_id="tagId",
    label="tag_name",
    identity=("tag_name",),
    fields=(
        Field("tag_name", required=True),
        Field("note"),
        Field("colour", Type.CHOICE, choices=("red", "green"), mark="A"),
        Field("secret", readable=False),
        Field("parts", Type.ENTRIES, entries=(Field("to"), Field("share", Type.INTEGER))),
        Field("size", Type.INTEGER),
    ),
    read_only=frozenset({"tag_created"}),
)
WHOLE = {"tag_id": 1, "tagId": 1, "tag_name": "a", "note": "n", "colour": "red", "parts": [], "size": 1}
OK, DIFFERS, UNKNOWN = Status.OK, Status.DIFFERS, Status.UNKNOWN
SHOWN = Check(OK, "rows show their fields", "tag_name, note, parts, size", "D")
CHOSEN = Check(OK, "rows show their fields", "colour", "A")
RED = Check(OK, "colour is one of red, green", "red", "A")


def without(*names):
    return {name: value for name, value in WHOLE.items() if name not in names}


def test_rows_as_they_should_be():
    assert list(checks(SIMPLE, [WHOLE, {**WHOLE, "tag_created": "2026"}])) == [SHOWN, CHOSEN, RED]


def test_no_rows_tell_nothing():
    assert list(checks(SIMPLE, [])) == [Check(UNKNOWN, "rows show every field", "there are no rows")]


def test_a_field_by_another_name():
    found = list(checks(SIMPLE, [{**without("note"), "tag_note": "n"}]))
    assert found[2] == Check(
        DIFFERS,
        "rows show note as `note`",
        "no row does, but `tag_note` may be it; its name on writing cannot be read",
        "D",
        {"fields": {"note": {"read": "tag_note"}}},
    )
    assert len(found) == 4


def test_a_field_that_may_be_left_out_where_it_is_empty():
    found = list(checks(SIMPLE, [without("note")]))[2]
    assert found == Check(
        UNKNOWN, "rows show note as `note`", "no row does, but rows may leave out what is empty", "D"
    )


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_field_that_is_not_shown_although_empty_ones_are(nothing):
    found = list(checks(SIMPLE, [{**without("note"), "size": nothing}]))[2]
    assert found == Check(
        DIFFERS, "rows show note as `note`", "no row does", "D", {"fields": {"note": {"readable": False}}}
    )


def test_a_field_that_some_other_key_may_hold_is_not_said_to_be_hidden():
    found = list(checks(SIMPLE, [{**without("note"), "size": None, "zzz": "n"}]))[2]
    words = "no row does; if zzz has it, write `read:`, if nothing has it, `readable: false`"
    assert found == Check(DIFFERS, "rows show note as `note`", words, "D")


POORER = (
    "plans are made from the list, and would set them again and again; what is `readable: false` is sent on "
    "creation and where `--resend` asks for it, and what `ignore:` names is left alone"
)


def test_fields_that_details_alone_show():
    others = [{**without("note"), "tag_id": 2, "tagId": 2, "parts": [{"to": "x"}]}]
    found = list(checks(SIMPLE, [without("note", "parts"), *others], {**WHOLE, "parts": [{"to": "x"}]}))
    fact, mend = "the list shows what GET /tag/1 does", {"fields": {"note": {"readable": False}}}
    assert found[2] == Check(DIFFERS, fact, f"not note, parts: {POORER}", "A", mend)
    assert not [check for check in found if "note as" in check.fact]


def test_a_field_that_some_rows_show_is_not_said_to_be_hidden():
    found = list(checks(SIMPLE, [without("note"), {**WHOLE, "tag_id": 2, "tagId": 2}], WHOLE))[2]
    assert found == Check(DIFFERS, "the list shows what GET /tag/1 does", f"not note: {POORER}", "A")


@pytest.mark.parametrize(
    "details",
    [WHOLE, without("note"), {**WHOLE, "tag_id": 9, "tagId": 9}, {**WHOLE, "note": None, "secret": "s"}],
    ids=["the same", "poorer", "another object", "empty or never shown"],
)
def test_details_that_show_no_more_than_rows(details):
    assert list(checks(SIMPLE, [WHOLE], details)) == [SHOWN, CHOSEN, RED]


def test_a_field_by_another_name_is_not_hidden_although_details_have_its_own():
    rows = [{**without("note"), "tag_note": "n"}]
    assert list(checks(SIMPLE, rows, WHOLE)) == list(checks(SIMPLE, rows))


REFERRING = replace(
    SIMPLE,
    identity=("group", "tag_name"),
    place="group",
    fields=(
        *SIMPLE.fields,
        Field("group", Type.REFERENCE, write="org_unit_id", required=True, refers_to="group"),
        Field("tags", Type.REFERENCES, write="tag_ids", refers_to="tag"),
    ),
)
IDS = {"group": {1001, 1002}}


def found_of(row, *names):
    found = {check.fact.split()[2]: check for check in checks(REFERRING, [row], None, IDS)}
    return [(found[name].status, found[name].found, found[name].mend) for name in names]


def test_keys_fit_in_type_before_their_names_are_compared():
    row = {**without("note"), "tags": [7], "ou_id": "1002", "x": None}
    assert found_of(row, "tags", "group") == [
        (
            DIFFERS,
            "no row does, but `tags` may be it; its name on writing cannot be read",
            {"fields": {"tags": {"read": "tags"}}},
        ),
        (DIFFERS, "no row does; if ou_id, x has it, write `read:`", {}),
    ]


def test_what_refers_to_an_object_holds_the_id_of_one_that_is_there():
    row = {**WHOLE, "org_unit_no": 7, "tag_ids": [], "note": None}
    assert found_of(row, "group") == [(DIFFERS, "no row does", {})]
    assert found_of({**row, "org_unit_no": 1001}, "group") == [
        (
            DIFFERS,
            "no row does, but `org_unit_no` may be it; its name on writing cannot be read",
            {"fields": {"group": {"read": "org_unit_no"}}},
        )
    ]


def test_a_key_is_proposed_for_one_field_only():
    row = {**without("size"), "org_unit_id": 1001, "zzz": 1002, "note": None, "tag_ids": []}
    assert found_of(row, "size") == [
        (DIFFERS, "no row does; if zzz has it, write `read:`, if nothing has it, `readable: false`", {})
    ]
    assert found_of({**row, "org_unit_id": None, "zzz": [1]}, "size") == [
        (DIFFERS, "no row does; if nothing has it, write `readable: false`", {})
    ]
    both = {name: value for name, value in row.items() if name != "org_unit_id"}
    assert found_of(both, "size", "group") == [
        (DIFFERS, "no row does; if nothing has it, write `readable: false`", {}),
        (DIFFERS, "no row does; if zzz has it, write `read:`", {}),
    ]


def test_what_files_call_a_field_is_no_strange_key_where_rows_show_it():
    row = {**WHOLE, "org_unit_id": 1001, "tag_ids": [], "tags": ["Hot"], "group": "Sales"}
    assert not [check for check in checks(REFERRING, [row], None, IDS) if "not known" in check.fact]


def test_a_name_cannot_be_done_without():
    found = list(checks(SIMPLE, [without("tag_name")]))[2]
    assert found == Check(DIFFERS, "rows show tag_name as `tag_name`", "no row does", "D")


def test_a_field_that_is_shown_after_all():
    found = list(checks(SIMPLE, [{**WHOLE, "secret": "s"}]))[2]
    mend = {"fields": {"secret": {"readable": True}}}
    assert found == Check(DIFFERS, "rows do not show secret", "they do, as `secret`", "D", mend)


def test_parts_of_entries_by_another_name():
    rows = [{**WHOLE, "parts": [{"too": "x"}, {"too": "y"}, 7]}, {**WHOLE, "parts": "none"}]
    found = [check for check in checks(SIMPLE, rows) if "entries" in check.fact]
    mend = {"fields": {"parts": {"entries": {"to": {"read": "too"}}}}}
    assert found == [Check(DIFFERS, "entries of parts show to", "none does, but `too` may be it", "D", mend)]


def test_parts_that_are_of_no_use_there_are_not_missed():
    assert list(checks(SIMPLE, [{**WHOLE, "parts": [{"to": "x"}]}])) == [SHOWN, CHOSEN, RED]


def test_values_that_are_not_known():
    values = ["red", "greenish", "red", "reddish", "blue", ["x"], "g" * 200 + "green", None]
    rows = [{**WHOLE, "colour": value} for value in values]
    found = [check for check in checks(SIMPLE, rows) if check.fact.startswith("colour is")]
    assert [(check.status, check.found, check.mend) for check in found] == [
        (
            DIFFERS,
            "there is 'greenish', which may be green",
            {"fields": {"colour": {"spelled": {"green": "greenish"}}}},
        ),
        (DIFFERS, "there is 'reddish'", {}),
        (DIFFERS, "there is 'blue'", {}),
        (DIFFERS, "there is ['x']", {}),
        (DIFFERS, f"there is '{'g' * 200}green'", {}),
    ]


def test_values_of_the_wrong_type():
    rows = [{**WHOLE, "size": "7"}, {**WHOLE, "size": {"cm": 7}}]
    assert list(checks(SIMPLE, rows))[3:] == [Check(DIFFERS, "size is integer", "there is {cm: 7}", "D")]


def test_keys_that_are_not_known_are_listed():
    rows = [{**WHOLE, "x_links": 1}, {**WHOLE, **{f"x{number:02}": 1 for number in range(12)}}]
    names = ", ".join(f"x{number:02}" for number in range(12))
    found = f"{names} and 1 more; they are left alone"
    assert list(checks(SIMPLE, rows))[-1] == Check(OK, "keys in the rows that are not known here", found)


# -- overrides


def test_overrides_as_yaml():
    platform = {"tag": {"path": "/tags", "details": False, "page_size": 50, "query": {}}}
    assert list(block({"platform": platform}, "  ")) == [
        "  platform:",
        "    tag:",
        "      path: /tags",
        "      details: false",
        "      page_size: 50",
        "      query: {}",
    ]


PLAIN = [
    "true",
    "No",
    "null",
    "y",
    "",
    " a",
    "a b",
    "a: b",
    "-x",
    "1e3",
    "0x1",
    "7",
    "ünï",
    "😀",
    "~",
    "#",
    "&a",
]
ODD = ["\x7f", "\x1b[2J", "a\nb", "\u2028", "\x85", '"', "\\"]


@pytest.mark.parametrize("value", [*PLAIN, *ODD, 7, -1, True, {"a": {"b": "c"}}], ids=repr)
def test_overrides_are_read_as_they_were_meant(value):
    lines = list(block({"spelled": {"a": value, "b": "c"}}))
    assert all(line.isprintable() for line in lines)
    documents, problems = parse("a.yaml", "\n".join(lines))
    assert problems == []
    assert documents[0].data == {"spelled": {"a": value, "b": "c"}}


@pytest.mark.parametrize(
    ("old", "new", "both"),
    [
        ({}, {"a": 1}, {"a": 1}),
        ({"a": 1, "b": 2}, {"a": 3}, {"a": 3, "b": 2}),
        ({"a": {"x": 1}}, {"a": {"y": 2}}, {"a": {"x": 1, "y": 2}}),
        ({"query": {"sort_by": "name"}}, {"query": {}}, {"query": {}}),
        ({"a": 1}, {"a": {"y": 2}}, {"a": {"y": 2}}),
    ],
)
def test_overrides_add_up(old, new, both):
    assert merged(old, new) == both


def test_a_case_knows_the_kind_as_it_would_be():
    case = Case("tag", {"tag": {"path": "/tags"}, "user": {"rows": "people"}})
    assert (case.kind.path, case.mark("rows"), case.mark("details")) == ("/tags", "A", "D")
    case.add(DIFFERS, "a fact", "not so", "A", {"rows": "items"})
    case.add(OK, "a fact", "so")
    assert (case.kind.rows, case.kind.path, case.mended({"id": "id"}).id) == ("items", "/tags", "id")
    assert case.checks == [
        Check(DIFFERS, "a fact", "not so", "A", {"rows": "items"}),
        Check(OK, "a fact", "so"),
    ]


@pytest.mark.parametrize(
    ("check", "is_sound", "mends"),
    [
        (Check(OK, "a", "b"), True, False),
        (Check(UNKNOWN, "a", "b"), True, False),
        (Check(DIFFERS, "a", "b"), False, False),
        (Check(DIFFERS, "a", "b", "A", {"rows": "items"}), False, True),
    ],
)
def test_a_report(check, is_sound, mends):
    report = Report(1001, {"tags": (Check(OK, "a", "b"), check)}, {}, 1)
    assert (report.is_sound, report.mends) == (is_sound, mends)
