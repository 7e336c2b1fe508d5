import { AppError, invalidInput } from "@allfunds/contract/errors";
import { isIban } from "@allfunds/contract/identifiers";
import { Migration } from "@allfunds/platform/database";
import { acrossTenants, enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import type { EventPlace } from "../../engine/book.ts";
import type { BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { checkText, checkUuid, Findings } from "../../engine/input-rules.ts";
import { defineSlice } from "../../engine/slice.ts";
import { defineTable, required } from "../../engine/table.ts";
import { requireFund } from "../funds/fund.ts";

/** Who a fund pays or is paid by. */
interface CounterpartyContent {
  readonly fundId: string;
  readonly counterpartyId: string;
  readonly name: string;
  /** Without spaces, each of one counterparty of the fund. */
  readonly ibans: readonly string[];
  readonly note: string | null;
  readonly isClosed: boolean;
}

/** The command to keep a counterparty, whole: a new one, or the next version. */
export interface SetCounterparty extends CounterpartyContent {
  readonly kind: "SetCounterparty";
  /** The version that it replaces; 0 for none. */
  readonly replaces: number;
}

/** A counterparty is known so from now on. */
export interface CounterpartySet extends CounterpartyContent {
  readonly type: "CounterpartySet";
  /** 1, 2, 3 … of the counterparty. */
  readonly version: number;
}

interface CounterpartyState {
  readonly id: string;
  readonly version: number;
  /** Of its newest version. */
  readonly position: number;
  readonly isClosed: boolean;
}

const COUNTERPARTY = defineTable<CounterpartyState>({
  name: "counterparty",
  bookColumn: "book_id",
  keyColumn: "id",
  columns: [
    { name: "id", type: "uuid", of: ({ id }) => id, fixed: true },
    { name: "version", type: "integer", of: ({ version }) => version },
    { name: "position", type: "bigint", of: ({ position }) => position },
    { name: "is_closed", type: "boolean", of: ({ isClosed }) => isClosed },
  ],
  read: (texts) => ({
    id: required(texts, "id"),
    version: Number(required(texts, "version")),
    position: Number(required(texts, "position")),
    isClosed: required(texts, "is_closed") === "true",
  }),
});

/** What a fund's book has under the id of a counterparty. */
export const counterpartyOf = (
  state: BookState,
  id: string,
): Pick<CounterpartyState, "isClosed"> | undefined => state.get(COUNTERPARTY, id);

/** The counterparty that has an IBAN now; undefined when none has. */
export const counterpartyOfIban = (state: BookState, iban: string): string | undefined =>
  state.get(COUNTERPARTY_IBAN, iban)?.counterpartyId ?? undefined;

interface IbanState {
  readonly iban: string;
  /** Null for one that its counterparty no longer has. */
  readonly counterpartyId: string | null;
}

const COUNTERPARTY_IBAN = defineTable<IbanState>({
  name: "counterparty_iban",
  bookColumn: "book_id",
  keyColumn: "iban",
  columns: [
    { name: "iban", type: "text", of: ({ iban }) => iban, fixed: true },
    { name: "counterparty_id", type: "uuid", of: ({ counterpartyId }) => counterpartyId },
  ],
  read: (texts) => ({
    iban: required(texts, "iban"),
    counterpartyId: texts["counterparty_id"] ?? null,
  }),
});

const MOST_IBANS = 20;
const MOST_COUNTERPARTIES = 20_000;

function decideSet(command: SetCounterparty, state: BookState): [CounterpartySet] {
  const { kind: _kind, replaces, ...content } = command;
  requireFund(state, content.fundId);
  checkContent(content);
  refuseIbansOfOthers(state, content);
  const version = state.get(COUNTERPARTY, content.counterpartyId)?.version ?? 0;
  if (version !== replaces) {
    throw new AppError(
      "VERSION_CONFLICT",
      `The counterparty is at version ${version}, not ${replaces}.`,
    );
  }
  if (version === 0 && state.all(COUNTERPARTY).size >= MOST_COUNTERPARTIES) {
    throw invalidInput("id", `a fund has at most ${MOST_COUNTERPARTIES} counterparties`);
  }
  return [{ type: "CounterpartySet", ...content, version: version + 1 }];
}

function checkContent({ counterpartyId, name, ibans, note }: CounterpartyContent): void {
  const findings = new Findings();
  checkUuid(findings, "id", counterpartyId);
  checkText(findings, "name", name, { min: 1, max: 140 });
  if (note !== null) checkText(findings, "note", note, { min: 1, max: 500 });
  if (ibans.length > MOST_IBANS) findings.add("ibans", `must be at most ${MOST_IBANS}`);
  for (const [index, iban] of ibans.entries()) {
    if (!isIban(iban)) {
      findings.add(`ibans.${index}`, "must be an IBAN without spaces, with right check digits");
    }
    if (ibans.indexOf(iban) !== index) findings.add(`ibans.${index}`, "is there twice");
  }
  findings.refuseIfAny();
}

function refuseIbansOfOthers(
  state: BookState,
  { ibans, counterpartyId }: CounterpartyContent,
): void {
  for (const iban of ibans) {
    const owner = state.get(COUNTERPARTY_IBAN, iban)?.counterpartyId ?? null;
    if (owner === null || owner === counterpartyId) continue;
    throw new AppError("ALREADY_EXISTS", `The IBAN ${iban} is of another counterparty.`);
  }
}

function evolveSet(draft: BookState, event: CounterpartySet, { position }: EventPlace): void {
  const { counterpartyId: id, version, ibans, isClosed } = event;
  draft.put(COUNTERPARTY, id, { id, version, position, isClosed });
  for (const [iban, row] of draft.all(COUNTERPARTY_IBAN)) {
    if (row.counterpartyId === id && (isClosed || !ibans.includes(iban))) {
      draft.put(COUNTERPARTY_IBAN, iban, { iban, counterpartyId: null });
    }
  }
  if (isClosed) return;
  for (const iban of ibans) draft.put(COUNTERPARTY_IBAN, iban, { iban, counterpartyId: id });
}

function checkSet(state: BookState, event: CounterpartySet): void {
  requireFund(state, event.fundId);
  checkContent(event);
  refuseIbansOfOthers(state, event);
  if (event.version !== (state.get(COUNTERPARTY, event.counterpartyId)?.version ?? 0) + 1) {
    throw new AppError("VERSION_CONFLICT", "The version does not follow the one before.");
  }
}

class CreateCounterparties extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE counterparty (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      id uuid NOT NULL,
      version integer NOT NULL,
      position bigint NOT NULL,
      CONSTRAINT counterparty_pkey PRIMARY KEY (tenant_id, book_id, id)
    )`);
    this.addSql(`CREATE INDEX counterparty_id ON counterparty (tenant_id, id)`);
    this.addSql(`CREATE TABLE counterparty_iban (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      iban text NOT NULL,
      counterparty_id uuid,
      CONSTRAINT counterparty_iban_pkey PRIMARY KEY (tenant_id, book_id, iban)
    )`);
    this.addSql(...enforceTenancy("counterparty", "counterparty_iban"));
    for (const table of ["counterparty", "counterparty_iban"]) {
      this.addSql(`CREATE POLICY granted_funds ON ${table} AS RESTRICTIVE FOR SELECT USING (
        ${grantRule("book_id")})`);
      this.addSql(`REVOKE ALL ON ${table} FROM PUBLIC, CURRENT_USER`);
    }
    this.addSql(`GRANT SELECT, INSERT, UPDATE (version, position) ON counterparty TO CURRENT_USER`);
    this.addSql(
      `GRANT SELECT, INSERT, UPDATE (counterparty_id) ON counterparty_iban TO CURRENT_USER`,
    );
  }
}

class KeepClosed extends Migration {
  override up(): void {
    this.addSql(`ALTER TABLE counterparty ADD COLUMN is_closed boolean NOT NULL DEFAULT false`);
    this.addSql(
      ...acrossTenants(
        ["counterparty", "event", "book"],
        `GRANT UPDATE (is_closed) ON counterparty TO CURRENT_USER`,
        `UPDATE counterparty c SET is_closed = (e.payload->>'isClosed')::boolean FROM event e
          WHERE e.tenant_id = c.tenant_id AND e.book_id = c.book_id AND e.position = c.position`,
        // The rows have a column that no digest counts: each book is proven by its log once.
        `UPDATE book SET state_digest = NULL`,
      ),
    );
    this.addSql(`ALTER TABLE counterparty ALTER COLUMN is_closed DROP DEFAULT`);
  }
}

export const COUNTERPARTIES = defineSlice<SetCounterparty, CounterpartySet>({
  name: "counterparties",
  tables: [COUNTERPARTY, COUNTERPARTY_IBAN],
  migrations: [
    { name: "0124-counterparties", class: CreateCounterparties },
    { name: "0141-closed-counterparties", class: KeepClosed },
  ],
  commands: { SetCounterparty: { decide: decideSet } },
  events: {
    CounterpartySet: {
      codec: codecOf<CounterpartySet>("CounterpartySet"),
      evolve: evolveSet,
      check: checkSet,
    },
  },
});
