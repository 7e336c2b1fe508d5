import { serveSubgraphs, type ServedSubgraphs } from "./served-subgraphs.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@external", "@requires", "@shareable"])`;

/** Four subgraphs whose entities refer to each other in a circle: people, instruments, notes about them, stock. */
const SCHEMAS = {
  people: `${LINK}
    type Query { people: [Person!]! }
    type Person @key(fields: "id") { id: ID! login: String! name: String! }`,
  market: `${LINK}
    type Query { instruments(first: Int! = 5): [Instrument!]! }
    type Instrument @key(fields: "isin") { isin: ID! name: String! price: Int! units: Int! }`,
  notes: `${LINK}
    type Note @key(fields: "id") { id: ID! text: String! author: Person! instrument: Instrument! }
    type Person @key(fields: "id") { id: ID! notes: [Note!]! }
    type Instrument @key(fields: "isin") { isin: ID! notes: [Note!]! }`,
  custody: `${LINK}
    type Instrument @key(fields: "isin") {
      isin: ID!
      price: Int! @external
      units: Int! @external
      inCustody: Boolean!
      charge: Int! @requires(fields: "price units")
    }`,
};

const INSTRUMENT = "inCustody name price charge isin units";
const AUTHOR = `author { id login name notes { id text instrument { ${INSTRUMENT} } } }`;

/** Every person and every instrument with notes, their authors and what these wrote, four levels down. */
export const HEAVY_QUERY = `query Heavy {
  people {
    id login name
    notes { id text instrument { ${INSTRUMENT} notes { id text ${AUTHOR} } } }
  }
  instruments { ${INSTRUMENT} notes { id text ${AUTHOR} } }
}`;

const people = Array.from({ length: 6 }, (_, index) => ({
  id: String(index + 1),
  login: `person${index + 1}`,
  name: `Person ${index + 1}`,
}));
const instruments = Array.from({ length: 9 }, (_, index) => ({
  isin: `DE000000000${index + 1}`,
  name: `Instrument ${index + 1}`,
  price: 100 * (index + 1),
  units: 3 * index + 1,
}));
const notes = Array.from({ length: 11 }, (_, index) => ({
  id: String(index + 1),
  text: `Note ${index + 1} on the price, the custody and the charge`,
  author: { id: String((index % people.length) + 1) },
  instrument: { isin: instruments[(2 * index) % instruments.length]?.isin },
}));

const RESOLVERS = {
  people: {
    Person: {
      __resolveReference: ({ id }: { id: string }) => people.find((person) => person.id === id),
    },
  },
  market: {
    Instrument: {
      __resolveReference: ({ isin }: { isin: string }) =>
        instruments.find((instrument) => instrument.isin === isin),
    },
  },
  notes: {
    Person: {
      notes: ({ id }: { id: string }) => notes.filter(({ author }) => author.id === id),
    },
    Instrument: {
      notes: ({ isin }: { isin: string }) =>
        notes.filter(({ instrument }) => instrument.isin === isin),
    },
  },
  custody: {
    Instrument: {
      inCustody: ({ isin }: { isin: string }) => !isin.endsWith("3"),
      charge: ({ price, units }: { price: number; units: number }) =>
        price > 500 ? 0 : Math.round((price * units) / 10),
    },
  },
};

/** The subgraphs of the heavy query. */
export const servePortfolioSubgraphs = async (): Promise<ServedSubgraphs> =>
  serveSubgraphs({
    people: { schema: SCHEMAS.people, resolvers: RESOLVERS.people, rootValue: { people } },
    market: {
      schema: SCHEMAS.market,
      resolvers: RESOLVERS.market,
      rootValue: {
        instruments: ({ first }: { first: number }) => instruments.slice(0, first),
      },
    },
    notes: { schema: SCHEMAS.notes, resolvers: RESOLVERS.notes },
    custody: { schema: SCHEMAS.custody, resolvers: RESOLVERS.custody },
  });
