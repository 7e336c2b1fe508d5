import { fail, redirect } from "@sveltejs/kit";
import { textOf } from "#lib/forms/form-data.ts";
import { newKey } from "#lib/forms/idempotency-key.ts";
import { refuse, settle } from "#lib/forms/refusal.ts";
import {
  AddCommentDocument,
  AttachFileDocument,
  ReverseTransactionDocument,
  TransactionNotesDocument,
  TransactionPageDocument,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { required } from "#lib/server/graph/required.ts";
import { readerMessages } from "#lib/server/reader-language.ts";
import { readerToday } from "#lib/server/reader-zone.ts";
import type { Actions, PageServerLoad } from "./$types";

const FILES = 50;
const COMMENTS = 25;

export const load: PageServerLoad = async ({ cookies, depends, params: { id }, url }) => {
  depends("allfunds:transaction");
  const after = url.searchParams.get("comments");
  const [{ data, problems }, notes] = await Promise.all([
    query(TransactionPageDocument, { id }),
    query(TransactionNotesDocument, { id, attachments: FILES, comments: COMMENTS, after }),
  ]);
  return {
    transaction: required(data?.transaction, problems, "transaction"),
    problems,
    notes: notes.data?.transaction ?? null,
    noteProblems: notes.problems,
    notesKey: newKey(),
    fresh: { reason: "", effectiveDate: readerToday(cookies), idempotencyKey: newKey() },
  };
};

export const actions: Actions = {
  reverse: async ({ params: { id }, request }) => {
    const form = await request.formData();
    const values = {
      reason: textOf(form, "reason"),
      effectiveDate: textOf(form, "effectiveDate"),
      idempotencyKey: textOf(form, "idempotencyKey"),
    };
    const t = readerMessages();
    const refused = (problem: string) => ({ action: "reverse", of: "", values, problem });
    if (values.reason === "") return fail(400, refused(t("reverse.needReason")));
    if (values.effectiveDate === "") return fail(400, refused(t("reverse.needDate")));
    const { data, problems } = await mutate(ReverseTransactionDocument, {
      input: {
        transactionId: id,
        description: values.reason,
        effectiveDate: values.effectiveDate,
        idempotencyKey: values.idempotencyKey || null,
      },
    });
    const [problem] = problems;
    if (problem?.code === "APPROVAL_REQUIRED" && problem.proposalId) {
      redirect(303, `/approvals/${problem.proposalId}?new`);
    }
    if (!data) return fail(422, refused(sentenceOf(problem)));
    redirect(303, `/transactions/${data.reverseTransaction.id}?reversed`);
  },
  attach: async ({ params: { id }, request }) => {
    const form = await request.formData();
    const file = form.get("file");
    if (!(file instanceof File) || file.size === 0) {
      const t = readerMessages();
      return refuse("attach", form, [{ code: "INVALID_INPUT", message: t("notes.needFile") }]);
    }
    const contentBase64 = Buffer.from(await file.arrayBuffer()).toString("base64");
    const answer = await mutate(AttachFileDocument, {
      input: {
        transactionId: id,
        name: file.name,
        contentBase64,
        idempotencyKey: textOf(form, "idempotencyKey"),
      },
    });
    return settle("attach", form, answer, `/transactions/${id}#files-title`);
  },
  comment: async ({ params: { id }, request }) => {
    const form = await request.formData();
    const answer = await mutate(AddCommentDocument, {
      input: {
        transactionId: id,
        text: textOf(form, "text"),
        idempotencyKey: textOf(form, "idempotencyKey"),
      },
    });
    return settle("comment", form, answer, `/transactions/${id}#comments-title`);
  },
};
