"""Settings: where they come from, which one wins, and what is said of a bad one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulator.errors import UsageError, ValidationException
from emulator.settings import Settings


def load(
    project: Path, *, flags: dict[str, object] | None = None, environ: dict[str, str] | None = None, **files: str
) -> Settings:
    """Settings of a project with these files; its name is written with `_` for the dot."""
    for name, text in files.items():
        (project / name.replace("_toml", ".toml")).write_text(text)
    return Settings.load(flags=flags, environ=environ or {}, project=project)


def refused(project: Path, **sources: Any) -> str:
    """What is said of settings that cannot be used."""
    with pytest.raises(UsageError) as caught:
        load(project, **sources)
    return str(caught.value)


def test_nearest_source_wins(tmp_path: Path) -> None:
    """A flag wins over the environment, that over byoc.toml, that over pyproject.toml, that over the default."""
    seen = [load(tmp_path).rules.stop_seconds]
    seen.append(load(tmp_path, pyproject_toml="[tool.byoc]\nstop_seconds = 1\n").rules.stop_seconds)
    seen.append(load(tmp_path, byoc_toml="stop_seconds = 2\n").rules.stop_seconds)
    seen.append(load(tmp_path, environ={"BYOC_STOP_SECONDS": "3"}).rules.stop_seconds)
    seen.append(load(tmp_path, environ={"BYOC_STOP_SECONDS": "3"}, flags={"stop_seconds": 4.0}).rules.stop_seconds)

    assert [30, 1, 2, 3, 4] == seen


def test_sources_are_merged(tmp_path: Path) -> None:
    """Each source adds what the others leave open; a flag of None is not given."""
    settings = load(
        tmp_path,
        byoc_toml='region = "eu-west-1"\n',
        environ={"BYOC_ACCOUNT_ID": "111122223333"},
        flags={"stop_seconds": None, "hard_links": "warn"},
    )

    assert ("eu-west-1", "111122223333", 30, "warn") == (
        settings.account.region,
        settings.account.account_id,
        settings.rules.stop_seconds,
        settings.rules.hard_links,
    )


def test_a_stand_in_for_s3_is_none_for_hosting(tmp_path: Path) -> None:
    """AWS_ENDPOINT_URL and the flag are of all of AWS, AWS_ENDPOINT_URL_S3 is where model data are and nothing else."""
    given: list[dict[str, Any]] = [
        {"environ": {"AWS_ENDPOINT_URL_S3": "s3"}},
        {"environ": {"AWS_ENDPOINT_URL_S3": "s3", "AWS_ENDPOINT_URL": "all"}},
        {"environ": {"AWS_ENDPOINT_URL_S3": "s3"}, "flags": {"endpoint_url": "flag"}},
    ]
    settings = [load(tmp_path, **each) for each in given]

    assert [("s3", None), ("s3", "all"), ("flag", "flag")] == [(each.endpoint_url, each.aws_url) for each in settings]


def test_project_without_files_has_defaults(tmp_path: Path) -> None:
    """Nothing is needed; a pyproject.toml without a table of ours says nothing."""
    settings = load(tmp_path, pyproject_toml='[project]\nname = "x"\n')

    assert ("us-east-1", "123456789012", None) == (
        settings.account.region,
        settings.account.account_id,
        settings.endpoint_url,
    )


@pytest.mark.parametrize("text", ["false", "0", "", "no", "OFF", " False "])
def test_text_that_is_false(tmp_path: Path, text: str) -> None:
    """A boolean in the environment may be off in many words, the empty one among them."""
    assert not load(tmp_path, environ={"BYOC_BIND_SINGLE_CONTAINER": text}).rules.bind_single_container


@pytest.mark.parametrize("text", ["true", "1", "yes", "On"])
def test_text_that_is_true(tmp_path: Path, text: str) -> None:
    """A boolean in the environment may be on in many words."""
    assert load(tmp_path, environ={"BYOC_BIND_SINGLE_CONTAINER": text}).rules.bind_single_container


@pytest.mark.parametrize(
    ("sources", "text"),
    [
        (
            {"byoc_toml": "stop_second = 1"},
            "byoc.toml has the unknown setting stop_second.\nfix: did you mean stop_seconds?",
        ),
        (
            {"pyproject_toml": "[tool.byoc]\nregoin = 'x'"},
            "pyproject.toml has the unknown setting regoin.\nfix: did you mean region?",
        ),
        (
            {"environ": {"BYOC_STOP_SECOND": "1"}},
            "Nothing is called BYOC_STOP_SECOND.\nwhy: it looks like a setting\nfix: did you mean BYOC_STOP_SECONDS?",
        ),
        (
            {"environ": {"BYOC_STOP_SECONDS": "soon"}},
            "environment variable BYOC_STOP_SECONDS: stop_seconds cannot be 'soon'.\nfix: give a number",
        ),
        (
            {"environ": {"BYOC_INVOCATION_SECONDS": "nan"}},
            "environment variable BYOC_INVOCATION_SECONDS: invocation_seconds cannot be 'nan'.\nfix: give a number",
        ),
        (
            {"environ": {"BYOC_BIND_SINGLE_CONTAINER": "maybe"}},
            (
                "environment variable BYOC_BIND_SINGLE_CONTAINER: bind_single_container cannot be 'maybe'.\n"
                "fix: give true or false"
            ),
        ),
        (
            {"environ": {"BYOC_SHARED_MEMORY_BYTES": "1.5"}},
            (
                "environment variable BYOC_SHARED_MEMORY_BYTES: shared_memory_bytes cannot be '1.5'.\n"
                "fix: give a whole number"
            ),
        ),
        (
            {"byoc_toml": "payload_bytes = 1.5"},
            "byoc.toml: payload_bytes cannot be 1.5.\nfix: give a whole number",
        ),
        (
            {"byoc_toml": "payload_bytes = true"},
            "byoc.toml: payload_bytes cannot be True.\nfix: give a whole number",
        ),
        ({"byoc_toml": "region = 1"}, "byoc.toml: region cannot be 1.\nfix: give text"),
        (
            {"byoc_toml": "hard_links = 'allow'"},
            "byoc.toml: hard_links cannot be 'allow'.\nfix: give one of refuse, warn",
        ),
        (
            {"flags": {"bind_label": "on"}},
            "option bind_label: bind_label cannot be 'on'.\nfix: give one of warn, strict, ignore",
        ),
        (
            {"pyproject_toml": "[tool]\nbyoc = 3"},
            "pyproject.toml: tool.byoc cannot be 3.\nfix: make it a table of settings",
        ),
        ({"flags": {"stop_seconds": -1}}, "stop_seconds must be 0 or more, not -1.0"),
    ],
    ids=[
        *("file", "pyproject", "environment", "number", "nan", "boolean", "whole", "whole in file", "boolean number"),
        *("text", "choice", "flag", "no table", "rule"),
    ],
)
def test_bad_setting_is_told(tmp_path: Path, sources: dict[str, Any], text: str) -> None:
    """A bad setting is named with its place, and with what would be good."""
    assert text == refused(tmp_path, **sources)


def test_setting_like_no_other_lists_them_all(tmp_path: Path) -> None:
    """Where no setting is near, all are listed."""
    said = refused(tmp_path, byoc_toml="xyzzy = 1")

    assert said.startswith("byoc.toml has the unknown setting xyzzy.\nfix: settings are: absent_content_type, ")


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    """A variable that is near no setting is none of ours."""
    assert 30 == load(tmp_path, environ={"BYOC_TEAM": "x", "STOP_SECONDS": "1"}).rules.stop_seconds


@pytest.mark.parametrize("content", [b"stop_seconds = ", b"\xff"], ids=["syntax", "encoding"])
def test_bad_toml_is_told(tmp_path: Path, content: bytes) -> None:
    """A file that is no TOML is named, with the parser's reason."""
    (tmp_path / "byoc.toml").write_bytes(content)
    said = refused(tmp_path)

    assert said.startswith("byoc.toml cannot be read.\nwhy: ")
    assert said.endswith("\nfix: mend its TOML")


