import { z } from "zod";
import { date, id } from "../endpoint/scalars.ts";
import { columnsOf, defineTable, TABLE_DOCS } from "../endpoint/table.ts";
import { RestInvestorsDocument, type RestInvestorsQuery } from "../graph/graph-types.generated.ts";

const personal = (description: string) =>
  z
    .string()
    .nullable()
    .meta({ description: `${description}; null once erased.` });

const investor = z
  .object({
    id: id("The investor."),
    reference: z.string().meta({ description: "The client's reference, unique in the tenant." }),
    kind: z.enum(["PERSON", "LEGAL_ENTITY"]).meta({ description: "A person or a legal entity." }),
    taxCountry: z.string().meta({ description: "Country of taxation, ISO 3166-1 alpha-2." }),
    kycState: z
      .enum(["PENDING", "CLEARED", "EXPIRED", "BLOCKED"])
      .meta({ description: "Today; a clearance ends with its last day." }),
    kycUntil: date("Last day of the clearance; null for none.").nullable(),
    isErased: z.boolean().meta({ description: "Whether its personal data were erased." }),
    name: personal("Name"),
    address: personal("Postal address"),
    dateOfBirth: date("Date of birth; null once erased.").nullable(),
    taxNumber: personal("Tax number"),
    bankAccount: personal("IBAN of the bank account"),
    email: personal("Address of email"),
  })
  .meta({ id: "Investor", description: "An investor of the tenant with the personal data." });
type Investor = z.output<typeof investor>;
const COLUMNS = columnsOf<Investor>(investor);

type Read = RestInvestorsQuery["investors"]["nodes"][number];

const ERASED = {
  name: null,
  address: null,
  dateOfBirth: null,
  taxNumber: null,
  bankAccount: null,
  email: null,
};

const toInvestor = ({ person, ...rest }: Read): Investor => ({ ...rest, ...(person ?? ERASED) });

/** GET /api/v1/investors: the investors whom the caller may see, by reference. */
export const getInvestors = defineTable({
  path: "/api/v1/investors",
  operations: [RestInvestorsDocument],
  access: { scopes: ["ledger:read", "investors:read"] },
  docs: {
    operationId: "getInvestors",
    tag: "Funds",
    summary: "Read the investors",
    description: `Every investor by reference, with the personal data; a caller with a list of funds gets those who have an account in one of them. As CSV it is a file that \`importFundFile\` reads. ${TABLE_DOCS}`,
    refusals: [],
  },
  item: investor,
  page: { id: "InvestorPage", of: "investors" },
  columns: COLUMNS,
  parameters: {},
  toItem: toInvestor,
  read: async (query, execute) => (await execute(RestInvestorsDocument, query)).investors,
});
