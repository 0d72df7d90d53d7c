"""What the records look like that a JSON Schema describes.

An own translation, as hypothesis-jsonschema 0.23.1 fails under Hypothesis from 6.170 on (``'many' object has no
attribute 'more'``), and as a schema of records needs a small part of the vocabulary only.
"""

from __future__ import annotations

import math
import string
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NoReturn

from emulator.errors import UsageError
from emulator.model.record import ABSENT, Column, Kind, RecordSchema, form_of

OPTIONAL: Final = 0.1
"""Share of the records that lack what a schema lets them lack."""

REACH: Final = 1_000_000
"""How far numbers go where a schema does not say."""

DECIMALS: Final = 6
TEXT_LENGTH: Final = 40
ALPHABET: Final = string.ascii_letters + string.digits + " -_.,"

UNTRANSLATED: Final = ("pattern", "format", "not", "allOf", "if", "contains", "patternProperties")

KINDS: Final[Mapping[str, Kind]] = {"number": "number", "integer": "integer", "string": "text", "boolean": "boolean"}

Schema = Mapping[str, Any]


def schema_records(
    schema: Mapping[str, Any], *, media_type: str = "application/json", header: bool = False
) -> RecordSchema:
    """The records of a JSON Schema: of one record, of a list of them, or of a list in an object.

    Args:
        schema: properties, or items of a fixed number, that are numbers, strings or booleans, perhaps null.
        media_type: how the records are written.
        header: whether CSV begins with the names of the properties.

    Raises:
        UsageError: it is none, or says what cannot be translated.
    """
    form = form_of(media_type)
    try:
        record, wrapper, single = _Translation(schema).record()
    except (ArithmeticError, AttributeError, IndexError, TypeError, ValueError) as wrong:
        _refuse(f"it is no JSON Schema, {wrong}")
    return RecordSchema(
        columns=record,
        media_type=media_type,
        header=header and form == "csv",
        keyed=bool(record[0].name),
        wrapper=wrapper,
        single=single and form in ("json", "npy"),
    )


def _refuse(
    why: str, fix: str = "describe flat records: numbers, strings with an enum or a length, booleans"
) -> NoReturn:
    raise UsageError("the JSON Schema cannot be translated.", why=why, fix=fix)


class _Translation:
    """One schema, whose definitions its parts may refer to."""

    def __init__(self, root: Schema) -> None:
        self.root = root

    def record(self) -> tuple[tuple[Column, ...], str, bool]:
        """Its columns, the key of the list, and whether there is no list."""
        whole = self.resolved(self.root)
        wrapper = ""
        properties = whole.get("properties", {})
        if isinstance(properties, Mapping) and len(properties) == 1:
            ((name, only),) = properties.items()
            listed = self.resolved(only)
            if _is_list(listed):
                wrapper, whole = str(name), listed
        single = not _is_list(whole)
        return self.columns(whole if single else self.resolved(whole["items"])), wrapper, single

    def columns(self, record: Schema) -> tuple[Column, ...]:
        """The columns of a record that is an object or an array."""
        columns: list[Column]
        if isinstance(properties := record.get("properties"), Mapping):
            required = record.get("required", ())
            columns = [self.column(str(name), each, name in required) for name, each in properties.items()]
        else:
            columns = [self.column("", each, True) for each in _places(record)]
        return tuple(columns) or _refuse("it has neither properties nor a fixed number of items")

    def resolved(self, schema: Any) -> Schema:
        """A part of the schema, or what it refers to."""
        seen: set[str] = set()
        while isinstance(schema, Mapping) and "$ref" in schema:
            reference = str(schema["$ref"])
            if reference in seen or not reference.startswith("#"):
                _refuse(f"{reference} leads nowhere", "refer to #/$defs/… of the same file")
            seen.add(reference)
            schema = self.root
            for key in reference.lstrip("#/").split("/") if reference != "#" else ():
                schema = schema.get(key) if isinstance(schema, Mapping) else None
        if not isinstance(schema, Mapping):
            _refuse(f"{schema!r:.80} is no schema")
        return schema

    def column(self, name: str, schema: Any, required: bool) -> Column:
        """One property or item."""
        part, nullable = self.without_null(self.resolved(schema))
        found = [word for word in UNTRANSLATED if word in part]
        if found and "enum" not in part:
            _refuse(f"{name or 'an item'} has {found[0]}", "say by an enum which values it has")
        facts = _values(name, part)
        if nullable or not required:
            facts |= {"missing": OPTIONAL, "marker": "" if nullable else ABSENT}
        return Column(name=name, **facts)

    def without_null(self, schema: Schema) -> tuple[Schema, bool]:
        """A schema without the null that it allows, and whether it does."""
        nullable = False
        for word in ("anyOf", "oneOf"):
            if word in schema:
                parts = [self.resolved(each) for each in schema[word]]
                rest = [each for each in parts if each.get("type") != "null"]
                if len(rest) != 1:
                    _refuse(f"{word} leaves a choice of {len(rest)}")
                schema, nullable = rest[0], len(parts) > 1
        kinds = schema.get("type")
        if isinstance(kinds, list):
            nullable = nullable or "null" in kinds
            rest_of_kinds = [kind for kind in kinds if kind != "null"]
            schema = {**schema, "type": "number" if set(rest_of_kinds) == {"number", "integer"} else rest_of_kinds[0]}
        if None in _enum(schema):
            schema, nullable = {**schema, "enum": [each for each in schema["enum"] if each is not None]}, True
        return schema, nullable


