import { randomUUID } from "node:crypto";
import { lastMonthEnds } from "#lib/dates/calendar-months.ts";
import { textOf, textsOf } from "#lib/forms/form-data.ts";
import { refuse, settle } from "#lib/forms/refusal.ts";
import {
  AccountReconciliationDocument,
  MatchStatementLinesDocument,
  UnmatchStatementLinesDocument,
  UpdateReconcilingItemDocument,
} from "#lib/graph/graph-types.generated.ts";
import { itemOf, linesIn } from "#lib/reconciliation/reconciling-items.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerMessages } from "#lib/server/reader-language.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import type { Actions, PageServerLoad } from "./$types";

const MATCHES_LISTED = 20;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const load: PageServerLoad = async ({ cookies, locals, params: { id }, url }) => {
  const today = readerToday(cookies);
  const wanted = url.searchParams.get("day") ?? "";
  const day = DAY.test(wanted) ? wanted : today;
  const { data, problems } = await query(AccountReconciliationDocument, {
    id,
    asOf: day,
    first: MATCHES_LISTED,
  });
  const account = required(data?.account, problems, "account");
  return {
    account,
    problems,
    day,
    days: [today, ...lastMonthEnds(today)],
    done: url.searchParams.get("done"),
    mayWrite: locals.session?.viewer.may.post ?? false,
    idempotencyKey: randomUUID(),
  };
};

/** Back to the same day, which states what was done. */
const backTo = (id: string, form: FormData, done: string) =>
  `/accounts/${id}/reconciliation?${new URLSearchParams({ day: textOf(form, "day"), done })}`;

export const actions: Actions = {
  match: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const lines = linesIn(form, "line");
    const transactionIds = textsOf(form, "transaction");
    const of = textOf(form, "of");
    if (lines === undefined || transactionIds.length === 0) {
      const t = readerMessages();
      const problem = { code: "INVALID_INPUT", message: t("reconcile.chooseBoth") };
      return refuse("match", form, [problem], of);
    }
    const input = {
      accountId: id,
      lines,
      transactionIds,
      note: textOf(form, "note") || null,
      idempotencyKey: textOf(form, "idempotencyKey") || null,
    };
    const answer = await mutate(MatchStatementLinesDocument, { input });
    return settle("match", form, answer, backTo(id, form, "matched"), of);
  },
  unmatch: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const matchId = textOf(form, "matchId");
    const input = { matchId, reason: textOf(form, "reason") };
    const answer = await mutate(UnmatchStatementLinesDocument, { input });
    return settle("unmatch", form, answer, backTo(id, form, "unmatched"), matchId);
  },
  explain: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const input = {
      accountId: id,
      ...itemOf(textOf(form, "item")),
      explanation: textOf(form, "explanation") || null,
      isClosed: form.has("isClosed"),
    };
    const answer = await mutate(UpdateReconcilingItemDocument, { input });
    return settle("explain", form, answer, backTo(id, form, "explained"));
  },
};
