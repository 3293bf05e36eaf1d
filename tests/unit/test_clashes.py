import pytest

from reconciler.objects.clashes import ambiguous, writable

from .literals import ROOT, kept, ref, state, to, written

TOP = to("group/ROOT")
KNOWN = [
    ROOT,
    kept("tag/ROOT/Hot", 3, tag_name="Hot", group=TOP),
    kept("tag/None/Hot", 4, tag_name="Hot"),
    written("tag/None/Cold", tag_name="Cold"),
]


@pytest.mark.parametrize(
    ("candidates", "advice"),
    [
        (["tag/ROOT/Hot", "tag/None/Hot"], "; write ROOT/Hot or 4"),
        (["tag/ROOT/Hot", "tag/None/Cold"], "; write ROOT/Hot"),
        (["tag/None/Cold"], ""),
        (["group/ROOT", "group/Other"], "; write ROOT or Other"),
        (["tag/S/Hot"], "; write S/Hot"),
    ],
    ids=["live without a group", "described without a group", "nothing", "groups", "another spelling"],
)
def test_what_may_be_written_for_words_that_mean_several_things(candidates, advice):
    clear = writable(map(to, candidates), state(*KNOWN))
    assert ambiguous(ref("tag/Hot"), clear) == f"tag 'Hot' is ambiguous{advice}"
