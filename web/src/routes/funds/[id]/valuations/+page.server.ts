import { randomUUID } from "node:crypto";
import { redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import { refuse } from "#lib/forms/refusal.ts";
import {
  CalculateNavDocument,
  FundValuationsDocument,
  RestateNavDocument,
} from "#lib/graph/graph-types.generated.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import type { Actions, PageServerLoad } from "./$types";

const VALUATIONS_PER_PAGE = 25;

export const load: PageServerLoad = async ({ cookies, params: { id }, url: { searchParams } }) => {
  const after = searchParams.get("after");
  const variables = { id, first: VALUATIONS_PER_PAGE, after };
  const { data, problems } = await query(FundValuationsDocument, variables);
  const { valuations, ...fund } = required(data?.fund, problems, "fund");
  return {
    fund,
    valuations: valuations.nodes,
    pageInfo: valuations.pageInfo,
    after,
    problems,
    today: readerToday(cookies),
    idempotencyKey: randomUUID(),
  };
};

export const actions: Actions = {
  calculate: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const { data, problems } = await mutate(CalculateNavDocument, {
      input: {
        fundId: id,
        navDate: textOf(form, "navDate"),
        idempotencyKey: textOf(form, "idempotencyKey"),
      },
    });
    if (!data) return refuse("calculate", form, problems);
    redirect(303, `/funds/${id}/valuations/${data.calculateNav.id}?done=calculated`);
  },
  restate: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const { data, problems } = await mutate(RestateNavDocument, {
      input: {
        fundId: id,
        from: textOf(form, "from"),
        reason: textOf(form, "reason"),
        idempotencyKey: textOf(form, "idempotencyKey"),
      },
    });
    const [first] = data?.restateNav ?? [];
    if (!first) return refuse("restate", form, problems);
    redirect(303, `/funds/${id}/valuations/${first.id}?done=restated`);
  },
};
