/** How large an operation may be, with its fragments expanded. */
export interface Limits {
  /** Tokens of a document; parsing stops there. */
  readonly tokens: number;
  /** Levels of fields, the root fields being the first. Introspection has a limit of its own in graphql-js. */
  readonly depth: number;
  readonly fields: number;
  readonly rootFields: number;
  readonly aliases: number;
  readonly directives: number;
  /** Fields selected more than once at one place. */
  readonly repeatedFields: number;
  /** Inline fragments and spreads of named ones. */
  readonly fragments: number;
  /** Largest `first` or `last` of a list. */
  readonly listSize: number;
  /** Levels of lists and objects in the variables. */
  readonly variableDepth: number;
}

/** About twice what the project's own clients need. */
export const STANDARD_LIMITS: Limits = {
  tokens: 5_000,
  depth: 12,
  fields: 1_000,
  rootFields: 20,
  aliases: 50,
  directives: 50,
  repeatedFields: 100,
  fragments: 200,
  listSize: 200,
  variableDepth: 32,
};

/** For an arbitrary graph: only what would harm the gateway itself is refused. */
export const OPEN_LIMITS: Limits = {
  tokens: 15_000,
  depth: 100,
  fields: 5_000,
  rootFields: 1_000,
  aliases: 1_000,
  directives: 1_000,
  repeatedFields: 1_000,
  fragments: 2_000,
  listSize: Number.MAX_SAFE_INTEGER,
  variableDepth: 100,
};
