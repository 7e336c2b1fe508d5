import "reflect-metadata";
import { mapSchema } from "@graphql-tools/utils";
import { graphql } from "graphql";
import type { NonEmptyArray } from "type-graphql";
import { expect, it } from "vitest";
import { buildSubgraph } from "./build-subgraph.ts";
import { ShelfResolver } from "./shelves.fixture.ts";

const RESOLVERS: NonEmptyArray<Function> = [ShelfResolver];

function shelvesOf(place: string) {
  const instance = new ShelfResolver(place);
  return buildSubgraph({
    resolvers: RESOLVERS,
    container: { get: () => instance },
    referenceResolvers: { Shelf: ({ id }: { id: string }) => ({ id: `${id} of ${place}` }) },
  });
}

const ALL = `{
  shelf(id: "1") { id place } watchedShelf { id place }
  _entities(representations: [{ __typename: "Shelf", id: "2" }]) { ... on Shelf { id place } }
}`;

const expected = (place: string) => ({
  shelf: { id: `${place} 1`, place: `${place} 1 in ${place}` },
  watchedShelf: { id: place, place: `${place} in ${place}` },
  _entities: [{ id: `2 of ${place}`, place: `2 of ${place} in ${place}` }],
});

it("resolves with the instances and references of its own schema when several share their types", async () => {
  const schemas = ["north", "south"].map((place) => [place, shelvesOf(place)] as const);
  const [[, north], [, south]] = schemas as [(typeof schemas)[0], (typeof schemas)[0]];
  expect(north.getType("Shelf")).toBe(south.getType("Shelf"));
  for (const [place, schema] of schemas) {
    const copy = mapSchema(schema, {});
    for (const each of [schema, copy]) {
      const { data, errors } = await graphql({ schema: each, source: ALL, contextValue: {} });
      expect(errors).toBeUndefined();
      expect(data).toEqual(expected(place));
    }
  }
});
