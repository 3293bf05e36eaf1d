from reconciler.plans.notices import own_facts, stated


def test_facts_are_named_down_to_the_value_and_not_without_end():
    facts = {"user": {"path": "/u", "query": {}, "fields": {"role": {"spelled": {"ReadOnly": "x" * 200}}}}}
    short, empty, long = stated(facts)
    assert (short, empty) == ('user.path = "/u"', "user.query = {}")
    assert long.startswith('user.fields.role.spelled.ReadOnly = "xxx')
    assert (len(long), long[-1]) == (121, "…")


def test_many_facts_are_counted():
    query = {f"q{number:02}": number for number in range(25)}
    (notice,) = own_facts({"tag": {"query": query}})
    assert notice.message.endswith("tag.query.q19 = 19 and 5 more")
    assert list(own_facts({})) == []
