"""What passes for an e-mail address: what cannot be one is refused, and nothing else."""

import pytest

from reconciler.files.formats import FORMATS


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("jane+vip@acme.example", True),
        ("old:jane@acme.example", True),
        ("a;b@acme.example", True),
        ("jane@[10.0.0.1]", True),
        ("jane@acme.example.", True),
        ("a..b@acme.example", True),
        ("jürgen@bücher.example", True),
        ("jane@acme..example", False),
        ("mailto:jane@acme.example", False),
        ("jane@acme\u200b.example", False),
        ("\u201cjane@acme.example\u201d", False),
        (7, True),
    ],
)
def test_email_addresses(text, is_one):
    assert FORMATS["email"](text) is is_one
