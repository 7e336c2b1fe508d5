"""Hooks of `npm run fuzz -- schemathesis`: a fresh token for each few minutes, and ids and positions that the books have."""

import atexit
import base64
import datetime
import itertools
import json
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request

import schemathesis

TARGET = json.loads(os.environ["FUZZ_TARGET"])
UUID = re.compile(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)


def request(url, data=None, headers=None):
    encoded = None if data is None else urllib.parse.urlencode(data).encode()
    sent = urllib.request.Request(url, data=encoded, headers=headers or {})
    for attempt in range(5):
        try:
            with urllib.request.urlopen(sent, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            # A busy machine: the document has these, with when to come again.
            if refused.code not in (503, 504) or attempt == 4:
                raise
            time.sleep(int(refused.headers.get("retry-after") or 1))


def new_token(client=TARGET["client"]):
    secret = f"{client['clientId']}:{client['clientSecret']}".encode()
    answer = request(
        TARGET["tokenEndpoint"],
        {
            "grant_type": "client_credentials",
            "scope": " ".join(client["scopes"]),
            "resource": TARGET["resource"],
        },
        {"authorization": f"Basic {base64.b64encode(secret).decode()}"},
    )
    return answer["access_token"]


API = f"{TARGET['url']}/api/v1"
GRAPH = f"{TARGET['graphUrl']}/graphql"


def authorized():
    return {"authorization": f"Bearer {new_token()}"}


def read(path, **query):
    given = {name: value for name, value in query.items() if value is not None}
    return request(f"{API}/{path}?{urllib.parse.urlencode(given)}", headers=authorized())


def send(url, body):
    headers = {**authorized(), "content-type": "application/json"}
    sent = urllib.request.Request(url, data=json.dumps(body).encode(), headers=headers)
    with urllib.request.urlopen(sent, timeout=60) as answer:
        return json.load(answer)


def run(mutation, given):
    field, kind = mutation
    document = f"mutation Made($input: {kind}!) {{ {field}(input: $input) {{ id }} }}"
    return send(GRAPH, {"query": document, "variables": {"input": given}})["data"][field]["id"]


def day(ahead):
    today = datetime.datetime.now(datetime.timezone.utc).date()
    return (today + datetime.timedelta(days=ahead)).isoformat()


def posting(accounts):
    legs = zip(accounts, ("DEBIT", "CREDIT"))
    return {
        "fundId": TARGET["fundId"],
        "effectiveDate": day(0),
        "description": "Made for the fuzz",
        "entries": [{"accountId": one, "side": side, "amount": "1.00"} for one, side in legs],
    }


def make_resources(accounts):
    """What the demo has not, so that every operation finds something to act on."""
    transaction = send(f"{API}/transactions", posting(accounts))["id"]
    hold = {"accountId": accounts[0], "amount": "1.00", "description": "Made for the fuzz"}
    closed = {"fundId": TARGET["fundId"], "to": "2025-01-31"}
    file = base64.b64encode(b"A text of the fuzz").decode()
    attached = {"transactionId": transaction, "name": "fuzz.txt", "contentBase64": file}
    wanted = {"kind": "CATEGORIZE", "text": "Rent"}
    webhooks = [make_webhook() for _ in range(12)]
    return {
        "webhooks": webhooks,
        "webhook-deliveries": [
            send(f"{API}/webhooks/{webhook}/test", {})["id"] for webhook in webhooks
        ],
        "attachments": [run(("attachFile", "AttachFileInput"), attached)],
        "holds": [send(f"{API}/holds", hold)["id"] for _ in range(12)],
        "periods": close_period(closed),
        "proposals": [
            run(("proposeTransaction", "PostTransactionInput"), posting(accounts))
            for _ in range(6)
        ],
        "transactions": [send(f"{API}/transactions", posting(accounts))["id"] for _ in range(6)],
        "jobs": [start_job(wanted) for _ in range(3)],
    }


RECEIVER = "https://hooks.invalid/fuzz"


def make_webhook():
    """Paused, so that its messages can be given up and sent again."""
    made = send(f"{API}/webhooks", {"url": RECEIVER})["id"]
    send(f"{API}/webhooks/{made}/pause", {})
    return made


def remove_webhooks():
    """A tenant has 100 at most: those of this run would stand in the way of the next ones."""
    for webhook in read("webhooks", first=200)["items"]:
        if webhook["url"] == RECEIVER:
            address = f"{API}/webhooks/{webhook['id']}"
            removal = urllib.request.Request(address, headers=authorized(), method="DELETE")
            urllib.request.urlopen(removal, timeout=60).close()


def import_statement(account):
    """A statement with one line of -12.00, when its import has ended."""
    content = f"Date,Text,Amount\n{day(0)},Fuzz {time.time_ns()},-12.00\n"
    started = send(f"{API}/statements", {"accountId": account, "content": content})
    for _ in range(60):
        if read(f"jobs/{started['id']}")["state"] == "SUCCEEDED":
            break
        time.sleep(1)
    return started["result"]["statementId"]


def calculate_nav(ago):
    try:
        asked = {"fundId": TARGET["fundIds"]["equity"], "navDate": day(-ago)}
        return [send(f"{API}/valuations", asked)["id"]]
    except urllib.error.HTTPError as refused:
        if refused.code >= 500:
            raise
        return []


def close_period(closed):
    try:
        return [send(f"{API}/periods", closed)["id"]]
    except urllib.error.HTTPError as refused:
        # An earlier run on the same data has closed it.
        if refused.code >= 500:
            raise
        return [period["id"] for period in items("periods", fundId=closed["fundId"])]


def start_job(wanted):
    headers = {**authorized(), "content-type": "application/json", "prefer": "respond-async"}
    data = json.dumps(wanted).encode()
    sent = urllib.request.Request(f"{API}/analyze", data=data, headers=headers)
    with urllib.request.urlopen(sent, timeout=60) as answer:
        return json.load(answer)["id"]


def items(path, **query):
    return read(path, first=50, **query)["items"]


def read_known():
    """Ids of the demo's books by the name of the member that takes them, and by the path that names them."""
    funds = list(TARGET["fundIds"].values())
    accounts = [TARGET["accountIds"][name] for name in ("operating", "payments", "receipts")]
    orders = [order for fund in funds for order in items("orders", fundId=fund)]
    trades = [trade for fund in funds for trade in items("trades", fundId=fund)]
    # Published, a NAV refuses every earlier day: these lie before those that are calculated later.
    calculated = [made for ago in range(20, 24) for made in calculate_nav(ago)]
    values = calculated or [value["id"] for fund in funds for value in items("valuations", fundId=fund)]
    members = {
        "fundId": funds,
        "accountId": accounts,
        "contraAccountId": accounts[1:],
        "instrumentId": list(TARGET["instrumentIds"].values()),
        "classId": [order["classId"] for order in orders],
        "investorId": [order["investorId"] for order in orders],
    }
    statements = [statement["id"] for statement in items("statements", fundId=funds[0])]
    paths = {
        **make_resources(accounts),
        "accounts": accounts,
        "funds": funds,
        "trades": [trade["id"] for trade in trades],
        "split": [import_statement(accounts[0]) for _ in range(3)],
        "orders": [order["id"] for order in orders],
        "investors": members["investorId"],
        "valuations": values,
        # Without those to split, which must not be taken back.
        "statements": statements,
    }
    return members, paths, sorted({trade["isin"] for trade in trades})


MEMBERS, PATHS, ISINS = read_known()
COUNTER = itertools.count()
SUCCEEDED = set()
SEEN = set()


# What one person proposed or calculated, another one decides on.
DECISIONS = ("/approve", "/reject", "/publish")


class AccessToken:
    client = TARGET["client"]

    def get(self, case, ctx):
        return new_token(self.client)

    def set(self, case, data, ctx):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.auth(refresh_interval=200).apply_to(path_regex=f"({'|'.join(DECISIONS)})$")
class ApproversToken(AccessToken):
    client = TARGET["approver"]


@schemathesis.auth(refresh_interval=200).skip_for(path_regex=f"({'|'.join(DECISIONS)})$")
class MakersToken(AccessToken):
    pass


def next_of(known):
    return known[next(COUNTER) % len(known)]


def is_id(value):
    return isinstance(value, str) and UUID.match(value)


def with_known(value):
    """Replaces well-formed ids by ids of the books: the schema cannot state which ones there are."""
    if isinstance(value, dict):
        for name, member in value.items():
            if MEMBERS.get(name) and is_id(member):
                value[name] = next_of(MEMBERS[name])
            elif name == "isin" and isinstance(member, str) and len(member) == 12 and ISINS:
                value[name] = next_of(ISINS)
            else:
                with_known(member)
    elif isinstance(value, list):
        for member in value:
            with_known(member)


def with_known_accounts(body):
    """The legs of a posting are on two accounts of one fund."""
    if isinstance(body, dict) and isinstance(body.get("entries"), list):
        if is_id(body.get("fundId")):
            body["fundId"] = TARGET["fundId"]
        for leg, account in zip(body["entries"], itertools.cycle(MEMBERS["accountId"])):
            if isinstance(leg, dict) and is_id(leg.get("accountId")):
                leg["accountId"] = account


DAY = re.compile(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")


def set_days(value, days):
    """Replaces well-formed days by days on which the books allow it."""
    for name, day in days.items():
        if isinstance(value, dict) and DAY.match(str(value.get(name))):
            value[name] = day


def with_possible_days(path, body):
    """Closing a period of this year would refuse every later posting."""
    if not isinstance(body, dict):
        return
    if path == "/api/v1/periods":
        set_days(body, {"to": f"2024-{next(COUNTER) % 12 + 1:02d}-01"})
    if path in ("/api/v1/valuations", "/api/v1/trades") and is_id(body.get("fundId")):
        body["fundId"] = TARGET["fundIds"]["equity"]
    if path == "/api/v1/valuations":
        set_days(body, {"navDate": day(-(next(COUNTER) % 10))})
    for trade in body.get("trades") or []:
        set_days(trade, {"tradeDate": day(0), "settlementDate": day(2)})


def with_receiver(path, body):
    """A drawn text is hardly ever an address that may be called."""
    if path.startswith("/api/v1/webhooks") and isinstance(body, dict) and body.get("url"):
        body["url"] = RECEIVER


OWNERS = ("fundId", "accountId", "instrumentId")
READS_OF_ONE = {
    f"/api/v1/{read}"
    for read in ("metrics", "forecasts", "news", "news-sentiment", "predictions", "statements")
}


def with_one_owner(case):
    """These reads take one of several ids, which OpenAPI cannot state of parameters."""
    if case.operation.path not in READS_OF_ONE:
        return
    sent = [name for name in OWNERS if is_id((case.query or {}).get(name))]
    for name in sent[1:]:
        del case.query[name]


def without_drawn_cursor(case):
    """A drawn cursor is refused; every other request begins at the first page."""
    if "after" in (case.query or {}) and next(COUNTER) % 2 == 0:
        del case.query["after"]


POSITION = re.compile(r"[0-9a-f-]{36}:[0-9]", re.IGNORECASE)


TAG = re.compile(r'^(W/)?"')


def with_possible_headers(headers):
    """
    A book that does not exist never reaches a position: the documented answer is 503, after a wait. A drawn tag is
    that of no resource: of each two, one stays.
    """
    for name in list(headers or {}):
        if name.lower() == "allfunds-position" and POSITION.search(str(headers[name])):
            headers[name] = f"{TARGET['fundId']}:1"
        if name.lower() == "if-match" and TAG.match(str(headers[name])) and next(COUNTER) % 2 == 0:
            headers[name] = "*"


def known_bodies():
    """Of operations that hardly any drawn body satisfies: one that the books accept."""
    accounts = MEMBERS["accountId"]
    file = f"Date,Text,Amount\n{day(0)},Rent,-{next(COUNTER)}.00\n"
    price = {"date": day(0), "price": "1.00", "currency": "EUR", "kind": "LAST", "source": "fuzz"}
    isin = next_of(ISINS)
    trade = {
        "isin": isin,
        "side": "BUY",
        "tradeDate": day(0),
        "settlementDate": day(2),
        "quantity": "1",
        "price": "1.00",
    }
    return {
        "/api/v1/transactions": posting(accounts),
        "/api/v1/holds": {"accountId": accounts[0], "amount": "1.00", "description": "fuzz"},
        "/api/v1/holds/{id}/capture": {"amount": "0.01", "contraAccountId": accounts[1]},
        "/api/v1/prices": {"prices": [{**price, "isin": isin}]},
        "/api/v1/trades": {"fundId": TARGET["fundIds"]["equity"], "trades": [trade]},
        "/api/v1/statements/preview": {"accountId": accounts[0], "content": file},
        "/api/v1/statements/{id}/lines/{line}/split": {
            "parts": [
                {"accountId": accounts[1], "amount": "5.00"},
                {"accountId": accounts[2], "amount": "7.00"},
            ]
        },
        "/api/v1/valuations": {
            "fundId": TARGET["fundIds"]["equity"],
            "navDate": day(-(next(COUNTER) % 10)),
        },
        "/api/v1/periods/{id}/reopen": {"fundId": TARGET["fundId"], "reason": "fuzz"},
        "/api/v1/webhooks/{id}/rotate-secret": {"keepHours": 0},
    }


def known_query(path, report):
    """Of reads whose parameters depend on each other."""
    is_of_period = "income" in report or "cash" in report
    if path.startswith("/api/v1/comparative-reports"):
        of_days = {"days": "2026-03-31,2026-06-30"}
        of_periods = {"periods": "2026-01-01..2026-03-31,2026-04-01..2026-06-30"}
        return {"fundId": TARGET["fundId"], **(of_periods if is_of_period else of_days)}
    dates = {"from": "2026-01-01", "to": "2026-06-30"}
    return {"fundId": TARGET["fundId"], **(dates if is_of_period else {})}


def with_known_request(case):
    """Each fifth request of an operation that takes much is one that succeeds: it is tested as well."""
    if next(COUNTER) % 5 != 0:
        return
    if case.method == "POST" and isinstance(case.body, dict):
        case.body = known_bodies().get(case.operation.path, case.body)
    if case.operation.path.endswith("/split") and is_id(case.path_parameters.get("id")):
        case.path_parameters = {"id": next_of(PATHS["split"]), "line": 1}
    if case.operation.path.endswith("reports/{report}"):
        case.query = known_query(case.operation.path, str(case.path_parameters))


@schemathesis.hook
def before_call(ctx, case, kwargs):
    with_known_request(case)
    with_known(case.query)
    with_known(case.body)
    with_known_accounts(case.body)
    with_possible_days(case.operation.path, case.body)
    with_receiver(case.operation.path, case.body)
    with_one_owner(case)
    without_drawn_cursor(case)
    with_possible_headers(case.headers)
    parameters = case.path_parameters
    kind = case.operation.path.removeprefix("/api/v1/").split("/")[0]
    if case.operation.path.endswith("/split"):
        kind = "split"
    # What is removed is there no more for the other operations.
    is_spared = case.method == "DELETE" and next(COUNTER) % 20 != 0
    if parameters and is_id(parameters.get("id")) and PATHS.get(kind) and not is_spared:
        parameters["id"] = next_of(PATHS[kind])


@schemathesis.hook
def after_call(ctx, case, response):
    SEEN.add(case.operation.label)
    if response.status_code < 300:
        SUCCEEDED.add(case.operation.label)


atexit.register(remove_webhooks)


@atexit.register
def report():
    """Operations of which every request was refused: their successes are not tested."""
    refused = sorted(SEEN - SUCCEEDED)
    print(f"succeeded: {len(SUCCEEDED)} of {len(SEEN)} operations")
    for label in refused:
        print(f"  only refused: {label}")
