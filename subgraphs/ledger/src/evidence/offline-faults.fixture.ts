import { describe, expect, test } from "vitest";
import { Sealer, verify } from "./offline-log.fixture.ts";
import { eventMutants, payloadMutants, type Mutant } from "./offline-mutants.fixture.ts";
import { sampleLog, tenantLog } from "./offline-sample.fixture.ts";

const { book, events } = sampleLog();
const sealer = new Sealer(book, events);
const limits = tenantLog().text;

/** A member and what was done to it. */
const nameOf = ({ path, change }: Mutant): string => `${path}: ${change}`;

/** Not more than a few of one kind: many postings are alike. */
function someOf(
  mutants: Iterable<Mutant>,
  mostOfAKind: number,
  kindOf: (mutant: Mutant) => string = nameOf,
): Mutant[] {
  const count = new Map<string, number>();
  return [...mutants].filter((mutant) => {
    const kind = kindOf(mutant);
    count.set(kind, (count.get(kind) ?? 0) + 1);
    return (count.get(kind) ?? 0) <= mostOfAKind;
  });
}

/** Words for people, which no rule reads. */
const FREE_TEXT = [
  /^(FundOpened|AccountOpened|AccountRenamed)\.name: other text$/,
  /^AccountOpened\.code: other text$/,
  /^\w+\.reason: other text$/,
  /^HoldVoided\.reason: null$/,
  /^(TransactionPosted|HoldPlaced)\.description: other text$/,
  /^(TransactionPosted|HoldPlaced)\.reference: (null|text|other text)$/,
  /^(TransactionPosted|HoldPlaced|AccountRenamed)\.metadata: member added$/,
  /^(TransactionPosted|HoldPlaced|AccountRenamed)\.metadata\.\w+: /,
  /^TransactionPosted\.source\.counterparty: (removed|empty|other text)$/,
  /^StatementReceived\.(fileHash|reading|rules\.contains|rules)\b/,
  /^StatementLinesRead\.lines\.(reference|counterparty|reversal|details|fileLine)\b/,
  /^(LinesMatched|ImportRulesSet)\.note: (null|other text)$/,
  /^ReconcilingItemUpdated\.owner: (null|other text)$/,
  /^ReconcilingItemUpdated\.explanation: other text$/,
  /^ImportRulesSet\.csv(\.delimiter)?: /,
  /^StatementImported\.format: other text$/,
  /^StatementImported\.iban: (null|other text)$/,
  // A command that waits may carry what this version does not have; nothing of it counts unless it is posted.
  /^TransactionProposed\.command(\.entries|\.balances|\.source|\.contra|\.contra\.own)?: member added$/,
  /^TransactionProposed\.command\.contra(\.accountId|\.own|\.own\.\w+)?: /,
  /^TransactionProposed\.command\.metadata: member added$/,
];

