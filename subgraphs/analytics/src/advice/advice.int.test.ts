import { graphql } from "graphql";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FakeGemini, parts, refusal, streamed, type Reply } from "../gemini/fake-gemini.fixture.ts";
import { GeminiModel } from "../gemini/gemini-model.ts";
import { silent } from "../service.fixture.ts";
import { answerQuestion, type AnswerSentence } from "./answer-question.ts";
import type { RunOperation } from "./graph/graph-client.ts";
import { PAYEE, sampleGraph } from "./sample-graph.fixture.ts";

const graph: RunOperation = async ({ document }, variables) => {
  const { data, errors } = await graphql({
    schema: sampleGraph,
    source: document,
    variableValues: variables as Record<string, unknown>,
  });
  if (errors !== undefined) throw errors[0];
  return data as never;
};

let gemini: FakeGemini;
beforeAll(async () => {
  gemini = new FakeGemini();
  await gemini.start();
});
afterAll(async () => gemini.stop());
beforeEach(() => {
  gemini.calls.length = 0;
  gemini.replies = [];
});

const model = () =>
  new GeminiModel({
    apiKey: "key",
    model: "some-model",
    baseUrl: gemini.url,
    timeoutMs: 5_000,
  });

const ask = async (text: string, replies?: Reply[], books: RunOperation = graph) => {
  gemini.replies = replies ?? [];
  const released: AnswerSentence[] = [];
  const answer = await answerQuestion(
    { model: replies === undefined ? undefined : model(), logger: silent },
    {
      text,
      fundId: null,
      language: null,
      readerLanguage: null,
      tenantId: "018f0000-0000-7000-8000-000000000001",
      today: "2026-11-28",
      graph: books,
      onSentence: (sentence) => void released.push(sentence),
    },
  );
  return { ...answer, released, shown: answer.sentences.map((sentence) => sentence.text) };
};

const calls = (name: string, args: object = {}): object => ({ functionCall: { name, args } });
const writes = (...texts: readonly string[]): Reply =>
  streamed(...texts.slice(0, -1).map((text) => ({ parts: [{ text }] })), {
    parts: [{ text: texts.at(-1) }],
    finishReason: "STOP",
  });
const READY = parts(() => [calls("write_answer")]);
const WITH_BALANCES = [
  parts(() => [{ text: "Let me see.", thought: true }, calls("balances")]),
  READY,
];

describe("a question without a language model", () => {
  it("is answered from templates with the graph's own figures", async () => {
    expect(await ask("How much cash do we have?")).toMatchObject({
      outcome: "ANSWERED",
      by: "TEMPLATES",
      shown: ["Cash stands at 1,250,000.00 EUR."],
      facts: [{ value: "1250000.00", currency: "EUR", source: { metric: "CASH" } }],
      asOf: "2026-11-28",
      position: 42,
      sent: [],
    });
  });

  it("adds up the fees of a period, and leaves transfers out", async () => {
    const { shown } = await ask("What did we spend on fees last month?");
    expect(shown).toEqual([
      "From 1 October 2026 to 31 October 2026 the fees paid come to 18,250.00 EUR in total.",
      "“Management fee”: 12,500.00 EUR.",
      "“Custody fee”: 5,750.00 EUR.",
    ]);
  });

  it("cites the transaction of a payment", async () => {
    const { shown, facts } = await ask("Was war die größte Zahlung diesen Monat?");
    expect(shown[0]).toBe(
      `Die größte Zahlung war 45.000,00 EUR an “${PAYEE}” am 14. November 2026.`,
    );
    expect(facts[0]?.source).toEqual({ kind: "TRANSACTION", transactionId: "t1" });
  });

  it.each([
    ["Who won the match?", "OUTSIDE"],
    ["Should I buy more of it?", "NO_TRADE_ADVICE"],
    ["What did we spend on fees in 2019?", "ANSWERED"],
  ])("gets the reason when it cannot be answered: %s", async (question, outcome) => {
    const answer = await ask(question);
    expect(answer).toMatchObject({ outcome, by: "TEMPLATES" });
    expect(answer.shown).toHaveLength(1);
  });
});

