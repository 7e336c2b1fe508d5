import { redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import { refuse, settle } from "#lib/forms/refusal.ts";
import {
  DeleteWebhookDocument,
  GiveUpWebhookDeliveryDocument,
  RedeliverWebhookDocument,
  RotateWebhookSecretDocument,
  SetWebhookActiveDocument,
  TestWebhookDocument,
  WebhookDeliveriesDocument,
  type WebhookDeliveryState,
} from "#lib/graph/graph-types.generated.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { requireAbility } from "#lib/server/sign-in/admit.ts";
import type { Actions, PageServerLoad } from "./$types";

const LISTED = 50;
const STATES: readonly WebhookDeliveryState[] = ["PENDING", "DELIVERED", "FAILED"];

export const load: PageServerLoad = async (event) => {
  requireAbility(event, "administer");
  const { searchParams } = event.url;
  const after = searchParams.get("after");
  const state = STATES.find((each) => each === searchParams.get("state")) ?? null;
  const { id } = event.params;
  const { data, problems } = await query(WebhookDeliveriesDocument, {
    id,
    first: LISTED,
    after,
    state,
  });
  return {
    webhook: required(data?.webhook, problems, "webhook"),
    deliveries: data?.webhookDeliveries ?? null,
    problems,
    after,
    state,
    done: searchParams.get("done"),
  };
};

const back = (id: string, done: string) => `/admin/webhooks/${id}?done=${done}`;

export const actions: Actions = {
  test: async ({ request, params: { id } }) => {
    const form = await request.formData();
    return settle("webhook", form, await mutate(TestWebhookDocument, { id }), back(id, "tested"));
  },
  pause: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const answer = await mutate(SetWebhookActiveDocument, { id, active: false });
    return settle("webhook", form, answer, back(id, "paused"));
  },
  resume: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const answer = await mutate(SetWebhookActiveDocument, { id, active: true });
    return settle("webhook", form, answer, back(id, "resumed"));
  },
  rotate: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const { data, problems } = await mutate(RotateWebhookSecretDocument, { id });
    // No redirect: the secret is in this response and nowhere else.
    return data ? { issued: data.rotateWebhookSecret } : refuse("webhook", form, problems);
  },
  delete: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const { data, problems } = await mutate(DeleteWebhookDocument, { id });
    if (!data) return refuse("webhook", form, problems);
    return redirect(303, "/admin/webhooks");
  },
  redeliver: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const deliveryId = textOf(form, "deliveryId");
    const answer = await mutate(RedeliverWebhookDocument, { deliveryId });
    return settle("delivery", form, answer, back(id, "redelivered"), deliveryId);
  },
  giveUp: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const deliveryId = textOf(form, "deliveryId");
    const answer = await mutate(GiveUpWebhookDeliveryDocument, { deliveryId });
    return settle("delivery", form, answer, back(id, "givenUp"), deliveryId);
  },
};
