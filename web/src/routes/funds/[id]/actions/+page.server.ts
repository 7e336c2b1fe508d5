import { randomUUID } from "node:crypto";
import { figureOf } from "#lib/forms/figure.ts";
import { textOf } from "#lib/forms/form-data.ts";
import { settle } from "#lib/forms/refusal.ts";
import {
  CancelPortfolioActionDocument,
  FundPortfolioActionsDocument,
  PayPortfolioActionDocument,
  RecordPortfolioActionDocument,
  SecurityChoicesDocument,
} from "#lib/graph/graph-types.generated.ts";
import type { PlainKey } from "#lib/language/messages.ts";
import { readAction } from "#lib/portfolio-actions/action-form.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { doneText, readerPoint } from "#lib/server/reader-language.ts";
import type { Actions, PageServerLoad } from "./$types";

const LISTED = 50;
const DONE: Readonly<Record<string, PlainKey>> = {
  recorded: "actions.done.recorded",
  paid: "actions.done.paid",
  cancelled: "actions.done.cancelled",
};

export const load: PageServerLoad = async ({ locals, params: { id }, url: { searchParams } }) => {
  const after = searchParams.get("after");
  const mayPost = locals.session?.viewer.may.post ?? false;
  const [{ data, problems }, securities] = await Promise.all([
    query(FundPortfolioActionsDocument, { id, first: LISTED, after }),
    query(SecurityChoicesDocument, {}),
  ]);
  const { portfolioActions, ...fund } = required(data?.fund, problems, "fund");
  return {
    fund,
    actions: portfolioActions,
    securities: securities.data?.securities.nodes ?? [],
    problems: [...problems, ...securities.problems],
    after,
    mayPost,
    done: doneText(DONE[searchParams.get("done") ?? ""]),
    idempotencyKey: randomUUID(),
  };
};

const pageAfter = (id: string, done: string) => `/funds/${id}/actions?done=${done}`;

export const actions: Actions = {
  record: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const input = readAction(form, id, readerPoint());
    const answer = await mutate(RecordPortfolioActionDocument, { input });
    return settle("record", form, answer, pageAfter(id, "recorded"));
  },
  pay: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const actionId = textOf(form, "actionId");
    const input = {
      actionId,
      date: textOf(form, "date") || null,
      amount: figureOf(form, "amount", readerPoint()) ?? null,
      idempotencyKey: textOf(form, "idempotencyKey") || null,
    };
    const answer = await mutate(PayPortfolioActionDocument, { input });
    return settle("pay", form, answer, pageAfter(id, "paid"), actionId);
  },
  cancel: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const actionId = textOf(form, "actionId");
    const input = {
      actionId,
      reason: textOf(form, "reason"),
      idempotencyKey: textOf(form, "idempotencyKey") || null,
    };
    const answer = await mutate(CancelPortfolioActionDocument, { input });
    return settle("cancel", form, answer, pageAfter(id, "cancelled"), actionId);
  },
};
