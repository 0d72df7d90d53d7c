"""Who a request says it is from: the form and scope of its Signature Version 4, in AWS's words.

The secret keys of callers are unknown here, so no signature is computed, and any
access key will do; what a program forgets or mixes up is found nevertheless. The
region of the scope is not held against anything: one address stands for all regions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from emulator.server.refusal import AccessDenied

ALGORITHM = b"AWS4-HMAC-SHA256"

SCOPE = re.compile(rb"Credential=[^/,\s]+/\d{8}/[^/,\s]+/([^/,\s]+)/aws4_request(?=[,\s]|$)")

PARAMETERS = ("Credential", "Signature", "SignedHeaders")


def service_of(headers: Mapping[bytes, bytes], query: bytes) -> str | None:
    """The service in the credential scope; None where there is no scope that can be read.

    Args:
        headers: names in lower case.
        query: as it was sent.
    """
    authorization = headers.get(b"authorization")
    if authorization is not None:
        found = SCOPE.search(authorization)
        return found.group(1).decode("latin-1").lower() if found else None
    if b"X-Amz-Credential" in query:
        parts = parse_qs(query.decode("latin-1")).get("X-Amz-Credential", [""])[0].split("/")
        return parts[3].lower() if len(parts) == 5 else None
    return None


def require_signature(headers: Mapping[bytes, bytes], query: bytes, *, service: str) -> None:
    """Refuse a request that AWS would refuse before it looks at the signature itself.

    Raises:
        AccessDenied: it is not signed, not wholly, or for another service than ``service``.
    """
    authorization = headers.get(b"authorization")
    if authorization is None:
        _require_query(query, service=service)
        return
    text = authorization.decode("latin-1")
    if not authorization.startswith(ALGORITHM):
        raise AccessDenied(
            "IncompleteSignatureException",
            f"Unsupported authorization type: '{text.partition(' ')[0]}'. Authorization={text}",
            fix="sign with Signature Version 4",
        )
    missing = [f"Authorization header requires '{each}' parameter." for each in PARAMETERS if f"{each}=" not in text]
    if b"x-amz-date" not in headers and b"date" not in headers:
        missing.append("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    if missing:
        raise AccessDenied("IncompleteSignatureException", f"{' '.join(missing)} Authorization={text}")
    scope = SCOPE.search(authorization)
    if scope is None:
        raise AccessDenied(
            "IncompleteSignatureException",
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{text.partition('Credential=')[2].partition(',')[0]}'.",
        )
    _require_service(scope.group(1).decode("latin-1"), service)


def _require_query(query: bytes, *, service: str) -> None:
    given = parse_qs(query.decode("latin-1"))
    if "X-Amz-Credential" not in given and "X-Amz-Signature" not in given:
        raise AccessDenied(
            "MissingAuthenticationTokenException", "Missing Authentication Token", fix="give the client any credentials"
        )
    for each in (*PARAMETERS, "Date"):
        if f"X-Amz-{each}" not in given:
            raise AccessDenied(
                "IncompleteSignatureException", f"AWS query-string parameters must include 'X-Amz-{each}'."
            )
    parts = given["X-Amz-Credential"][0].split("/")
    if len(parts) != 5 or parts[4] != "aws4_request":
        raise AccessDenied("IncompleteSignatureException", f"Credential is not complete: '{'/'.join(parts)}'.")
    _require_service(parts[3], service)


def _require_service(scoped: str, service: str) -> None:
    if scoped != service:
        raise AccessDenied("InvalidSignatureException", f"Credential should be scoped to correct service: '{service}'.")
