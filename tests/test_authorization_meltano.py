"""Credentials through Meltano: chosen, set, tested, and never shown.

These tests check each message with one application. `test_auth_messages.py` checks all
applications without Meltano, so some of these are slow tests.
"""

from __future__ import annotations

import json
import os
import ssl
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from meltano_project import BIN, ROOT, write_project
from shop_fakes.logical_shop import make_shop
from shop_fakes.registry import FAKES
from shop_fakes.serving import serve_answers
from shopapp_demo.shop import COLLECTIONS
from tap_shopapp.applications import APPLICATIONS
from werkzeug import Response

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHOPIFY = {"application": "shopify", "access_token": "canary-of-shopify"}
SHOPAPP = {"application": "shopapp", "access_token": "canary-of-shopapp"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    write_project(folder)
    return folder


@pytest.fixture
def meltano(project: Path) -> Any:
    """Run Meltano, and check that its output contains no secret."""

    def meltano(
        settings: Mapping[str, object], *arguments: str
    ) -> subprocess.CompletedProcess[str]:
        variables = {
            f"TAP_SHOPAPP_{name.upper()}": str(value) for name, value in settings.items()
        }
        environment = {
            name: value
            for name, value in os.environ.items()
            if "SHOPAPP" not in name and name != "PYTHONDONTWRITEBYTECODE"
        }
        done = subprocess.run(
            [BIN / "meltano", *arguments],
            env={**environment, "TAP_SHOPAPP_SHOP_ID": "s", **variables},
            cwd=project,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "canary" not in done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return meltano


@pytest.fixture
def refusal(meltano: Any) -> Any:
    """Let Meltano test invalid settings, and return the sentence that it prints."""

    def refusal(settings: Mapping[str, object], level: str = "warning") -> str:
        done = meltano(settings, "--log-level", level, "config", "test", "tap-shopapp")
        assert (done.returncode, done.stdout) == (1, "")
        *others, first, message, last = [
            line for line in done.stderr.splitlines() if line and "Need help" not in line
        ]
        assert first.endswith("[error    ] meltano      Plugin configuration is invalid")
        assert last == "Run 'meltano config list tap-shopapp' to review the plugin settings."
        assert level == "debug" or not others
        return str(message)

    return refusal


def test_right_key_passes(meltano: Any) -> None:
    with FAKES["woocommerce"](make_shop()) as fake:
        # Settings of other applications are ignored.
        settings = {"application": "woocommerce", "access_token": "canary-of-another"}
        settings |= fake.settings
        done = meltano(settings, "--log-level", "debug", "config", "test", "tap-shopapp")

    assert (done.returncode, done.stdout) == (0, "Plugin configuration is valid\n")
    assert " [debug " in done.stderr


def test_right_key_passes_on_an_empty_shop(meltano: Any) -> None:
    with FAKES["vendure"](make_shop()) as fake:
        for collection in COLLECTIONS:
            getattr(fake.shop, collection).clear()
        settings = {"application": "vendure", **fake.settings}
        done = meltano(settings, "--log-level", "warning", "config", "test", "tap-shopapp")

    assert (done.returncode, done.stdout) == (0, "Plugin configuration is valid\n")
    assert done.stderr == ""


def test_wrong_key_is_rejected(refusal: Any) -> None:
    with FAKES["woocommerce"](make_shop()) as fake:
        settings = {"application": "woocommerce", **fake.settings}
        message = refusal(settings | {"consumer_secret": "cs_canary_of_another"}, level="debug")

    assert message == (
        "The shop knows consumer_key, but consumer_secret is wrong (401"
        " woocommerce_rest_authentication_error on /wp-json/wc/v3/customers). Create a new key"
        " with the permission Read for a shop manager (WooCommerce, Settings, Advanced, REST"
        " API), because the shop shows a secret only once, then set consumer_key and"
        " consumer_secret with `meltano config set tap-shopapp …`."
    )


def test_missing_scope_is_named_as_documented(refusal: Any) -> None:
    with FAKES["vendure"](make_shop()) as fake:
        fake.withdraw["orders"]()
        message = refusal({"application": "vendure", **fake.settings})

    assert message == (
        "The credentials lack ReadOrder. Add the permission to their role, or deselect the"
        " streams that need it."
    )
    page = (ROOT / "docs" / "applications.md").read_text(encoding="utf-8")
    assert f"\n{message}\nRun 'meltano config list tap-shopapp' to review the plugin" in page


@pytest.mark.slow
def test_expired_key_is_rejected(refusal: Any) -> None:
    with FAKES["vendure"](make_shop()) as fake:
        fake.withdraw["all"]()
        message = refusal({"application": "vendure", **fake.settings})

    assert message == (
        "The shop rejected the credentials (FORBIDDEN). Create an API key in the channel to"
        " read, with a role that has ReadOrder, ReadCatalog and ReadCustomer, then run"
        " `meltano config set tap-shopapp access_token …` (and set channel_token, unless it is"
        " the default channel)."
    )


@pytest.mark.slow
def test_unreachable_host_is_reported(refusal: Any) -> None:
    assert refusal(SHOPIFY | {"api_url": "http://127.0.0.1:1"}) == (
        "The shop kept failing on /admin/api/2026-10/graphql.json (shop) (ConnectionError)."
        " Check api_url and whether the shop is up, then run again."
    )


@pytest.mark.slow
def test_host_of_another_service_is_reported(refusal: Any) -> None:
    page = Response("<html>canary", content_type="text/html")
    with serve_answers(lambda _: page) as url:
        message = refusal(SHOPAPP | {"api_url": url})

    assert message == (
        "The shop's response to /v1/shop is text/html instead of JSON. Check that api_url is"
        " the address of the API, and that no firewall, password or maintenance page answers"
        " instead."
    )


@pytest.mark.slow
def test_plain_http_is_rejected(refusal: Any) -> None:
    assert refusal(SHOPIFY | {"api_url": "http://shop.example"}) == (
        "The address of the shop's API does not begin with https. Set api_url to its https"
        " address."
    )


@pytest.mark.slow
def test_untrusted_certificate_is_reported(refusal: Any) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with serve_answers(lambda _: Response(), tls=context) as url:
        message = refusal(SHOPAPP | {"api_url": url})

    assert message.startswith("The certificate of the shop's server is not trusted. ")


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("print", '"consumer_key": "*****"'),
        ("list", "[env: TAP_SHOPAPP_CONSUMER_KEY] current value: (redacted)"),
    ],
)
def test_shown_settings_contain_no_secret(meltano: Any, command: str, shown: str) -> None:
    secrets = {
        setting.name: "canary"
        for application in APPLICATIONS.values()
        for setting in application.settings
        if setting.secret
    }
    assert len(secrets) == 7

    done = meltano({"application": "woocommerce", **secrets}, "config", command, "tap-shopapp")

    assert done.returncode == 0
    assert shown in done.stdout


def test_sales_report_is_printed_through_meltano(meltano: Any) -> None:
    """The utility runs this command, and reads the last line of the output."""
    command = ("--log-level", "warning", "invoke", "tap-shopapp", "--sales-report")
    with FAKES["woocommerce"](make_shop()) as fake:
        settings = {"application": "woocommerce", **fake.settings}
        done = meltano(settings, *command, "2026-03-01/2026-03-02")
        wrong = settings | {"consumer_secret": "cs_canary_of_another"}
        refused = meltano(wrong, *command, "2026-03-01/2026-03-02")

    printed = json.loads(done.stdout.splitlines()[-1])
    assert [day["day"] for day in printed["report"]["days"]] == ["2026-03-01", "2026-03-02"]
    path = "/wp-json/wc-analytics/reports/revenue/stats"
    code = "401 woocommerce_rest_authentication_error"
    reason = f"The shop knows consumer_key, but consumer_secret is wrong ({code} on {path})."
    assert (refused.returncode, json.loads(refused.stdout)["reason"]) == (1, reason)
