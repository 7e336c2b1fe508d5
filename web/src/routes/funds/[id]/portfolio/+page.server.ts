import { readerPoint } from "#lib/server/reader-language.ts";
import { randomUUID } from "node:crypto";
import { textOf } from "#lib/forms/form-data.ts";
import { settle } from "#lib/forms/refusal.ts";
import {
  CancelTradeDocument,
  FailTradeDocument,
  FundPortfolioDocument,
  RecordTradesDocument,
  SecurityChoicesDocument,
  SettleTradesDocument,
} from "#lib/graph/graph-types.generated.ts";
import { readTrade } from "#lib/portfolio/trade-form.ts";
import type { PlainKey } from "#lib/language/messages.ts";
import { doneText } from "#lib/server/reader-language.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import type { Actions, PageServerLoad } from "./$types";

const POSITIONS_PER_PAGE = 50;
const TRADES_PER_PAGE = 25;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DONE: Readonly<Record<string, PlainKey>> = {
  recorded: "done.recorded",
  settled: "done.tradeSettled",
  failed: "done.tradeFailed",
  cancelled: "done.tradeCancelled",
};

export const load: PageServerLoad = async ({
  cookies,
  locals,
  params: { id },
  url: { searchParams },
}) => {
  const today = readerToday(cookies);
  const wanted = searchParams.get("asOf") ?? "";
  const asOf = DAY.test(wanted) ? wanted : today;
  const pages = { after: searchParams.get("after"), tradesAfter: searchParams.get("trades") };
  const mayPost = locals.session?.viewer.may.post ?? false;
  const [{ data, problems }, securities] = await Promise.all([
    query(FundPortfolioDocument, {
      id,
      asOf,
      ...pages,
      first: POSITIONS_PER_PAGE,
      trades: TRADES_PER_PAGE,
    }),
    mayPost ? query(SecurityChoicesDocument, {}) : undefined,
  ]);
  const { positions, trades, ...fund } = required(data?.fund, problems, "fund");
  return {
    fund,
    asOf,
    today,
    pages,
    mayPost,
    positions,
    trades,
    securities: securities?.data?.securities.nodes ?? [],
    problems: [...problems, ...(securities?.problems ?? [])],
    done: doneText(DONE[searchParams.get("done") ?? ""]),
    idempotencyKey: randomUUID(),
  };
};

const pageAfter = (id: string, done: string) => `/funds/${id}/portfolio?done=${done}`;

export const actions: Actions = {
  record: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const answer = await mutate(RecordTradesDocument, {
      input: {
        fundId: id,
        trades: [readTrade(form, readerPoint())],
        idempotencyKey: textOf(form, "idempotencyKey"),
      },
    });
    return settle("record", form, answer, pageAfter(id, "recorded"));
  },
  settle: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const tradeId = textOf(form, "tradeId");
    const answer = await mutate(SettleTradesDocument, {
      input: {
        fundId: id,
        tradeIds: [tradeId],
        date: textOf(form, "date") || undefined,
        idempotencyKey: textOf(form, "idempotencyKey"),
      },
    });
    return settle("settle", form, answer, pageAfter(id, "settled"), tradeId);
  },
  fail: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const tradeId = textOf(form, "tradeId");
    const answer = await mutate(FailTradeDocument, {
      input: {
        tradeId,
        reason: textOf(form, "reason"),
        idempotencyKey: textOf(form, "idempotencyKey"),
      },
    });
    return settle("fail", form, answer, pageAfter(id, "failed"), tradeId);
  },
  cancel: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const tradeId = textOf(form, "tradeId");
    const answer = await mutate(CancelTradeDocument, {
      input: {
        tradeId,
        reason: textOf(form, "reason"),
        idempotencyKey: textOf(form, "idempotencyKey"),
      },
    });
    return settle("cancel", form, answer, pageAfter(id, "cancelled"), tradeId);
  },
};
