"""A plan and its outcomes as JSON documents; the contract is `schemas/plan.schema.json`."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.model import (
    Action,
    Address,
    Branch,
    Change,
    FieldChange,
    Notice,
    Outcome,
    Plan,
    Reference,
    Status,
    Value,
)
from reconciler.objects.references import mapped

FORMAT_VERSION = "1"


def document(plan: Plan) -> dict[str, Any]:
    """The plan as plain data: the same plan gives the same document."""
    changes, counts = [change_document(change) for change in plan.changes], plan.counts()
    content = {
        "format_version": FORMAT_VERSION,
        "account": plan.account,
        "summary": {
            **{action.word: counts[action] for action in Action},
            "unchanged": plan.unchanged,
            "unmanaged": plan.unmanaged,
        },
        "changes": changes,
        "notices": [*(_refusal(each) for each in plan.refusals), *map(_notice, plan.notices)],
        "requests": {"read": plan.reads, "write": len(changes)},
        **_beside(plan),
    }
    return {"format_version": FORMAT_VERSION, "account": plan.account, "digest": digest(content), **content}


def _beside(plan: Plan) -> dict[str, Any]:
    """What a saved plan needs besides: the ids behind old references, facts that are not built in, the
    groups in which something changes, and the revision that origins are told from.
    """
    referred_to = {
        str(change.address): plain(change.referred_to) for change in plan.changes if change.referred_to
    }
    return {
        **({"referred_to": referred_to} if referred_to else {}),
        **({"platform": plan.platform} if plan.platform else {}),
        **({"tree": [_branch(branch) for branch in plan.tree]} if plan.tree else {}),
        **({"base": plan.base} if plan.base else {}),
    }


def _branch(branch: Branch) -> dict[str, Any]:
    return {
        "address": str(branch.address),
        "name": branch.name,
        "parent": str(branch.parent) if branch.parent else None,
        "holds": [str(address) for address in branch.holds],
        "others": branch.others,
    }


def digest(content: Mapping[str, Any]) -> str:
    """Over everything in a plan document but the digest itself."""
    import hashlib

    rest = {name: value for name, value in content.items() if name != "digest"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def change_document(change: Change) -> dict[str, Any]:
    return {
        "action": change.action.word,
        "address": str(change.address),
        "kind": change.kind,
        "id": change.id,
        "source": str(change.source) if change.source else None,
        "fields": [_field(field) for field in change.fields],
        "request": {
            "method": change.request.method,
            "path": change.request.path,
            "body": mapped(change.request.body, _by_address, plain=True),
        },
        "waits_for": [str(address) for address in change.waits_for],
    }


def _field(field: FieldChange) -> dict[str, Any]:
    told = {"origin": field.origin.value, "base": plain(field.base)} if field.origin else {}
    return {"name": field.name, "old": plain(field.old), "new": plain(field.new), **told}


def plain(value: Value) -> Any:
    """A value as a person would write it: an object by its key."""
    return mapped(value, _called, plain=True)


def _called(value: Value) -> Any:
    match value:
        case Address(key=words) | Reference(text=words):
            return words
        case _:
            return value


def _by_address(value: Value) -> Any:
    """What stands for an id that is not known yet."""
    return {"id_of": str(value)} if isinstance(value, Address) else value


def _notice(notice: Notice) -> dict[str, Any]:
    return {"code": notice.code, "address": notice.address, "message": notice.message}


def _refusal(notice: Notice) -> dict[str, Any]:
    return {**_notice(notice), "refusal": True}


def result_document(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """What came of an apply."""
    listed = list(outcomes)
    counts = Counter(each.status for each in listed)
    return {
        "format_version": FORMAT_VERSION,
        "summary": {status.value: counts[status] for status in Status},
        "outcomes": [
            {
                "address": str(each.change.address),
                "action": each.change.action.word,
                "status": each.status.value,
                "reason": each.reason,
                "id": each.id,
            }
            for each in listed
        ],
    }
