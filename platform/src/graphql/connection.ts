import "reflect-metadata";
import { Directive, Field, Int, ObjectType, type ClassType } from "type-graphql";
import { invalidInput } from "@allfunds/contract/errors";
import { CursorScalar } from "./scalars.ts";
import { PageInfoObject } from "./shared-types.ts";

export const DEFAULT_PAGE_SIZE = 20;
export const MAX_PAGE_SIZE = 200;

export interface Edge<Node> {
  readonly node: Node;
  readonly cursor: string;
}

export interface Connection<Node> {
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge<Node>[];
  readonly pageInfo: PageInfoObject;
  readonly totalCount?: number;
}

/** The requested page size; throws INVALID_INPUT outside of 1..200. */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? DEFAULT_PAGE_SIZE;
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE_SIZE) {
    throw invalidInput("first", `must be between 1 and ${MAX_PAGE_SIZE}`);
  }
  return size;
}

/** Makes a connection from up to `first + 1` ordered items; the extra item shows that more follow. */
export function toConnection<Node>(
  items: readonly Node[],
  options: {
    readonly first: number;
    readonly after: string | null | undefined;
    readonly cursorOf: (node: Node) => string;
    readonly totalCount?: number;
  },
): Connection<Node> {
  const edges = items
    .slice(0, options.first)
    .map((node) => ({ node, cursor: options.cursorOf(node) }));
  return {
    nodes: edges.map(({ node }) => node),
    edges,
    pageInfo: {
      hasNextPage: items.length > options.first,
      hasPreviousPage: options.after !== null && options.after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    ...(options.totalCount === undefined ? {} : { totalCount: options.totalCount }),
  };
}

/**
 * The Relay connection and edge types of a node type, named `<Name>Connection` and `<Name>Edge`; shareable
 * when several subgraphs have them.
 */
export function connectionType<Node extends object>(
  name: string,
  node: ClassType<Node>,
  { shareable = false }: { readonly shareable?: boolean } = {},
): ClassType<Connection<Node>> {
  const share = shareable ? Directive("@shareable") : () => undefined;

  @share
  @ObjectType(`${name}Edge`, { description: `One ${name} in a list and its cursor.` })
  class EdgeObject {
    @Field(() => node, { description: "The item itself." })
    node!: Node;

    @Field(() => CursorScalar, { description: "Pass as `after` to read on from here." })
    cursor!: string;
  }

  @share
  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
  class ConnectionObject {
    @Field(() => [node], { description: "The items of this page." })
    nodes!: Node[];

    @Field(() => [EdgeObject], { description: "The items of this page with their cursors." })
    edges!: EdgeObject[];

    @Field(() => PageInfoObject, { description: "Whether more items follow or precede." })
    pageInfo!: PageInfoObject;

    @Field(() => Int, {
      nullable: true,
      description: "Items in the whole list, null where counting is not cheap.",
    })
    totalCount?: number;
  }
  return ConnectionObject as ClassType<Connection<Node>>;
}
