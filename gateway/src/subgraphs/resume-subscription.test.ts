import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { ResumableSubscription } from "./resume-subscription.ts";

const schema = buildSchema(`
  type Query { a: Int }
  type Batch { cursor: String! events: [Int!]! }
  type Subscription { feed(after: String, kind: String): Batch! changed(after: String): Int list: Batch }
`);

const of = (query: string, variables: Record<string, unknown> = {}) =>
  ResumableSubscription.of({ query, variables }, schema);
const sentBy = (feed: ResumableSubscription | undefined) => ({
  query: feed?.request.query.replaceAll(/\s+/g, " "),
  variables: feed?.request.variables,
});

describe("a subscription to a feed", () => {
  it("goes on behind the last event when its place is a variable", () => {
    const feed = of("subscription ($c: String) { feed(after: $c) { cursor events } }", { c: "1" });
    expect(feed?.isPlaced).toBe(true);
    feed?.see({ data: { feed: { cursor: "7", events: [1] } } });
    expect(sentBy(feed)).toEqual({
      query: "subscription ($c: String) { feed(after: $c) { cursor events } }",
      variables: { c: "7" },
    });
  });

  it.each([
    ["absent", `feed(kind: "x")`, `feed(kind: "x", after: "7")`],
    ["written out", `feed(after: "1", kind: "x")`, `feed(kind: "x", after: "7")`],
    ["null", `feed(after: null)`, `feed(after: "7")`],
  ])("goes on behind the last event when its place is %s", (_name, given, expected) => {
    const feed = of(`subscription { own: ${given} { at: cursor } }`);
    feed?.see({ data: { own: { at: "7" } } });
    expect(sentBy(feed).query).toBe(`subscription { own: ${expected} { at: cursor } }`);
  });

  it("requests the cursor when its subscriber does not", () => {
    const feed = of("subscription { feed { events } }");
    expect(sentBy(feed).query).toBe("subscription { feed { events resumeCursor: cursor } }");
    feed?.see({ data: { feed: { resumeCursor: "7" } } });
    expect(sentBy(feed).query).toContain(`feed(after: "7")`);
  });

  it("has no place until an event comes when none was given, since that may mean from now on", () => {
    const feed = of("subscription ($c: String) { feed(after: $c) { cursor } }");
    feed?.see({ data: null });
    expect(feed?.isPlaced).toBe(false);
    feed?.see({ data: { feed: { cursor: "7" } } });
    expect(feed?.isPlaced).toBe(true);
  });
});

it.each(['changed(after: "1")', "list { cursor }"])("cannot resume %s", (field) => {
  expect(of(`subscription { ${field} }`)).toBeUndefined();
});
