import type { MoneyJson } from "@allfunds/contract/money";
import {
  connectionType,
  DateScalar,
  DecimalScalar,
  MoneyObject,
} from "@allfunds/platform/graphql/types";
import { Field, ObjectType, registerEnumType } from "type-graphql";
import type { HoldingRow } from "../orders/order-sql.ts";
import type { ShareClassObject } from "../share-classes/share-class-object.ts";
import {
  STATEMENT_LINE_KINDS,
  STATEMENT_LINE_REASONS,
  type StatementLineKind,
  type StatementLineReason,
} from "./statement-line-sql.ts";

registerEnumType(STATEMENT_LINE_KINDS, {
  name: "InvestorStatementLineKind",
  description:
    "OPENING is what was held before the first day, MOVEMENT a change of units, ORDER an order that moved none up to the last day, CLOSING what is held at its end.",
});

registerEnumType(STATEMENT_LINE_REASONS, {
  name: "InvestorStatementReason",
  description: "Why a line has no worth, or an order moved no units.",
  valuesConfig: {
    NO_NAV: { description: "No NAV of the class is published up to the date." },
    WAITS_FOR_NAV: { description: "The NAV of its dealing date was not published." },
    WAITS_FOR_APPROVAL: { description: "It is above an approval limit." },
    CLASS_SUSPENDED: { description: "Its class was suspended on the dealing date." },
    CANCELLED: { description: "It was taken back; shown of orders received in these days." },
    REJECTED: {
      description: "A gate refused it, with `Order.code`; shown of orders received in these days.",
    },
  },
});

@ObjectType("InvestorStatementLine", {
  description:
    "A line of the statement of an investor's account of a class: its opening, each movement by value date, orders that moved no units, its closing.",
})
export class InvestorStatementLineObject {
  @Field(() => STATEMENT_LINE_KINDS, { description: "What it shows." })
  kind!: StatementLineKind;

  @Field(() => DateScalar, {
    description:
      "Value date; of the opening the day before the first one, of the closing the last, of an order its dealing date.",
  })
  date!: string;

  @Field(() => String, {
    nullable: true,
    description: "Of a movement: what was posted. Of an order: what was ordered.",
  })
  description!: string | null;

  @Field(() => STATEMENT_LINE_REASONS, {
    nullable: true,
    description: "Why opening or closing have no worth, or an order moved no units.",
  })
  reason!: StatementLineReason | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: "Of a movement: units that came, or below zero those that went.",
  })
  units!: string | null;

  @Field(() => DecimalScalar, { description: "Units held behind it." })
  balance!: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "NAV per unit: of a movement that at which its order was dealt, else the last one published up to the date. Null without one.",
  })
  price!: string | null;

  @Field(() => DateScalar, {
    nullable: true,
    description: "Of opening and closing: the date of that NAV.",
  })
  navDate!: string | null;

  @Field(() => MoneyObject, {
    nullable: true,
    description:
      "Of a movement what its order came to, in the currency of the class; of an order what was ordered; of opening and closing the units at that NAV.",
  })
  amount!: MoneyJson | null;

  @Field(() => MoneyObject, { nullable: true, description: "The charge on the order." })
  charge!: MoneyJson | null;

  shareClass!: ShareClassObject;
  holding!: HoldingRow;
  orderId!: string | null;
  cursor!: string;
}

export const InvestorStatementLineConnection = connectionType(
  "InvestorStatementLine",
  InvestorStatementLineObject,
);
