import { fail } from "@sveltejs/kit";
import { FundAccountsDocument, ImportStatementDocument } from "#lib/graph/graph-types.generated.ts";
import { sentenceOf } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { requireAbility } from "#lib/server/sign-in/admit.ts";
import {
  checkImport,
  readImport,
  toStatementInput,
  type ImportErrors,
} from "#lib/statements/import-form.ts";
import type { Actions, PageServerLoad } from "./$types";

const ABSENT = {
  code: "FUND_NOT_FOUND",
  message: "There is no fund with this id. Choose a fund from the overview.",
};

export const load: PageServerLoad = async (event) => {
  requireAbility(event, "post");
  const { id } = event.params;
  const { data, problems } = await query(FundAccountsDocument, { id });
  return { fund: required(data?.fund, problems, ABSENT) };
};

export const actions: Actions = {
  default: async ({ request }) => {
    const form = await request.formData();
    const values = readImport(form);
    const file = form.get("file");
    const content = file instanceof File ? await readText(file) : "";
    const errors: ImportErrors =
      content === undefined
        ? { file: "This file is not UTF-8 text. Save it as UTF-8 and choose it again." }
        : checkImport(values, content.length);
    if (content === undefined || Object.keys(errors).length > 0) {
      return fail(400, { values, errors });
    }
    const { data, problems } = await mutate(ImportStatementDocument, {
      input: toStatementInput(values, content),
    });
    if (!data) return fail(422, { values, errors: { form: sentenceOf(problems[0]) } });
    return { values, errors: {}, outcome: data.importStatement };
  },
};

async function readText(file: File): Promise<string | undefined> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    return undefined;
  }
}
