import { fail, redirect } from "@sveltejs/kit";
import { randomUUID } from "node:crypto";
import { textOf } from "#lib/forms/form-data.ts";
import { refuse, settle } from "#lib/forms/refusal.ts";
import {
  FundJournalsDocument,
  RunJournalsDocument,
  SetJournalTemplateDocument,
  SkipJournalRunDocument,
} from "#lib/graph/graph-types.generated.ts";
import { linesOf, readTemplate } from "#lib/journals/template-form.ts";
import { sentenceOf } from "#lib/problems.ts";
import { readChart } from "#lib/server/graph/fund-chart.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { inReaderWords } from "#lib/server/graph/reader-words.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerPoint } from "#lib/server/reader-language.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import type { Actions, PageServerLoad } from "./$types";

const LISTED = 20;
const COUNTS = ["posted", "waiting", "skipped", "refused"] as const;

export const load: PageServerLoad = async ({
  cookies,
  locals,
  params: { id },
  url: { searchParams },
}) => {
  const after = searchParams.get("after");
  const [{ data, problems }, chart] = await Promise.all([
    query(FundJournalsDocument, { id, first: LISTED, after }),
    readChart(id),
  ]);
  const fund = required(data?.fund, problems, "fund");
  const { journalTemplates, dueJournals } = fund;
  return {
    fund: {
      ...fund,
      journalTemplates: { ...journalTemplates, nodes: journalTemplates.nodes.map(worded) },
      dueJournals: dueJournals.map(worded),
    },
    accounts: chart.accounts,
    problems: [...problems, ...chart.problems],
    after,
    mayPost: locals.session?.viewer.may.post ?? false,
    today: readerToday(cookies),
    done: searchParams.get("done"),
    ran: ranOf(searchParams),
    idempotencyKey: randomUUID(),
  };
};

/** A template or a due day, with why it was refused in the reader's language. */
const worded = <
  Refusal extends { readonly code: string; readonly message: string },
  Item extends { readonly refusal: Refusal | null },
>(
  item: Item,
): Item => ({ ...item, refusal: inReaderWords(item.refusal) });

/** What a round that led here came to. */
function ranOf(search: URLSearchParams) {
  const [posted, waiting, skipped, refused] = COUNTS.map((name) =>
    Number(search.get(name) ?? Number.NaN),
  );
  const counts = {
    posted: posted ?? 0,
    waiting: waiting ?? 0,
    skipped: skipped ?? 0,
    refused: refused ?? 0,
  };
  return Object.values(counts).every(Number.isSafeInteger) ? counts : null;
}

export const actions: Actions = {
  keep: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const of = textOf(form, "id");
    const input = readTemplate(form, id, readerPoint());
    const { data, problems } = await mutate(SetJournalTemplateDocument, { input });
    if (data) redirect(303, `/funds/${id}/journals?done=kept`);
    const values = Object.fromEntries(
      [...form].filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
    // Lines have fields of the same names, which a record of values cannot hold.
    const refusal = { action: "keep", of, problem: sentenceOf(problems[0]), values };
    return fail(422, { ...refusal, lines: linesOf(form) });
  },
  skip: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const templateId = textOf(form, "templateId");
    const answer = await mutate(SkipJournalRunDocument, {
      templateId,
      date: textOf(form, "date"),
      reason: textOf(form, "reason"),
    });
    return settle("skip", form, answer, `/funds/${id}/journals?done=skipped`, templateId);
  },
  run: async ({ request, params: { id } }) => {
    const form = await request.formData();
    const { data, problems } = await mutate(RunJournalsDocument, { fundId: id });
    if (!data) return refuse("run", form, problems);
    const counts = COUNTS.map((name) => [name, String(data.runJournals[name])]);
    return redirect(303, `/funds/${id}/journals?${new URLSearchParams(counts)}`);
  },
};
