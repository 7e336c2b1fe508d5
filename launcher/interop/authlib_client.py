"""Authlib as a client of the issuer, for `npm run interop`: writes what holds, and reads where the browser arrived."""

import json
import sys

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

SETTINGS = json.loads(sys.argv[1])
METADATA = requests.get(f"{SETTINGS['issuer']}/.well-known/openid-configuration", timeout=30).json()
KEYS = KeySet.import_key_set(requests.get(METADATA["jwks_uri"], timeout=30).json())


def write(**message):
    print(json.dumps(message), flush=True)


def holds(sentence, is_so, seen=""):
    write(holds=sentence, **({} if is_so else {"seen": f"{seen}"}))


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
    write(open=address)
    arrived = sys.stdin.readline().strip()
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
write(open=address)
plain = identity.fetch_token(
    METADATA["token_endpoint"],
    authorization_response=sys.stdin.readline().strip(),
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
