"""Secrets in variables: told by the names that plainly say so, and by values that can be nothing else."""

from __future__ import annotations

import re
from typing import Final

AWS: Final = frozenset({"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"})

SECRET: Final = re.compile(
    r"(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_KEY|SECRET_ACCESS_KEY|PRIVATE_KEY|ACCESS_KEY|API_?KEY)$"
)

TOKEN: Final = re.compile(r"(?:^|_)TOKEN$")

WORD: Final = re.compile(
    r"(?:^|_)(?:BOS|EOS|PAD|UNK|SEP|CLS|MASK|STOP|START|END|SPECIAL|IMAGE|MAX|MIN|NEW|NEXT|LAST|FIRST|PER)_TOKEN$"
)
"""Tokens of a language model."""

NONE: Final = re.compile(
    r"(?:none|null|true|false|yes|no|[01]?|\$\{?\w+\}?|<.*>|\[.*\]|/.*|arn:.*|ssm:.*|[a-z0-9+.-]+://.*)", re.IGNORECASE
)
"""What is no secret itself: nothing, a switch, a place holder, or where the secret lies (a path, an address)."""

TOKEN_LENGTH: Final = 8
"""Shorter ones are words."""

VALUES: Final = {
    "an AWS access key": re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    "a Hugging Face token": re.compile(r"\bhf_[A-Za-z0-9]{30,}"),
    "a GitHub token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22})"),
    "a GitLab token": re.compile(r"\bglpat-[\w-]{20}"),
    "an address with a password": re.compile(r"://[^/\s:@]*:[^/\s:@$<{*]+@"),
}


def secret_in(name: str, value: str) -> str:
    """What a variable gives away, in words; empty for nothing."""
    upper = name.upper()
    if upper in AWS:
        return "a credential of AWS" if value else ""
    for kind, shape in VALUES.items():
        if shape.search(value):
            return kind
    if NONE.fullmatch(value):
        return ""
    if SECRET.search(upper):
        return "a secret, by its name"
    literal = len(value) >= TOKEN_LENGTH and " " not in value and not value.isdigit()
    return "a token, by its name" if literal and TOKEN.search(upper) and not WORD.search(upper) else ""


def masked(value: str) -> str:
    """As it may be shown: how long it is, and nothing else."""
    return f"***** ({len(value)} characters)"
