import {
  type BuildSchemaOptions,
  buildASTSchema,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  isTypeDefinitionNode,
  Kind,
  parse,
  visit,
} from "graphql";
import { linkedFeatures } from "./linked-features.ts";

const JOIN = "https://specs.apollo.dev/join";
const HIDING = "https://specs.apollo.dev/inaccessible";
/** Whether clients may use them is no matter of subgraphs. */
const OF_THE_GATEWAY = ["@defer", "@stream"];

/**
 * What clients see of a supergraph: without what is inaccessible, and what its features define and apply. Throws when
 * it does not name its features as supergraphs do: nothing would be hidden.
 */
export function apiDocumentOf(supergraph: DocumentNode): DocumentNode {
  const features = linkedFeatures(supergraph);
  if (!features.some(({ identity }) => identity === JOIN))
    throw new Error(`The document is no supergraph: it does not link ${JOIN}.`);
  const hiding = features.find(({ identity }) => identity === HIDING)?.nameOf("inaccessible");
  const isOfFeature = (name: string): boolean => features.some((feature) => feature.has(name));
  const isHidden = ({ directives = [] }: Partial<{ directives: readonly DirectiveNode[] }>) =>
    directives.some(({ name }) => name.value === hiding);
  const hiddenTypes = new Set(
    supergraph.definitions.flatMap((one) =>
      isTypeDefinitionNode(one) && (isHidden(one) || isOfFeature(one.name.value))
        ? [one.name.value]
        : [],
    ),
  );
  const element = {
    enter: (node: Parameters<typeof isHidden>[0]) => (isHidden(node) ? null : undefined),
  };
  const definitions = supergraph.definitions.filter((one) => {
    if (isTypeDefinitionNode(one)) return !hiddenTypes.has(one.name.value);
    if (one.kind !== Kind.DIRECTIVE_DEFINITION) return true;
    const name = `@${one.name.value}`;
    return !isOfFeature(name) && !OF_THE_GATEWAY.includes(name);
  });
  return visit(
    { ...supergraph, definitions },
    {
      Directive: ({ name }) => (isOfFeature(`@${name.value}`) ? null : false),
      FieldDefinition: element,
      InputValueDefinition: element,
      EnumValueDefinition: element,
      // The type of a field stays: one that is hidden makes the graph unusable.
      NamedType: ({ name }, key) =>
        typeof key === "number" && hiddenTypes.has(name.value) ? null : false,
    },
  );
}

const DEFER = parse(
  "directive @defer(label: String, if: Boolean! = true) on FRAGMENT_SPREAD | INLINE_FRAGMENT",
);

/** A schema with what the gateway itself adds for clients. */
export const schemaForClients = (
  { kind, definitions }: DocumentNode,
  options?: BuildSchemaOptions,
): GraphQLSchema =>
  buildASTSchema({ kind, definitions: [...definitions, ...DEFER.definitions] }, options);
