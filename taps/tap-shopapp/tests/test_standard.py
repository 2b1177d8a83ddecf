"""The SDK's standard tests of a tap, on every application, over HTTP."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from shop_fakes.logical_shop import make_shop
from shop_fakes.registry import FAKES
from singer_sdk.testing import SuiteConfig, get_tap_test_class
from tap_shopapp.contract import SYSTEM_STREAMS
from tap_shopapp.tap import TapShopApp

if TYPE_CHECKING:
    from collections.abc import Iterator

# Applications may not have some fields, so their records never have a value.
pytestmark = pytest.mark.filterwarnings("ignore:No records were available to test:UserWarning")

# The fixture adds the settings of the server, which starts when the tests run.
_CONFIGS: dict[str, dict[str, Any]] = {
    application: {"shop_id": "s", "application": application} for application in FAKES
}


_APPLICATIONS: dict[type, str] = {}


@pytest.fixture(scope="class", autouse=True)
def _served(request: pytest.FixtureRequest) -> Iterator[None]:
    application = _APPLICATIONS[request.cls]
    with FAKES[application](make_shop()) as fake:
        _CONFIGS[application].update(fake.settings)
        yield


class Tap(TapShopApp):
    """The tap with a separate schema, since the SDK adds settings to it."""

    config_jsonschema = deepcopy(TapShopApp.config_jsonschema)


for _application, _config in _CONFIGS.items():
    _class = get_tap_test_class(
        Tap,
        config=_config,
        suite_config=SuiteConfig(
            max_records_limit=250,
            ignore_no_records_for_streams=list(SYSTEM_STREAMS),
        ),
        parse_env_config=False,
    )
    _APPLICATIONS[_class] = _application
    globals()[f"Test_{_application}"] = _class
