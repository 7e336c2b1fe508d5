import { textOf } from "#lib/forms/form-data.ts";
import { settle } from "#lib/forms/refusal.ts";
import {
  DiscardNavDocument,
  PublishNavDocument,
  ValuationDocument,
} from "#lib/graph/graph-types.generated.ts";
import type { PlainKey } from "#lib/language/messages.ts";
import { doneText } from "#lib/server/reader-language.ts";
import { absent } from "#lib/server/graph/absent.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { failPage, required } from "#lib/server/graph/required.ts";
import type { Actions, PageServerLoad } from "./$types";

const POSITIONS_PER_PAGE = 100;
const DONE: Readonly<Record<string, PlainKey>> = {
  calculated: "done.calculated",
  published: "done.published",
  restated: "done.restated",
  discarded: "done.discarded",
};

export const load: PageServerLoad = async ({ params, url: { searchParams } }) => {
  const after = searchParams.get("after");
  const variables = { id: params.valuation, first: POSITIONS_PER_PAGE, after };
  const { data, problems } = await query(ValuationDocument, variables);
  const valuation = required(data?.valuation, problems, "valuation");
  if (valuation.fund.id !== params.id) failPage(absent("valuation"));
  return { valuation, after, problems, done: doneText(DONE[searchParams.get("done") ?? ""]) };
};

const pageAfter = ({ id, valuation }: { id: string; valuation: string }, done: string) =>
  `/funds/${id}/valuations/${valuation}?done=${done}`;

export const actions: Actions = {
  publish: async ({ request, params }) => {
    const form = await request.formData();
    const answer = await mutate(PublishNavDocument, { id: params.valuation });
    return settle("publish", form, answer, pageAfter(params, "published"));
  },
  discard: async ({ request, params }) => {
    const form = await request.formData();
    const variables = { id: params.valuation, reason: textOf(form, "reason") };
    const answer = await mutate(DiscardNavDocument, variables);
    return settle("discard", form, answer, pageAfter(params, "discarded"));
  },
};
