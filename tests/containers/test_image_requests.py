"""What the two product images promise a caller: media types, refusals with row and column, sizes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import pytest
import requests

from emulator.hosting.endpoint import Endpoint
from emulator.limits import PAYLOAD_BYTES

pytestmark = pytest.mark.engine

RECORD = "M,0.455,0.365,0.095,0.514,0.2245,0.101,0.15"
FEATURES = "0,0,0,0,0,0,0,0,0,1"


@dataclass(frozen=True, slots=True)
class Door:
    """One of the images, reached as the platform reaches it but with any request one likes."""

    url: str
    record: str
    gives: str

    def ask(
        self,
        body: str | bytes | None = None,
        *,
        content_type: str | None = "text/csv",
        accept: str | None = None,
        path: str = "/invocations",
        method: str = "POST",
    ) -> requests.Response:
        """One request; a valid record is the body if none is given."""
        headers = {"Content-Type": content_type, "Accept": accept}
        content = self.record if body is None else body
        return requests.request(
            method,
            self.url + path,
            data=content.encode() if isinstance(content, str) else content,
            headers={name: value for name, value in headers.items() if value is not None},
            timeout=60,
            allow_redirects=False,
        )


Doors: TypeAlias = Callable[[str], Door]


@pytest.fixture(scope="module")
def door(featurizer: Endpoint, predictor: Endpoint) -> Doors:
    """An image by its name."""
    doors = {
        "featurizer": Door(f"http://{featurizer.containers[0].address}", RECORD, "text/csv"),
        "predictor": Door(f"http://{predictor.containers[0].address}", FEATURES, "application/json"),
    }
    return doors.__getitem__


both = pytest.mark.parametrize("name", ["featurizer", "predictor"])


@both
@pytest.mark.parametrize(
    "content_type", ["text/csv", "text/csv; charset=utf-8", "TEXT/CSV;charset=UTF-8; header=absent", "text/csv;"]
)
def test_parameters_of_the_type_do_not_matter(name: str, content_type: str, door: Doors) -> None:
    """text/csv is taken in any case and with any parameters, as another container may have added them."""
    reply = door(name).ask(content_type=content_type)

    assert (200, door(name).gives) == (reply.status_code, reply.headers["Content-Type"])


@both
@pytest.mark.parametrize(
    ("content_type", "sentence"),
    [
        (None, "no Content-Type, send text/csv"),
        ("application/json", "Content-Type application/json is not supported, send text/csv"),
        ("text/csv; charset=utf-16", "charset utf-16 is not supported, send utf-8"),
    ],
)
def test_other_type_is_refused(name: str, content_type: str | None, sentence: str, door: Doors) -> None:
    """A missing or another Content-Type is 415, in one line that says what to send."""
    reply = door(name).ask(content_type=content_type)

    assert (415, sentence) == (reply.status_code, reply.text.rstrip("\n"))
    assert reply.headers["Content-Type"].startswith("text/plain")


@both
@pytest.mark.parametrize("accept", ["{gives}", "*/*", "{kind}/*", "image/png;q=0.9, {gives};q=0.1", "", "{gives};x=1"])
def test_accept_that_allows_the_answer(name: str, accept: str, door: Doors) -> None:
    """Whatever Accept allows the one type there is gets it."""
    gives = door(name).gives

    reply = door(name).ask(accept=accept.format(gives=gives, kind=gives.partition("/")[0]))

    assert (200, gives) == (reply.status_code, reply.headers["Content-Type"])


@both
@pytest.mark.parametrize("accept", ["image/png", "{gives};q=0"])
def test_accept_that_rules_the_answer_out(name: str, accept: str, door: Doors) -> None:
    """An Accept without it is 406."""
    gives = door(name).gives

    reply = door(name).ask(accept=accept.format(gives=gives))

    assert (406, f"only {gives} is offered") == (reply.status_code, reply.text.rstrip("\n"))


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("featurizer", RECORD.replace("0.365", "wide"), "row 1, column 'diameter': 'wide' is not a number"),
        (
            "featurizer",
            f"{RECORD}\n{RECORD.replace('0.15', 'nan')}",
            "row 2, column 'shell_weight': 'nan' is not a number",
        ),
        ("featurizer", f"{RECORD}\n\n{RECORD}", "row 2: a blank line between records"),
        ("featurizer", f"{RECORD}\nM,1,2", "row 2: 3 fields, but row 1 has 8"),
        ("featurizer", "M,1", "row 1: 2 fields, wanted 8 or 9"),
        (
            "featurizer",
            RECORD.replace("0.514", "1e99"),
            "row 1, column 'whole_weight': '1e99' is too large for a 32-bit float",
        ),
        (
            "featurizer",
            "sex,length,diameter,height,whole,shucked,viscera,shell",
            "row 1, column 'length': 'length' is not a number; this looks like a header, send records only",
        ),
        ("featurizer", f'{RECORD}\n"M,0.4', "row 2: not CSV, unexpected end of data"),
        ("featurizer", f"{RECORD}\n".encode() + b"\xff", "row 2: byte 0xff is not UTF-8"),
        ("featurizer", "\n", "the body holds no records"),
        ("predictor", f"{FEATURES}\n{FEATURES[:-1]}one", "row 2, column 'feature 10': 'one' is not a number"),
        ("predictor", "1,2", "row 1: 2 fields, wanted 10"),
    ],
)
def test_malformed_record_is_placed(name: str, body: str | bytes, sentence: str, door: Doors) -> None:
    """A body that is not what it should be is 400, with the row and the column."""
    reply = door(name).ask(body)

    assert (400, sentence) == (reply.status_code, reply.text.rstrip("\n"))


@both
def test_empty_body_is_refused(name: str, door: Doors) -> None:
    """No body is 400, not a crash."""
    reply = door(name).ask(b"")

    assert (400, "the body is empty") == (reply.status_code, reply.text.rstrip("\n"))


def test_what_clients_add_is_let_pass(door: Doors) -> None:
    """A byte order mark, CRLF, quotes, blanks and empty lines at the end change nothing."""
    plain = door("featurizer").ask(f"{RECORD}\n{RECORD}\n")
    quoted = RECORD.replace("M,", '"M",').replace("0.365", " 0.365 ")

    reply = door("featurizer").ask(f"\ufeff{quoted}\r\n{quoted}\r\n\r\n")

    assert (200, plain.text) == (reply.status_code, reply.text)


def test_label_is_dropped(door: Doors) -> None:
    """The ninth column has no influence."""
    labelled, plain = door("featurizer").ask(f"{RECORD},15"), door("featurizer").ask(RECORD)

    assert (200, plain.text) == (labelled.status_code, labelled.text)


@pytest.mark.parametrize("field", ["", "MALE"], ids=["missing", "unknown"])
def test_category_that_training_never_saw_is_a_row_of_zeros(field: str, door: Doors) -> None:
    """A missing sex and one unknown from training have no column of their own."""
    reply = door("featurizer").ask(RECORD.replace("M", field, 1))

    assert ["0.0", "0.0", "0.0"] == reply.text.strip().split(",")[-3:]


@both
def test_body_of_exactly_the_limit_is_taken(name: str, door: Doors) -> None:
    """6,291,456 bytes of valid records are answered, row by row."""
    record = f"{door(name).record}\n".encode()
    count, rest = divmod(PAYLOAD_BYTES, len(record))
    body = record * count + b"\n" * rest

    reply = door(name).ask(body)

    answered = len(reply.json()["result"]) if name == "predictor" else len(reply.text.splitlines())
    assert PAYLOAD_BYTES == len(body)
    assert (200, count) == (reply.status_code, answered)


@both
def test_larger_body_is_refused(name: str, door: Doors) -> None:
    """One byte more is 413, in text."""
    reply = door(name).ask(b"1" * (PAYLOAD_BYTES + 1))

    assert (413, "the body is larger than 6291456 bytes") == (reply.status_code, reply.text.rstrip("\n"))


@both
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/invocations", 405), ("POST", "/ping", 405), ("GET", "/", 404)],
)
def test_there_are_two_routes(name: str, method: str, path: str, status: int, door: Doors) -> None:
    """Everything else is refused, in a line that names the two."""
    reply = door(name).ask(b"1", method=method, path=path)

    assert (status, "there are GET /ping and POST /invocations") == (reply.status_code, reply.text.rstrip("\n"))


@both
def test_healthy_ping_is_empty(name: str, door: Doors) -> None:
    """GET /ping is 200 without a body."""
    reply = door(name).ask(b"", method="GET", path="/ping", content_type=None)

    assert (200, b"") == (reply.status_code, reply.content)
