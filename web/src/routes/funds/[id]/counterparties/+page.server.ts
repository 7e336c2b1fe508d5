import { randomUUID } from "node:crypto";
import { textOf } from "#lib/forms/form-data.ts";
import { settle } from "#lib/forms/refusal.ts";
import {
  FundCounterpartiesDocument,
  SetCounterpartyDocument,
} from "#lib/graph/graph-types.generated.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import type { Actions, PageServerLoad } from "./$types";

const LISTED = 50;

export const load: PageServerLoad = async ({ locals, params: { id }, url: { searchParams } }) => {
  const mayPost = locals.session?.viewer.may.post ?? false;
  const after = searchParams.get("after");
  const answer = await query(FundCounterpartiesDocument, { id, first: LISTED, after, mayPost });
  const fund = required(answer.data?.fund, answer.problems, "fund");
  return {
    fund,
    after,
    mayPost,
    problems: answer.problems,
    done: searchParams.has("done"),
    idempotencyKey: randomUUID(),
  };
};

export const actions: Actions = {
  keep: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const counterpartyId = textOf(form, "id");
    const answer = await mutate(SetCounterpartyDocument, {
      input: {
        fundId: id,
        id: counterpartyId || undefined,
        replaces: Number(textOf(form, "replaces")) || 0,
        name: textOf(form, "name"),
        ibans: textOf(form, "ibans")
          .split(/[\n,;]+/)
          .map((iban) => iban.trim())
          .filter(Boolean),
        note: textOf(form, "note") || undefined,
        isClosed: form.has("isClosed"),
        idempotencyKey: textOf(form, "idempotencyKey"),
      },
    });
    return settle("keep", form, answer, `/funds/${id}/counterparties?done`, counterpartyId);
  },
};
