import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { ImportRulesSet as ImportRulesPayload } from "@allfunds/contract/events";
import { Migration } from "@allfunds/platform/database";
import { enforceTenancy, grantRule } from "@allfunds/platform/tenancy";
import { isId } from "@allfunds/platform/ids";
import type { EventPlace } from "../../engine/book.ts";
import { defineBatchRows, type BookState } from "../../engine/book-state.ts";
import { codecOf } from "../../engine/event-codec.ts";
import { checkMetadata, checkText, Findings } from "../../engine/input-rules.ts";
import { defineSlice, type Lookup, type Want } from "../../engine/slice.ts";
import type { AppendTable } from "../../engine/table.ts";
import { requireAccount } from "../accounts/account.ts";
import { refuseDimensions } from "../dimensions/entry-dimensions.ts";
import { requireFund } from "../funds/fund.ts";
import { checkRules, type StatementRule } from "./statement-rule.ts";

/** How the statements of an account are read, and where their lines go. */
interface RuleSet {
  readonly fundId: string;
  readonly accountId: string;
  /** How CSV is read; null where the file decides. */
  readonly csv: Readonly<Record<string, unknown>> | null;
  readonly rules: readonly StatementRule[];
  readonly receiptsAccountId: string | null;
  readonly paymentsAccountId: string | null;
  readonly note: string | null;
}

/** The command to keep rules for the statements of an account, whole. */
export interface SetImportRules extends RuleSet {
  readonly kind: "SetImportRules";
  /** The version that they replace; 0 for none. */
  readonly replaces: number;
}

/** The statements of an account are read and allocated by these rules from now on. */
export interface ImportRulesSet extends RuleSet {
  readonly type: "ImportRulesSet";
  /** 1, 2, 3 … of the account. */
  readonly version: number;
}

/** The newest version, by account; a replay has all of them. */
const RULES_VERSION = defineBatchRows<number>("versions of import rules");

const FIND_VERSIONS = `
  SELECT account_id AS "accountId", max(version)::int AS version FROM import_rules
  WHERE tenant_id = $1 AND account_id = ANY ($2::uuid[]) GROUP BY account_id`;

const VERSIONS: Lookup<number> = {
  rows: RULES_VERSION,
  find: async ({ statements, book: { tenantId }, draft }, ids) => {
    const { rows } = await statements.query<{ accountId: string; version: number }>(FIND_VERSIONS, [
      tenantId,
      [...ids],
    ]);
    for (const { accountId, version } of rows) draft.put(RULES_VERSION, accountId, version);
  },
};

function wantVersion({ accountId }: SetImportRules, want: Want): void {
  if (isId(accountId)) want(VERSIONS, accountId);
}

const versionOf = (state: BookState, accountId: string): number =>
  state.get(RULES_VERSION, accountId) ?? 0;

function decideRules(command: SetImportRules, state: BookState): [ImportRulesSet] {
  const { kind: _kind, replaces, ...set } = command;
  requireFund(state, set.fundId);
  const findings = new Findings();
  if (set.note !== null) checkText(findings, "note", set.note, { min: 1, max: 500 });
  if (set.csv !== null) checkMetadata(findings, "csv", set.csv);
  findings.refuseIfAny();
  checkRules(set.rules);
  refuseForeign(state, set);
  for (const [index, { accountId, dimensions }] of set.rules.entries()) {
    refuseDimensions(
      { fund: state, tenant: state.tenant },
      {
        account: requireAccount(state, accountId),
        dimensions,
        path: `rules.${index}`,
        isRepeated: false,
        isComplete: true,
      },
    );
  }
  const version = versionOf(state, set.accountId);
  if (version !== replaces)
    throw new AppError(
      "VERSION_CONFLICT",
      `The rules of the account are at version ${version}, not ${replaces}.`,
    );
  return [{ type: "ImportRulesSet", ...set, version: version + 1 }];
}

/** Every account is one of the fund, in the currency of the bank's, and another than it. */
function refuseForeign(state: BookState, set: RuleSet): void {
  const { currency } = requireAccount(state, set.accountId);
  const ids = [
    set.receiptsAccountId,
    set.paymentsAccountId,
    ...set.rules.map(({ accountId }) => accountId),
  ];
  for (const id of ids) {
    if (id === null) continue;
    const contra = requireAccount(state, id);
    if (id === set.accountId)
      throw invalidInput("rules", "cannot lead to the account of the statements itself");
    if (contra.currency !== currency)
      throw new AppError(
        "CURRENCY_MISMATCH",
        `Account ${contra.code} is kept in ${contra.currency}, not in ${currency}.`,
      );
  }
}

function checkSet(state: BookState, event: ImportRulesSet): void {
  refuseForeign(state, event);
  if (event.version !== versionOf(state, event.accountId) + 1)
    throw new AppError("VERSION_CONFLICT", "The version does not follow the one before.");
}

class KeepImportRules extends Migration {
  override up(): void {
    this.addSql(`CREATE TABLE import_rules (
      tenant_id uuid NOT NULL,
      book_id uuid NOT NULL,
      position bigint NOT NULL,
      account_id uuid NOT NULL,
      version integer NOT NULL,
      CONSTRAINT import_rules_pkey PRIMARY KEY (tenant_id, book_id, position)
    )`);
    this.addSql(
      `CREATE INDEX import_rules_newest ON import_rules (tenant_id, account_id, version)`,
    );
    this.addSql(...enforceTenancy("import_rules"));
    this.addSql(`CREATE POLICY granted_funds ON import_rules AS RESTRICTIVE FOR SELECT USING (
      ${grantRule("book_id")})`);
    this.addSql(`REVOKE ALL ON import_rules FROM PUBLIC, CURRENT_USER`);
    this.addSql(`GRANT SELECT, INSERT ON import_rules TO CURRENT_USER`);
  }
}

const IMPORT_RULES_TABLE: AppendTable = {
  name: "import_rules",
  order: "position",
  columns: [
    { name: "position", type: "bigint" },
    { name: "account_id", type: "uuid" },
    { name: "version", type: "integer" },
  ],
  rowsOf: {
    ImportRulesSet: ({ accountId, version }: ImportRulesSet, { position }: EventPlace) => [
      [position, accountId, version],
    ],
  },
};

export const IMPORT_RULES = defineSlice<SetImportRules, ImportRulesSet>({
  name: "import rules",
  migrations: [{ name: "0111-import-rules", class: KeepImportRules }],
  appends: [IMPORT_RULES_TABLE],
  replayed: [RULES_VERSION],
  commands: { SetImportRules: { needs: wantVersion, decide: decideRules } },
  events: {
    ImportRulesSet: {
      codec: codecOf<ImportRulesSet>("ImportRulesSet"),
      evolve: (draft, { accountId, version }) => draft.put(RULES_VERSION, accountId, version),
      check: checkSet,
    },
  },
});

/** Rules as they are read. */
export interface StoredRules {
  readonly payload: ImportRulesPayload;
  readonly setBy: string;
  readonly setAt: Date;
}
