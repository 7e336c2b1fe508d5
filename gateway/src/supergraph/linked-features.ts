import { type ConstDirectiveNode, type ConstValueNode, type DocumentNode, Kind } from "graphql";

/** One feature a supergraph links, and the names of its elements in the document. */
export interface LinkedFeature {
  /** The feature's URL without its version: `https://specs.apollo.dev/cost`. */
  readonly identity: string;
  /** The `for` argument of the link, such as SECURITY. */
  readonly purpose: string | undefined;
  /** The name of a directive or type of the feature in this document, renamed or prefixed. */
  readonly nameOf: (element: string) => string;
  /** Whether a type of this document, or a directive with its @, is one of the feature's. */
  readonly has: (name: string) => boolean;
}

/** Reads every `@link` of a supergraph, or `@core` of an early one. */
export function linkedFeatures(supergraph: DocumentNode): LinkedFeature[] {
  return supergraph.definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? []).filter(({ name }) => LINKS.has(name.value)).flatMap(feature)
      : [],
  );
}

const LINKS = new Set(["link", "core"]);

function feature(link: ConstDirectiveNode): LinkedFeature[] {
  const url = text(argument(link, "url") ?? argument(link, "feature"));
  if (url === undefined) return [];
  const [, identity = url, last = ""] = /^(.*\/([^/]+))\/v\d+\.\d+\/?$/.exec(url) ?? [];
  const prefix = text(argument(link, "as")) ?? last;
  const imported = importedNames(argument(link, "import"));
  const names = new Set(
    [...imported].map(([element, name]) => (element.startsWith("@") ? `@${name}` : name)),
  );
  return [
    {
      identity,
      purpose: text(argument(link, "for")),
      nameOf: (element) =>
        imported.get(`@${element}`) ?? (element === last ? prefix : `${prefix}__${element}`),
      has: (name) =>
        name === `@${prefix}` ||
        name.replace(/^@/, "").startsWith(`${prefix}__`) ||
        names.has(name),
    },
  ];
}

/** `["@key", { name: "@cost", as: "@price" }]` as original name to imported name without its @. */
function importedNames(list: ConstValueNode | undefined): Map<string, string> {
  const names = new Map<string, string>();
  for (const item of list?.kind === Kind.LIST ? list.values : []) {
    if (item.kind === Kind.STRING) names.set(item.value, item.value.replace(/^@/, ""));
    if (item.kind !== Kind.OBJECT) continue;
    const fields = new Map(item.fields.map(({ name, value }) => [name.value, text(value)]));
    const original = fields.get("name");
    if (original !== undefined)
      names.set(original, (fields.get("as") ?? original).replace(/^@/, ""));
  }
  return names;
}

const argument = (directive: ConstDirectiveNode, name: string): ConstValueNode | undefined =>
  directive.arguments?.find((candidate) => candidate.name.value === name)?.value;

const text = (value: ConstValueNode | undefined): string | undefined =>
  value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
