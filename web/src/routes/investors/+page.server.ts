import { randomUUID } from "node:crypto";
import { redirect } from "@sveltejs/kit";
import { refuse } from "#lib/forms/refusal.ts";
import { InvestorsDocument, RegisterInvestorsDocument } from "#lib/graph/graph-types.generated.ts";
import { readInvestor } from "#lib/investors/investor-form.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { requireAbility } from "#lib/server/sign-in/admit.ts";
import type { Actions, PageServerLoad } from "./$types";

const INVESTORS_PER_PAGE = 50;

export const load: PageServerLoad = async (event) => {
  requireAbility(event, "seeInvestors");
  const after = event.url.searchParams.get("after");
  const { data, problems } = await query(InvestorsDocument, { first: INVESTORS_PER_PAGE, after });
  const { nodes, pageInfo } = required(data?.investors, problems, "list");
  return { investors: nodes, pageInfo, after, problems, idempotencyKey: randomUUID() };
};

export const actions: Actions = {
  register: async (event) => {
    requireAbility(event, "registerInvestors");
    const form = await event.request.formData();
    const { data, problems } = await mutate(RegisterInvestorsDocument, {
      input: readInvestor(form),
    });
    const [id] = data?.registerInvestors.ids ?? [];
    if (id === undefined) return refuse("register", form, problems);
    redirect(303, `/investors/${id}?done=registered`);
  },
};
