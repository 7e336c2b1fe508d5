import { fail, redirect } from "@sveltejs/kit";
import { textOf } from "../../forms/form-data.ts";
import { sentenceOf } from "../../problems.ts";
import type {
  AdministratorChangeRefusalReason,
  ApprovalRefusalReason,
} from "../../graph/graph-types.generated.ts";
import type { GraphResponse } from "../graph/graphql.ts";
import { inReaderWords } from "../graph/reader-words.ts";
import { readerMessages } from "../reader-language.ts";

type Reason = ApprovalRefusalReason | AdministratorChangeRefusalReason;

interface Refusal<Code extends Reason> {
  readonly code: Code;
  readonly error: string;
  readonly message: string;
}

/** Why the reader may not approve what waits, with its sentence; null when the reader may. */
export const refusalFor = <Code extends Reason>(refusal: Refusal<Code> | null) =>
  refusal === null ? null : { code: refusal.code, sentence: sentenceFor(refusal) };

// What the rules of the books refuse has figures of its own.
const sentenceFor = ({ code, error, message }: Refusal<Reason>): string =>
  code === "RULES"
    ? inReaderWords({ code: error, message }).message
    : readerMessages()(`approvals.mayNot.${code}`);

interface Decisions {
  /** The page of the proposal, which shows what was decided. */
  readonly pageOf: (id: string) => string;
  readonly approve: (id: string) => Promise<GraphResponse<object>>;
  readonly reject: (id: string, reason: string) => Promise<GraphResponse<object>>;
  readonly withdraw: (id: string) => Promise<GraphResponse<object>>;
}

interface Sent {
  readonly params: { readonly id: string };
  readonly request: Request;
}

/** The form actions of a proposal's page: others approve or reject it, its maker withdraws it. */
export function decisionActions({ pageOf, approve, reject, withdraw }: Decisions) {
  const finish = (id: string, reason: string, { data, problems }: GraphResponse<object>) =>
    data ? redirect(303, pageOf(id)) : fail(422, { problem: sentenceOf(problems[0]), reason });
  return {
    approve: async ({ params: { id } }: Sent) => finish(id, "", await approve(id)),
    reject: async ({ params: { id }, request }: Sent) => {
      const reason = textOf(await request.formData(), "reason");
      if (reason === "") return fail(422, { problem: readerMessages()("refused.reason"), reason });
      return finish(id, reason, await reject(id, reason));
    },
    withdraw: async ({ params: { id } }: Sent) => finish(id, "", await withdraw(id)),
  };
}