/** Other facts, which contradict no other: the book would be sound if that had happened. */
const OTHER_FACTS = [
  /^FundOpened\.currency: to (USD|JPY)$/,
  /^AccountOpened\.type: to (ASSET|LIABILITY|EQUITY|INCOME|EXPENSE)$/,
  /^AccountOpened\.minimumBalance: (removed|less)$/,
  /^Account(Opened|Renamed)\.countsAsCash: (removed|other)$/,
  /^AccountRenamed\.parentId: null$/,
  /^AccountFloorSet\.minimumBalance: (null|less|negative)$/,
  /^TransactionPosted\.transactionId: another id$/,
  /^TransactionPosted\.effectiveDate: (closed day|day before|day after)$/,
  /^TransactionPosted\.source\.importId: another id$/,
  /^TransactionPosted\.fx: (removed|list|first dropped|last doubled)$/,
  /^TransactionPosted\.fx\.(base|quote)Amount: less$/,
  /^TransactionPosted\.limitsAt: (number|less)$/,
  /^TransactionPosted\.countedFor: other text$/,
  /^HoldPlaced\.contraAccountId: null$/,
  /^PricesRecorded\.batchId: another id$/,
  /^PricesRecorded\.prices(\.date|\.currency|\.source|\.price|\.kind)?: /,
  /^PeriodClosed\.periodId: another id$/,
  /^PeriodClosed\.from: day after$/,
  /^PeriodClosed\.to: (closed day|day before|day after)$/,
  /^StatementReceived\.(from|to): (closed day|day before|day after)$/,
  /^StatementReceived\.breaks\b/,
  /^StatementReceived\.receiptsAccountId: null$/,
  /^ReconcilingItemUpdated\.(isClosed: other|line: less)$/,
  /^ImportRulesSet\.rules(\.contains|\.direction)?: /,
  /^ImportRulesSet\.(receipts|payments)AccountId: null$/,
  /^StatementLinesRead\.lines\.bookingDate: day (before|after)$/,
  /^StatementImported\.importId: another id$/,
  /^StatementImported\.importedAt: (earlier|later)$/,
  /^StatementImported\.skipped: (number|less)$/,
  // As an earlier version would have recorded it.
  /^StatementImported\.possibleDuplicates: removed$/,
  /^StatementImported\.(opening|closing)Balance: (null|more|less|negative)$/,
  /^TransactionProposed\.limitsAt: (removed|number|less)$/,
  /^TransactionProposed\.command\.importId: another id$/,
  // As the client spelled it.
  /^TransactionProposed\.command\.(balance|(entries|balances)\.amount): (shorter|leading zero)$/,
  /^TransactionPosted\.fx\.rate: leading zero$/,
];

/** Events that happen not to depend on each other, or of which nothing follows in the sample. */
const OTHER_ORDERS = [
  /^(AccountOpened|AccountRenamed|AccountFloorSet|AccountUnfrozen|AccountClosed): swapped$/,
  /^AccountClassified: (dropped|doubled|swapped)$/,
  // A chart opens several accounts by one command.
  /^AccountOpened: more events$/,
  /^(TransactionPosted|StatementImported|ApprovalLimitSet|PricesRecorded|PeriodClosed): swapped$/,
  /^PricesRecorded: (dropped|doubled)$/,
  /^(TransactionProposed|Proposal(Approved|Rejected|Withdrawn)): swapped$/,
  /^(AccountRenamed|AccountFloorSet|AccountClosed|PeriodClosed|StatementImported): dropped$/,
  /^Proposal(Rejected|Withdrawn): dropped$/,
  /^Statement(LineRejected|Undone): dropped$/,
  /^StatementLineRejected: swapped$/,
  /^LinesUnmatched: (dropped|swapped)$/,
  /^ReconcilingItemUpdated: (dropped|doubled|swapped)$/,
  /^ImportRulesSet: dropped$/,
  /^(AccountRenamed|ApprovalLimitSet): doubled$/,
  /^AccountClosed: to AccountFrozen$/,
  // What is left of the command is one without a key.
  /^(FundOpened|HoldCaptured|HoldExpired): fewer events$/,
];

/** What is seen where it is used, behind where it was changed. */
const SEEN_LATER = [
  /^AccountOpened\.(accountId|type|currency): /,
  /^TransactionPosted\.transactionId: another id$/,
  /^TransactionPosted\.(limitsAt: number|countedFor: other text)$/,
  /^AccountFloorSet\.minimumBalance: more$/,
  /^HoldPlaced\.(holdId|amount|expiresAt|contraAccountId): /,
  /^HoldCaptured\.transactionId: another id$/,
  /^ApprovalLimitSet\.(currency|amount|per): /,
  /^TransactionProposed\.proposalId: another id$/,
  /^TransactionProposed\.command\.(metadata|fx|readAt)\b/,
  /^PeriodClosed\.(periodId|from|to): /,
  /^StatementReceived\.(format|iban|lines|skipped|openingBalance|closingBalance|to|from|importId): /,
  /^StatementLinesRead\.lines\b/,
  /^StatementLineConfirmed\.transactionId: another id$/,
  /^LinesMatched\.matchId: another id$/,
];

