"""WooCommerce: each fault between the tap and the shop has its own message."""

from __future__ import annotations

import logging
import ssl
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from shop_fakes.clock import Clock
from shop_fakes.serving import serve_answers
from shop_fakes.woocommerce_rows import order, product
from tap_shopapp.api import http
from werkzeug import Request, Response
from woocommerce_reader import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from conftest import Attempt

JSON = "application/json; charset=UTF-8"
KEYS = "(WooCommerce, Settings, Advanced, REST API)"
FIRST_LIST = "/wp-json/wc/v3/customers"
CANNOT_VIEW = "woocommerce_rest_cannot_view"
AUTHENTICATION = "woocommerce_rest_authentication_error"
BLOCKED_PAGE = (
    "Check that api_url is the address of the WordPress site. If it is, a firewall, a security"
    " plugin, a password of the web server or a maintenance page answers instead of WordPress:"
    " let it pass requests of the tap to /wp-json/."
)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(http, "time", clock)
    return clock


@pytest.fixture(autouse=True)
def nothing_leaks(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Check that no log shows a secret or the text of an answer."""
    caplog.set_level(logging.DEBUG)
    yield
    assert "canary" not in caplog.text


class GuardedSite(Site):
    """A site with something between it and the tap.

    Attributes:
        guard: Answers a request instead of the site, or changes the site's answer.
    """

    guard: Callable[[Request, Response], Response] = staticmethod(lambda _, answer: answer)

    def guarded(self, request: Request) -> Response:
        """Answer a request."""
        return self.guard(request, self.answer(request))

    def message(self, **settings: Any) -> str:
        """Run the tap, and return its error."""
        messages, error = self.attempt(**settings)
        assert error is not None
        assert "canary" not in str(error)
        assert messages.all == []  # nothing is written
        return str(error)


@pytest.fixture
def site(try_run: Attempt) -> Iterator[GuardedSite]:
    """A site with one order, at an http address."""
    site = GuardedSite(try_run)
    site.stored.orders = [order(1)]
    with serve_answers(site.guarded) as site.url:
        yield site


@pytest.fixture
def https_site(
    try_run: Attempt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[GuardedSite]:
    """A site with one order, at an https address."""
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))
    site = GuardedSite(try_run)
    site.stored.orders = [order(1)]
    with serve_answers(site.guarded, tls=context) as site.url:
        yield site


def test_right_key_over_https_passes(https_site: GuardedSite) -> None:
    assert https_site.extract().ids() == ["1"]


@pytest.mark.parametrize("cause", ["unknown key", "removed header"])
def test_key_that_does_not_arrive_names_both_causes(
    https_site: GuardedSite, cause: str
) -> None:
    """The recorded answers are equal, so that only the user can tell the causes apart."""
    settings = {"consumer_key": "ck_canary_of_another"} if cause == "unknown key" else {}
    https_site.wordpress.passes_authorization = cause == "unknown key"

    assert https_site.message(**settings) == (
        "The shop does not know consumer_key, or its web server removed the header"
        f" Authorization (401 {CANNOT_VIEW} on {FIRST_LIST}). Compare consumer_key with the"
        f" shop's keys {KEYS}, or create one with the permission Read for a shop manager, then"
        " set consumer_key and consumer_secret with `meltano config set tap-shopapp …`. If the"
        " key is right, let the web server pass the header Authorization to PHP (on Apache:"
        " `CGIPassAuth On`)."
    )


@pytest.mark.parametrize("cause", ["unknown key", "ignored key"])
def test_key_over_http_names_the_address(site: GuardedSite, cause: str) -> None:
    """WooCommerce reads a key from the header only if it receives https."""
    settings = {"consumer_key": "ck_canary_of_another"} if cause == "unknown key" else {}
    site.wordpress.passes_authorization = cause == "unknown key"

    assert site.message(**settings).startswith(
        "The shop does not know consumer_key, or ignores it because api_url begins with http"
        f" (401 {CANNOT_VIEW} on {FIRST_LIST}). Set api_url to the site's https address."
    )


def test_wrong_secret_is_named(https_site: GuardedSite) -> None:
    assert https_site.message(consumer_secret="cs_canary_of_another") == (
        f"The shop knows consumer_key, but consumer_secret is wrong (401 {AUTHENTICATION} on"
        f" {FIRST_LIST}). Create a new key with the permission Read for a shop manager {KEYS},"
        " because the shop shows a secret only once, then set consumer_key and consumer_secret"
        " with `meltano config set tap-shopapp …`."
    )


def test_key_that_may_only_write_is_named(https_site: GuardedSite) -> None:
    https_site.wordpress.may_read = False

    assert https_site.message() == (
        f"The key has no permission to read (401 {AUTHENTICATION} on {FIRST_LIST}). Change its"
        f" permission to Read in the shop {KEYS}."
    )


@pytest.mark.parametrize("cause", ["secret", "read"])
def test_refusal_in_another_language_names_both_causes(
    https_site: GuardedSite, cause: str
) -> None:
    https_site.wordpress.texts = dict.fromkeys(("secret", "read"), "canary: Schlüssel ungültig")
    https_site.wordpress.may_read = cause == "secret"
    settings = {"consumer_secret": "cs_canary_of_another"} if cause == "secret" else {}

    assert https_site.message(**settings).startswith(
        "The shop knows consumer_key, but consumer_secret is wrong or the key may not read"
        f" (401 {AUTHENTICATION} on {FIRST_LIST}). Check that the key has the permission Read"
        f" {KEYS}."
    )


def test_missing_permissions_are_named(https_site: GuardedSite) -> None:
    https_site.wordpress.may_not_read = {"/orders", "/products"}

    assert https_site.message() == (
        "The user of the key has no permission to read orders, products. Make the user a shop"
        " manager, or deselect the streams that need them."
    )


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("code", ["rest_forbidden", "jwt_auth_no_auth_header"])
def test_plugin_that_refuses_the_key_is_not_a_wrong_key(
    site: GuardedSite, code: str, status: int
) -> None:
    body = f'{{"code": "{code}", "message": "canary", "data": {{"status": {status}}}}}'
    site.guard = lambda request, answer: (
        Response(body, status, content_type=JSON) if "/wc/v3/" in request.path else answer
    )

    assert site.message() == (
        f"A plugin of the site refused the request ({status} {code} on {FIRST_LIST}). Let the"
        " plugin allow requests with a WooCommerce key to /wp-json/wc/v3/."
    )


@pytest.mark.parametrize("body", ['{"code": "canary text, no code"}', '{"code": 7}', "[]", ""])
def test_body_without_an_error_code_is_not_shown(site: GuardedSite, body: str) -> None:
    site.guard = lambda request, answer: (
        Response(body, 401, content_type=JSON) if "/wc/v3/" in request.path else answer
    )

    assert site.message().startswith(
        f"The shop rejected the credentials (401 on {FIRST_LIST}). Create a key with the"
    )


# Permalinks.


@pytest.mark.parametrize("status", [301, 302, 404, 200])
def test_site_with_plain_permalinks_is_read_at_its_other_address(
    site: GuardedSite, status: int
) -> None:
    """Recorded: `/wp-json/` redirects. Some web servers answer 404 or the home page."""
    site.wordpress.has_plain_permalinks = True
    site.stored.orders = [order(n, f"2026-03-0{n}T12:00:00") for n in range(1, 10)]
    site.stored.products = [product(7)]
    site.stored.categories = [{"id": 3, "name": "Hats", "parent": 0}]

    def guard(_: Request, answer: Response) -> Response:
        if answer.status_code != 301 or status == 301:
            return answer
        location = {"Location": "https://shop.example/canary"} if status == 302 else {}
        return Response("<html>canary", status, location, content_type="text/html")

    site.guard = guard

    found = site.extract(page_size=4)

    assert found.ids() == [str(n) for n in range(1, 10)]
    assert found.ids("products", "product_id") == ["7"]
    assert found.ids("categories", "category_id") == ["3"]
    paths = [request.path for request in site.requests]
    assert paths[0] == "/wp-json/"
    assert set(paths[1:]) == {"/"}


def test_refusal_with_plain_permalinks_names_the_other_address(site: GuardedSite) -> None:
    site.wordpress.has_plain_permalinks = True
    site.wordpress.may_read = False

    assert site.message().startswith(
        f"The key has no permission to read (401 {AUTHENTICATION} on"
        " /?rest_route=/wc/v3/customers)."
    )


def test_redirect_to_another_host_is_not_followed(site: GuardedSite) -> None:
    site.guard = lambda _, __: Response(
        status=301, headers={"Location": "https://www.shop.example/canary"}
    )

    assert site.message() == (
        "The shop's API redirects to another address (301 on /wp-json/). Set api_url to the"
        " address of the API itself."
    )


def test_site_in_a_folder_is_read(site: GuardedSite) -> None:
    """Recorded: site b is in a sub-directory."""

    def moved(request: Request) -> Response:
        assert request.path.startswith("/shop/")
        environ = {**request.environ, "PATH_INFO": request.path.removeprefix("/shop")}
        return site.answer(Request(environ))

    with serve_answers(moved) as url:
        assert site.extract(api_url=f"{url}/shop").ids() == ["1"]
        assert site.extract(api_url=f"{url}/shop/").ids() == ["1"]


# Pages that are no answer of the API.


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("part", ["/wp-json/", "/wc/v3/"])
def test_html_page_that_refuses_is_a_firewall_and_no_wrong_key(
    site: GuardedSite, part: str, status: int
) -> None:
    page = Response("<html>canary: checking your browser", status, content_type="text/html")
    site.guard = lambda request, answer: page if part in request.path else answer
    path = part if part == "/wp-json/" else FIRST_LIST

    assert site.message() == (
        f"An HTML page answered instead of the shop's API ({status} on {path}). {BLOCKED_PAGE}"
    )


def test_html_page_with_status_200_is_a_firewall(site: GuardedSite) -> None:
    page = '<html><script>x = {"canary": []}</script>'
    site.guard = lambda request, answer: (
        Response(page, content_type="text/html; charset=UTF-8")
        if "/wc/v3/" in request.path
        else answer
    )

    assert site.message() == (
        f"The shop's response to {FIRST_LIST} is text/html; charset=UTF-8 instead of JSON."
        f" {BLOCKED_PAGE}"
    )


def test_maintenance_page_is_named_after_the_last_retry(site: GuardedSite) -> None:
    """WordPress answers like this while it updates itself."""
    page = Response(
        "<html>canary: Briefly unavailable",
        503,
        {"Retry-After": "600"},
        content_type="text/html",
    )
    site.guard = lambda _, __: page

    assert site.message() == (
        f"The shop kept failing on /wp-json/ (503 on /wp-json/, an HTML page). {BLOCKED_PAGE}"
    )


def test_address_without_wordpress_is_named(site: GuardedSite) -> None:
    site.guard = lambda _, __: Response("canary", 404)

    assert site.message() == (
        "There is no WordPress site at api_url (404 on /wp-json/). Set api_url to the address"
        " of the WordPress site that WooCommerce runs on."
    )


# Text before the JSON.

NOTICES = [
    "\ufeff",
    "\ufeff\n",
    "\n\n  ",
    "<br />\n<b>Notice</b>:  Undefined index: canary in <b>/var/x.php</b> on line 5<br />\n",
    "PHP Warning: Undefined array key [5] in /var/www/canary.php on line 5\n",
    "<b>Deprecated</b>: canary[$x] {is} old\n",
    "Warning: Trying to access array offset on value of type null in canary.php\n",
    "<!-- cached by canary -->",
    "canary",
    "Notice: a { b [ c\n",
]


@pytest.mark.parametrize("notice", NOTICES)
@pytest.mark.parametrize("content_type", [JSON, "text/html; charset=UTF-8"])
def test_text_before_the_json_is_skipped_with_one_warning(
    site: GuardedSite, caplog: pytest.LogCaptureFixture, notice: str, content_type: str
) -> None:
    site.stored.orders = [order(n, f"2026-03-0{n}T12:00:00") for n in range(1, 10)]

    def guard(_: Request, answer: Response) -> Response:
        answer.set_data(notice.encode() + answer.get_data())
        answer.content_type = content_type
        return answer

    site.guard = guard

    assert site.extract(page_size=3).ids() == [str(n) for n in range(1, 10)]
    warned = [it for it in caplog.records if "other text before the JSON" in it.getMessage()]
    # One warning for each of the two clients, without and with a key.
    assert len(warned) == (2 if notice.strip() else 0)


@pytest.mark.parametrize("notice", ["", "<b>Notice</b>: canary\n"])
def test_list_that_is_cut_off_is_never_read_as_its_inner_list(
    site: GuardedSite, notice: str
) -> None:
    """`[{"id": 1, "refunds": []` ends with an empty list, which is not the answer."""
    site.guard = lambda request, answer: (
        Response(f'{notice}[{{"id": 1, "refunds": []', content_type=JSON)
        if request.args.get("orderby") == "modified"
        else answer
    )

    _, error = site.attempt()

    assert "truncated JSON" in str(error)


def test_php_error_with_status_200_is_retried(site: GuardedSite, clock: Clock) -> None:
    pages = iter(range(2))
    fatal = "<br />\n<b>Fatal error</b>: Allowed memory size of canary bytes exhausted"
    site.guard = lambda request, answer: (
        Response(fatal, content_type="text/html")
        if request.args.get("orderby") == "modified" and next(pages, None) is not None
        else answer
    )

    assert site.extract().ids() == ["1"]
    assert len(clock.waits) == 2


def test_php_error_on_one_order_rejects_the_order(site: GuardedSite) -> None:
    site.stored.orders = [order(n, f"2026-03-0{n}T12:00:00") for n in range(1, 10)]
    fatal = "<b>Fatal error</b>: Uncaught canary"

    def guard(request: Request, answer: Response) -> Response:
        is_broken = '"number": "5"' in answer.get_data(as_text=True)
        is_list = request.path.endswith("/orders")
        return Response(fatal, content_type="text/html") if is_broken and is_list else answer

    site.guard = guard

    found = site.extract()

    assert found.ids() == ["1", "2", "3", "4", "6", "7", "8", "9"]
    rejects: list[Any] = found.records("rejected_records")
    assert [reject["reason_code"] for reject in rejects] == ["unreadable"]
