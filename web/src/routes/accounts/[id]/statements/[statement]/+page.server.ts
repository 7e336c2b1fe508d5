import { fail, redirect, type RequestEvent } from "@sveltejs/kit";
import { textOf, textsOf } from "#lib/forms/form-data.ts";
import {
  BankStatementDocument,
  ConfirmStatementLinesDocument,
  RejectStatementLinesDocument,
  UndoStatementDocument,
} from "#lib/graph/graph-types.generated.ts";
import { sentenceOf, type Problem } from "#lib/problems.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { failPage, required } from "#lib/server/graph/required.ts";
import { pageOf } from "#lib/server/sign-in/admit.ts";
import { obstaclesOf } from "#lib/statements/obstacles.ts";
import type { Actions, PageServerLoad } from "./$types";

const LINES_PER_PAGE = 50;
const ABSENT = {
  code: "NOT_FOUND",
  message: "There is no statement with this id. Choose one from the account's list.",
};

export const load: PageServerLoad = async ({ locals, params, url: { searchParams } }) => {
  const after = searchParams.get("after");
  const open = searchParams.has("open");
  const { data, problems } = await query(BankStatementDocument, {
    id: params.statement,
    first: LINES_PER_PAGE,
    after,
    open,
  });
  const statement = required(data?.statement, problems, ABSENT);
  if (statement.account.id !== params.id) failPage(ABSENT);
  return {
    statement,
    problems,
    after,
    open,
    done: searchParams.get("done"),
    mayWrite: locals.session?.viewer.may.post ?? false,
  };
};

type Sent = Pick<RequestEvent, "url">;

/** Back to the page that the form was on, which states what was done. */
function finish(
  event: Sent,
  done: string,
  data: object | undefined,
  reason: string,
  problems: Problem[],
) {
  const [problem] = problems;
  if (!data) {
    return fail(422, {
      about: done,
      reason,
      problem: problem?.message ?? sentenceOf(problem),
      obstacles: obstaclesOf(problem),
    });
  }
  const [path, search] = pageOf(event).split("?");
  const parameters = new URLSearchParams(search);
  parameters.set("done", done);
  redirect(303, `${path}?${parameters}`);
}

const refused = (about: string, reason: string, problem: string) =>
  fail(422, { about, reason, problem, obstacles: [] });

const NONE_CHOSEN = "Choose at least one line.";

export const actions: Actions = {
  undo: async (event) => {
    const reason = textOf(await event.request.formData(), "reason");
    if (reason === "") return refused("undone", reason, "Enter why the import is undone.");
    const input = { statementId: event.params.statement, reason };
    const { data, problems } = await mutate(UndoStatementDocument, { input });
    return finish(event, "undone", data, reason, problems);
  },
  confirm: async (event) => {
    const form = await event.request.formData();
    const [lines, reason] = [linesOf(form), textOf(form, "reason")];
    if (lines.length === 0) return refused("confirmed", reason, NONE_CHOSEN);
    const input = { statementId: event.params.statement, lines };
    const { data, problems } = await mutate(ConfirmStatementLinesDocument, { input });
    return finish(event, "confirmed", data, reason, problems);
  },
  reject: async (event) => {
    const form = await event.request.formData();
    const [lines, reason] = [linesOf(form), textOf(form, "reason")];
    if (lines.length === 0) return refused("rejected", reason, NONE_CHOSEN);
    if (reason === "") return refused("rejected", reason, "Enter why the lines stay out.");
    const input = { statementId: event.params.statement, lines, reason };
    const { data, problems } = await mutate(RejectStatementLinesDocument, { input });
    return finish(event, "rejected", data, reason, problems);
  },
};

/** The numbers of the chosen lines. */
const linesOf = (form: FormData): number[] =>
  textsOf(form, "line").map(Number).filter(Number.isSafeInteger);
