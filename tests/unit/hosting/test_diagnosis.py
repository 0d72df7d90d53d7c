"""From last words to what the owner of an image can do."""

from __future__ import annotations

import pytest

from emulator.hosting.diagnosis import exit_cause, without_noise

XGBOOST = (
    "    raise XGBoostError(py_str(_LIB.XGBGetLastError()))",
    "xgboost.core.XGBoostError: [19:50:06] /src/c_api.cc:1510: Failed to load model: `/opt/ml/model/model.bin`. ",
    "The binary format has been deprecated in 1.6 and removed in 3.1, use UBJ or JSON",
    "instead.",
    "",
    "Stack trace:",
    "  [bt] (0) /opt/venv/lib/python3.13/site-packages/xgboost/lib/libxgboost.so(+0x2895b1) [0x7f94ad8b75b1]",
    "  [bt] (1) python3(_PyObject_MakeTpCall+0x27b) [0x546dab]",
    "",
)


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (
            XGBOOST,
            (
                'its log says "xgboost.core.XGBoostError: Failed to load model: `/opt/ml/model/model.bin`. '
                'The binary format has been deprecated in 1.6 and removed in 3.1, use UBJ or JSON instead."'
            ),
        ),
        (("Traceback (most recent call last):", "ValueError: no model", ""), 'its log ends "ValueError: no model"'),
        (
            ("ValueError: no model", "Worker failed to boot."),
            'its log says "ValueError: no model Worker failed to boot."',
        ),
        (("loading", "no weights", ""), 'its log ends "no weights"'),
        ((), "the program is not executable"),
    ],
)
def test_cause_of_an_exit_is_what_was_raised_last(log: tuple[str, ...], expected: str) -> None:
    """The exception with all of its message, else the last line that says something, else what the code stands for."""
    assert expected == exit_cause(126, log)


def test_pings_and_native_stacks_are_noise() -> None:
    """Of a log that is cut to a few lines those are kept that somebody can use."""
    log = ("model is bad", '"GET /ping" 500', *XGBOOST[-4:-1])

    assert ("model is bad",) == without_noise(log, most=3)
