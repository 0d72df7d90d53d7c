"""The page for a person."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from emulator.model.report import Report
from emulator.render import html

VOID = {"meta", "link", "br", "circle", "line", "rect"}


class Page(HTMLParser):
    """A page read back: its elements, its text, and what stands open.

    Attributes:
        tags: of each element.
        attributes: every attribute's name and value.
        ids: in the order of the page.
        text: outside of style.
        open: elements that were not closed, or closed in the wrong order.
    """

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def test_page_tells_everything(report: Report) -> None:
    """Verdict, portraits, findings with manual and evidence, commands, and every check are on the page."""
    text = Page(html.render(report)).text

    for part in (
        "Will fail on SageMaker (realtime).",
        "8 checks: 2 passed, 3 failed, 2 skipped, 1 errored",
        report.containers[0].image_id,
        "1.23 GB",
        "s3://bucket/featurizer.tar.gz",
        "healthy after 2.1 s",
        "GET /ping is answered with 302 to /health.",
        "follows no redirect.",
        "@app.get('/ping')\ndef ping(): ...",
        "curl --include http://127.0.0.1:8080/ping",
        "location: /health\ncontent-type: text/html\n\n<a href=/health>",
        "connection refused",
        "00000000  00 01 02 03",
        "listening on 0.0.0.0:8080",
        "container-2 did not start",
        "KeyError: 'exit'",
        "type-refused-by-next",
        report.command,
    ):
        assert part in text


def test_page_is_well_formed(report: Report, clean: Report) -> None:
    """Every element is closed, in order; ids are unique, and every link within the page has its target."""
    for each in (report, clean, replace(clean, outcomes=(), containers=())):
        page = Page(html.render(each))
        targets = {value[1:] for name, value in page.attributes if name == "href" and value.startswith("#")}

        assert [] == page.open
        assert len(set(page.ids)) == len(page.ids)
        assert targets <= {*page.ids}


def test_page_fetches_nothing_and_runs_nothing(report: Report) -> None:
    """No script, no image, no style sheet, no frame; the page's own policy forbids them too."""
    page = Page(html.render(report))
    addresses = {value for name, value in page.attributes if name in {"href", "src"}}

    assert not {"script", "img", "iframe", "object", "embed", "form"} & {*page.tags}
    assert all(each.startswith(("#", "data:,", "https://docs.aws.amazon.com/")) for each in addresses)
    assert "url(" not in html.render(report)
    assert any(value.startswith("default-src 'none'") for _, value in page.attributes)


def test_pictures_have_words(report: Report) -> None:
    """Both pictures say to a screen reader what they show."""
    labels = [value for name, value in Page(html.render(report)).attributes if name == "aria-label"]

    assert "Start-up of container-1: 5 pings, healthy after 2.1 s." in labels
    assert any(label.startswith("8 sample requests: median 3.3 ms, 95th") for label in labels)


def test_single_container_names_no_columns(clean: Report) -> None:
    """With one container the table of checks needs no head to be seen."""
    assert '<thead class="unseen">' in html.render(clean)


def test_hostile_text_is_text(report: Report, saying: Callable[[str, bytes], Report], hostile: str) -> None:
    """A script in a body, a header, a log line or a name is shown, and nothing else."""
    source = html.render(saying(hostile, hostile.encode()))

    assert "<script" not in source
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in source
    assert not re.search("[\x1b\u202e\ufffe]", source)


@given(text=st.text(st.characters(categories=None)), body=st.binary())
def test_any_text_leaves_the_page_as_it_is(saying: Callable[[str, bytes], Report], text: str, body: bytes) -> None:
    """Whatever an image says, the page has the same elements as for a harmless word, and can be encoded."""
    source = html.render(saying(f"{text}\">'<script><!--", body))
    page, harmless = Page(source), Page(html.render(saying("a", b"a")))

    assert source.encode()
    assert {*page.tags} <= {*harmless.tags}
    assert [] == page.open
    assert harmless.ids == page.ids
