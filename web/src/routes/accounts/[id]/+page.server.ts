import { error, redirect, type RequestEvent } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import { newKey } from "#lib/forms/idempotency-key.ts";
import { settle } from "#lib/forms/refusal.ts";
import { readAccountDetails } from "#lib/funds/account-form.ts";
import {
  AccountStatementDocument,
  FreezeAccountDocument,
  RenameAccountDocument,
  SetMinimumBalanceDocument,
  UnfreezeAccountDocument,
} from "#lib/graph/graph-types.generated.ts";
import { readAmount } from "#lib/money/read-amount.ts";
import { readChart } from "#lib/server/graph/fund-chart.ts";
import { mutate, query, type GraphResponse } from "#lib/server/graph/graphql.ts";
import { readerPoint } from "#lib/server/reader-language.ts";
import { required } from "#lib/server/graph/required.ts";
import type { Actions, PageServerLoad } from "./$types";

const ENTRIES_PER_PAGE = 50;
const POSITION = /^[1-9]\d{0,14}$/;
const CALENDAR_DATE = /^\d{4}-\d{2}-\d{2}$/;

export const load: PageServerLoad = async ({ depends, locals, params: { id }, url }) => {
  depends("allfunds:account");
  const date = (name: string) => {
    const value = url.searchParams.get(name) ?? "";
    return CALENDAR_DATE.test(value) ? value : null;
  };
  const after = url.searchParams.get("after");
  const [from, to] = [date("from"), date("to")];
  const position = url.searchParams.get("knownAt") ?? "";
  // Something else than a position would show other entries than were requested.
  if (position !== "" && !POSITION.test(position)) error(400, locals.t("filter.badPosition"));
  const knownAt = position === "" ? null : Number(position);
  const mayRename = locals.session?.viewer.may.post ?? false;
  const variables = { id, first: ENTRIES_PER_PAGE, after, from, to, knownAt };
  const answer = await query(AccountStatementDocument, variables);
  const account = required(answer.data?.account, answer.problems, "account");
  const chart = mayRename ? await readChart(account.fund.id) : undefined;
  return {
    fundId: account.fund.id,
    statement: { variables, answer },
    others: chart?.accounts ?? [],
    mayRename,
    problems: chart?.problems ?? [],
    idempotencyKey: newKey(),
    after,
    from,
    to,
    knownAt,
  };
};

const control =
  (action: string, change: (accountId: string, form: FormData) => Promise<GraphResponse<object>>) =>
  async ({ request, params: { id } }: Pick<RequestEvent<{ id: string }>, "request" | "params">) => {
    const form = await request.formData();
    const answer = await change(id, form);
    const [problem] = answer.problems;
    if (problem?.code === "APPROVAL_REQUIRED" && problem.proposalId) {
      redirect(303, `/approvals/changes/${problem.proposalId}?new`);
    }
    return settle(action, form, answer, `/accounts/${id}`);
  };

const statusInput = (accountId: string, form: FormData) => ({
  accountId,
  reason: textOf(form, "reason"),
  idempotencyKey: textOf(form, "idempotencyKey") || null,
});

export const actions: Actions = {
  freeze: control("freeze", (id, form) =>
    mutate(FreezeAccountDocument, { input: statusInput(id, form) }),
  ),
  unfreeze: control("unfreeze", (id, form) =>
    mutate(UnfreezeAccountDocument, { input: statusInput(id, form) }),
  ),
  setMinimum: control("setMinimum", (accountId, form) => {
    const [text, currency] = [textOf(form, "minimumBalance"), textOf(form, "currency")];
    // The graph explains what is no amount.
    const minimumBalance = text === "" ? null : (readAmount(text, currency, readerPoint()) ?? text);
    const idempotencyKey = textOf(form, "idempotencyKey") || null;
    return mutate(SetMinimumBalanceDocument, {
      input: { accountId, minimumBalance, idempotencyKey },
    });
  }),
  rename: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const answer = await mutate(RenameAccountDocument, {
      input: { accountId: id, ...readAccountDetails(form) },
    });
    return settle("rename", form, answer, `/accounts/${id}`);
  },
};
