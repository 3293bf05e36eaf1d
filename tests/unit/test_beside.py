import os
from pathlib import Path

import pytest

from reconciler.files.beside import left_out
from reconciler.files.config import load

SETTINGS = """\
# what holds for all
settings:
  # the account
  account: 1001

  protect:
    - user/ceo@*
  limits: {delete: 5}
"""


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("cfg").mkdir()


def told(*paths):
    return [tuple(each) for each in left_out(paths, load(paths).desired.settings)]


def put(**files):
    for name, text in files.items():
        Path(f"cfg/{name}.yaml").write_text(text)


def without(given, keys, them="it"):
    return (
        "settings-left-out",
        "plan",
        (
            f"{given} given without cfg/settings.yaml beside {them}, whose settings{keys} do not hold here; "
            "give the folder, and --target for a part of it"
        ),
    )


def test_settings_that_were_not_given():
    put(settings=SETTINGS, users="users: []\n", tags="tags: []\n")
    keys = " (account, protect, limits)"
    assert told("cfg/users.yaml") == [without("cfg/users.yaml was", keys)]
    assert told("cfg/users.yaml", "./cfg/tags.yaml") == [
        without("cfg/users.yaml, cfg/tags.yaml were", keys, "them")
    ]


@pytest.mark.parametrize(
    "text", ["settings: {}\ntags: [{account: 1001}]\n", 'groups: []\n"settings":\n', "\ufeffsettings:\r\n"]
)
def test_settings_of_which_no_keys_are_seen(text):
    put(settings=text, users="users: []\n")
    assert told("cfg/users.yaml") == [without("cfg/users.yaml was", "")]


@pytest.mark.parametrize(
    "text",
    [
        "settings: {account: 1001, protect: [user/a, group/b], limits: {delete: 5}}\n",
        """"settings": { "account": 1001, 'protect': [], limits: {} }\n""",
        "settings: {account: 1001,\n  protect: [],\n  limits: {}}\n",
        '"settings":\n  "account": 1001\n  protect: []\n  limits: {}\n',
    ],
)
def test_settings_between_braces_and_below_quotes(text):
    put(settings=text, users="users: []\n")
    assert told("cfg/users.yaml") == [without("cfg/users.yaml was", " (account, protect, limits)")]


def test_settings_that_end():
    put(settings="settings:\n  account: 1\ntags:\n  prune: []\n", users="users: []\n")
    assert told("cfg/users.yaml") == [without("cfg/users.yaml was", " (account)")]


def test_a_folder_has_it_all():
    put(settings=SETTINGS, users="users: []\n")
    assert told("cfg") == told("cfg", "cfg/users.yaml") == told("cfg/users.yaml", "cfg/settings.yaml") == []


def test_what_a_folder_holds_that_is_not_read():
    put(users="users: []\n")
    Path("cfg/B.YAML").touch()
    Path("cfg/named.YML").write_text("tags: []\n")
    os.mkfifo("cfg/pipe.yaml")
    none = "in a folder only files count, and this is none; put a file in its place"
    ending = "only names that end in .yaml or .yml count; rename it, or name it"
    assert told("cfg", ".", "cfg/named.YML") == [
        ("files-left-out", "plan", f"cfg/B.YAML: not read: in a folder {ending}"),
        ("files-left-out", "plan", f"cfg/pipe.yaml: not read: {none}"),
    ]


@pytest.mark.parametrize("own", ["settings: {}\n", "{settings: {account: 1001}}\n"])
def test_files_with_settings_of_their_own(own):
    put(settings=SETTINGS, users=own)
    assert told("cfg/users.yaml") == []


@pytest.mark.parametrize("name", ["deep/settings.yaml", ".settings.yaml", "settings.txt", "../settings.yaml"])
def test_what_does_not_stand_beside(name):
    put(users="users: []\n")
    path = Path("cfg", name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(SETTINGS)
    assert told("cfg/users.yaml") == []


def test_what_cannot_be_looked_at():
    put(users="users: []\n", other="  settings: {}\n")
    Path("cfg/gone.yaml").symlink_to("nowhere.yaml")
    Path("cfg/again.yaml").symlink_to("again.yaml")
    Path("cfg/folder.yaml").mkdir()
    os.mkfifo("cfg/endless.yaml")
    assert told("cfg/users.yaml") == []


def test_what_would_be_pruned():
    put(users="settings: {prune: [tags, routes]}\n", tags="tags: []\n", more="users: []\n", some="routes:\n")
    assert told("cfg/users.yaml", "cfg/more.yaml") == [
        (
            "files-left-out",
            "plan",
            (
                "cfg/some.yaml, cfg/tags.yaml were not given, and the files that were say `prune`: "
                "tags and routes that only stand there count as absent; give the folder"
            ),
        )
    ]
    assert told("cfg/users.yaml", "cfg/tags.yaml", "cfg/some.yaml") == []
