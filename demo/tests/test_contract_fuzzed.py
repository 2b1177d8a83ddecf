"""The demo shop with requests that schemathesis generates from the contract."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from shopapp_demo.auth import Auth
from shopapp_demo.generate import generate_shop
from shopapp_demo.server import make_app

if TYPE_CHECKING:
    from schemathesis import AuthContext, Case

TOKEN = "token-of-this-test"
CLIENT = ("client", "secret-of-this-test")
app = make_app(generate_shop(orders=60), Auth(TOKEN, clients=dict([CLIENT])))
contract = schemathesis.openapi.from_path(
    Path(__file__).parents[2] / "taps/tap-shopapp/openapi.yaml"
)
contract.app = app


@contract.auth()
class Bearer:
    """Signs the requests that schemathesis expects to be accepted."""

    def get(self, case: Case[Any], _: AuthContext) -> str:
        if case.path == "/oauth/token":
            return "Basic " + base64.b64encode(":".join(CLIENT).encode()).decode()
        return f"Bearer {TOKEN}"

    def set(self, case: Case[Any], data: str, _: AuthContext) -> None:
        case.headers["Authorization"] = data


@contract.parametrize()
@settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
def test_answer_to_any_request_conforms_to_the_contract(case: Case[Any]) -> None:
    response = case.call()

    assert response.headers["x-request-id"]
    # Only the server makes cursors, so it refuses a generated cursor.
    has_generated_cursor = "cursor" in (case.query or {})
    case.validate_response(
        response, excluded_checks=[positive_data_acceptance] if has_generated_cursor else []
    )
