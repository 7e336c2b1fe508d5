import { createHash, randomUUID } from "node:crypto";
import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";
import { fundOf, type GraphState } from "./state.ts";

const SOME_TIME = "2026-11-23T09:30:00.000Z";
const ANNA = { id: "anna", name: "Anna Accountant", kind: "USER" as const };
const DAYS_OF_MONTH = 30;

type Template = Graph.FakeValue<Graph.JournalTemplate>;
type Counterparty = Graph.FakeValue<Graph.Counterparty>;

interface Notes {
  readonly files: (Graph.FakeValue<Graph.Attachment> & { transactionId: string })[];
  readonly comments: (Graph.FakeValue<Graph.TransactionComment> & { transactionId: string })[];
}

/** Files and comments of transactions, counterparties, recurring journals, and the end of a month. */
export function bookkeepingResolvers(state: GraphState): Graph.Resolvers<Caller>[] {
  return [notesResolvers(), counterpartyResolvers(), journalResolvers(), monthEndResolvers(state)];
}

const of = <Item extends { transactionId: string }>(items: Item[], id: string | undefined) =>
  items.filter(({ transactionId }) => transactionId === id);

function notesResolvers(): Graph.Resolvers<Caller> {
  const notes: Notes = { files: [], comments: [] };
  return {
    Query: { attachment: (_, { id }) => notes.files.find((file) => file.id === id) ?? null },
    Transaction: {
      attachments: ({ id }, page) => pageOf(of(notes.files, id), page, (file) => file),
      comments: ({ id }, page) => pageOf(of(notes.comments, id), page, (comment) => comment),
    },
    Mutation: {
      attachFile: (_, { input: { transactionId, name, contentBase64 } }) => {
        const bytes = Buffer.from(contentBase64, "base64");
        if (name.endsWith(".exe")) {
          throw codedError("INVALID_INPUT", "The ending does not agree with the content.");
        }
        const file = {
          id: randomUUID(),
          transactionId,
          name,
          mediaType: "text/plain",
          size: bytes.length,
          sha256: createHash("sha256").update(bytes).digest("hex"),
          attachedAt: SOME_TIME,
          attachedBy: ANNA,
          contentBase64,
        };
        notes.files.push(file);
        return file;
      },
      addComment: (_, { input: { transactionId, text } }) => {
        const comment = {
          id: randomUUID(),
          transactionId,
          text,
          commentedAt: SOME_TIME,
          commentedBy: ANNA,
        };
        notes.comments.push(comment);
        return comment;
      },
    },
  };
}

function counterpartyResolvers(): Graph.Resolvers<Caller> {
  const kept: Counterparty[] = [
    {
      id: "counterparty-1",
      version: 2,
      name: "Custody Bank plc",
      ibans: ["GB29NWBK60161331926819"],
      note: "Charges quarterly.",
      isClosed: false,
      setAt: SOME_TIME,
      setBy: ANNA,
    },
  ];
  const proposed = {
    iban: "DE89370400440532013000",
    name: "Musterverwaltung GmbH",
    lines: 3,
    lastDate: "2026-11-20",
  };
  return {
    Fund: {
      counterparties: (_, page) => pageOf(kept, page, (party) => party),
      proposedCounterparties: () =>
        kept.some(({ ibans = [] }) => ibans.includes(proposed.iban)) ? [] : [proposed],
    },
    Mutation: {
      setCounterparty: (_, { input }) => {
        const earlier = kept.find(({ id }) => id === input.id);
        const others = kept.filter((party) => party !== earlier);
        const ibans = (input.ibans ?? []).map((iban) => iban.replaceAll(" ", ""));
        if (others.some((party) => party.ibans?.some((iban) => ibans.includes(iban)))) {
          throw codedError("ALREADY_EXISTS", "Another counterparty has this IBAN.");
        }
        const party: Counterparty = {
          id: input.id ?? randomUUID(),
          version: (earlier?.version ?? 0) + 1,
          name: input.name,
          ibans,
          note: input.note ?? null,
          isClosed: input.isClosed ?? false,
          setAt: SOME_TIME,
          setBy: ANNA,
        };
        kept.splice(0, kept.length, ...others, party);
        return party;
      },
    },
  };
}

