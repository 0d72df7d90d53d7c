"""List operations: filtered, sorted and cut into pages, as all of AWS's are."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from emulator import limits
from emulator.errors import ValidationException
from emulator.wire.service_model import moment


def page(
    summaries: Iterable[Mapping[str, Any]], request: Mapping[str, Any], *, name: str, result: str, status: str = ""
) -> dict[str, Any]:
    """One page of summaries, with a NextToken if there are more.

    Args:
        summaries: all there are.
        request: with NameContains, times, StatusEquals, SortBy, SortOrder, MaxResults, NextToken; all optional.
        name: the member of a summary that ``Name`` means.
        result: the member of the answer that holds the summaries.
        status: the member that ``Status`` means; empty where there is none.

    Raises:
        ValidationException: the NextToken is none of ours.

    Names break ties, so that pages fit together while things come and go. CreationTime,
    newest first, is AWS's default.
    """
    member = {"Name": name, "Status": status}.get(request.get("SortBy", ""), "CreationTime")
    descending = request.get("SortOrder", "Descending") == "Descending"

    def place(summary: Mapping[str, Any]) -> list[str]:
        value = summary[member]
        return [value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value, summary[name]]

    matching = [each for each in summaries if _matches(each, request, name=name, status=status)]
    matching.sort(key=place, reverse=descending)
    if "NextToken" in request:
        last = _opened(request["NextToken"])
        matching = [each for each in matching if (place(each) < last if descending else place(each) > last)]
    most = request.get("MaxResults", limits.MAX_RESULTS)
    answer: dict[str, Any] = {result: [dict(each) for each in matching[:most]]}
    if len(matching) > most:
        answer["NextToken"] = urlsafe_b64encode(json.dumps(place(matching[most - 1])).encode()).decode()
    return answer


def _matches(summary: Mapping[str, Any], request: Mapping[str, Any], *, name: str, status: str) -> bool:
    rules: dict[str, Callable[[Any], bool]] = {
        "NameContains": lambda part: part.lower() in summary[name].lower(),
        "StatusEquals": lambda value: summary[status] == value,
        "CreationTimeAfter": lambda time: summary["CreationTime"] > moment(time),
        "CreationTimeBefore": lambda time: summary["CreationTime"] < moment(time),
        "LastModifiedTimeAfter": lambda time: summary["LastModifiedTime"] > moment(time),
        "LastModifiedTimeBefore": lambda time: summary["LastModifiedTime"] < moment(time),
    }
    return all(rule(request[member]) for member, rule in rules.items() if member in request)


def _opened(token: str) -> list[str]:
    try:
        place = json.loads(urlsafe_b64decode(token))
    except ValueError as broken:
        raise ValidationException("Invalid NextToken.") from broken
    if not (isinstance(place, list) and [str, str] == [type(each) for each in place]):
        raise ValidationException("Invalid NextToken.")
    return place
