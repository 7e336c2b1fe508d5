import type { ExecutionResult, GraphQLError } from "graphql";
import { type Answer, copyOf, isAnswer, mergeData, ownValue } from "../answer/answer.ts";
import type { DeferredPart } from "../answer/complete-value.ts";
import { renamedBelow, restoreClientKeys, restorePath } from "../planning/planner-document.ts";
import {
  asGraphqlError,
  extensionsOf,
  type PlanRun,
  type PrimaryAnswer,
  runPrimary,
  withClientPath,
} from "./run-plan.ts";

type Path = readonly (string | number)[];

/** The fields of a deferred fragment of one object. */
interface DeferredItem {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly path: Path;
  readonly label?: string;
  readonly errors?: readonly GraphQLError[];
}

/** A part of an answer: the first one has `data`, later ones have the fields of deferred fragments. */
export interface AnswerPart extends ExecutionResult {
  readonly hasNext: boolean;
  readonly incremental?: readonly DeferredItem[];
}

/** Runs a plan, sends its answer in parts as they become ready, and returns the answer as a whole. */
export async function runPlanInParts(
  run: PlanRun,
  send: (part: AnswerPart) => void,
): Promise<ExecutionResult> {
  const primary = await runPrimary(run);
  return new PartedAnswer(run, primary, send).deliver();
}

class PartedAnswer {
  readonly #run: PlanRun;
  readonly #primary: PrimaryAnswer;
  readonly #send: (part: AnswerPart) => void;
  /** All errors so far, with the planner's keys. */
  readonly #errors: GraphQLError[];
  /** The client's data so far, as the client merges it. */
  readonly #whole: ExecutionResult["data"];
  /** The fragments whose fetches have not ended. */
  #waiting = 0;

  constructor(run: PlanRun, primary: PrimaryAnswer, send: (part: AnswerPart) => void) {
    this.#run = run;
    this.#primary = primary;
    this.#send = send;
    this.#errors = [...primary.errors];
    this.#whole = copyOf(this.#clientData(primary.data, [])) as ExecutionResult["data"];
  }

  async deliver(): Promise<ExecutionResult> {
    const { data, errors, deferred } = this.#primary;
    const groups = groupsOf(deferred);
    this.#waiting = groups.size;
    const answer = {
      ...withErrors(errors.map(withClientPath)),
      ...(data === undefined ? {} : { data: this.#clientData(data, []) }),
    } as ExecutionResult;
    this.#sendPart(answer);
    await this.#deliverGroups(groups);
    return {
      ...withErrors(this.#errors.map(withClientPath)),
      ...(this.#whole === undefined ? {} : { data: this.#whole }),
    };
  }

  async #deliverGroups(groups: ReadonlyMap<string, readonly DeferredPart[]>): Promise<void> {
    await Promise.all([...groups].map(async ([label, parts]) => this.#deliverGroup(label, parts)));
  }

  async #deliverGroup(label: string, parts: readonly DeferredPart[]): Promise<void> {
    const sent = (await this.#primary.blocks.ended(label)).map(asGraphqlError);
    this.#errors.push(...sent);
    const left = new Set(sent);
    const clientLabel = this.#run.operation.deferLabels?.[Number(label)];
    const inner: DeferredPart[] = [];
    const incremental = parts.map((part, index) => {
      const shaped = part.shape(this.#primary.variables, this.#errors);
      this.#errors.push(...shaped.errors);
      inner.push(...shaped.deferred);
      const own = takeErrors(left, index === parts.length - 1 ? [] : part.path);
      const data = this.#clientData(shaped.data, part.path) as DeferredItem["data"];
      this.#merge(data, restorePath(part.path));
      return {
        data,
        path: restorePath(part.path),
        ...(clientLabel === undefined ? {} : { label: clientLabel }),
        ...withErrors([...own, ...shaped.errors].map(withClientPath)),
      };
    });
    const groups = groupsOf(inner);
    this.#waiting += groups.size - 1;
    this.#sendPart({ incremental });
    await this.#deliverGroups(groups);
  }

  /** Sends a part; the last one states what the operation cost and read. */
  #sendPart(part: Omit<AnswerPart, "hasNext">): void {
    const hasNext = this.#waiting > 0;
    const { found, call, plan } = this.#run;
    const position = call.seen?.text;
    const extensions = hasNext
      ? {}
      : {
          ...extensionsOf(this.#whole, found, plan),
          ...(position === undefined ? {} : { position }),
        };
    const stated = Object.keys(extensions).length === 0 ? {} : { extensions };
    this.#send({ ...part, hasNext, ...stated });
  }

  #clientData(data: unknown, path: Path): unknown {
    const { renamed } = this.#run.operation;
    return renamed === undefined ? data : restoreClientKeys(data, renamedBelow(renamed, path));
  }

  #merge(data: DeferredItem["data"], path: Path): void {
    const object = path.reduce<unknown>(
      (at, step) => (isAnswer(at) ? ownValue(at, String(step)) : undefined),
      this.#whole,
    );
    if (data !== null && isAnswer(object))
      mergeData(this.#run.graph.supergraphSchema, object, copyOf(data) as Answer);
  }
}

/** The deferred parts by the label of their fragment. */
function groupsOf(parts: readonly DeferredPart[]): ReadonlyMap<string, readonly DeferredPart[]> {
  const groups = new Map<string, DeferredPart[]>();
  for (const part of parts) groups.set(part.label, [...(groups.get(part.label) ?? []), part]);
  return groups;
}

/** Takes the errors at and below a path; those of no path belong to everything. */
function takeErrors(left: Set<GraphQLError>, path: Path): GraphQLError[] {
  const taken = [...left].filter((error) => path.every((step, at) => error.path?.[at] === step));
  for (const error of taken) left.delete(error);
  return taken;
}

const withErrors = (errors: readonly GraphQLError[]): { errors?: readonly GraphQLError[] } =>
  errors.length === 0 ? {} : { errors };