function journalResolvers(): Graph.Resolvers<Caller> {
  const templates = new Map<string, Template[]>();
  const all = (fundId: string | undefined) => templates.get(fundId ?? "") ?? [];
  return {
    Fund: {
      journalTemplates: ({ id }, page) => pageOf(all(id), page, (template) => template),
      dueJournals: ({ id }) =>
        all(id).flatMap((template) => {
          const { isPaused, nextDate } = template;
          if (isPaused || !nextDate) return [];
          return [{ date: nextDate, template, accrual: null, refusal: null }];
        }),
    },
    Mutation: {
      setJournalTemplate: (_, { input }) => {
        if (input.entries.length < 2) {
          throw codedError("INVALID_INPUT", "A template needs at least two lines.");
        }
        const earlier = all(input.fundId).find(({ id }) => id === input.id);
        const template = templateOf(input, (earlier?.version ?? 0) + 1);
        const others = all(input.fundId).filter((each) => each !== earlier);
        templates.set(input.fundId, [...others, template]);
        return template;
      },
      skipJournalRun: (_, { templateId, date }) => {
        const template = [...templates.values()].flat().find(({ id }) => id === templateId);
        if (!template) throw codedError("NOT_FOUND", "There is no such template.");
        const run = { date, outcome: "SKIPPED" as const, transaction: null };
        return Object.assign(template, { nextDate: null, runs: { nodes: [run] } });
      },
      runJournals: (_, { fundId }) => {
        const due = all(fundId).filter(({ nextDate }) => nextDate !== null);
        for (const template of due) Object.assign(template, { nextDate: null });
        return { posted: due.length, waiting: 0, skipped: 0, refused: 0 };
      },
    },
  };
}

const templateOf = (input: Graph.SetJournalTemplateInput, version: number): Template => ({
  id: input.id ?? randomUUID(),
  version,
  name: input.name,
  description: input.description,
  frequency: input.frequency,
  dayOfMonth: input.dayOfMonth ?? null,
  firstDate: input.firstDate,
  lastDate: input.lastDate ?? null,
  reversal: input.reversal ?? null,
  isPaused: input.isPaused ?? false,
  nextDate: input.firstDate,
  ranUntil: null,
  setAt: SOME_TIME,
  maker: ANNA,
  entries: input.entries.map((line) => ({
    accountId: line.accountId,
    side: line.side,
    amount: line.amount ?? null,
    percent: line.percent ?? null,
    ofAccountId: line.ofAccountId ?? null,
  })),
  refusal: null,
  runs: { nodes: [] },
});

/** Two possible duplicates are open, and a position in dollars that is worth more than it is carried at. */
const monthEndResolvers = (state: GraphState): Graph.Resolvers<Caller> => ({
  Fund: {
    monthEnd: ({ id }, { day }) => ({
      day,
      isDone: false,
      checks: [
        { kind: "STATEMENT_LINES", open: 2 },
        { kind: "WAITING_PROPOSALS", open: 0 },
        { kind: "OPEN_HOLDS", open: 0 },
        { kind: "SUSPENSE_BALANCES", open: 0 },
        { kind: "OPEN_DAYS", open: fundOf(state, id).periods.length > 0 ? 0 : DAYS_OF_MONTH },
      ],
    }),
    currencyRevaluation: (_, { on }) => [
      {
        currency: "USD",
        position: { amount: "1000.00", currency: "USD" },
        carried: { amount: "880.00", currency: "EUR" },
        value: { amount: "909.09", currency: "EUR" },
        difference: { amount: "29.09", currency: "EUR" },
        rates: [{ date: on, base: "EUR", quote: "USD", rate: "1.1000", source: "ECB" }],
      },
    ],
  },
  Mutation: {
    revalueCurrencies: (_, { input: { fundId } }) => ({
      transaction: { id: fundOf(state, fundId).transactions[0]?.id ?? "" },
    }),
  },
});
