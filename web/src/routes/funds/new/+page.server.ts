import { fail, redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import { newKey } from "#lib/forms/idempotency-key.ts";
import {
  OpenChartDocument,
  OpenFundDocument,
  type ChartTemplate,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf } from "#lib/problems.ts";
import { mutate } from "#lib/server/graph/graphql.ts";
import { requireAbility } from "#lib/server/sign-in/admit.ts";
import type { Actions, PageServerLoad } from "./$types";

const TEMPLATES: ReadonlySet<string> = new Set(["FUND", "GENERAL"] satisfies ChartTemplate[]);

export const load: PageServerLoad = (event) => {
  requireAbility(event, "post");
  return {
    fresh: { name: "", currency: "EUR", template: "FUND", idempotencyKey: newKey() },
  };
};

export const actions: Actions = {
  open: async ({ locals: { t }, request }) => {
    const form = await request.formData();
    const values = {
      name: textOf(form, "name"),
      currency: textOf(form, "currency").toUpperCase(),
      template: textOf(form, "template"),
      idempotencyKey: textOf(form, "idempotencyKey"),
    };
    if (values.name === "") return fail(400, { values, problem: t("refused.name") });
    const { name, currency } = values;
    const fund = await mutate(OpenFundDocument, {
      input: { name, currency, idempotencyKey: `${values.idempotencyKey}-fund` },
    });
    if (!fund.data) return fail(422, { values, problem: sentenceOf(fund.problems[0]) });
    const { id } = fund.data.openFund;
    if (!TEMPLATES.has(values.template)) redirect(303, `/funds/${id}/accounts`);
    const chart = await mutate(OpenChartDocument, {
      input: {
        fundId: id,
        template: values.template as ChartTemplate,
        idempotencyKey: `${values.idempotencyKey}-chart`,
      },
    });
    // Sent again, the form opens no second fund: only the chart is tried once more.
    if (!chart.data) return fail(422, { values, problem: sentenceOf(chart.problems[0]) });
    redirect(303, `/funds/${id}/accounts`);
  },
};
