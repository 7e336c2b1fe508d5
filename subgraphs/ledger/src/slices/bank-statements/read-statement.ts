import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { LedgerContext } from "../../graph/ledger-context.ts";
import type { AccountObject } from "../accounts/account-object.ts";
import { MAPPED_ROLES, type CsvMapping } from "../bank-files/csv-table.ts";
import { readBankFile, type ReadFile } from "../bank-files/read-file.ts";
import type { BankStatement, StatementBreak } from "../bank-files/statement.ts";
import { nameLines } from "./import-statement.ts";
import { compareWithBooks, type KnownLine } from "./known-lines.ts";
import type { CsvMappingInput, ImportStatementInput } from "./statement-objects.ts";
import { readIbanUse, readLastImport } from "./statement-sql.ts";

/** All lines of a file are posted together, while other writers of the book wait. */
const MAX_LINES = 25_000;

/** A file as it was read, each line compared with the books. */
export interface StatementToImport extends ReadFile {
  readonly lines: readonly KnownLine[];
  /** Holes within the file, and between it and the account's last import. */
  readonly breaks: readonly StatementBreak[];
}

/** Reads a file for an account, or refuses all of it. */
export async function readStatement(
  context: LedgerContext,
  input: ImportStatementInput,
  account: AccountObject,
): Promise<StatementToImport> {
  const { request, stores } = context;
  const { tenantId } = request;
  const use = (iban?: string) =>
    stores.orm.as(tenantId, (em) => readIbanUse(em, tenantId, account.id, iban));
  const file = readBankFile(contentOf(input), {
    format: input.format ?? undefined,
    csv: toMapping(input.csv ?? {}),
    currency: account.currency,
    account: input.iban ?? (await use()).ibanOfAccount ?? undefined,
  });
  const { statement } = file;
  if (statement.lines.length > MAX_LINES) {
    throw invalidInput("content", `must have at most ${MAX_LINES} lines; split the file`);
  }
  if (statement.iban !== undefined && !input.takesOverIban)
    checkIban(statement.iban, account, await use(statement.iban));
  const named = nameLines(statement.lines);
  const lines = await compareWithBooks(stores.pool, tenantId, account, named);
  const breaks = [...(await breakBefore(context, account, statement, lines)), ...statement.breaks];
  return { ...file, lines, breaks };
}

function contentOf({ content, contentBase64 }: ImportStatementInput): Uint8Array | string {
  const hasText = typeof content === "string";
  const hasBytes = typeof contentBase64 === "string";
  if (hasText === hasBytes) {
    throw invalidInput("content", "is required, or contentBase64 instead of it");
  }
  if (hasText) return content;
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(contentBase64 ?? "")) {
    throw invalidInput("contentBase64", "must be Base64");
  }
  return Buffer.from(contentBase64 ?? "", "base64");
}

function toMapping(csv: CsvMappingInput): CsvMapping {
  const { decimalSeparator, delimiter } = csv;
  if (typeof decimalSeparator === "string" && !/^[.,]$/.test(decimalSeparator)) {
    throw invalidInput("csv.decimalSeparator", 'must be "." or ","');
  }
  if (typeof delimiter === "string" && (delimiter.length !== 1 || /["\r\n]/.test(delimiter))) {
    throw invalidInput("csv.delimiter", "must be one character, not a quote or a line break");
  }
  const columns = MAPPED_ROLES.flatMap((role): [string, string][] => {
    const column = csv[role];
    return typeof column === "string" ? [[role, column]] : [];
  });
  return {
    ...Object.fromEntries(columns),
    delimiter: delimiter ?? undefined,
    headerLine: csv.headerLine ?? undefined,
    dateFormat: csv.dateFormat ?? undefined,
    decimalSeparator: decimalSeparator === "," ? "," : decimalSeparator === "." ? "." : undefined,
    positiveIsOut: csv.positiveIsOut ?? undefined,
    minus: csv.minus ?? undefined,
  };
}

/** A statement of another bank account is the likeliest mistake, and the costliest to undo. */
function checkIban(
  iban: string,
  account: AccountObject,
  { accountOfIban, ibanOfAccount }: { accountOfIban: string | null; ibanOfAccount: string | null },
): void {
  if (ibanOfAccount !== null && ibanOfAccount !== iban) {
    throw new AppError(
      "STATEMENT_INVALID",
      `The statement is of ${iban}; earlier statements of this account were of ${ibanOfAccount}.`,
    );
  }
  if (accountOfIban !== null && accountOfIban !== account.id) {
    throw new AppError(
      "STATEMENT_INVALID",
      `The statement is of ${iban}; earlier statements of it were imported into another account.`,
    );
  }
}

/**
 * A statement that comes behind the account's last import begins where that one ended. One that overlaps it, or
 * fills in earlier days, cannot be compared.
 */
async function breakBefore(
  { request, stores }: LedgerContext,
  account: AccountObject,
  { openingMinor, lines }: BankStatement,
  known: readonly KnownLine[],
): Promise<StatementBreak[]> {
  if (openingMinor === undefined || known.some(({ verdict }) => verdict !== "NEW")) return [];
  const last = await readLastImport(stores.pool, request.tenantId, account.id);
  if (last === undefined || last.lastDate === null) return [];
  const { lastDate } = last;
  if (lines.some(({ effectiveDate }) => effectiveDate < lastDate)) return [];
  const expectedMinor = BigInt(last.closingMinor);
  return expectedMinor === openingMinor
    ? []
    : [{ kind: "SINCE_LAST_IMPORT", expectedMinor, foundMinor: openingMinor }];
}
