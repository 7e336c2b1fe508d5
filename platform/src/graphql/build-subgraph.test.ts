import "reflect-metadata";
import { mapSchema } from "@graphql-tools/utils";
import { graphql } from "graphql";
import {
  Arg,
  Directive,
  Field,
  FieldResolver,
  ID,
  ObjectType,
  Query,
  Resolver,
  Root,
  UseMiddleware,
  type NonEmptyArray,
} from "type-graphql";
import { expect, it } from "vitest";
import { buildSubgraph } from "./build-subgraph.ts";

@ObjectType()
@Directive(`@key(fields: "id")`)
class Shelf {
  @Field(() => ID)
  id!: string;
}

@Resolver(() => Shelf)
class ShelfResolver {
  readonly #place: string;

  constructor(place: string) {
    this.#place = place;
  }

  @Query(() => Shelf)
  shelf(@Arg("id", () => ID) id: string): Shelf {
    return { id: `${this.#place} ${id}` };
  }

  @UseMiddleware(async (_data, next) => next())
  @Query(() => Shelf)
  watchedShelf(): Shelf {
    return { id: this.#place };
  }

  @FieldResolver(() => String)
  place(@Root() { id }: Shelf): string {
    return `${id} in ${this.#place}`;
  }
}

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
