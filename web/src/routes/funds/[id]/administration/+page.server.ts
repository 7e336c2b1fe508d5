import { randomUUID } from "node:crypto";
import { readShareClass, readTerms } from "#lib/administration/terms-form.ts";
import { textOf } from "#lib/forms/form-data.ts";
import { settle } from "#lib/forms/refusal.ts";
import {
  AdministerFundDocument,
  FundAdministrationDocument,
  OpenShareClassDocument,
  SetShareClassStateDocument,
  type ShareClassState,
} from "#lib/graph/graph-types.generated.ts";
import type { PlainKey } from "#lib/language/messages.ts";
import { doneText } from "#lib/server/reader-language.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import type { Actions, PageServerLoad } from "./$types";

const DONE: Readonly<Record<string, PlainKey>> = {
  terms: "done.terms",
  opened: "done.opened",
  state: "done.classState",
};

export const load: PageServerLoad = async ({ cookies, params: { id }, url: { searchParams } }) => {
  const today = readerToday(cookies);
  const { data, problems } = await query(FundAdministrationDocument, { id, asOf: today });
  const { terms, shareClasses, ...fund } = required(data?.fund, problems, "fund");
  return {
    fund,
    terms,
    classes: shareClasses.nodes,
    problems,
    today,
    done: doneText(DONE[searchParams.get("done") ?? ""]),
    idempotencyKey: randomUUID(),
  };
};

const pageAfter = (id: string, done: string) => `/funds/${id}/administration?done=${done}`;

export const actions: Actions = {
  setTerms: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const answer = await mutate(AdministerFundDocument, { input: readTerms(form, id) });
    return settle("setTerms", form, answer, pageAfter(id, "terms"));
  },
  openClass: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const answer = await mutate(OpenShareClassDocument, { input: readShareClass(form, id) });
    return settle("openClass", form, answer, pageAfter(id, "opened"));
  },
  setState: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const classId = textOf(form, "classId");
    const input = {
      classId,
      state: textOf(form, "state") as ShareClassState,
      reason: textOf(form, "reason"),
      idempotencyKey: textOf(form, "idempotencyKey"),
    };
    const answer = await mutate(SetShareClassStateDocument, { input });
    return settle("setState", form, answer, pageAfter(id, "state"), classId);
  },
};
