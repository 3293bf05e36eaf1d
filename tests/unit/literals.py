"""Short ways to write values down, so that a test shows its inputs and outputs whole."""

from reconciler.api.readings import Readings
from reconciler.api.rereading import Again
from reconciler.api.standing import Standing
from reconciler.errors import NotFoundError, Source
from reconciler.kinds import KINDS
from reconciler.model import (
    Action,
    Address,
    Change,
    Desired,
    FieldChange,
    Live,
    Plan,
    Reference,
    Request,
    Resource,
    Result,
    Settings,
)
from reconciler.runs.performing import Tools


def at(line=1, column=1):
    return Source("a.yaml", line, column)


def to(text):
    kind, _, key = text.partition("/")
    return Address(kind, key)


def ref(text, line=1):
    """What a file says; `group/7` is text, `("group", 7)` the platform's id."""
    kind, key = text if isinstance(text, tuple) else text.split("/", 1)
    return Reference(kind, key, at(line))


def written(text, line=1, /, *, previously=None, **fields):
    """An object in a file."""
    former = Reference(to(text).kind, previously, at(line, 5)) if previously else None
    return Resource(to(text), fields, source=at(line), previously=former)


def kept(text, number, /, **fields):
    """An object on the platform."""
    return Resource(to(text), fields, id=number)


def state(*resources):
    return {resource.address: resource for resource in resources}


ROOT = kept("group/ROOT", 1001, org_unit_name="Acme", org_unit_ext_id="ROOT", parent=None)


NO_SETTINGS = Settings()


def live(*resources, gone=()):
    return Live(1001, ROOT.address, state(ROOT, *resources), dict(gone), reads=6)


def desired(*resources, removed=(), settings=NO_SETTINGS):
    return Desired(state(*resources), tuple(removed), settings)


# -- changes


def _request(method, resource):
    number = f"/{resource.id}" if resource.id else ""
    return Request(method, f"{KINDS[resource.kind].path}{number}", None)


def created(after):
    fields = tuple(FieldChange(name, None, value) for name, value in after.fields.items())
    return Change(Action.CREATE, after.address, None, after, fields, _request("POST", after))


def updated(before, **fields):
    """A change of some fields; the object keeps the address that it has."""
    after = Resource(before.address, {**before.fields, **fields}, before.id, at())
    changed = tuple(FieldChange(name, before.value(name), value) for name, value in fields.items())
    return Change(Action.UPDATE, before.address, before, after, changed, _request("PATCH", before))


def deleted(before, line=1):
    gone = Resource(before.address, before.fields, before.id, at(line))
    return Change(Action.DELETE, before.address, gone, None, (), _request("DELETE", gone))


def planned(*changes):
    """A plan of these changes for account 1001."""
    return Plan(1001, "Acme", changes, (), 0, 0, 0)


# -- what a change is carried out with


class Notebook:
    """A journal that is kept in memory."""

    def __init__(self):
        self.events = []

    def write(self, event, **facts):
        self.events.append((event, facts))


class Nowhere:
    """Reads again a platform on which everything is as it was, and nothing has the key of what is new."""

    def seeking(self, _changes):
        return self

    def last_look(self, _change, _body, _after, _freed):
        raise AssertionError("nobody asked for a second look")

    def find(self, _kind, _body, _known):
        return None

    def is_done(self, _change, _body):
        return None


def at_once(_times, _asked):
    return True


def tools(writer, again, journal=None, *, standing=None, rereads=False, pause=at_once, knows_all=False):
    """What a change is carried out with; by default nothing is read again, and nobody waits."""
    standing, journal = standing or Standing(lambda: None), journal or Notebook()
    return Tools(writer, standing, again, journal, KINDS, lambda _: rereads, pause, knows_all)


# -- rows, and where they are read

GROUP_ROW = {"org_unit_name": "Sales", "org_unit_ext_id": "S", "org_unit_parent_id": 1001, "city": "Boston"}
USER_ROW = {"ct_user_id": 7, "email": "Jane@acme", "group_org_unit_id": 2, "role": "Standard User"}
TAG_ROW = {"tag_id": 3, "tag_name": "Hot", "org_unit_id": 2}
ROUTE_ROW = {
    "provisioned_route_id": 8,
    "provisioned_route_name": "Main",
    "org_unit_id": 2,
    "ring_to": "+1 (425) 555-0134",
    "tag_ids": [4, 3],
}


class Shelf:
    """What can be read: details by path, rows by the path of their list; `asked` is what was."""

    def __init__(self, **lists):
        self.details = {
            "/groups/2": GROUP_ROW,
            "/users/7": USER_ROW,
            "/provisioned-routes/8": ROUTE_ROW,
        }
        self.lists = {
            "/groups/list": ("groups", lists.get("groups", [])),
            "/users/list": ("users", lists.get("users", [])),
            "/tag": ("tags", lists.get("tags", [TAG_ROW])),
            "/provisioned-routes": ("provisionedRoutes", lists.get("routes", [])),
        }
        self.asked = []
        self.reads = 0

    def report(self, counted, done, total):
        """Nobody watches."""

    def get(self, path, query=None):
        asked = {name: value for name, value in (query or {}).items() if name not in ("limit", "offset")}
        self.asked.append((path, asked))
        if path in self.lists:
            name, rows = self.lists[path]
            chosen = [row for row in rows if asked.get("org_unit_id") in (None, *row.values())]
            return {name: chosen, "total": len(chosen)}
        if path not in self.details:
            raise NotFoundError(f"GET {path}: 404")
        return self.details[path]


def again(shelf, kinds=KINDS):
    return Again(Readings(shelf), kinds)


def texts(problems):
    """Problems as `line: message`."""
    return [f"{problem.source.line}: {problem.message}" for problem in problems]


def result_of(outcomes):
    return Result(1001, "Acme", outcomes, "20260401T101500Z-1a2b")
