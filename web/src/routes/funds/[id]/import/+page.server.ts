import { createHash } from "node:crypto";
import { fail } from "@sveltejs/kit";
import {
  ImportStatementDocument,
  PreviewStatementDocument,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf, type Problem } from "#lib/problems.ts";
import { readChart } from "#lib/server/graph/fund-chart.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { readerMessages, readerPoint } from "#lib/server/reader-language.ts";
import { requireAbility } from "#lib/server/sign-in/admit.ts";
import {
  readImport,
  toStatementInput,
  type ImportErrors,
  type ImportValues,
} from "#lib/statements/import-form.ts";
import { checkImport } from "#lib/statements/check-import.ts";
import type { Actions, PageServerLoad } from "./$types";

export const load: PageServerLoad = async (event) => {
  requireAbility(event, "post");
  return readChart(event.params.id);
};

export const actions: Actions = {
  /** Reads the file and shows how it was read; nothing is written. */
  check: async ({ locals: { t }, request }) => {
    const values = await readFile(await request.formData());
    const errors = checkImport(values, t);
    if (Object.keys(errors).length > 0) return fail(400, { values, errors });
    return show(values);
  },
  /** Imports what was checked; another file, or the same one read in another way, is shown first. */
  import: async ({ locals: { t }, request }) => {
    const form = await request.formData();
    const values = await readFile(form);
    const errors = checkImport(values, t);
    if (Object.keys(errors).length > 0) return fail(400, { values, errors });
    if (form.get("checked") !== readingOf(values))
      return show(values, { form: t("refused.changedReading") });
    const { data, problems } = await mutate(ImportStatementDocument, {
      input: toStatementInput(values, readerPoint()),
    });
    if (!data) return fail(422, { values, errors: errorsOf(problems) });
    return { values: { ...values, content: "" }, errors: {}, outcome: data.importStatement };
  },
};

/** How a file is read, beside the errors that led to it. */
async function show(values: ImportValues, errors: ImportErrors = {}) {
  const { data, problems } = await query(PreviewStatementDocument, {
    input: toStatementInput(values, readerPoint()),
  });
  if (!data) return fail(422, { values, errors: errorsOf(problems) });
  return { values, errors, preview: data.previewStatement, checked: readingOf(values) };
}

/** The same for the same file, read for the same account in the same way. */
function readingOf({
  accountId,
  content,
  iban,
  csv,
  leaveOutOtherCurrencies,
}: ImportValues): string {
  const reading = JSON.stringify([accountId, content, iban, csv, leaveOutOtherCurrencies]);
  return createHash("sha256").update(reading).digest("hex");
}

/** A file that was chosen now, or the one that was checked before. */
async function readFile(form: FormData): Promise<ImportValues> {
  const values = readImport(form);
  const file = form.get("file");
  if (!(file instanceof File) || file.size === 0) return values;
  const bytes = Buffer.from(await file.arrayBuffer());
  return { ...values, content: bytes.toString("base64"), fileName: file.name };
}

/** Faults of fields stand at their fields, faults of the file and its lines above the form. */
function errorsOf([problem]: readonly Problem[]): ImportErrors {
  const violations = problem?.violations ?? [];
  const ofFields = violations.filter(({ path }) => path.startsWith("csv.") || path === "iban");
  if (ofFields.length > 0) {
    return {
      form: readerMessages()("refused.openReading"),
      ...Object.fromEntries(ofFields.map(({ path, message }) => [path, message])),
    };
  }
  if (violations.length < 2) return { form: sentenceOf(problem) };
  const lines = violations.map(({ path, message }) => `${path}: ${message}`);
  return { form: [problem?.message, ...lines.slice(1, 10)].join("\n") };
}
