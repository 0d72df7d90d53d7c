"""A column of a sample: what its values are, and between which they lie."""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from emulator.errors import UsageError
from emulator.model.record import ABSENT, NAN, Column

NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
CODE: Final = re.compile(r"[+-]?0\d+", re.ASCII)
WHOLE: Final = re.compile(r"[+-]?\d+", re.ASCII)
ENDLESS: Final = re.compile(r"[+-]?inf(?:inity)?", re.IGNORECASE)

MARKERS: Final = frozenset({"NA", "N/A", "#N/A", "NaN", "nan", "NAN", "null", "NULL", "None", "none", "?", "-", "."})
"""What people write for a number they do not have."""

MOST_CATEGORIES: Final = 256
WORDS_OF_PROSE: Final = 3


def text_column(name: str, fields: Sequence[str]) -> Column:
    """The column of CSV that has these fields."""
    gaps = Counter(field for field in fields if not field or field in MARKERS)
    present = [field for field in fields if field not in gaps and not ENDLESS.fullmatch(field)]
    if present and all(map(numeric, present)):
        numbers = [int(field) if WHOLE.fullmatch(field) else float(field) for field in present]
        marker = "" if "" in gaps else next((field for field, _ in gaps.most_common(1)), "")
        share = gaps.total() / len(fields)
        return _number_column(name, numbers, max(map(_decimals, present)), share, marker)
    words = [field for field in fields if field]
    return word_column(name, words, 1 - len(words) / len(fields))


def numeric(field: str) -> bool:
    """Whether a field of CSV is a number, and not a code such as 007."""
    return bool(NUMBER.fullmatch(field)) and not CODE.fullmatch(field) and math.isfinite(float(field))


def value_column(name: str, values: Sequence[Any], *, absent: int = 0) -> Column:
    """The column of typed values, of JSON or an array.

    Args:
        name: empty for none.
        values: None and NaN are missing.
        absent: how many records do not even have it.

    Raises:
        UsageError: they are of several types, or are lists or objects.
    """
    unknown = sum(isinstance(value, float) and math.isnan(value) for value in values)
    present = [value for value in values if value is not None and not (isinstance(value, float) and math.isnan(value))]
    share = 1 - len(present) / (len(values) + absent)
    marker = NAN if unknown else ABSENT if absent == len(values) + absent - len(present) and absent else ""
    kinds = {type(value) for value in present}
    if not kinds or kinds == {str}:
        return word_column(name, present, share, marker)
    if kinds == {bool}:
        return Column(name=name, kind="boolean", missing=share, marker=marker)
    if kinds <= {int, float}:
        finite = [value for value in present if math.isfinite(value)]
        decimals = max((_decimals(repr(value)) for value in finite), default=0)
        return _number_column(name, finite or [0.0], decimals, share, marker)
    found = ", ".join(sorted(kind.__name__ for kind in kinds))
    raise UsageError(
        f"column {name!r} of the sample holds {found}.",
        why="a column is numbers, text or booleans",
        fix="give a sample of flat records",
    )


def word_column(name: str, words: Sequence[str], missing: float, marker: str = "") -> Column:
    """The column of texts: prose if it looks like that, else just those words."""
    if _prose(words):
        low, high = span(list(map(len, words)))
        alphabet = "".join(sorted({sign for word in words for sign in word if sign.isprintable()}))
        return Column(name=name, kind="text", low=low, high=high, alphabet=alphabet, missing=missing, marker=marker)
    common = [word for word, _ in Counter(words).most_common(MOST_CATEGORIES)]
    categories = tuple(sorted(common, key=lambda word: (len(word), word)))
    return Column(name=name, kind="category", categories=categories, missing=missing, marker=marker)


def span(numbers: Sequence[float]) -> tuple[float, float]:
    """From the least to the greatest; of a lone number, from its half to its double."""
    low, high = min(numbers), max(numbers)
    if len(numbers) > 1:
        return low + 0, high + 0  # adding 0 rids a zero of its sign
    if not low:
        return 0, 1
    if isinstance(low, int):
        low, high = sorted((-(-low // 2) if low > 0 else low // 2, low * 2))
        return low, high
    most = sys.float_info.max
    low, high = sorted((low / 2, max(-most, min(most, low * 2))))
    return low, high


def _number_column(name: str, numbers: Sequence[float], decimals: int, missing: float, marker: str) -> Column:
    whole = all(isinstance(number, int) for number in numbers)
    low, high = span(numbers)
    return Column(
        name=name,
        kind="integer" if whole else "number",
        low=low,
        high=high,
        decimals=0 if whole else decimals,
        missing=missing,
        marker=marker,
    )


def _decimals(text: str) -> int:
    exponent = Decimal(text).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _prose(words: Sequence[str]) -> bool:
    if not words or 2 * len(set(words)) <= len(words):
        return False
    signs = "".join(words)
    letters = sum(map(str.isalpha, signs))
    return 2 * letters >= len(signs) and sum(len(word.split()) for word in words) >= WORDS_OF_PROSE * len(words)
