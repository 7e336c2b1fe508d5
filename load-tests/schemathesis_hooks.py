"""Hooks of `npm run fuzz -- schemathesis`: a fresh token for each few minutes, and ids that the books have."""

import base64
import json
import os
import re
import urllib.parse
import urllib.request

import schemathesis

TARGET = json.loads(os.environ["FUZZ_TARGET"])
UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)


def request(url, data=None, headers=None):
    encoded = None if data is None else urllib.parse.urlencode(data).encode()
    sent = urllib.request.Request(url, data=encoded, headers=headers or {})
    with urllib.request.urlopen(sent, timeout=60) as answer:
        return json.load(answer)


def new_token():
    secret = f"{TARGET['clientId']}:{TARGET['clientSecret']}".encode()
    answer = request(
        TARGET["tokenEndpoint"],
        {
            "grant_type": "client_credentials",
            "scope": " ".join(TARGET["scopes"]),
            "resource": TARGET["resource"],
        },
        {"authorization": f"Basic {base64.b64encode(secret).decode()}"},
    )
    return answer["access_token"]


def read_known_ids():
    """Ids of the demo's books, by the name of the member or parameter that takes them."""
    headers = {"authorization": f"Bearer {new_token()}"}
    fund = TARGET["fundId"]
    page = request(f"{TARGET['url']}/api/v1/ledger?fundId={fund}&first=200", headers=headers)
    accounts = list(dict.fromkeys(item["accountId"] for item in page["items"]))
    return {
        "fundId": [fund],
        "accountId": accounts,
        "contraAccountId": accounts[1:],
        "transactionId": [page["items"][0]["transactionId"]],
    }


KNOWN = read_known_ids()


@schemathesis.auth(refresh_interval=200)
class AccessToken:
    def get(self, case, ctx):
        return new_token()

    def set(self, case, data, ctx):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


def with_known_ids(value, counter):
    """Replaces well-formed ids by ids of the books: the schema cannot state which ones there are."""
    if isinstance(value, dict):
        for name, member in value.items():
            known = KNOWN.get(name)
            if known and isinstance(member, str) and UUID.match(member):
                value[name] = known[counter[0] % len(known)]
                counter[0] += 1
            else:
                with_known_ids(member, counter)
    elif isinstance(value, list):
        for member in value:
            with_known_ids(member, counter)


@schemathesis.hook
def before_call(ctx, case, kwargs):
    with_known_ids(case.query, [0])
    with_known_ids(case.body, [0])
    parameters = case.path_parameters
    if parameters and "/transactions/{id}" in case.operation.path:
        if isinstance(parameters.get("id"), str) and UUID.match(parameters["id"]):
            parameters["id"] = KNOWN["transactionId"][0]
