import { composeServices } from "@apollo/composition";
import { buildSchema, parse, printSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { printApiSchema } from "./print-api-schema.ts";
import { variantSchema } from "./variant-schema.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: ["@key", "@tag"])`;

/** The schema of a variant without "internal", as graphql prints it. */
function publicOf(sdl: string): string {
  const { supergraphSdl = "", errors } = composeServices([
    { name: "ledger", url: "http://ledger", typeDefs: parse(`${LINK} ${sdl}`) },
  ]);
  expect(errors).toBeUndefined();
  const variant = variantSchema(supergraphSdl, printApiSchema(supergraphSdl), {
    exclude: ["internal"],
  });
  return printSchema(buildSchema(variant)).replaceAll(/\s+/g, " ");
}

describe("the schema of a variant", () => {
  it("leaves out tagged fields, arguments and values, and types that nothing leads to any more", () => {
    const schema = publicOf(`
      type Query { fund(id: ID, secret: Boolean @tag(name: "internal")): Fund queue: Queue @tag(name: "internal") }
      type Fund @key(fields: "id") { id: ID! name: String @tag(name: "partner") kind: Kind }
      enum Kind { OPEN HIDDEN @tag(name: "internal") }
      type Queue { length: Int jobs: [Job!]! }
      type Job { id: ID! }`);
    expect(schema).toBe(
      "type Fund { id: ID! name: String kind: Kind } enum Kind { OPEN } type Query { fund(id: ID): Fund }",
    );
  });

  it("leaves out fields and union members of a tagged type", () => {
    const schema = publicOf(`
      union Item = Fund | Job
      type Query { items: [Item] jobs: [Job] any: Node }
      interface Node { id: ID! }
      type Fund implements Node { id: ID! job: Job }
      type Job implements Node @tag(name: "internal") { id: ID! }`);
    expect(schema).toContain("union Item = Fund");
    expect(schema).not.toContain("Job");
  });

  it("is refused when it leaves out an argument that is required", () => {
    expect(() => publicOf(`type Query { fund(id: ID! @tag(name: "internal")): Int }`)).toThrow(
      "A variant leaves out Query.fund(id:), which is required.",
    );
  });

  it("is the whole schema when nothing has its tags", () => {
    expect(publicOf(`type Query { a: Int }`)).toBe("type Query { a: Int }");
  });
});
