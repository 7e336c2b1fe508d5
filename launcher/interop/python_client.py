"""The REST API through a client that openapi-python-client made of its document, for `npm run interop`."""

import json
import sys
from datetime import datetime, timezone
from uuid import UUID, uuid4

from steps import holds

SETTINGS = json.loads(sys.argv[1])
sys.path.insert(0, SETTINGS["modules"])

from allfunds_client import AuthenticatedClient
from allfunds_client.api.ledger import (
    get_ledger,
    get_transaction,
    post_transactions,
    reverse_transaction,
)
from allfunds_client.api.metrics import get_metrics
from allfunds_client.models.metrics import Metrics
from allfunds_client.models.new_transaction import NewTransaction
from allfunds_client.models.new_transaction_entries_item import NewTransactionEntriesItem
from allfunds_client.models.new_transaction_entries_item_side import (
    NewTransactionEntriesItemSide as Side,
)
from allfunds_client.models.problem import Problem
from allfunds_client.models.problem_code import ProblemCode
from allfunds_client.models.reversal_request import ReversalRequest
from allfunds_client.models.transaction import Transaction

FUND = UUID(SETTINGS["fundId"])
ACCOUNT = UUID(SETTINGS["accountId"])
OTHER = UUID(SETTINGS["otherAccountId"])
TODAY = datetime.now(timezone.utc).date()

client = AuthenticatedClient(base_url=SETTINGS["url"], token=SETTINGS["token"])


def transaction(debit, credit):
    return NewTransaction(
        fund_id=FUND,
        effective_date=TODAY,
        description="Posted by a generated client",
        entries=[
            NewTransactionEntriesItem(account_id=ACCOUNT, side=Side.DEBIT, amount=debit),
            NewTransactionEntriesItem(account_id=OTHER, side=Side.CREDIT, amount=credit),
        ],
    )


def entries_of_today():
    """The pages of the account's entries, one entry on each."""
    after = {}
    while True:
        page = get_ledger.sync(client=client, account_id=ACCOUNT, from_=TODAY, to=TODAY, first=1, **after)
        yield page.items
        if page.next_cursor is None:
            return
        after = {"after": page.next_cursor}


keys = [f"{uuid4()}" for _ in range(2)]
answers = [
    post_transactions.sync_detailed(client=client, body=transaction("1.25", "1.25"), idempotency_key=key)
    for key in keys
]
posted = [answer.parsed for answer in answers]
holds(
    "posts a transaction, whose answer has the type of the document",
    all(answer.status_code == 201 for answer in answers)
    and all(isinstance(one, Transaction) for one in posted)
    and [entry.amount for entry in posted[0].entries] == ["1.25", "1.25"],
    answers,
)

again = post_transactions.sync_detailed(
    client=client, body=transaction("1.25", "1.25"), idempotency_key=keys[0]
)
holds(
    "repeats it under its key without a second effect",
    again.headers.get("idempotency-hit") == "true" and again.parsed.id == posted[0].id,
    again,
)

pages = list(entries_of_today())
read = [entry.transaction_id for entries in pages for entry in entries]
holds(
    "reads the ledger page by page, each entry once",
    len(pages) == len(read)
    and len(read) >= len(posted)
    and all(read.count(one.id) == 1 for one in posted),
    read,
)
metrics = get_metrics.sync(
    client=client, fund_id=FUND, allfunds_position=answers[1].headers["allfunds-position"]
)
values = {metric.name: metric for metric in metrics.metrics} if isinstance(metrics, Metrics) else {}
net_asset_value = values.get("netAssetValue")
holds(
    "reads metrics that include what it posted",
    net_asset_value is not None
    and net_asset_value.money is not None
    and metrics.position >= posted[1].position,
    metrics,
)

refused = post_transactions.sync_detailed(
    client=client, body=transaction("1.25", "1.24"), idempotency_key=f"{uuid4()}"
)
holds(
    "receives a refusal as a problem with its code",
    refused.status_code == 422
    and isinstance(refused.parsed, Problem)
    and refused.parsed.code is ProblemCode.LEDGER_UNBALANCED,
    refused,
)

read = get_transaction.sync_detailed(client=client, id=posted[0].id)
undoing = {
    "client": client,
    "id": posted[0].id,
    "body": ReversalRequest(description="Interop"),
}
conflict = reverse_transaction.sync_detailed(**undoing, if_match='"another"')
undone = reverse_transaction.sync_detailed(**undoing, if_match=read.headers["etag"])
holds(
    "changes what it read, and nothing that has another tag",
    conflict.status_code == 412
    and conflict.parsed.code is ProblemCode.VERSION_CONFLICT
    and undone.status_code == 201,
    [conflict, undone],
)
