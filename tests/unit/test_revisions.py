"""The files as they were at a revision, from real repositories."""

import os
import shutil
import subprocess
import sys

import pytest

from reconciler.errors import ReconcilerError
from reconciler.files import config, reading
from reconciler.files.revisions import load

GIT = shutil.which("git") or "git"
ACME = "groups: [{org_unit_name: Acme}]\n"
SALES = "groups: [{org_unit_name: Sales, parent: Acme}]\n"


@pytest.fixture(autouse=True)
def _plain_git(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Ann")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "ann@acme.example")


def git(*arguments):
    done = subprocess.run([GIT, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """An empty one, and the current directory."""
    folder = tmp_path / "repository"
    folder.mkdir()
    monkeypatch.chdir(folder)
    git("init", "--quiet", "--initial-branch", "main")
    return folder


def commit(folder, **contents):
    """Writes files, their names with __ for / and . in the right place, and commits all that there is."""
    put(folder, {f"{name.replace('__', '/')}.yaml": text for name, text in contents.items()})
    return committed()


def put(folder, contents):
    for name, text in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def committed():
    git("add", "--all")
    git("commit", "--quiet", "--message", "more")
    return git("rev-parse", "HEAD")


def found(name, *paths):
    documents, problems, _ = load(name, paths or (".",))
    assert problems == []
    return {each.file: each.data for each in documents}


def names(name, *paths):
    return list(found(name, *paths))


def name_of(text):
    return {"groups": [{"org_unit_name": text}]}


def city(text):
    return f"groups: [{{org_unit_name: {text}}}]\n"


# -- which files are meant


TREE = {
    "a.yaml": ACME,
    "b.yml": SALES,
    "notes.txt": "not: [yaml",
    "a.yaml.orig": "no",
    ".hidden.yaml": "tags: 7",
    ".github/x.yaml": "on: push",
    "config/.secret/y.yaml": "no: no",
    "config/c.yaml": "tags: []\n",
    "config/deep/er/d.yaml": "users: []\n",
    "configuration/e.yaml": "routes: []\n",
    "data.json": '{"tags": []}\n',
}


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (
            ["."],
            ["a.yaml", "b.yml", "config/c.yaml", "config/deep/er/d.yaml", "configuration/e.yaml"],
        ),
        (["config"], ["config/c.yaml", "config/deep/er/d.yaml"]),
        (["config/"], ["config/c.yaml", "config/deep/er/d.yaml"]),
        (["./config/../config/deep"], ["config/deep/er/d.yaml"]),
        (["config/.secret"], ["config/.secret/y.yaml"]),
        (["a.yaml"], ["a.yaml"]),
        (["data.json"], ["data.json"]),
        ([".hidden.yaml"], [".hidden.yaml"]),
        (["b.yml", "config/deep", "a.yaml"], ["b.yml", "config/deep/er/d.yaml", "a.yaml"]),
    ],
)
def test_the_same_files_are_meant_as_in_the_work_tree(repository, paths, expected):
    put(repository, TREE)
    committed()
    assert names("HEAD", *paths) == [f"HEAD:{each}" for each in expected]
    now, _ = reading.load(paths)
    assert [os.path.normpath(each.file) for each in now] == expected
    before = load("HEAD", paths).documents
    assert [each.data for each in before] == [each.data for each in now]


def test_paths_count_from_where_the_user_is(repository, monkeypatch):
    put(repository, TREE)
    committed()
    monkeypatch.chdir(repository / "config")
    assert names("HEAD") == ["HEAD:config/c.yaml", "HEAD:config/deep/er/d.yaml"]
    assert names("HEAD", "../a.yaml", "deep") == ["HEAD:a.yaml", "HEAD:config/deep/er/d.yaml"]
    assert names("HEAD", str(repository / "b.yml")) == ["HEAD:b.yml"]


ODD = [
    *("with space.yaml", "größe.yaml", "日本.yaml", "new\nline.yaml", "tab\there.yaml", '"quoted".yaml'),
    *(
        "-dash.yaml",
        "--help.yaml",
        "*.yaml",
        "[a].yaml",
        "back\\slash.yaml",
        "!no.yaml",
        "folder of/x y.yaml",
    ),
]


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_files_of_odd_names(repository, name):
    put(repository, {name: city(f"N{ODD.index(name)}"), "other.yaml": ACME})
    committed()
    one = {f"HEAD:{name}": name_of(f"N{ODD.index(name)}")}
    assert found("HEAD", name) == one
    assert found("HEAD") == {**one, "HEAD:other.yaml": name_of("Acme")}


def test_a_name_that_is_not_utf_8(repository):
    name = os.fsdecode(b"caf\xe9.yaml")
    put(repository, {name: ACME})
    committed()
    assert found("HEAD") == found("HEAD", name) == {f"HEAD:{name}": name_of("Acme")}


@pytest.mark.parametrize("folder", ["with space", "größe", "new\nline", "-x", "*", "caf\udce9"], ids=ascii)
def test_a_repository_and_a_folder_of_odd_names(repository, monkeypatch, folder):
    inner = repository / folder / folder
    put(inner, {"a.yaml": ACME})
    monkeypatch.chdir(repository / folder)
    git("init", "--quiet")
    committed()
    assert names("HEAD", folder) == [f"HEAD:{folder}/a.yaml"]


# -- symbolic links


def test_a_link_to_a_file_is_what_it_leads_to(repository):
    put(repository, {"shared/a.txt": ACME, "conf/x.yaml": SALES})
    (repository / "conf" / "link.yaml").symlink_to("../shared/a.txt")
    committed()
    (repository / "shared" / "a.txt").write_text(SALES)
    assert found("HEAD", "conf") == {
        "HEAD:conf/link.yaml": name_of("Acme"),
        "HEAD:conf/x.yaml": {"groups": [{"org_unit_name": "Sales", "parent": "Acme"}]},
    }


def test_a_link_to_a_link_with_spaces(repository):
    put(repository, {"real file.txt": ACME})
    (repository / "one link.txt").symlink_to("real file.txt")
    (repository / "two links.yaml").symlink_to("one link.txt")
    committed()
    assert found("HEAD") == {"HEAD:two links.yaml": name_of("Acme")}


@pytest.mark.parametrize("target", ["nowhere", "loop.yaml", "folder", "../outside.txt", "/dev/null"])
def test_a_link_that_leads_to_no_file_of_the_repository_says_nothing(repository, target):
    put(repository, {"../outside.txt": ACME, "folder/x.txt": "no", "a.yaml": ACME})
    (repository / "loop.yaml").symlink_to(target)
    committed()
    assert {name: data for name, data in found("HEAD").items() if data} == {"HEAD:a.yaml": name_of("Acme")}


def test_a_path_that_is_a_link_to_a_folder(repository):
    put(repository, {"real/a.yaml": ACME})
    (repository / "link").symlink_to("real")
    committed()
    assert names("HEAD", "link") == ["HEAD:real/a.yaml"]


def test_a_path_that_is_a_link_to_a_file(repository):
    put(repository, {"real.txt": ACME})
    (repository / "link.yaml").symlink_to("real.txt")
    committed()
    assert list(found("HEAD", "link.yaml").values()) == [name_of("Acme")]


def test_a_work_tree_reached_through_a_link(repository, tmp_path, monkeypatch):
    commit(repository, conf__a=ACME)
    (tmp_path / "elsewhere").symlink_to(repository)
    monkeypatch.chdir(tmp_path / "elsewhere" / "conf")
    assert names("HEAD") == ["HEAD:conf/a.yaml"]
    monkeypatch.chdir(tmp_path)
    assert names("HEAD", "elsewhere/conf/a.yaml") == ["HEAD:conf/a.yaml"]


def test_links_to_folders_are_gone_into_as_in_the_work_tree(repository):
    put(repository, {"real/a.yaml": ACME, "real/.hidden/h.yaml": "no: no", "conf/b.yaml": SALES})
    (repository / "real" / "back").symlink_to("../real")
    (repository / "real" / "deeper").symlink_to("../more")
    (repository / "conf" / "link").symlink_to("../real")
    (repository / "conf" / ".hidden").symlink_to("../real")
    put(repository, {"more/c.yml": city("Deeper"), "more/notes.txt": "not: [yaml"})
    committed()
    expected = ["conf/b.yaml", "conf/link/a.yaml", "conf/link/deeper/c.yml"]
    assert sorted(names("HEAD", "conf")) == [f"HEAD:{each}" for each in expected]
    now, _ = reading.load(["conf"])
    assert sorted(each.file for each in now) == expected


def test_a_folder_that_links_lead_to_twice_is_read_once(repository):
    put(repository, {"real/a.yaml": ACME})
    for name in ("one", "other.yaml"):
        (repository / name).symlink_to("real")
    committed()
    assert len(names("HEAD")) == len(reading.load(["."])[0]) == 1


@pytest.mark.parametrize("paths", [[".", "a.yaml"], ["a.yaml", "a.yaml"], ["a.yaml", "link.yaml"], ["."]])
def test_what_is_named_twice_is_read_once(repository, paths):
    put(repository, {"a.yaml": ACME})
    (repository / "link.yaml").symlink_to("a.yaml")
    committed()
    assert len(names("HEAD", *paths)) == len(reading.load(paths)[0]) == 1


# -- which revision


@pytest.fixture
def history(repository):
    """first ─ second ─ merge, with a branch `side` from the first on."""
    first = commit(repository, a=city("First"))
    git("tag", "--annotate", "v1", "--message", "one")
    git("tag", "light")
    git("checkout", "--quiet", "-b", "side")
    commit(repository, b=city("Side"))
    git("checkout", "--quiet", "main")
    commit(repository, a=city("Second"))
    git("merge", "--quiet", "--no-ff", "--message", "both", "side")
    return first


@pytest.mark.parametrize(
    ("revision", "expected"),
    [
        ("HEAD", ["Second", "Side"]),
        ("main", ["Second", "Side"]),
        ("refs/heads/side", ["First", "Side"]),
        ("@", ["Second", "Side"]),
        ("HEAD~1", ["Second"]),
        ("HEAD^2", ["First", "Side"]),
        ("HEAD~2", ["First"]),
        ("v1", ["First"]),
        ("light", ["First"]),
        ("v1^{}", ["First"]),
        ("main@{0}", ["Second", "Side"]),
        ("HEAD^{/more}", ["Second"]),
    ],
)
def test_a_revision_in_any_spelling(history, revision, expected):
    there = found(revision)
    assert [each["groups"][0]["org_unit_name"] for each in there.values()] == expected
    assert all(name.startswith(f"{revision}:") for name in there)


@pytest.mark.parametrize("length", [40, 8])
def test_a_revision_by_its_number(history, length):
    assert found(history[:length]) == {f"{history[:length]}:a.yaml": name_of("First")}


def test_a_branch_of_a_remote(history, tmp_path, monkeypatch):
    git("clone", "--quiet", ".", str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    assert names("origin/side") == ["origin/side:a.yaml", "origin/side:b.yaml"]


@pytest.mark.parametrize(
    "revision",
    [
        *(
            "nope",
            "--help",
            "-x",
            "--all",
            "HEAD~99",
            "HEAD:a.yaml",
            "HEAD^{tree}",
            "main..side",
            "",
            " ",
            "^HEAD",
        ),
        *("HEAD\nHEAD", "größe", "origin/main", "0" * 40, "../main", "--git-dir=/", "@{u}"),
    ],
    ids=ascii,
)
def test_what_is_no_revision(history, revision):
    with pytest.raises(ReconcilerError) as caught:
        load(revision, ["."])
    assert str(caught.value) == (
        f"--base {revision}: no such revision in this repository; in a pipeline, fetch it first"
    )


def test_a_tag_of_something_that_is_no_commit(history):
    git("tag", "blob", git("rev-parse", "HEAD:a.yaml"))
    with pytest.raises(ReconcilerError, match="--base blob: no such revision"):
        load("blob", ["."])


def test_a_file_of_the_same_name_is_no_revision(history, repository):
    put(repository, {"v2": ACME, "side": ACME})
    with pytest.raises(ReconcilerError, match="--base v2: no such revision"):
        load("v2", ["."])
    assert names("side") == ["side:a.yaml", "side:b.yaml"]


# -- where nothing can be read


def test_outside_any_repository(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    put(tmp_path, {"a.yaml": ACME})
    with pytest.raises(ReconcilerError, match=r"^--base: \. is in no work tree of a git repository$"):
        load("HEAD", ["a.yaml"])


def test_one_path_outside_the_repository(repository, tmp_path):
    commit(repository, a=ACME)
    put(tmp_path, {"b.yaml": ACME})
    with pytest.raises(ReconcilerError, match=r"^--base: \.\. is in no work tree of a git repository$"):
        load("HEAD", ["a.yaml", "../b.yaml"])


def test_a_path_that_leads_out_of_the_repository(repository, tmp_path):
    put(tmp_path, {"b.yaml": ACME})
    (repository / "out.yaml").symlink_to("../b.yaml")
    commit(repository, a=ACME)
    with pytest.raises(ReconcilerError, match="outside repository"):
        load("HEAD", ["out.yaml"])


def test_git_is_not_installed(repository, tmp_path, monkeypatch):
    commit(repository, a=ACME)
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(ReconcilerError) as caught:
        load("HEAD", ["."])
    assert str(caught.value) == "--base: git cannot be run: No such file or directory"


def test_an_empty_repository(repository):
    put(repository, {"a.yaml": ACME})
    with pytest.raises(ReconcilerError, match="--base HEAD: no such revision"):
        load("HEAD", ["."])


def test_a_commit_of_nothing(repository):
    git("commit", "--quiet", "--allow-empty", "--message", "nothing")
    put(repository, {"a.yaml": ACME})
    assert found("HEAD") == found("HEAD", "a.yaml") == {}


def test_a_shallow_clone_lacks_what_was_before(history, tmp_path, monkeypatch):
    git("clone", "--quiet", "--depth", "1", f"file://{tmp_path}/repository", str(tmp_path / "shallow"))
    monkeypatch.chdir(tmp_path / "shallow")
    assert names("HEAD") == ["HEAD:a.yaml", "HEAD:b.yaml"]
    for revision in ("HEAD~1", history):
        with pytest.raises(ReconcilerError, match="in a pipeline, fetch it first"):
            load(revision, ["."])


def test_a_clone_that_lacks_a_file_of_the_revision(history, repository):
    """As a partial one does that cannot reach where it came from."""
    blob = git("rev-parse", "HEAD:a.yaml")
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(ReconcilerError, match="does not have all files of that revision; fetch them"):
        load("HEAD", ["."])


def test_a_repository_without_a_work_tree(history, tmp_path, monkeypatch):
    git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare"))
    monkeypatch.chdir(tmp_path / "bare")
    with pytest.raises(ReconcilerError, match="is in no work tree of a git repository"):
        load("HEAD", ["."])


PLANTED = """\
[core]
\trepositoryformatversion = 1
\tbare = false
\tworktree = ..
[extensions]
\tpartialClone = origin
[remote "origin"]
\turl = ../..
\tpromisor = true
\tuploadpack = "sh -c 'env > ../ran' "
"""


def test_files_that_make_a_folder_look_like_a_repository_have_no_say(repository, monkeypatch):
    """Git would take it for one, and run what its configuration names."""
    monkeypatch.setenv("CONVIRZA_TOKEN", "tok-secret")
    commit(repository, config__a=ACME)
    head = {"HEAD": "ref: refs/heads/main\n", "refs/heads/main": f"{'1' * 40}\n", "objects/keep": ""}
    put(repository, {f"config/{name}": text for name, text in {**head, "config": PLANTED}.items()})
    assert names("HEAD", "config") == ["HEAD:config/a.yaml"]
    assert not [*repository.rglob("ran")]


def test_git_is_not_told_the_credentials(history, repository, monkeypatch):
    """It may fetch what a partial clone does not have, by a program that its configuration names."""
    monkeypatch.setenv("CONVIRZA_TOKEN", "tok-secret")
    git("config", "extensions.partialClone", "origin")
    git("config", "remote.origin.url", str(repository))
    git("config", "remote.origin.promisor", "true")
    git("config", "remote.origin.uploadpack", "env > ../ran; git-upload-pack")
    blob = git("rev-parse", "HEAD:a.yaml")
    (repository / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(ReconcilerError, match="fetch them"):
        load("HEAD", ["."])
    assert "tok-secret" not in (repository.parent / "ran").read_text()


# -- the work tree and the index have no say


def test_what_is_not_committed_is_not_seen(repository):
    commit(repository, a=city("Old"), gone=SALES)
    put(repository, {"a.yaml": city("Unstaged"), "new.yaml": SALES})
    git("add", "new.yaml")
    (repository / "gone.yaml").unlink()
    assert found("HEAD") == {
        "HEAD:a.yaml": name_of("Old"),
        "HEAD:gone.yaml": {"groups": [{"org_unit_name": "Sales", "parent": "Acme"}]},
    }
    git("add", "--all")
    assert found("HEAD", "a.yaml") == {"HEAD:a.yaml": name_of("Old")}
    assert found("HEAD", "new.yaml") == {}


def test_a_file_that_was_deleted_since_may_still_be_named(repository):
    commit(repository, a=ACME)
    (repository / "a.yaml").unlink()
    assert found("HEAD", "a.yaml") == {"HEAD:a.yaml": name_of("Acme")}


def test_a_folder_that_was_a_file(repository):
    put(repository, {"conf": ACME})
    committed()
    (repository / "conf").unlink()
    put(repository, {"conf/a.yaml": SALES})
    assert found("HEAD", "conf") == {"HEAD:conf": name_of("Acme")}


def test_nothing_is_written(repository):
    commit(repository, a=ACME)
    put(repository, {"a.yaml": SALES})
    before = {path: path.stat().st_mtime_ns for path in repository.rglob("*")}
    load("HEAD", ["."])
    assert {path: path.stat().st_mtime_ns for path in repository.rglob("*")} == before


def test_filters_and_line_ends_of_the_work_tree_do_not_matter(repository):
    put(
        repository,
        {".gitattributes": "*.yaml text eol=crlf\n", "a.yaml": b"groups:\r\n  - {org_unit_name: A}\r\n"},
    )
    committed()
    assert found("HEAD") == {"HEAD:a.yaml": name_of("A")}


# -- other repositories and work trees


def test_a_submodule_is_no_part_of_it(repository, tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    git("-C", str(inner), "init", "--quiet")
    put(inner, {"x.yaml": ACME})
    git("-C", str(inner), "add", "--all")
    git("-C", str(inner), "commit", "--quiet", "--message", "x")
    git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "vendor.yaml")
    commit(repository, a=ACME)
    assert names("HEAD") == ["HEAD:a.yaml"]
    assert names("HEAD", "vendor.yaml") == ["HEAD:x.yaml"]


def test_paths_in_two_repositories_each_in_its_own(repository, tmp_path):
    commit(repository, a=ACME)
    git("clone", "--quiet", ".", str(tmp_path / "other"))
    (tmp_path / "other" / "a.yaml").write_text(SALES)
    git("-C", str(tmp_path / "other"), "commit", "--quiet", "--all", "--message", "more")
    documents, _, _ = load("HEAD", [".", "../other/a.yaml"])
    assert [each.file for each in documents] == ["HEAD:a.yaml", "HEAD:a.yaml"]


def test_a_work_tree_of_its_own(history, tmp_path, monkeypatch):
    git("worktree", "add", "--quiet", str(tmp_path / "tree"), "side")
    monkeypatch.chdir(tmp_path / "tree")
    assert found("HEAD") == {"HEAD:a.yaml": name_of("First"), "HEAD:b.yaml": name_of("Side")}
    assert found("main", "a.yaml") == {"main:a.yaml": name_of("Second")}


HOOK = """\
#!{python}
import os, sys
sys.path[:0] = {path!r}
from reconciler.files.revisions import load
print(sorted(name for name in os.environ if name.startswith("GIT_IND")), load("HEAD", ["."])[0][0].data)
"""


def with_hook(repository):
    hook = repository / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(HOOK.format(python=sys.executable, path=sys.path))
    hook.chmod(0o755)


@pytest.mark.parametrize("how", [["--all"], ["a.yaml"]], ids=["all", "some files"])
def test_in_a_commit_hook_the_last_commit_is_seen(repository, how):
    commit(repository, a=city("Old"))
    with_hook(repository)
    put(repository, {"a.yaml": city("New")})
    done = subprocess.run([GIT, "commit", "-m", "x", *how], capture_output=True, text=True, check=True)
    assert f"['GIT_INDEX_FILE'] {name_of('Old')}" in done.stderr + done.stdout


def test_in_a_hook_of_a_work_tree_of_its_own(history, repository, tmp_path, monkeypatch):
    git("worktree", "add", "--quiet", str(tmp_path / "tree"), "side")
    with_hook(repository)
    monkeypatch.chdir(tmp_path / "tree")
    put(tmp_path / "tree", {"a.yaml": city("New")})
    done = subprocess.run([GIT, "commit", "-am", "x"], capture_output=True, text=True, check=True)
    assert str(name_of("First")) in done.stderr + done.stdout


def test_what_a_hook_of_another_repository_has_set_does_not_matter(repository, tmp_path, monkeypatch):
    commit(repository, a=ACME)
    git("init", "--quiet", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("GIT_PREFIX", "sub/")
    assert names("HEAD") == ["HEAD:a.yaml"]


# -- what stands in them


def test_problems_are_named_with_their_revision(repository):
    commit(repository, sub__a="groups: [\n  {a: 1", b="tags: &x [*x]\n")
    documents, problems, _ = load("HEAD~0", ["."])
    assert [each.file for each in documents] == ["HEAD~0:b.yaml"] * bool(documents)
    assert [str(each.source) for each in problems][-1] == "HEAD~0:sub/a.yaml:2:3"
    assert str(problems[-1]).startswith("HEAD~0:sub/a.yaml:2:3: not valid YAML: ")


def test_what_is_wrong_beyond_the_syntax_is_named_so_too(repository):
    commit(repository, a="groups: [{org_unit_name: Acme, citty: X}]\n")
    found = config.described(*load("main", ["."])[:2])
    assert [str(each) for each in found.problems] == [
        "main:a.yaml:1:32: unknown key 'citty'; did you mean 'city'?"
    ]


def test_what_is_not_utf_8(repository):
    put(repository, {"a.yaml": b"# ok\n# caf\xe9\n", "b.yaml": ACME})
    committed()
    documents, problems, _ = load("HEAD", ["."])
    assert [each.file for each in documents] == ["HEAD:b.yaml"]
    assert [str(each) for each in problems] == [
        "HEAD:a.yaml:2:6: byte 0xe9 is not UTF-8; save the file as UTF-8"
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"groups:\r\n  - {org_unit_name: Acme}\r\n",
        b"\xef\xbb\xbfgroups: [{org_unit_name: Acme}]",
        b"# \n\n\n\ngroups: [{org_unit_name: Acme}]",
        b"# sha blob 12\n" * 50 + b"groups: [{org_unit_name: Acme}]\n\n\n",
    ],
    ids=["CRLF", "byte order mark, no line end", "empty lines", "lines that look like git's"],
)
def test_any_content_comes_whole(repository, content):
    put(repository, {"a.yaml": content, "b.yaml": b"", "c.yaml": SALES})
    committed()
    there = found("HEAD")
    assert there["HEAD:a.yaml"] == name_of("Acme")
    assert there["HEAD:c.yaml"]["groups"][0]["parent"] == "Acme"


def test_several_documents_in_a_file(repository):
    commit(repository, a="groups: []\n---\ntags: []\n")
    documents, _, _ = load("HEAD", ["."])
    assert [(each.file, each.data) for each in documents] == [
        ("HEAD:a.yaml", {"groups": []}),
        ("HEAD:a.yaml", {"tags": []}),
    ]


# -- how much it costs


@pytest.fixture
def calls(tmp_path, monkeypatch):
    """The command lines of git from now on."""
    log, folder = tmp_path / "log", tmp_path / "bin"
    put(folder, {"git": f'#!/bin/sh\necho "$@" >> {log}\nexec {GIT} "$@"\n'})
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return lambda: log.read_text().splitlines() if log.exists() else []


@pytest.mark.parametrize("count", [1, 400])
def test_many_files_take_no_more_calls_than_one(repository, calls, count):
    put(repository, {f"d{number % 20}/{number}.yaml": city(f"N{number}") for number in range(count)})
    committed()
    before = len(calls())
    there = found("HEAD")
    assert {name: name_of(f"N{name.split('/')[1].removesuffix('.yaml')}") for name in there} == there
    assert (len(there), len(calls()) - before) == (count, 4)


def test_only_reading_commands_are_used(repository, calls):
    commit(repository, a=ACME)
    (repository / "link.yaml").symlink_to("nowhere")
    committed()
    before = len(calls())
    found("HEAD")
    assert {line.split()[4] for line in calls()[before:]} == {"rev-parse", "ls-tree", "cat-file"}


def test_large_files_come_whole(repository):
    tags = "".join(f"  - {{tag_name: T{number}, group: Acme}}\n" for number in range(20_000))
    put(repository, {f"{name}.yaml": f"# {name}\ntags:\n{tags}" for name in "ab"})
    committed()
    assert [len(each["tags"]) for each in found("HEAD").values()] == [20_000, 20_000]


def test_paths_at_which_there_was_nothing_are_named(repository):
    commit(repository, a="tags: []\n")
    assert load("HEAD", ["a.yaml", "moved", "b.yaml"]).missing == ["moved", "b.yaml"]
