import type { Statements } from "../books/statements.ts";
import type { StoredBatch } from "../books/stored-batch.ts";
import type { AccountOpened } from "./account-opened.ts";

const INSERT_ACCOUNTS = `
  INSERT INTO account (tenant_id, fund_id, id, code, name, type, currency, balance, version,
                       minimum_balance)
  SELECT $1, $2, id, code, name, type, currency, 0, 1, minimum_balance
  FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::numeric[])
    AS u (id, code, name, type, currency, minimum_balance)`;

const MOVE_BALANCES = `
  WITH moved AS (
    UPDATE account a
    SET balance = u.balance, version = u.version, minimum_balance = u.minimum_balance,
        held = u.held, status = u.status
    FROM (
      SELECT unnest($2::uuid[]) AS id, unnest($3::numeric[]) AS balance,
        unnest($4::bigint[]) AS version, unnest($5::bigint[]) AS expected,
        unnest($6::numeric[]) AS minimum_balance, unnest($7::numeric[]) AS held,
        unnest($8::text[]) AS status
    ) u
    WHERE a.tenant_id = $1 AND a.id = u.id AND a.version = u.expected
    RETURNING 1
  ) SELECT require_rows((SELECT count(*) FROM moved), $9, 'account_is_where_it_was')`;

/** Makes opened accounts readable and gives every touched account its balance after the batch. */
export async function storeAccounts(statements: Statements, batch: StoredBatch): Promise<void> {
  const { tenantId, bookId } = batch.book;
  const opened = batch.events
    .map(({ event }) => event)
    .filter((event): event is AccountOpened => event.type === "AccountOpened");
  if (opened.length > 0) {
    await statements.query(INSERT_ACCOUNTS, [
      tenantId,
      bookId,
      opened.map(({ accountId }) => accountId),
      opened.map(({ code }) => code),
      opened.map(({ name }) => name),
      opened.map(({ accountType }) => accountType),
      opened.map(({ currency }) => currency),
      opened.map(({ minimumMinor }) => minimumMinor?.toString() ?? null),
    ]);
  }
  await moveBalances(statements, batch);
}

async function moveBalances(
  statements: Statements,
  { book, before, after }: StoredBatch,
): Promise<void> {
  const moved = after.touchedAccounts().filter(({ version }) => version > 1);
  if (moved.length === 0) return;
  await statements.query(MOVE_BALANCES, [
    book.tenantId,
    moved.map(({ id }) => id),
    moved.map(({ balanceMinor }) => balanceMinor.toString()),
    moved.map(({ version }) => version),
    moved.map(({ id }) => before.account(id)?.version ?? 1),
    moved.map(({ minimumMinor }) => minimumMinor?.toString() ?? null),
    moved.map(({ heldMinor }) => heldMinor.toString()),
    moved.map(({ status }) => status),
    moved.length,
  ]);
}
