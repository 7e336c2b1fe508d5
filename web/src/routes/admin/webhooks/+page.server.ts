import { randomUUID } from "node:crypto";
import { textOf, textsOf } from "#lib/forms/form-data.ts";
import { refuse } from "#lib/forms/refusal.ts";
import { CreateWebhookDocument, WebhooksDocument } from "#lib/graph/graph-types.generated.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { requireAbility } from "#lib/server/sign-in/admit.ts";
import { eventTypesOf } from "#lib/webhooks/event-types.ts";
import type { Actions, PageServerLoad } from "./$types";

const LISTED = 50;

export const load: PageServerLoad = async (event) => {
  requireAbility(event, "administer");
  const after = event.url.searchParams.get("after");
  const { data, problems } = await query(WebhooksDocument, { first: LISTED, after });
  const { nodes, pageInfo } = required(data?.webhooks, problems, "list");
  return { webhooks: nodes, pageInfo, after, problems, newId: randomUUID() };
};

export const actions: Actions = {
  create: async ({ request }) => {
    const form = await request.formData();
    const fundIds = textsOf(form, "fundIds");
    const input = {
      url: textOf(form, "url"),
      description: textOf(form, "description"),
      eventTypes: eventTypesOf(textOf(form, "eventTypes")),
      fundIds: fundIds.length === 0 ? null : fundIds,
      personalData: form.has("personalData"),
    };
    const { data, problems } = await mutate(CreateWebhookDocument, {
      id: textOf(form, "id"),
      input,
    });
    // No redirect: the secret is in this response and nowhere else.
    return data ? { issued: data.createWebhook } : refuse("create", form, problems);
  },
};
