import { fail } from "@sveltejs/kit";
import { readClient } from "#lib/admin/access-form.ts";
import { textOf } from "#lib/forms/form-data.ts";
import {
  ApiClientsDocument,
  CreateApiClientDocument,
  RevokeApiClientDocument,
  RotateApiClientSecretDocument,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerMessages } from "#lib/server/reader-language.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import { requireAbility } from "#lib/server/sign-in/admit.ts";
import type { Actions, PageServerLoad } from "./$types";

const CLIENTS_PER_PAGE = 50;
const HOUR_SECONDS = 3600;

export const load: PageServerLoad = async (event) => {
  requireAbility(event, "administer");
  const after = event.url.searchParams.get("after");
  const { data, problems } = await query(ApiClientsDocument, { first: CLIENTS_PER_PAGE, after });
  const { nodes, pageInfo } = required(data?.apiClients, problems, "list");
  return { clients: nodes, pageInfo, after, now: new Date().toISOString() };
};

/** `clientId` is empty for a new client. */
const refuse = (clientId: string, problem: string) => fail(422, { clientId, problem });

export const actions: Actions = {
  create: async ({ cookies, request }) => {
    const input = readClient(await request.formData(), readerToday(cookies));
    if ("problem" in input) return refuse("", readerMessages()(input.problem));
    const { data, problems } = await mutate(CreateApiClientDocument, { input });
    // No redirect: the secret is in this response and nowhere else.
    return data ? { issued: data.createApiClient } : refuse("", sentenceOf(problems[0]));
  },
  rotate: async ({ request }) => {
    const form = await request.formData();
    const clientId = textOf(form, "clientId");
    const graceSeconds = form.has("grace") ? HOUR_SECONDS : 0;
    const input = { clientId, graceSeconds };
    const { data, problems } = await mutate(RotateApiClientSecretDocument, { input });
    return data
      ? { issued: data.rotateApiClientSecret }
      : refuse(clientId, sentenceOf(problems[0]));
  },
  revoke: async ({ request }) => {
    const clientId = textOf(await request.formData(), "clientId");
    const { data, problems } = await mutate(RevokeApiClientDocument, { clientId });
    return data ? { revoked: true } : refuse(clientId, sentenceOf(problems[0]));
  },
};
