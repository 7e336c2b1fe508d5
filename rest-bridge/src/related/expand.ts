import { invalidInput } from "@allfunds/contract/errors";
import { z } from "zod";
import type { Answer, Endpoint, Execute, RawRequest } from "../endpoint/endpoint.ts";
import { readFields, selectFields } from "../endpoint/fields.ts";
import { readParameters } from "../endpoint/read-input.ts";
import type { GatewayClient } from "../gateway/gateway-client.ts";
import { RestRelatedDocument } from "../graph/graph-types.generated.ts";
import { describeRelated, hasRelated, leadsSomewhere } from "./described.ts";
import { RELATIONS, toRelated } from "./relations.ts";

/** What one answer may bring along, and how many of it the graph looks up at once. */
const MOST_RELATED = 100;
const RELATED_AT_ONCE = 20;
const DEEPEST = 2;

/** The parameter of reads whose answers have ids of other things. */
const expandParameter = z
  .string({ error: "must be paths of related things" })
  .regex(/^[\w.]{1,100}(,[\w.]{1,100}){0,9}$/, "must be up to 10 paths, separated by commas")
  .optional()
  .meta({
    description: `Related things to send along, paths separated by commas: \`items.account,items.transaction\`. Each stands beside the id that names it: ${Object.entries(
      RELATIONS,
    )
      .map(([name, { idMember }]) => `\`${name}\` (${idMember})`)
      .join(
        ", ",
      )}. A path may lead through one related thing to another (\`account.fund\`), no further. At most ${MOST_RELATED} things; with more the request is refused: ask for a smaller page. Only JSON answers expand.`,
  });

/** A read that sends related things along on request; any other endpoint as it is. */
export function expandable(endpoint: Endpoint): Endpoint {
  const reads = endpoint.method === "GET" && endpoint.access.scopes.includes("ledger:read");
  if (!reads || !hasRelated(endpoint)) return endpoint;
  return {
    ...endpoint,
    operations: [...endpoint.operations, RestRelatedDocument],
    query: (endpoint.query ?? z.strictObject({})).extend({ expand: expandParameter }),
    handle: async (request, gateway) => {
      const { expand, others } = readExpand(request.query);
      if (expand === undefined) return endpoint.handle({ ...request, query: others }, gateway);
      return answerExpanded(endpoint, { ...request, query: others }, gateway, expand.split(","));
    },
  };
}

/** Takes `expand` out of a query. */
function readExpand(query: unknown): {
  readonly expand: string | undefined;
  readonly others: Readonly<Record<string, unknown>>;
} {
  const { expand, ...others } = query as Readonly<Record<string, unknown>>;
  const schema = z.strictObject({ expand: expandParameter });
  return { expand: readParameters(schema, expand === undefined ? {} : { expand }).expand, others };
}

async function answerExpanded(
  endpoint: Endpoint,
  request: RawRequest,
  gateway: GatewayClient,
  paths: readonly string[],
): Promise<Answer> {
  const { fields, others } = readFields(request.query);
  const answer = await endpoint.handle({ ...request, query: others }, gateway);
  const schema = endpoint.docs.success[answer.status]?.schema;
  const { body } = answer;
  const isJson =
    typeof body === "object" && !(Symbol.asyncIterator in body) && !(body instanceof Uint8Array);
  if (!isJson || schema === undefined) {
    throw invalidInput("expand", "adds related things to an answer in JSON only");
  }
  const described = describeRelated(schema);
  const tree = treeOf(
    paths.map((path) => checkedPath(path, (names) => leadsSomewhere(described, names))),
  );
  const behalf = {
    context: request.context,
    authorization: request.headers.authorization,
    gone: request.gone,
    passOn: request.passOn,
  };
  const expanded = await new Expansion((operation, variables) =>
    gateway.execute(operation, variables, behalf),
  ).of(body, tree);
  const { etag: _whole, ...headers } = answer.headers ?? {};
  const selected = fields === undefined ? expanded : selectFields(expanded, fields, described);
  return { status: answer.status, body: selected, headers };
}

/** The names of a path, which ends at something related and passes at most one more. */
function checkedPath(
  path: string,
  isKnown: (names: readonly string[]) => boolean,
): readonly string[] {
  const names = path.split(".");
  const related = names.filter((name) => Object.hasOwn(RELATIONS, name));
  const last = names.at(-1) ?? "";
  if (!Object.hasOwn(RELATIONS, last) || !isKnown(names)) {
    throw invalidInput("expand", `${path} leads to nothing related in this answer`);
  }
  if (related.length > DEEPEST) {
    throw invalidInput("expand", `${path} passes more than ${DEEPEST} related things`);
  }
  return names;
}

type Tree = Map<string, Tree>;

function treeOf(paths: readonly (readonly string[])[]): Tree {
  const root: Tree = new Map();
  for (const path of paths) {
    let at = root;
    for (const name of path) {
      const inner: Tree = at.get(name) ?? new Map();
      at.set(name, inner);
      at = inner;
    }
  }
  return root;
}

type Objects = Record<string, unknown>;

/** The related things of one answer: each is looked up once, level by level. */
class Expansion {
  readonly #execute: Execute;
  readonly #found = new Map<string, object | null>();

  constructor(execute: Execute) {
    this.#execute = execute;
  }

  async of(body: object, tree: Tree): Promise<object> {
    // A copy: the answer may be one that is kept.
    const copy = structuredClone(body);
    await this.#fill([{ value: copy, tree }]);
    return copy;
  }

  async #fill(level: readonly { readonly value: unknown; readonly tree: Tree }[]): Promise<void> {
    const places = level.flatMap(({ value, tree }) => placesIn(value, tree));
    if (places.length === 0) return;
    await this.#read(new Set(places.flatMap(({ id }) => (id === null ? [] : [id]))));
    const next = places.map(({ owner, name, id, tree }) => {
      const thing = id === null ? null : (this.#found.get(id) ?? null);
      const value = thing === null ? null : structuredClone(thing);
      owner[name] = value;
      return { value, tree };
    });
    await this.#fill(next);
  }

  async #read(ids: ReadonlySet<string>): Promise<void> {
    const wanted = [...ids].filter((id) => !this.#found.has(id));
    if (this.#found.size + wanted.length > MOST_RELATED) {
      throw invalidInput(
        "expand",
        `names more than ${MOST_RELATED} things; ask for a smaller page`,
      );
    }
    for (let at = 0; at < wanted.length; at += RELATED_AT_ONCE) {
      const some = wanted.slice(at, at + RELATED_AT_ONCE);
      const { nodes } = await this.#execute(RestRelatedDocument, { ids: some });
      for (const [index, id] of some.entries()) {
        const node = nodes[index];
        this.#found.set(id, (node && toRelated(node)) ?? null);
      }
    }
  }
}

interface Place {
  /** The object that gets the related thing, beside its id. */
  readonly owner: Objects;
  readonly name: string;
  readonly id: string | null;
  readonly tree: Tree;
}

function placesIn(value: unknown, tree: Tree): Place[] {
  if (Array.isArray(value)) return value.flatMap((one) => placesIn(one, tree));
  if (typeof value !== "object" || value === null) return [];
  const owner = value as Objects;
  return [...tree].flatMap(([name, inner]): Place[] => {
    const relation = Object.hasOwn(owner, name) ? undefined : RELATIONS[name];
    if (relation === undefined) return placesIn(owner[name], inner);
    const id = owner[relation.idMember];
    if (id === undefined) return [];
    return [{ owner, name, id: typeof id === "string" ? id : null, tree: inner }];
  });
}