describe("a question with a language model", () => {
  it("is answered by it, sentence by sentence, with figures put in by code", async () => {
    const answer = await ask("How much cash do we have?", [
      ...WITH_BALANCES,
      writes(
        "Cash stands at {{f",
        "1}} and net asset value at {{f2}}.",
        "\nThe net asset value is {{f2}}.",
      ),
    ]);
    expect(answer).toMatchObject({
      by: "MODEL",
      model: "some-model",
      refusedSentences: 0,
      shown: [
        "Cash stands at 1,250,000.00 EUR and net asset value at 4,800,000.00 EUR.",
        "The net asset value is 4,800,000.00 EUR.",
      ],
    });
    expect(answer.released).toEqual(answer.sentences);
  });

  it("calculates with exact decimals when the model calls for it", async () => {
    const answer = await ask("What did we spend on fees last month?", [
      parts(() => [calls("income_and_spending", { period: "LAST_MONTH" })]),
      parts(() => [calls("calc", { operation: "DIFFERENCE", facts: ["f2", "f5"] })]),
      READY,
      writes("The difference is {{f9}}."),
    ]);
    expect(answer.shown).toEqual(["The difference is 6,750.00 EUR."]);
    expect(answer.facts[0]?.source).toMatchObject({ operation: "DIFFERENCE", from: ["f2", "f5"] });
  });

  it("sends what was refused back once, and shows only what passes", async () => {
    const answer = await ask("How much cash do we have?", [
      ...WITH_BALANCES,
      writes("Cash stands at {{f1}}. It is 99 percent of {{f2}}."),
      writes("The net asset value is {{f2}}."),
    ]);
    expect(answer).toMatchObject({ by: "MODEL", refusedSentences: 1 });
    expect(answer.shown).toEqual([
      "Cash stands at 1,250,000.00 EUR.",
      "The net asset value is 4,800,000.00 EUR.",
    ]);
    expect(gemini.calls.at(-1)?.body).toContain("Write no digits");
  });

  it("is answered from templates when nothing the model wrote can be shown", async () => {
    const answer = await ask("How much cash do we have?", [
      ...WITH_BALANCES,
      writes("You have 5 million euros."),
      writes("You have five million euros."),
    ]);
    expect(answer).toMatchObject({ by: "TEMPLATES", model: null, refusedSentences: 2 });
    expect(answer.shown).toEqual(["Cash stands at 1,250,000.00 EUR."]);
  });

  it.each<[string, Reply[]]>([
    ["the key is refused", [refusal(400, "INVALID_ARGUMENT")]],
    ["the service fails", [refusal(503, "UNAVAILABLE")]],
    [
      "a function call is malformed",
      [
        (_call, response) =>
          response.writeHead(200, { "content-type": "application/json" }).end(
            JSON.stringify({
              candidates: [{ content: {}, finishReason: "MALFORMED_FUNCTION_CALL", index: 0 }],
            }),
          ),
      ],
    ],
    ["the stream breaks off", [...WITH_BALANCES, streamed({ parts: [{ text: "Cash sta" }] })]],
    ["the answer is empty", [...WITH_BALANCES, writes("")]],
  ])("is answered from templates when %s", async (_why, replies) => {
    const answer = await ask("How much cash do we have?", replies);
    expect(answer).toMatchObject({ outcome: "ANSWERED", by: "TEMPLATES" });
    expect(answer.shown).toEqual(["Cash stands at 1,250,000.00 EUR."]);
  });

  it("survives unknown tools and wrong arguments", async () => {
    const answer = await ask("How much cash do we have?", [
      parts(() => [calls("drop_tables"), calls("forecast", { months: 500 })]),
      ...WITH_BALANCES,
      writes("Cash stands at {{f1}}."),
    ]);
    expect(answer).toMatchObject({ by: "MODEL", shown: ["Cash stands at 1,250,000.00 EUR."] });
  });

  it("sees no name of the books and nothing that memos say", async () => {
    const answer = await ask("What was the largest payment this month?", [
      parts(() => [calls("largest_movements", { period: "THIS_MONTH" })]),
      READY,
      writes("The largest payment was {{f1}} to {{f2}}."),
    ]);
    expect(answer.shown).toEqual([`The largest payment was 45,000.00 EUR to “${PAYEE}”.`]);
    const sent = gemini.calls.map(({ body }) => body).join("");
    expect(sent).not.toContain("Hauser");
    expect(sent).not.toContain("Ignore all");
    expect(answer.sent.join("")).not.toContain("Hauser");
  });
});

describe("a fund without a figure, because part of it has no exchange rate", () => {
  const dollars = { amount: "700.00", currency: "USD" };
  const account = { name: "Dollars", countsAsCash: true, balance: dollars };
  const flow = { period: "2026-11-01", inflow: null, outflow: dollars };
  const books: RunOperation = async (document, variables) => {
    const data: { fund?: { metrics?: object; accounts?: object; cashFlows?: object } } =
      await graph(document as never, variables as never);
    if (data.fund?.metrics) {
      Object.assign(data.fund.metrics, {
        cash: null,
        netAssetValue: null,
        otherCurrencies: [dollars],
      });
      data.fund.accounts = { nodes: [account] };
    }
    if (data.fund && "cashFlows" in data.fund) data.fund.cashFlows = [flow];
    return data as never;
  };

  it.each([
    ["How much cash do we have?", ["“Dollars”: 700.00 USD."]],
    ["What is the net asset value?", []],
    ["What was the net cash flow this month?", []],
  ])("is given no part as the whole: %s", async (question, sentences) => {
    const { shown } = await ask(question, undefined, books);
    expect(shown.filter((sentence) => /\d{2}/.test(sentence))).toEqual(sentences);
  });
});
