import { unruledFields } from "@allfunds/platform/testing";
import { Kind, parse } from "graphql";
import { expect, test } from "vitest";
import { printSchema } from "./schema.ts";

test("every operation and every entity has an access rule", () => {
  expect(unruledFields(printSchema())).toEqual([]);
});

test("every type, field and argument has a description", () => {
  const roots = new Set(["Query", "Mutation"]);
  const undescribed = parse(printSchema()).definitions.flatMap((definition) => {
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.INPUT_OBJECT_TYPE_DEFINITION
    ) {
      return [];
    }
    const { name, description, fields = [] } = definition;
    const args = fields.flatMap((field) => ("arguments" in field ? (field.arguments ?? []) : []));
    return [
      ...(description === undefined && !roots.has(name.value) ? [name.value] : []),
      // An `input` is explained by its type.
      ...[...fields, ...args.filter((argument) => argument.name.value !== "input")]
        .filter((part) => part.description === undefined)
        .map((part) => `${name.value}.${part.name.value}`),
    ];
  });
  expect(undescribed).toEqual([]);
});
