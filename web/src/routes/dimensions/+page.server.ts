import { randomUUID } from "node:crypto";
import { readDimension, readValues } from "#lib/dimensions/dimension-form.ts";
import { textOf } from "#lib/forms/form-data.ts";
import { settle } from "#lib/forms/refusal.ts";
import {
  DimensionsDocument,
  SetDimensionDocument,
  SetDimensionValuesDocument,
} from "#lib/graph/graph-types.generated.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import type { Actions, PageServerLoad } from "./$types";

/** Values of a dimension that are listed. */
const VALUES_LISTED = 100;

export const load: PageServerLoad = async ({ locals, url }) => {
  const { data, problems } = await query(DimensionsDocument, { values: VALUES_LISTED });
  return {
    dimensions: required(data?.dimensions, problems, "list"),
    problems,
    mayPost: locals.session?.viewer.may.post ?? false,
    done: url.searchParams.get("done"),
    idempotencyKey: randomUUID(),
  };
};

export const actions: Actions = {
  keep: async ({ request }) => {
    const form = await request.formData();
    const input = readDimension(form);
    const of = input.replaces === 0 ? "" : input.dimension;
    const answer = await mutate(SetDimensionDocument, { input });
    return settle("keep", form, answer, "/dimensions?done=kept", of);
  },
  values: async ({ request }) => {
    const form = await request.formData();
    const dimension = textOf(form, "dimension");
    const input = {
      dimension,
      values: readValues(textOf(form, "values")),
      idempotencyKey: textOf(form, "idempotencyKey") || null,
    };
    const answer = await mutate(SetDimensionValuesDocument, { input });
    return settle("values", form, answer, "/dimensions?done=values", dimension);
  },
};
