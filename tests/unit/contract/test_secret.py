"""Secrets are told by what can be nothing else, and never shown."""

from __future__ import annotations

import pytest

from emulator.contract.secret import masked, secret_in


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("AWS_SESSION_TOKEN", "x"),
        ("aws_secret_access_key", "x"),
        ("SETTINGS", "key=AKIAIOSFODNN7EXAMPLE;region=x"),
        ("KEY", "-----BEGIN RSA PRIVATE KEY-----"),
        ("HF_TOKEN", "not-really-a-token"),
        ("HUGGING_FACE_HUB_TOKEN", "not-really-a-token"),
        ("HUB", "hf_" + "x" * 34),
        ("DB_PASSWORD", "hunter2"),
        ("PGPASSWORD_X", "glpat-" + "x" * 20),
        ("DJANGO_SECRET_KEY", "django-insecure-abc"),
        ("OPENAI_API_KEY", "sk-abc"),
        ("APIKEY", "abc"),
        ("PIP_INDEX_URL", "https://user:word@pypi.example.com/simple"),
        ("REDIS_URL", "redis://:word@cache:6379/0"),
        ("PASSWORD", "123456"),
    ],
)
def test_secret_is_seen(name: str, value: str) -> None:
    """Credentials of AWS by name, shapes of keys in any value, and names that plainly say so."""
    assert secret_in(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PATH", "/usr/local/bin:/usr/bin"),
        ("GPG_KEY", "A035C8C19219BA821ECEA86B64E628F8D684696D"),
        ("PYTHON_SHA256", "a" * 64),
        ("AWS_SECRET_ACCESS_KEY", ""),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("HF_TOKEN", ""),
        ("HF_HOME", "/root/.cache"),
        ("TOKENIZERS_PARALLELISM", "false"),
        ("TOKENIZER", "bert-base-uncased"),
        ("MAX_TOKENS", "4096"),
        ("EOS_TOKEN", "<|endoftext|>"),
        ("STOP_TOKEN", "###########"),
        ("MAX_NEW_TOKEN", "10000000"),
        ("SEPARATOR_TOKEN", "[SEP]"),
        ("TOKEN", "12345678"),
        ("DB_PASSWORD_FILE", "/run/secrets/db"),
        ("DB_PASSWORD", "/run/secrets/db"),
        ("SECRET", "arn:aws:secretsmanager:us-east-1:123456789012:secret:x"),
        ("API_KEY", "${API_KEY}"),
        ("API_KEY", "<your key>"),
        ("ALLOW_EMPTY_PASSWORD", "yes"),
        ("SECRET_NAME", "prod/db"),
        ("ACCESS_TOKEN", "https://login.example.com/token"),
        ("DATABASE_URL", "postgres://db.example.com:5432/abalone"),
        ("PROXY", "http://user:${PASS}@proxy:3128"),
        ("MAIL", "someone@example.com"),
        ("SSH_KEY_PATH", "/root/.ssh/id_rsa"),
    ],
)
def test_what_only_sounds_so_is_passed_over(name: str, value: str) -> None:
    """Checksums, tokens of a language model, switches, place holders and where secrets lie are none."""
    assert "" == secret_in(name, value)


def test_secret_is_never_shown() -> None:
    """Only its length is."""
    assert "***** (7 characters)" == masked("hunter2")