const fits = (name: string, patterns: readonly RegExp[]): boolean =>
  patterns.some((pattern) => pattern.test(name));

interface Extent {
  /** How many changes of a member and of whole events are tried of one kind, where the hashes follow. */
  readonly members: number;
  readonly wholes: number;
  /** What is one kind where the hashes do not follow; one of each is tried. */
  readonly kindUnderHashes: (mutant: Mutant) => string;
}

/** One change of each kind, for every run. Every exception of the lists above may need more than one. */
export const ONE_OF_A_KIND: Extent = { members: 1, wholes: 1, kindUnderHashes: ({ path }) => path };
export const ALL: Extent = { members: 2, wholes: Infinity, kindUnderHashes: nameOf };

/** Tests that the offline verification names changes that the hashes follow, and changes that they do not. */
export function testOfflineFaults(extent: Extent): void {
  const { members, wholes, kindUnderHashes } = extent;
  const unusedOf = (exceptions: readonly RegExp[], used: ReadonlySet<RegExp>): RegExp[] =>
    extent === ALL ? exceptions.filter((pattern) => !used.has(pattern)) : [];

  test("the sample contains every type of event and is sound", () => {
    expect(new Set(events.map(({ type }) => type)).size).toBe(31);
    expect(verify(sealer.text, limits)).toBe("sound");
  });

  describe("a change behind which every hash was made anew", () => {
    test("of a member is named by the rule it breaks", () => {
      const wrong: string[] = [];
      const allowed = [...FREE_TEXT, ...OTHER_FACTS];
      const used = new Set<RegExp>();
      for (const mutant of someOf(payloadMutants(events), members)) {
        const name = nameOf(mutant);
        const found = verify(sealer.resealed(mutant.events, mutant.position), limits);
        const at = Number(found.split(" ")[1]);
        const isNamed = at === mutant.position || (at > mutant.position && fits(name, SEEN_LATER));
        if (found === "sound") for (const each of allowed) if (each.test(name)) used.add(each);
        if (found === "sound" ? !fits(name, allowed) : !isNamed) {
          wrong.push(`${name} at ${mutant.position}: ${found}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(unusedOf(allowed, used)).toEqual([]);
    });

    test("of whole events is named by the rule it breaks", () => {
      const wrong: string[] = [];
      const used = new Set<RegExp>();
      for (const mutant of someOf(eventMutants(events), wholes)) {
        const name = nameOf(mutant);
        const found = verify(sealer.resealed(mutant.events, mutant.position), limits);
        const at = Number(found.split(" ")[1]);
        const isLast = mutant.position === events.length && mutant.change === "dropped";
        if (found === "sound") for (const each of OTHER_ORDERS) if (each.test(name)) used.add(each);
        if (found === "sound" ? !fits(name, OTHER_ORDERS) : at < mutant.position && !isLast) {
          wrong.push(`${name} at ${mutant.position}: ${found}`);
        }
      }
      expect(wrong).toEqual([]);
      expect(unusedOf(OTHER_ORDERS, used)).toEqual([]);
    });
  });

  test("every change under the hashes that were recorded is named by the chain, where it is", () => {
    const wrong: string[] = [];
    for (const mutant of someOf(
      [...payloadMutants(events), ...eventMutants(events)],
      1,
      kindUnderHashes,
    )) {
      const found = verify(sealer.unsealed(mutant.events, mutant.places), limits);
      const [kind = "", at] = found.split(" ");
      const isNamed = ["CHANGED", "MISSING", "INSERTED", "REORDERED"].includes(kind);
      // A copy of an event stands behind the event itself.
      const position = mutant.position + (mutant.change === "doubled" ? 1 : 0);
      if (!isNamed || Number(at) !== position)
        wrong.push(`${nameOf(mutant)} at ${position}: ${found}`);
    }
    expect(wrong).toEqual([]);
  });
}
