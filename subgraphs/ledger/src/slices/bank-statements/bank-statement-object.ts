import type { MoneyJson } from "@allfunds/contract/money";
import { RequiresScopes } from "@allfunds/platform/graphql";
import {
  connectionType,
  DateScalar,
  DateTimeScalar,
  JsonScalar,
  MoneyObject,
} from "@allfunds/platform/graphql/types";
import { Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { ActorObject } from "../../graph/shared-types.ts";
import { STATEMENT_FORMATS, type StatementFormat } from "../bank-files/read-file.ts";
import { LINE_VERDICTS, StatementBreakObject } from "./statement-objects.ts";
import type { LineVerdict } from "./statement.ts";
import type { StatementReceived } from "@allfunds/contract/events";

const STATEMENT_STATES = { IMPORTED: "IMPORTED", UNDONE: "UNDONE" } as const;
export type StatementState = keyof typeof STATEMENT_STATES;
registerEnumType(STATEMENT_STATES, {
  name: "BankStatementState",
  description: "Where an imported bank statement stands.",
  valuesConfig: {
    IMPORTED: { description: "What it posted stands." },
    UNDONE: { description: "All that it posted was reversed." },
  },
});

const LINE_DECISIONS = { CONFIRMED: "CONFIRMED", REJECTED: "REJECTED" } as const;
export type LineDecision = keyof typeof LINE_DECISIONS;
registerEnumType(LINE_DECISIONS, {
  name: "StatementLineDecision",
  description: "What a person decided on a possible duplicate.",
  valuesConfig: {
    CONFIRMED: { description: "It is a line of its own: it was posted." },
    REJECTED: { description: "It is a duplicate: it stays out." },
  },
});

@RequiresScopes("ledger:read")
@ObjectType("BankStatement", {
  description: "A bank's file that was imported: what it holds, and what became of its lines.",
})
export class BankStatementObject {
  @Field(() => ID, { description: "UUID of the import." })
  id!: string;

  @Field(() => STATEMENT_STATES, { description: "Whether what it posted stands." })
  state!: StatementState;

  @Field(() => STATEMENT_FORMATS, { description: "Format of the file." })
  format!: StatementFormat;

  @Field(() => String, { nullable: true, description: "The bank's name for the account." })
  iban!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      "SHA-256 of the file's bytes, hexadecimal; null of imports before statements were kept whole.",
  })
  fileHash!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "First booking date of its lines." })
  from!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Last booking date of its lines." })
  to!: string | null;

  @Field(() => MoneyObject, { nullable: true, description: "Before the first line." })
  openingBalance!: MoneyJson | null;

  @Field(() => MoneyObject, { nullable: true, description: "After the last line." })
  closingBalance!: MoneyJson | null;

  @Field(() => Int, { description: "Booked lines in the file." })
  lineCount!: number;

  @Field(() => Int, { description: "Lines that the import posted." })
  posted!: number;

  @Field(() => Int, { description: "Lines above an approval limit: they became proposals." })
  proposed!: number;

  @Field(() => Int, { description: "Lines that an earlier import had posted." })
  duplicates!: number;

  @Field(() => Int, {
    description: "Lines left out because the books may have them in another form.",
  })
  possibleDuplicates!: number;

  @Field(() => Int, { description: "Possible duplicates that are not decided yet." })
  openLines!: number;

  @Field(() => Int, { description: "Lines left out: not booked yet, or moving nothing." })
  skipped!: number;

  @Field(() => [StatementBreakObject], { description: "Holes in the chain of balances." })
  breaks!: StatementBreakObject[];

  @Field(() => JsonScalar, {
    nullable: true,
    description: "How a CSV was read: columns, delimiter, date format; null for other formats.",
  })
  reading!: Record<string, unknown> | null;

  @Field(() => DateTimeScalar, { description: "When it was imported." })
  importedAt!: Date;

  @Field(() => String, { description: "Who imported it: the id of a user or of an API client." })
  importedBy!: string;

  @Field(() => ActorObject, { nullable: true, description: "Who that is, by name." })
  importer!: ActorObject;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was undone." })
  undoneAt!: Date | null;

  @Field(() => String, { nullable: true, description: "Who undid it." })
  undoneBy!: string | null;

  @Field(() => ActorObject, { nullable: true, description: "Who that is, by name." })
  undoer!: ActorObject | null;

  @Field(() => String, { nullable: true, description: "Why it was undone." })
  undoReason!: string | null;

  // Not fields: the account is found by its id, and lines are posted as the file's other lines were.
  accountId!: string;
  fundId!: string;
  currency!: string;
  position!: number;
  received!: StatementReceived | null;
}

export const BankStatementConnection = connectionType("BankStatement", BankStatementObject);

@ObjectType("BankStatementLine", { description: "A line of an imported bank statement." })
export class BankStatementLineObject {
  @Field(() => Int, { description: "Its number in the statement, from 1." })
  number!: number;

  @Field(() => Int, { description: "Line in the file, from 1." })
  fileLine!: number;

  @Field(() => DateScalar, {
    description: "Value date, or the booking date where the bank gives no other.",
  })
  effectiveDate!: string;

  @Field(() => DateScalar, { description: "Booking date." })
  bookingDate!: string;

  @Field(() => MoneyObject, { description: "Positive came in, negative went out." })
  amount!: MoneyJson;

  @Field(() => String, { description: "Remittance text." })
  description!: string;

  @Field(() => String, { nullable: true, description: "The other party." })
  counterparty!: string | null;

  @Field(() => String, { nullable: true, description: "The bank's own number of the booking." })
  reference!: string | null;

  @Field(() => JsonScalar, { description: "Whatever else the bank sent, by name." })
  details!: Record<string, unknown>;

  @Field(() => LINE_VERDICTS, { description: "Whether the books had it." })
  verdict!: LineVerdict;

  @Field(() => LINE_DECISIONS, {
    nullable: true,
    description: "What a person decided on a possible duplicate.",
  })
  decision!: LineDecision | null;

  @Field(() => ID, {
    nullable: true,
    description:
      "The transaction that posts it; there is none while the line waits for approval. Null for a line left out.",
  })
  transactionId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "The transaction it may be the same as, of a possible duplicate.",
  })
  earlierTransactionId!: string | null;

  // Not fields: its other side is found by them.
  fundId!: string;
  accountId!: string;
}

export const BankStatementLineConnection = connectionType(
  "BankStatementLine",
  BankStatementLineObject,
);
