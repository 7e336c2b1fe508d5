import { formatAmount, parseAmount } from "@allfunds/contract/money";
import type {
  StatementLinesRead as LinesReadPayload,
  StatementReceived as ReceivedPayload,
} from "@allfunds/contract/events";
import { codecOf, type EventCodec } from "../../engine/event-codec.ts";
import { plainRule } from "./statement-rule.ts";
import type {
  LineFact,
  StatementImported,
  StatementLinesRead,
  StatementReceived,
} from "./statement.ts";

const amountOrNull = (minor: bigint | null, currency: string): string | null =>
  minor === null ? null : formatAmount(minor, currency);
const minorOrNull = (amount: string | null, currency: string): bigint | null =>
  amount === null ? null : parseAmount(amount, currency);

export const RECEIVED: EventCodec<StatementReceived> = {
  encode: ({ type: _type, openingMinor, closingMinor, breaks, ...event }): ReceivedPayload => ({
    ...event,
    reading: event.reading === null ? null : { ...event.reading },
    rules: event.rules.map(plainRule),
    openingBalance: amountOrNull(openingMinor, event.currency),
    closingBalance: amountOrNull(closingMinor, event.currency),
    breaks: breaks.map(({ kind, expectedMinor, foundMinor, line }) => ({
      kind,
      expected: formatAmount(expectedMinor, event.currency),
      found: formatAmount(foundMinor, event.currency),
      ...(line === undefined ? {} : { line }),
    })),
  }),
  decode: ({ openingBalance, closingBalance, breaks, ...payload }: ReceivedPayload) => ({
    ...payload,
    type: "StatementReceived",
    openingMinor: minorOrNull(openingBalance, payload.currency),
    closingMinor: minorOrNull(closingBalance, payload.currency),
    breaks: breaks.map(({ kind, expected, found, line }) => ({
      kind,
      expectedMinor: parseAmount(expected, payload.currency),
      foundMinor: parseAmount(found, payload.currency),
      ...(line === undefined ? {} : { line }),
    })),
  }),
};

type LinePayload = LinesReadPayload["lines"][number];

/** What most lines do not have is left out. */
const encodeLine = (line: LineFact, currency: string): LinePayload => ({
  fileLine: line.fileLine,
  effectiveDate: line.effectiveDate,
  bookingDate: line.bookingDate,
  amount: formatAmount(line.amountMinor, currency),
  description: line.description,
  reference: line.reference,
  ...(line.counterparty === undefined ? {} : { counterparty: line.counterparty }),
  ...(line.reversal ? { reversal: true as const } : {}),
  ...(Object.keys(line.details).length === 0 ? {} : { details: { ...line.details } }),
  identity: line.identity,
  verdict: line.verdict,
  transactionId: line.transactionId,
  ...(line.earlierId === null ? {} : { earlierId: line.earlierId }),
});

/** A line as its event has it. */
export const decodeLine = (
  { amount, counterparty, reversal, details, earlierId, ...line }: LinePayload,
  currency: string,
): LineFact => ({
  ...line,
  amountMinor: parseAmount(amount, currency),
  counterparty,
  reversal: reversal ?? false,
  details: details ?? {},
  earlierId: earlierId ?? null,
});

export const READ: EventCodec<StatementLinesRead> = {
  encode: ({ type: _type, lines, ...event }): LinesReadPayload => ({
    ...event,
    lines: lines.map((line) => encodeLine(line, event.currency)),
  }),
  decode: ({ lines, ...payload }: LinesReadPayload) => ({
    ...payload,
    type: "StatementLinesRead",
    lines: lines.map((line) => decodeLine(line, payload.currency)),
  }),
};

const PLAIN_IMPORTED = codecOf<StatementImported>("StatementImported", {
  amounts: { openingMinor: "openingBalance", closingMinor: "closingBalance" },
  times: ["importedAt"],
});

/** Earlier versions did not count the lines that they left out: they are the rest. */
function decodeImported(payload: never): StatementImported {
  const event = PLAIN_IMPORTED.decode(payload) as StatementImported & {
    possibleDuplicates?: number;
  };
  const { lines, posted, proposed, duplicates } = event;
  const rest = lines - posted - proposed - duplicates;
  return { ...event, possibleDuplicates: event.possibleDuplicates ?? rest };
}

export const IMPORTED: EventCodec<StatementImported> = {
  ...PLAIN_IMPORTED,
  decode: decodeImported,
};
