import { randomUUID } from "node:crypto";
import { textOf } from "#lib/forms/form-data.ts";
import { settle } from "#lib/forms/refusal.ts";
import {
  EraseInvestorDocument,
  InvestorHoldingsDocument,
  SetKycStateDocument,
  type KycState,
} from "#lib/graph/graph-types.generated.ts";
import type { PlainKey } from "#lib/language/messages.ts";
import { doneText } from "#lib/server/reader-language.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { requireAbility } from "#lib/server/sign-in/admit.ts";
import type { Actions, PageServerLoad } from "./$types";

const HOLDINGS_PER_PAGE = 50;
const DONE: Readonly<Record<string, PlainKey>> = {
  registered: "done.registered",
  kyc: "done.kyc",
  erased: "done.erased",
};

export const load: PageServerLoad = async (event) => {
  requireAbility(event, "seeInvestors");
  const { searchParams } = event.url;
  const after = searchParams.get("after");
  const { id } = event.params;
  const variables = { id, first: HOLDINGS_PER_PAGE, after };
  const { data, problems } = await query(InvestorHoldingsDocument, variables);
  const { accounts, ...investor } = required(data?.investor, problems, "investor");
  return {
    investor,
    holdings: accounts.nodes,
    pageInfo: accounts.pageInfo,
    after,
    problems,
    done: doneText(DONE[searchParams.get("done") ?? ""]),
    idempotencyKey: randomUUID(),
  };
};

export const actions: Actions = {
  setKyc: async (event) => {
    requireAbility(event, "registerInvestors");
    const form = await event.request.formData();
    const input = {
      investorId: event.params.id,
      state: textOf(form, "state") as KycState,
      until: textOf(form, "until") || undefined,
      reason: textOf(form, "reason"),
      idempotencyKey: textOf(form, "idempotencyKey"),
    };
    const answer = await mutate(SetKycStateDocument, { input });
    return settle("setKyc", form, answer, `/investors/${event.params.id}?done=kyc`);
  },
  erase: async (event) => {
    requireAbility(event, "registerInvestors");
    const form = await event.request.formData();
    const input = {
      investorId: event.params.id,
      reason: textOf(form, "reason"),
      idempotencyKey: textOf(form, "idempotencyKey"),
    };
    const answer = await mutate(EraseInvestorDocument, { input });
    return settle("erase", form, answer, `/investors/${event.params.id}?done=erased`);
  },
};
