"""Rows to the live state: under the configuration's names, with addresses in place of ids."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from reconciler.facts import Kind
from reconciler.kinds import REFERRED_TO, Kinds
from reconciler.model import Address, Live, Resource, Value
from reconciler.objects.codec import Row, decode, is_gone, is_inactive, row_id
from reconciler.objects.names import distinct, final_addresses, interim, placed_key
from reconciler.objects.references import readdress

Known = Mapping[tuple[str, int | None], Address]  # what was read, by kind and id


def assembled(kinds: Kinds, account: int, rows: Mapping[str, Iterable[Row]]) -> Live:
    """All that was read and is there, each under a name of its own."""
    kept = {
        name: [
            row for row in rows[name] if not is_gone(kinds[name], row) or row_id(kinds[name], row) == account
        ]
        for name in rows
    }
    listed = [(kinds[name], row) for name in kept if name in REFERRED_TO for row in kept[name]]
    keys = ((kind.name, row_id(kind, row)) for kind, row in listed)
    interims = {key: interim(*key) for key in keys}
    first = [resource(kind, row, interims, account) for kind, row in listed]
    final = final_addresses(first)
    known = {key: final[at] for key, at in interims.items()}
    idle = ((kind, row) for kind, row in listed if is_inactive(kind, row))
    named = [readdress(each, final) for each in first]
    for name, others in kept.items():
        named += _named(kinds[name], others, known) if name not in REFERRED_TO else ()
    return Live(
        account=account,
        root=known["group", account],
        resources={each.address: each for each in named},
        inactive=frozenset(known[kind.name, row_id(kind, row)] for kind, row in idle),
        gone={address: number for name in rows for address, number in _gone(kinds[name], rows[name])},
    )


def resource(kind: Kind, row: Row, known: Known, account: int) -> Resource:
    """One that others refer to; it goes by its id until all have their names."""
    number, fields = row_id(kind, row), _linked(kind, row, known)
    if (kind.name, number) == ("group", account):
        fields["parent"] = None  # whatever is above the account's own unit is out of reach
    return Resource(interim(kind.name, number), fields, id=number)


def _named(kind: Kind, rows: Iterable[Row], known: Known) -> Iterator[Resource]:
    """Those that nobody refers to."""
    found = [(row_id(kind, row), _linked(kind, row, known)) for row in rows]
    addresses = [Address(kind.name, placed_key(kind, fields, number=number)) for number, fields in found]
    times = Counter(addresses)
    for address, (number, fields) in zip(addresses, found, strict=True):
        own = address if times[address] == 1 else distinct(address, number)
        yield Resource(own, fields, id=number)


def _linked(kind: Kind, row: Row, known: Known) -> dict[str, Value]:
    """The fields of a row; the id of something that was read becomes its address, any other stays an id."""
    fields = decode(kind, row)
    for field in kind.references:
        value = fields.get(field.name)
        if isinstance(value, tuple):
            meant = (_meant(field.refers_to, entry, known) for entry in value)
            fields[field.name] = tuple(sorted(meant, key=str))
        elif value is not None:
            fields[field.name] = _meant(field.refers_to, value, known)
    return fields


def _meant(refers_to: str, value: Value, known: Known) -> Value:
    return known.get((refers_to, value), value) if isinstance(value, int) else value


def _gone(kind: Kind, rows: Iterable[Row]) -> Iterator[tuple[Address, int]]:
    for row in rows:
        number = row_id(kind, row)
        if is_gone(kind, row) and number is not None:
            lost = Resource(interim(kind.name, number), decode(kind, row), id=number)
            yield final_addresses([lost])[lost.address], number
