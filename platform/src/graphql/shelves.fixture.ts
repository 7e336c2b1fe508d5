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
} from "type-graphql";

@ObjectType()
@Directive(`@key(fields: "id")`)
export class Shelf {
  @Field(() => ID)
  id!: string;
}

@Resolver(() => Shelf)
export class ShelfResolver {
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
