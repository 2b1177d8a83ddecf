"""The standard tests of the Singer SDK."""

from __future__ import annotations

from singer_sdk.testing import get_tap_test_class
from tap_ecb_rates.tap import TapEcbRates

TestTapEcbRates = get_tap_test_class(
    TapEcbRates, config={"source": "bundled", "start_date": "2026-10-01"}
)
