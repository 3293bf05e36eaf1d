"""A small workspace to begin with: commented files that change nothing."""

from collections.abc import Iterator, Mapping

from reconciler.exports.filing import SCHEMA_LINE
from reconciler.exports.spelling import is_text, lines, scalar
from reconciler.kinds import KINDS
from reconciler.model import Resource, Value

_HEAD = f"{SCHEMA_LINE}\n"

_SETTINGS = """\
# For all files together. `reconciler schema settings` has every key.
settings:
{account}
  # protect: ["user/ceo@*"]            # never deleted, whatever else is said
  # ignore: {{"user/*": [agent_ring_to]}}  # fields that somebody else owns
  # prune: [tags]                      # kinds of which live objects that are in no file get deleted

# defaults:                            # for every object that does not write the field itself
#   users: {{role: Standard, timezone: America/New_York}}
"""

_GROUPS = """\
# Only the fields that are written here are managed; an absent field is left alone, null clears it.
groups:
{root}
  # - org_unit_name: Sales
  #   org_unit_ext_id: ORG-1002        # with an external id a group can be renamed and moved
  #   parent: {parent}
  #   city: New York

# users:
#   - {{username: jane@acme.example, first_name: Jane, last_name: Doe, group: Sales}}
# tags:
#   - {{tag_name: Hot lead, group: Sales}}
# routes:
#   - provisioned_route_name: Main line
#     group: Sales
#     route_type: forward
#     ring_to: "+14255550134"
#     tags: [Hot lead]

# removed:                             # leaving something out deletes nothing; this does
#   - user/gone@acme.example
"""


def workspace(root: Resource | None) -> Mapping[str, str]:
    """Texts by file name; with the account, and its root group if a file can hold its name."""
    account = f"account: {root.id}" if root else "# account: 1001"
    settings = _SETTINGS.format(account=f"  {account}".ljust(39) + "# no other account is ever touched")
    named = root if root and is_text(list(_names(root).values())) else None
    described = "\n".join(_root(named)) if named else "  # - org_unit_name: Acme"
    return {
        "settings.yaml": _HEAD + settings,
        "groups.yaml": _HEAD + _GROUPS.format(root=described, parent=_called(named) if named else "Acme"),
    }


def _root(root: Resource) -> Iterator[str]:
    return (line.text for line in lines(KINDS["group"], 0, _names(root)))


def _names(root: Resource) -> Mapping[str, Value]:
    kind = KINDS["group"]
    return {name: root.value(name) for name in (kind.label, kind.external_id) if root.value(name)}


def _called(root: Resource) -> str:
    """What other groups call it."""
    return scalar(str([*_names(root).values()][-1]))
