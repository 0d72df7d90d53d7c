"""A side asked, and what it said kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version

from emulator.compare.masking import Wavering, steadied
from emulator.compare.side import Side
from emulator.contract.sample import LINES, Sample
from emulator.errors import UsageError
from emulator.model.event import Emit, Notice, Recorded, ignore
from emulator.model.recording import Exchange, Recording, Request
from emulator.strategies import learnt_from


def requests_from(samples: Sequence[Sample], *, rows: bool = False) -> tuple[Request, ...]:
    """One request a sample, each once; with ``rows`` also one for each of its records, where these are lines.

    A header, as far as a CSV has one, goes with each of its rows.
    """
    requests: dict[Request, None] = {}
    for sample in samples:
        bodies = (sample.body, *(_records(sample) if rows else ()))
        for body in bodies:
            requests[Request(body=body, content_type=sample.content_type, accept=sample.accept)] = None
    return tuple(requests)


def recorded(side: Side, requests: Sequence[Request], *, now: datetime, emit: Emit = ignore) -> Recording:
    """What a side answers, each request asked twice so that what is new each time can be told.

    Numbers or texts that differ between two answers to the same are said in a
    :class:`~emulator.model.event.Notice`, and the first answer is kept.

    Args:
        side: whom to ask.
        requests: what.
        now: goes into the recording, to the second.
        emit: hears of every answer.

    Raises:
        UsageError: there is nothing to ask.
        ServiceFault: AWS refuses a request.
    """
    if not requests:
        raise UsageError("There is nothing to ask.", fix="give a file of rows: --sample rows.csv")
    answers: list[Exchange] = []
    for request in (*requests, *requests):
        answers.append(side.ask(request))
        emit(Recorded(subject=side.name, done=len(answers), of=2 * len(requests)))
    exchanges, wavering = steadied(answers[: len(requests)], answers[len(requests) :])
    for each in _notices(exchanges, wavering):
        emit(Notice(subject=side.name, text=each))
    return Recording(
        origin=side.origin,
        subject=side.name,
        stages=side.stages(),
        exchanges=exchanges,
        date=now.replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        version=version("byoc-emulator"),
        startup_seconds=None if side.startup_seconds is None else round(side.startup_seconds, 3),
    )


def _records(sample: Sample) -> tuple[bytes, ...]:
    if sample.media_type not in LINES:
        return ()
    header = False
    if sample.media_type == "text/csv":
        try:
            header = learnt_from(sample.body, sample.content_type).header
        except UsageError:  # rows of several widths, say, which may be what is to be recorded
            header = False
    first, *others = sample.rows
    return tuple(first + each for each in others) if header else sample.rows


def _notices(exchanges: Sequence[Exchange], wavering: Sequence[Wavering]) -> list[str]:
    notices = []
    for each in wavering:
        one, two = each.example
        what = f"{each.numbers:,} of the numbers" if each.numbers else "the answers"
        where = f"request {each.exchange + 1} was asked twice"
        notices.append(f"{where}, and {what} differ ({one} and {two}); the first answer is kept")
    failed = [each for each in exchanges if not each.ok]
    if failed:
        first = failed[0].failure or f"status {failed[0].status}"
        notices.append(f"{len(failed):,} of {len(exchanges):,} answers are failures, the first is: {first}")
    return notices
