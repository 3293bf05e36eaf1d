"""The same files give the same bytes, whatever order a process has its sets in."""

FILES = """\
settings:
  platform:
    tag:
      <<: {rows: tags, total: total, id: tag_id, created_id: tagId}
defaults:
  users: {timezone: America/New_York, role: Standard, access_audio: true, score_call: false}
groups:
  - {org_unit_name: Acme, org_unit_ext_id: ORG-1000}
users:
  - username: new@acme.example
    group: ORG-1000
    extra:
      <<: {alpha: 1, beta: 2, gamma: 3, delta: 4}
"""


def test_plans_do_not_depend_on_the_hash_seed(reconciler, workspace):
    (workspace / "config.yaml").write_text(FILES)
    plans = [
        reconciler("plan", "--sandbox", "--format", "json", PYTHONHASHSEED=str(seed)) for seed in (1, 2, 3)
    ]
    assert [(each.code, each.err) for each in plans] == [(0, "")] * 3
    assert '"delta": 4' in plans[0].out
    assert len({each.out for each in plans}) == 1
