import { fail, redirect, type RequestEvent } from "@sveltejs/kit";
import { textOf, textsOf } from "#lib/forms/form-data.ts";
import {
  ApproveStatementDocument,
  BankStatementDocument,
  ConfirmStatementLinesDocument,
  MoveStatementLineDocument,
  RejectStatementLinesDocument,
  SplitStatementLineDocument,
  StartStatementUndoDocument,
  UndoStatementDocument,
} from "#lib/graph/graph-types.generated.ts";
import type { PlainKey } from "#lib/language/messages.ts";
import { sentenceOf, type Problem } from "#lib/problems.ts";
import { absent } from "#lib/server/graph/absent.ts";
import { readChart } from "#lib/server/graph/fund-chart.ts";
import { mutate, query } from "#lib/server/graph/graphql.ts";
import { readerMessages, readerPoint } from "#lib/server/reader-language.ts";
import { failPage, required } from "#lib/server/graph/required.ts";
import { pageOf } from "#lib/server/sign-in/admit.ts";
import {
  areWhole,
  filledRows,
  freshRows,
  readRows,
  toParts,
  type PartRow,
} from "#lib/statements/part-rows.ts";
import { obstaclesOf } from "#lib/statements/obstacles.ts";
import type { Actions, PageServerLoad } from "./$types";

const LINES_PER_PAGE = 50;
const PART_ROWS = 4;

export const load: PageServerLoad = async ({ locals, params, url: { searchParams } }) => {
  const after = searchParams.get("after");
  const open = searchParams.has("open");
  const { data, problems } = await query(BankStatementDocument, {
    id: params.statement,
    first: LINES_PER_PAGE,
    after,
    open,
  });
  const statement = required(data?.statement, problems, "statement");
  if (statement.account.id !== params.id) failPage(absent("statement"));
  const mayWrite = locals.session?.viewer.may.post ?? false;
  const isMovable = mayWrite && statement.state === "IMPORTED" && statement.posted > 0;
  const chart = isMovable ? await readChart(statement.account.fund.id) : undefined;
  return {
    statement,
    parts: freshRows(PART_ROWS),
    accounts: (chart?.accounts ?? []).filter(({ id }) => id !== params.id),
    problems,
    after,
    open,
    done: searchParams.get("done"),
    mayWrite,
    mayApprove: locals.session?.viewer.may.approve ?? false,
  };
};

type Sent = Pick<RequestEvent, "url">;

/** What was typed, by the names of the fields. */
type Typed = Readonly<Record<string, string>>;

/** Back to the page that the form was on, which states what was done. */
function finish(
  event: Sent,
  done: string,
  data: object | undefined,
  typed: Typed,
  problems: Problem[],
  rows: PartRow[] = [],
) {
  const [problem] = problems;
  if (!data) {
    return fail(422, {
      about: done,
      typed,
      rows,
      problem: problem?.message ?? sentenceOf(problem),
      obstacles: obstaclesOf(problem?.violations ?? []),
    });
  }
  const [path, search] = pageOf(event).split("?");
  const parameters = new URLSearchParams(search);
  parameters.set("done", done);
  redirect(303, `${path}?${parameters}`);
}

const refused = (about: string, typed: Typed, problem: PlainKey, rows: PartRow[] = []) =>
  fail(422, { about, typed, rows, problem: readerMessages()(problem), obstacles: [] });

export const actions: Actions = {
  undo: async (event) => {
    const reason = textOf(await event.request.formData(), "reason");
    if (reason === "") return refused("undone", { reason }, "refused.whyUndone");
    const input = { statementId: event.params.statement, reason };
    const { data, problems } = await mutate(UndoStatementDocument, { input });
    if (data ?? !isTooLarge(problems)) return finish(event, "undone", data, { reason }, problems);
    const begun = await mutate(StartStatementUndoDocument, { input });
    return finish(event, "undoing", begun.data, { reason }, begun.problems);
  },
  move: async (event) => {
    const form = await event.request.formData();
    const [number, accountId, words] = [
      textOf(form, "line"),
      textOf(form, "account"),
      textOf(form, "words"),
    ];
    const typed = { line: number, account: accountId, words };
    const line = Number(number);
    if (!Number.isSafeInteger(line) || line < 1) return refused("moved", typed, "refused.moveLine");
    if (accountId === "") return refused("moved", typed, "refused.moveAccount");
    const rule = words === "" ? null : { contains: [words] };
    const input = { statementId: event.params.statement, line, accountId, rule };
    const { data, problems } = await mutate(MoveStatementLineDocument, { input });
    return finish(event, "moved", data, typed, problems);
  },
  split: async (event) => {
    const form = await event.request.formData();
    const [number, rows] = [textOf(form, "line"), readRows(form, PART_ROWS)];
    const line = Number(number);
    const isLine = Number.isSafeInteger(line) && line >= 1;
    const isWhole = filledRows(rows).length > 0 && areWhole(rows);
    if (!isLine || !isWhole) {
      const problem = isLine ? "refused.parts" : "refused.moveLine";
      return refused("split", { line: number }, problem, rows);
    }
    const parts = toParts(rows, readerPoint());
    const input = { statementId: event.params.statement, line, parts };
    const { data, problems } = await mutate(SplitStatementLineDocument, { input });
    return finish(event, "split", data, { line: number }, problems, rows);
  },
  confirm: async (event) => {
    const form = await event.request.formData();
    const [lines, reason] = [linesOf(form), textOf(form, "reason")];
    if (lines.length === 0) return refused("confirmed", { reason }, "refused.noneChosen");
    const input = { statementId: event.params.statement, lines };
    const { data, problems } = await mutate(ConfirmStatementLinesDocument, { input });
    return finish(event, "confirmed", data, { reason }, problems);
  },
  approve: async (event) => {
    const { statement: id } = event.params;
    const { data, problems } = await mutate(ApproveStatementDocument, { id });
    const { refusals = [], posted = 0, waiting = 0 } = data?.approveStatement ?? {};
    if (refusals.length === 0) return finish(event, "approved", data, {}, problems);
    const messages = new Set(refusals.map(({ message }) => message));
    return fail(422, {
      about: "approved",
      typed: {},
      rows: [],
      problem: readerMessages()("refused.approvedInPart", { posted, waiting }),
      obstacles: [...messages].map((message) => ({ transactionId: null, message })),
    });
  },
  reject: async (event) => {
    const form = await event.request.formData();
    const [lines, reason] = [linesOf(form), textOf(form, "reason")];
    if (lines.length === 0) return refused("rejected", { reason }, "refused.noneChosen");
    if (reason === "") return refused("rejected", { reason }, "refused.whyOut");
    const input = { statementId: event.params.statement, lines, reason };
    const { data, problems } = await mutate(RejectStatementLinesDocument, { input });
    return finish(event, "rejected", data, { reason }, problems);
  },
};

/** The numbers of the chosen lines. */
const linesOf = (form: FormData): number[] =>
  textsOf(form, "line").map(Number).filter(Number.isSafeInteger);

/** An import with more transactions than one request reverses is undone by a job. */
const isTooLarge = ([problem]: readonly Problem[]): boolean =>
  problem?.violations?.some(({ path }) => path === "statementId") ?? false;
