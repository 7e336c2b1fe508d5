import { hash as sha256 } from "node:crypto";
import { AppError, invalidInput } from "@allfunds/contract/errors";
import type { TenantReads } from "@allfunds/platform/tenancy";
import type { AccountObject } from "../accounts/account-object.ts";
import { MAPPED_ROLES, type CsvMapping } from "../bank-files/csv-mapping.ts";
import { readBankFile, type ReadFile, type StatementFormat } from "../bank-files/read-file.ts";
import type { BankStatement, StatementBreak } from "../bank-files/statement.ts";
import type { LongFile } from "../bank-files/long-file.ts";
import { compareWithBooks, type KnownLines } from "./known-lines.ts";
import type { CsvMappingInput } from "./csv-mapping-input.ts";
import type { ImportStatementInput, StartStatementImportInput } from "./statement-objects.ts";
import {
  readIbanUse,
  readLastImport,
  readNewestImport,
  readOwnAccounts,
  type OwnAccounts,
} from "./statement-sql.ts";

/** A bank's file as it was sent. */
interface StatementContent {
  readonly content: Uint8Array | LongFile | string;
  /** SHA-256 of the file's bytes, hexadecimal. */
  readonly hash: string;
}

/** How a file is to be read; plain, so that a job can keep it. */
export interface StatementReading {
  readonly format: StatementFormat | undefined;
  readonly csv: CsvMapping;
  /** Which account of a file with several. */
  readonly iban: string | undefined;
  readonly takesOverIban: boolean;
  /** Compares lines also with postings that no statement brought. */
  readonly comparesPostings?: boolean;
}

/** A file as it was read, each line compared with the books. */
export interface StatementToImport extends ReadFile {
  readonly hash: string;
  readonly lines: KnownLines;
  /** The fund's newest import before the lines were compared; null when there was none. */
  readonly after: string | null;
  /** The fund's other accounts, to which transfers go. */
  readonly own: OwnAccounts;
  /** Holes within the file, and between it and the account's last import. */
  readonly breaks: readonly StatementBreak[];
}

type Account = Pick<AccountObject, "id" | "fundId" | "currency">;

/** Reads as one tenant. */
interface Reading {
  readonly reads: TenantReads;
  readonly tenantId: string;
}

/** Reads a file for an account, or refuses all of it; one with more lines than `mostLines` too. */
export async function readStatement(
  { reads, tenantId }: Reading,
  { content, hash }: StatementContent,
  reading: StatementReading,
  account: Account,
  mostLines: number,
): Promise<StatementToImport> {
  const use = (iban: string | null) => readIbanUse(reads, tenantId, account.id, iban);
  const file = readBankFile(content, {
    format: reading.format,
    csv: reading.csv,
    currency: account.currency,
    account: reading.iban ?? (await use(null)).ibanOfAccount ?? undefined,
  });
  const { statement } = file;
  if (statement.lines.length > mostLines) throw tooManyLines(mostLines);
  if (statement.iban !== undefined && !reading.takesOverIban)
    checkIban(statement.iban, account, await use(statement.iban));
  const after = await readNewestImport(reads, tenantId, account.fundId);
  const own = await readOwnAccounts(reads, tenantId, account);
  const lines = await compareWithBooks(reads, tenantId, account, statement.lines, {
    comparesPostings: reading.comparesPostings !== false,
    own,
  });
  const before = await breakBefore({ reads, tenantId }, account, statement, lines);
  return { ...file, hash, lines, own, after, breaks: [...before, ...statement.breaks] };
}

const tooManyLines = (most: number): AppError =>
  invalidInput("content", `must have at most ${most} lines; import it by startStatementImport`);

/** How a client wants its file to be read. */
export const toStatementReading = (input: StartStatementImportInput): StatementReading => ({
  format: input.format ?? undefined,
  csv: toMapping(input.csv ?? {}),
  iban: input.iban ?? undefined,
  takesOverIban: input.takesOverIban,
  comparesPostings: input.comparesPostings,
});

/** The file of a request. */
export function contentOf({
  content,
  contentBase64,
}: Pick<ImportStatementInput, "content" | "contentBase64">): StatementContent {
  const hasText = typeof content === "string";
  const hasBytes = typeof contentBase64 === "string";
  if (hasText === hasBytes) {
    throw invalidInput("content", "is required, or contentBase64 instead of it");
  }
  if (hasText) return toContent(content);
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(contentBase64 ?? "")) {
    throw invalidInput("contentBase64", "must be Base64");
  }
  return toContent(Buffer.from(contentBase64 ?? "", "base64"));
}

/** A file with the hash by which it is found again. */
const toContent = (content: Uint8Array | string): StatementContent => ({
  content,
  hash: sha256("sha256", content, "hex"),
});

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
    sheet: csv.sheet ?? undefined,
    leaveOutOtherCurrencies: csv.leaveOutOtherCurrencies ?? undefined,
    headerLine: csv.headerLine ?? undefined,
    dateFormat: csv.dateFormat ?? undefined,
    decimalSeparator: decimalSeparator === "," ? "," : decimalSeparator === "." ? "." : undefined,
    positiveIsOut: csv.positiveIsOut ?? undefined,
    minus: csv.minus ?? undefined,
    isKept: csv.isKept,
  };
}

/** A statement of another bank account is the likeliest mistake, and the costliest to undo. */
function checkIban(
  iban: string,
  account: Account,
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
  { reads, tenantId }: Reading,
  account: Account,
  { openingMinor, lines }: BankStatement,
  known: KnownLines,
): Promise<StatementBreak[]> {
  if (openingMinor === undefined || known.count("NEW") < known.length) return [];
  const last = await readLastImport(reads, tenantId, account.id);
  if (last === undefined || last.lastDate === null) return [];
  const { lastDate } = last;
  if (lines.some(({ effectiveDate }) => effectiveDate < lastDate)) return [];
  const expectedMinor = BigInt(last.closingMinor);
  return expectedMinor === openingMinor
    ? []
    : [{ kind: "SINCE_LAST_IMPORT", expectedMinor, foundMinor: openingMinor }];
}
