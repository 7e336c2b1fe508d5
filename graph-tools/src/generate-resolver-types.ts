import { codegen } from "@graphql-codegen/core";
import * as typescript from "@graphql-codegen/typescript";
import * as typescriptResolvers from "@graphql-codegen/typescript-resolvers";
import { generatedFile, TYPE_SETTINGS, type PublicSchema } from "./codegen-settings.ts";

const FAKE_VALUE = `
/**
 * What a resolver of a fake returns for a type: the fields that its test needs. graphql-js reports a
 * field that an operation selects and the fake leaves out.
 */
export type FakeValue<T> = T extends ReadonlyArray<infer Item>
  ? ReadonlyArray<FakeValue<Item>>
  : T extends object
    ? { readonly [Field in keyof T]?: FakeValue<T[Field]> }
    : T;`;

/** The TypeScript file with the types of the whole schema and of resolvers that answer it in tests. */
export async function generateResolverTypes(
  { ast, document }: PublicSchema,
  output: string,
): Promise<string> {
  const generated = await codegen({
    schema: document,
    schemaAst: ast,
    filename: output,
    documents: [],
    config: {
      ...TYPE_SETTINGS,
      immutableTypes: true,
      enumsAsTypes: true,
      avoidOptionals: { field: true },
      defaultMapper: "FakeValue<{T}>",
      contextType: "unknown",
    },
    plugins: [{ types: {} }, { resolvers: {} }],
    pluginMap: { types: typescript, resolvers: typescriptResolvers },
  });
  return generatedFile(generated, FAKE_VALUE);
}