@pytest.mark.parametrize("seconds", ["59.9", "3601"])
def test_startup_window_is_awss(tmp_path: Path, seconds: str) -> None:
    """A start-up window outside of AWS's range is refused as AWS refuses it."""
    with pytest.raises(ValidationException, match="containerStartupHealthCheckTimeoutInSeconds"):
        load(tmp_path, environ={"BYOC_STARTUP_SECONDS": seconds})


@pytest.mark.parametrize(
    ("environ", "region"),
    [
        ({"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1"),
        ({"AWS_DEFAULT_REGION": "eu-west-1", "AWS_REGION": "eu-west-2"}, "eu-west-2"),
        ({"AWS_REGION": "eu-west-2", "BYOC_REGION": "eu-west-3"}, "eu-west-3"),
    ],
)
def test_region_comes_from(tmp_path: Path, environ: dict[str, str], region: str) -> None:
    """The region is ours, or else that of the AWS tools."""
    assert region == load(tmp_path, environ=environ).account.region


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({"AWS_ENDPOINT_URL": "http://a"}, "http://a"),
        ({"AWS_ENDPOINT_URL": "http://a", "AWS_ENDPOINT_URL_S3": "http://b"}, "http://b"),
        ({"AWS_ENDPOINT_URL_S3": "http://b", "BYOC_ENDPOINT_URL": "http://c"}, "http://c"),
        ({"AWS_ENDPOINT_URL": ""}, None),
    ],
)
def test_endpoint_url_comes_from(tmp_path: Path, environ: dict[str, str], url: str | None) -> None:
    """The S3 is ours, or else that of the AWS tools; empty is AWS itself."""
    assert url == load(tmp_path, environ=environ).endpoint_url


@pytest.mark.parametrize(
    ("environ", "given"),
    [
        ({}, False),
        ({"AWS_ENDPOINT_URL": "http://a"}, True),
        ({"AWS_ENDPOINT_URL": "http://a", "AWS_ACCESS_KEY_ID": "k"}, False),
        ({"AWS_ENDPOINT_URL": "http://a", "AWS_PROFILE": "p"}, False),
    ],
    ids=["AWS", "stand-in", "own keys", "own profile"],
)
def test_stand_in_has_stand_in_credentials(tmp_path: Path, environ: dict[str, str], given: bool) -> None:
    """Made-up credentials go to a stand-in only, and only where there are none."""
    assert given == bool(load(tmp_path, environ=environ).s3_credentials)


def test_cache_is_found(tmp_path: Path) -> None:
    """Files that runs share lie in the user's cache, wherever that is said to be."""
    home = {"HOME": str(tmp_path)}
    found = [
        load(tmp_path, environ=home).cache,
        load(tmp_path, environ={**home, "XDG_CACHE_HOME": str(tmp_path)}).cache,
        load(tmp_path, environ={**home, "BYOC_CACHE": f"{tmp_path}/own"}).cache,
        load(tmp_path, environ={**home, "BYOC_CACHE": ""}).cache,
    ]

    assert [
        tmp_path / ".cache" / "byoc-emulator",
        tmp_path / "byoc-emulator",
        tmp_path / "own",
        tmp_path / ".cache" / "byoc-emulator",
    ] == found


def test_cache_without_a_home_is_temporary(tmp_path: Path) -> None:
    """Where there is no home that can be written, each user has a temporary place."""
    assert load(tmp_path).cache.name.startswith("byoc-emulator-")
