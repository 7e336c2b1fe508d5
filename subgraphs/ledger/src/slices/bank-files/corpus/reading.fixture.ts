import { AppError } from "@allfunds/contract/errors";
import { formatAmount } from "@allfunds/contract/money";
import { readBankFile } from "../read-file.ts";
import type { CorpusCase } from "./corpus.fixture.ts";

/** What was read, in the words of the corpus. */
export function readingOf({ bytes, reading }: CorpusCase): string[] {
  try {
    const { format, statement } = readBankFile(bytes, reading);
    const money = (minor: bigint | undefined): string =>
      minor === undefined ? "-" : formatAmount(minor, reading.currency);
    const { iban, openingMinor, closingMinor, skipped, breaks } = statement;
    const head = `${format} account=${iban ?? "-"} opening=${money(openingMinor)} closing=${money(closingMinor)} skipped=${skipped} breaks=${breaks.length}`;
    const lines = Array.from(statement.lines, (line) =>
      [
        `${line.effectiveDate}${line.bookingDate === line.effectiveDate ? "" : ` (${line.bookingDate})`} ${money(line.amountMinor)}`,
        line.description,
        line.counterparty ?? "-",
        line.reference ?? "-",
        ...(line.reversal ? ["taken back"] : []),
        ...Object.entries(line.details).map(([name, text]) => `${name}=${text}`),
      ].join(" | "),
    );
    return [head, ...lines];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const places = error.violations?.map(({ path }) => path).join("; ") ?? "-";
    return [`${error.code} at ${places}`];
  }
}