def _is_list(schema: Schema) -> bool:
    """Whether it describes a list of records, rather than a record."""
    items = schema.get("items")
    return isinstance(items, Mapping) and ("$ref" in items or items.get("type") in ("object", "array"))


def _places(record: Schema) -> list[Any]:
    places = record.get("prefixItems", record.get("items"))
    if isinstance(places, list):
        return places
    least = record.get("minItems")
    if isinstance(places, Mapping) and isinstance(least, int) and least == record.get("maxItems", least):
        return [places] * least
    return []


def _enum(schema: Schema) -> list[Any]:
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum", [])
    return values if isinstance(values, list) else _refuse(f"enum is {values!r:.80}")


def _values(name: str, schema: Schema) -> dict[str, Any]:
    """What a Column says about its values."""
    if values := _enum(schema):
        if not all(isinstance(value, str) for value in values):
            _refuse(f"{name or 'an item'} has an enum of other than strings")
        return {"kind": "category", "categories": tuple(sorted(values, key=lambda word: (len(word), word)))}
    kind = KINDS.get(str(schema.get("type")))
    if kind is None:
        _refuse(f"{name or 'an item'} is of type {schema.get('type')!r}")
    if kind == "text":
        shortest = max(1, int(schema.get("minLength", 1)))
        longest = int(schema.get("maxLength", shortest + TEXT_LENGTH))
        return {"kind": kind, "low": shortest, "high": longest, "alphabet": ALPHABET}
    if kind == "boolean":
        return {"kind": kind}
    decimals = _decimals(schema, kind)
    low, high = _range(schema, 10.0**-decimals)
    return {"kind": kind, "low": low, "high": high, "decimals": decimals}


def _decimals(schema: Schema, kind: Kind) -> int:
    step = Decimal(str(schema.get("multipleOf", 1 if kind == "integer" else f"1e-{DECIMALS}")))
    decimals = -step.adjusted()
    if step != Decimal(10) ** -decimals or decimals < 0 or (kind == "integer" and decimals):
        _refuse(f"a multipleOf {step} is no power of ten below one")
    return decimals


def _range(schema: Schema, step: float) -> tuple[float, float]:
    lows = [*_bounds(schema, "minimum"), *(bound + step for bound in _bounds(schema, "exclusiveMinimum"))]
    highs = [*_bounds(schema, "maximum"), *(bound - step for bound in _bounds(schema, "exclusiveMaximum"))]
    low: float = max(lows) if lows else min([float(-REACH), *(high - REACH for high in highs)])
    high: float = min(highs) if highs else max([float(REACH), low + REACH])
    return low, high


def _bounds(schema: Schema, word: str) -> list[float]:
    bound = schema.get(word)
    if bound is None:
        return []
    if isinstance(bound, bool) or not isinstance(bound, int | float) or not math.isfinite(bound):
        _refuse(f"{word} is {bound!r:.80}")
    return [bound]
