"""Spellings of a media type: some mean the known one, some another, some nothing."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from emulator import limits
from emulator.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaType:
    """The value of a Content-Type or Accept header.

    Attributes:
        label: what is particular about it.
        equivalent: it means the known one, so that the answer has to be the same.
    """

    label: str
    value: str
    equivalent: bool


def media_types(known: str) -> st.SearchStrategy[MediaType]:
    """Variations of a media type that an image is known to take.

    Args:
        known: with its parameters, if it has any.

    Raises:
        UsageError: it is none.

    Shrinks to the known one in upper case.
    """
    kind, slash, rest = known.partition("/")
    subtype = rest.partition(";")[0].strip()
    if not (kind.strip() and slash and subtype):
        raise UsageError(f"{known!r} is no media type.", fix="give one such as text/csv")
    bare = f"{kind.strip()}/{subtype}"
    parameters = known.partition(";")[2].strip()
    variations = [
        *(
            MediaType(label=label, value=value, equivalent=True)
            for label, value in _equivalent(bare, parameters).items()
        ),
        *(MediaType(label=label, value=value, equivalent=False) for label, value in _others(bare, known).items()),
    ]
    return st.sampled_from([variation for variation in variations if variation.value != known])


def _equivalent(bare: str, parameters: str) -> dict[str, str]:
    """Spellings that RFC 9110 (8.3.1, 5.6.6) has mean the same."""
    rest = f"; {parameters}" if parameters else ""
    same = {
        "upper-case type": bare.upper() + rest,
        "capitalised type": bare.title() + rest,
        "parameter": f"{bare}{rest}; byoc=1",
        "parameter without a blank": f"{bare}{rest and ';' + parameters};byoc=1",
        "blanks around the semicolon": f"{bare}{rest} ; byoc=1",
        "quoted parameter": f'{bare}{rest}; byoc="1"',
        "semicolon in a quoted parameter": f'{bare}{rest}; byoc="a;b,c"',
        "several parameters": f"{bare}{rest}; byoc=1; other=2",
    }
    if "charset" in parameters.lower() or "npy" in bare.lower():
        return same
    return {
        **same,
        "charset": f"{bare}{rest}; charset=utf-8",
        "upper-case charset": f"{bare}{rest}; CHARSET=UTF-8",
        "quoted charset": f'{bare}{rest}; charset="utf-8"',
    }


def _others(bare: str, known: str) -> dict[str, str]:
    kind, _, subtype = bare.partition("/")
    return {
        "empty": "",
        "blank": " ",
        "type only": kind,
        "no subtype": f"{kind}/",
        "no type": f"/{subtype}",
        "slash only": "/",
        "two slashes": f"{kind}//{subtype}",
        "blank in the type": f"{kind} / {subtype}",
        "semicolon at the end": f"{known};",
        "parameter without a value": f"{known}; byoc",
        "parameter without a name": f"{known}; =1",
        "quote that does not end": f'{known}; byoc="1',
        "unknown charset": f"{bare}; charset=byoc-unknown",
        "another charset": f"{bare}; charset=utf-16",
        "two charsets": f"{bare}; charset=utf-8; charset=latin-1",
        "unknown subtype": f"{kind}/x-byoc-unknown",
        "unknown type": f"byoc-unknown/{subtype}",
        "longer subtype": f"{bare}x",
        "structured suffix": f"{bare}+byoc",
        "any subtype": f"{kind}/*",
        "any type": "*/*",
        "any type, with a quality": f"{known}; q=0.5, */*; q=0.1",
        "refused type": f"{bare}; q=0",
        "several": f"{known}, application/x-byoc-unknown",
        "twice": f"{known}, {known}",
        "in quotes": f'"{bare}"',
        "characters beyond ASCII": f"{bare}; byoc=\u00e9",
        "format string": "%s%s%n/{0}",
        "path": "../../etc/passwd",
        "very long subtype": f"{kind}/".ljust(limits.HEADER_LENGTH, "x"),
        "very long parameter": f"{known}; byoc=".ljust(limits.HEADER_LENGTH, "x"),
        "very many parameters": f"{known}{'; a=b' * ((limits.HEADER_LENGTH - len(known)) // 5)}",
    }
