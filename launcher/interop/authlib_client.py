"""Authlib as a client of the issuer, for `npm run interop`: writes what holds, and reads where the browser arrived."""

import json
import sys
from urllib.parse import parse_qs, urlparse

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import BaseApp, OAuth2Mixin, OpenIDMixin
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet
from steps import holds, write

SETTINGS = json.loads(sys.argv[1])
METADATA = requests.get(f"{SETTINGS['issuer']}/.well-known/openid-configuration", timeout=30).json()
KEYS = KeySet.import_key_set(requests.get(METADATA["jwks_uri"], timeout=30).json())


class App(OAuth2Mixin, OpenIDMixin, BaseApp):
    """What Authlib's integrations with web frameworks have in common."""

    client_cls = OAuth2Session


def visit(address):
    """Where the user's browser arrives."""
    write(open=address)
    return sys.stdin.readline().strip()


def session(**more):
    return OAuth2Session(
        SETTINGS["clientId"],
        SETTINGS["clientSecret"],
        scope="openid profile email ledger:read",
        redirect_uri=SETTINGS["callback"],
        code_challenge_method="S256",
        token_endpoint=METADATA["token_endpoint"],
        **more,
    )


def sign_in(client, **more):
    """The tokens of a sign-in, and the claims of its ID token as Authlib validates them."""
    verifier, nonce = generate_token(48), generate_token()
    address, state = client.create_authorization_url(
        METADATA["authorization_endpoint"],
        code_verifier=verifier,
        nonce=nonce,
        resource=SETTINGS["resource"],
        **more,
    )
    arrived = visit(address)
    tokens = client.fetch_token(
        METADATA["token_endpoint"],
        authorization_response=arrived,
        state=state,
        code_verifier=verifier,
    )
    return tokens, claims_of(tokens, nonce)


def claims_of(tokens, nonce=None):
    decoded = jwt.decode(tokens["id_token"], KEYS, algorithms=["ES256", "RS256"])
    options = {
        "iss": {"essential": True, "value": SETTINGS["issuer"]},
        "aud": {"essential": True, "value": SETTINGS["clientId"]},
    }
    parameters = {"nonce": nonce, "client_id": SETTINGS["clientId"]} if nonce else {}
    claims = CodeIDToken(decoded.claims, decoded.header, options, parameters)
    claims.validate()
    return claims


client = session()
tokens, claims = sign_in(client)
holds("signs a user in with state, nonce and PKCE, and validates the ID token", claims["acr"] == "pwd", claims)

holds("has what it requested", tokens["scope"] == "ledger:read", tokens["scope"])

identity = session()
identity.scope = "openid profile email"
verifier = generate_token(48)
address, state = identity.create_authorization_url(
    METADATA["authorization_endpoint"], code_verifier=verifier
)
arrived = visit(address)
plain = identity.fetch_token(
    METADATA["token_endpoint"],
    authorization_response=arrived,
    state=state,
    code_verifier=verifier,
)
about = identity.get(METADATA["userinfo_endpoint"], timeout=30).json()
holds("reads userinfo", about.get("email") == SETTINGS["email"], about)

renewed = client.refresh_token(METADATA["token_endpoint"], refresh_token=tokens["refresh_token"])
holds(
    "refreshes, with a new refresh token and a valid ID token",
    renewed["refresh_token"] != tokens["refresh_token"] and claims_of(renewed)["sub"] == claims["sub"],
    renewed,
)

_stronger, stepped = sign_in(session(), acr_values="mfa")
holds("steps up to two factors", stepped["acr"] == "mfa" and "otp" in stepped["amr"], stepped)

state_of = client.introspect_token(METADATA["introspection_endpoint"], token=renewed["access_token"]).json()
holds("introspects its token", state_of.get("active") is True, state_of)
client.revoke_token(METADATA["revocation_endpoint"], token=renewed["refresh_token"])
try:
    client.refresh_token(METADATA["token_endpoint"], refresh_token=renewed["refresh_token"])
    holds("revokes its tokens", False, "a revoked refresh token was taken")
except OAuthError as refused:
    holds("revokes its tokens", refused.error == "invalid_grant", refused.error)
after = client.introspect_token(METADATA["introspection_endpoint"], token=renewed["access_token"]).json()
holds("ends its access token with the refresh token", after == {"active": False}, after)

leaving = session()
tokens, claims = sign_in(leaving)
app = App(
    None,
    name="interop",
    client_id=SETTINGS["clientId"],
    server_metadata_url=f"{SETTINGS['issuer']}/.well-known/openid-configuration",
)
signing_out = app.create_logout_url(
    post_logout_redirect_uri=SETTINGS["signedOut"], id_token_hint=tokens["id_token"]
)
arrived = urlparse(visit(signing_out["url"]))
holds(
    "signs out at the issuer, which returns its state",
    arrived._replace(query="").geturl() == SETTINGS["signedOut"]
    and parse_qs(arrived.query) == {"state": [signing_out["state"]]},
    arrived.geturl(),
)
try:
    leaving.refresh_token(METADATA["token_endpoint"], refresh_token=tokens["refresh_token"])
    holds("refreshes nothing after the sign-out", False, "a refresh token of the session was taken")
except OAuthError as refused:
    holds("refreshes nothing after the sign-out", refused.error == "invalid_grant", refused.error)
after = client.introspect_token(METADATA["introspection_endpoint"], token=tokens["access_token"]).json()
holds("ends its access token with the sign-out", after == {"active": False}, after)
address, _state = session().create_authorization_url(METADATA["authorization_endpoint"], prompt="none", code_verifier=generate_token(48))
answer = parse_qs(urlparse(visit(address)).query)
holds("has no session at the issuer any more", answer.get("error") == ["login_required"], answer)
