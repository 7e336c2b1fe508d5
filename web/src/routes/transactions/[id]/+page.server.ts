import { fail, redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import { newKey } from "#lib/forms/idempotency-key.ts";
import {
  ReverseTransactionDocument,
  TransactionPageDocument,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import type { Actions, PageServerLoad } from "./$types";

const ABSENT = {
  code: "TRANSACTION_NOT_FOUND",
  message: "There is no transaction with this id. Choose one from the list of its fund.",
};

export const load: PageServerLoad = async ({ cookies, depends, params: { id } }) => {
  depends("allfunds:transaction");
  const { data, problems } = await query(TransactionPageDocument, { id });
  return {
    transaction: required(data?.transaction, problems, ABSENT),
    problems,
    fresh: { reason: "", effectiveDate: readerToday(cookies), idempotencyKey: newKey() },
  };
};

export const actions: Actions = {
  reverse: async ({ params: { id }, request }) => {
    const form = await request.formData();
    const values = {
      reason: textOf(form, "reason"),
      effectiveDate: textOf(form, "effectiveDate"),
      idempotencyKey: textOf(form, "idempotencyKey"),
    };
    if (values.reason === "") return fail(400, { values, problem: "Enter the reason." });
    if (values.effectiveDate === "") return fail(400, { values, problem: "Choose a value date." });
    const { data, problems } = await mutate(ReverseTransactionDocument, {
      input: {
        transactionId: id,
        description: values.reason,
        effectiveDate: values.effectiveDate,
        idempotencyKey: values.idempotencyKey || null,
      },
    });
    const [problem] = problems;
    if (problem?.code === "APPROVAL_REQUIRED" && problem.proposalId) {
      redirect(303, `/approvals/${problem.proposalId}?new`);
    }
    if (!data) return fail(422, { values, problem: sentenceOf(problem) });
    redirect(303, `/transactions/${data.reverseTransaction.id}?reversed`);
  },
};
