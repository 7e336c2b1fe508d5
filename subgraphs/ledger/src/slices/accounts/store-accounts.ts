import type { AccountState } from "../../engine/book-state.ts";
import type { Statements } from "../../engine/statements.ts";
import type { StoredBatch } from "../../engine/stored-batch.ts";
import type { AccountOpened } from "./account-opened.ts";

const INSERT_ACCOUNTS = `
  INSERT INTO account (tenant_id, fund_id, id, code, name, type, currency, balance, version,
                       minimum_balance)
  SELECT $1, $2, id, code, name, type, currency, 0, 1, minimum_balance
  FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::numeric[])
    AS u (id, code, name, type, currency, minimum_balance)`;

// Most events move balances and nothing else: the rest is then neither sent nor compared.
const MOVE_BALANCES = `
  WITH moved AS (
    UPDATE account a SET balance = u.balance, version = u.version
    FROM (
      SELECT unnest($2::uuid[]) AS id, unnest($3::bigint[]) AS expected,
        unnest($4::bigint[]) AS version, unnest($5::numeric[]) AS balance
    ) u
    WHERE a.tenant_id = $1 AND a.id = u.id AND a.version = u.expected
    RETURNING 1
  ) SELECT require_rows((SELECT count(*) FROM moved), $6, 'account_is_where_it_was')`;

const CHANGE_ACCOUNTS = `
  WITH moved AS (
    UPDATE account a
    SET balance = u.balance, version = u.version, minimum_balance = u.minimum_balance,
        held = u.held, status = u.status
    FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::numeric[], $7::numeric[], $8::numeric[],
                $9::text[])
      AS u (id, expected, version, balance, minimum_balance, held, status)
    WHERE a.tenant_id = $1 AND a.id = u.id AND a.version = u.expected
    RETURNING 1
  ) SELECT require_rows((SELECT count(*) FROM moved), $6, 'account_is_where_it_was')`;

/** Makes opened accounts readable and gives every touched account its balance after the batch. */
export async function storeAccounts(statements: Statements, batch: StoredBatch): Promise<void> {
  const { tenantId, bookId } = batch.book;
  const opened = batch.events
    .map(({ event }) => event)
    .filter((event): event is AccountOpened => event.type === "AccountOpened");
  const inserted: Promise<unknown>[] = [];
  if (opened.length > 0) {
    const columns = [
      tenantId,
      bookId,
      opened.map(({ accountId }) => accountId),
      opened.map(({ code }) => code),
      opened.map(({ name }) => name),
      opened.map(({ accountType }) => accountType),
      opened.map(({ currency }) => currency),
      opened.map(({ minimumMinor }) => minimumMinor),
    ];
    inserted.push(statements.query(INSERT_ACCOUNTS, columns));
  }
  await Promise.all([...inserted, ...moveAccounts(statements, batch)]);
}

interface Move {
  readonly before: AccountState | undefined;
  readonly after: AccountState;
}

/** By id, as the index does that finds them: its pages are then visited once each, in order. */
function moveAccounts(
  statements: Statements,
  { book, before, after }: StoredBatch,
): Promise<unknown>[] {
  const moves = after
    .touchedAccounts()
    .filter(({ version }) => version > 1)
    .map((account): Move => ({ before: before.account(account.id), after: account }))
    .sort((a, b) => (a.after.id < b.after.id ? -1 : 1));
  const ofBalance = moves.filter(isOfBalance);
  const others = moves.filter((move) => !isOfBalance(move));
  const sent: Promise<unknown>[] = [];
  if (ofBalance.length > 0) {
    sent.push(statements.query(MOVE_BALANCES, [book.tenantId, ...balanceColumns(ofBalance)]));
  }
  if (others.length > 0) {
    sent.push(
      statements.query(CHANGE_ACCOUNTS, [
        book.tenantId,
        ...balanceColumns(others),
        others.map(({ after: account }) => account.minimumMinor),
        others.map(({ after: account }) => account.heldMinor),
        others.map(({ after: account }) => account.status),
      ]),
    );
  }
  return sent;
}

/** True when the balance is all that changed. */
const isOfBalance = ({ before, after }: Move): boolean =>
  before !== undefined &&
  before.minimumMinor === after.minimumMinor &&
  before.heldMinor === after.heldMinor &&
  before.status === after.status;

const balanceColumns = (moves: readonly Move[]): unknown[] => [
  moves.map(({ after }) => after.id),
  // What was opened in this batch was inserted with the first version.
  moves.map(({ before }) => before?.version ?? 1),
  moves.map(({ after }) => after.version),
  moves.map(({ after }) => after.balanceMinor),
  moves.length,
];
