import { randomUUID } from "node:crypto";
import type * as Graph from "@allfunds/graph-tools/fake-graph";
import type { Administration } from "./administration-resolvers.ts";
import { minorUnits } from "./books.ts";
import type { Caller } from "./caller.ts";
import { codedError } from "./coded-error.ts";
import { pageOf } from "./connection.ts";
import { fundValue } from "./ledger-resolvers.ts";
import { fundOf, type GraphState } from "./state.ts";

const RECEIVED_AT = "2026-11-23T09:30:00.000Z";

interface Investor {
  readonly value: {
    id: string;
    reference: string;
    kind: Graph.InvestorKind;
    taxCountry: string;
    kycState: Graph.KycState;
    kycUntil: string | null;
    isErased: boolean;
  };
  person: Graph.FakeValue<Graph.InvestorPerson> | null;
}

interface Order {
  readonly classId: string;
  readonly investor: Investor;
  readonly value: Graph.FakeValue<Graph.Order> & { id: string; state: Graph.OrderState };
}

/** Investors and their orders. Every investor holds units of the first class. */
export class Register {
  readonly #state: GraphState;
  readonly #administration: Administration;
  readonly #investors: Investor[] = [];
  readonly #orders: Order[] = [];

  constructor(state: GraphState, administration: Administration) {
    this.#state = state;
    this.#administration = administration;
    const investor = this.#register({
      reference: "INV-1",
      kind: "LEGAL_ENTITY",
      taxCountry: "LU",
      kycState: "CLEARED",
      person: { name: "Northwind Pension Scheme", address: "1 Harbour Road" },
    });
    const [first] = administration.ofFund(state.funds[0]?.id);
    if (!first) return;
    const input = { classId: first.value.id, investorId: investor.value.id };
    this.#place({ ...input, kind: "SUBSCRIPTION", amount: "250000.00" });
  }

  readonly resolvers: Graph.Resolvers<Caller> = {
    Query: {
      investors: (_, page) => pageOf(this.#investors, page, ({ value }) => value),
      investor: (_, { id }) => this.#investors.find(({ value }) => value.id === id)?.value ?? null,
    },
    Mutation: {
      registerInvestors: (_, { input }) => {
        const added = input.investors.map((investor) => this.#register(investor));
        return { ids: added.map(({ value }) => value.id), count: added.length, replayed: false };
      },
      setKycState: (_, { input: { investorId, state, until } }) =>
        Object.assign(this.#investor(investorId).value, {
          kycState: state,
          kycUntil: until ?? null,
        }),
      eraseInvestor: (_, { input: { investorId } }) => {
        const investor = this.#investor(investorId);
        investor.person = null;
        return Object.assign(investor.value, { isErased: true });
      },
      placeOrder: (_, { input }) => this.#place(input).value,
      cancelOrder: (_, { input: { orderId, reason } }) => {
        const { value } = this.#order(orderId);
        return Object.assign(value, { state: "CANCELLED" as const, reason });
      },
    },
    Fund: {
      orders: ({ id }, { state, classId, ...page }) => {
        const classes = new Set(this.#administration.ofFund(id).map(({ value }) => value.id));
        const fits = this.#orders.filter(
          (order) =>
            classes.has(order.classId) &&
            (!state || order.value.state === state) &&
            (!classId || order.classId === classId),
        );
        return pageOf(fits.toReversed(), page, ({ value }) => value);
      },
    },
    Investor: {
      person: ({ id }) => this.#investor(id).person,
      accounts: ({ id }, page) => {
        const [first] = this.#administration.ofFund(this.#state.funds[0]?.id);
        return pageOf(first ? [first] : [], page, () => ({ id: `${id}-account` }));
      },
    },
    InvestorAccount: {
      units: () => "1250.5000",
      heldUnits: () => "0.0000",
      shareClass: () => {
        const [first] = this.#administration.ofFund(this.#state.funds[0]?.id);
        if (!first) throw new Error("The fake graph has no share class.");
        return first.value;
      },
    },
    Order: {
      fund: ({ id }) => {
        const { fundId } = this.#administration.find(this.#order(id).classId);
        return fundValue(fundOf(this.#state, fundId));
      },
      shareClass: ({ id }) => this.#administration.find(this.#order(id).classId).value,
      investor: ({ id }) => this.#order(id).investor.value,
      toInvestor: () => null,
      mayNotApprove: () => this.#state.switches.mayNotApprove ?? null,
    },
  };

  #investor(id: string | undefined): Investor {
    const investor = this.#investors.find(({ value }) => value.id === id);
    if (!investor) throw codedError("INVESTOR_NOT_FOUND", "There is no such investor.");
    return investor;
  }

  #order(id: string | undefined): Order {
    const order = this.#orders.find(({ value }) => value.id === id);
    if (!order) throw codedError("ORDER_NOT_FOUND", "There is no such order.");
    return order;
  }

  #register(input: Graph.RegisterInvestorInput): Investor {
    const { reference, kind, taxCountry, kycState, kycUntil, person } = input;
    const investor: Investor = {
      value: {
        id: randomUUID(),
        reference,
        kind,
        taxCountry,
        kycState: kycState ?? "PENDING",
        kycUntil: kycUntil ?? null,
        isErased: false,
      },
      person: {
        name: person.name,
        address: person.address ?? null,
        dateOfBirth: person.dateOfBirth ?? null,
        taxNumber: person.taxNumber ?? null,
        bankAccount: person.bankAccount ?? null,
        email: person.email ?? null,
      },
    };
    this.#investors.push(investor);
    return investor;
  }

  #isAboveLimit(amount: string | null | undefined): boolean {
    const { limit } = this.#state.switches;
    return limit !== undefined && minorUnits(amount ?? "0") > limit;
  }

  #place({ kind, classId, investorId, amount, units, reference }: Graph.PlaceOrderInput): Order {
    const investor = this.#investor(investorId);
    if (investor.value.kycState !== "CLEARED") {
      throw codedError("KYC_REQUIRED", "The investor is not cleared. Set the KYC state first.");
    }
    const value = {
      id: randomUUID(),
      kind,
      leg: null,
      state: this.#isAboveLimit(amount) ? ("WAITING_APPROVAL" as const) : ("ACCEPTED" as const),
      code: null,
      reason: null,
      units: units ?? null,
      reference: reference ?? null,
      amount: amount ? { amount, currency: "EUR" } : null,
      receivedAt: RECEIVED_AT,
      cutOffAt: "2026-11-23T14:00:00.000Z",
      dealingDate: "2026-11-23",
      settlementDate: "2026-11-26",
      price: null,
      dealtUnits: null,
      dealtAmount: null,
      charge: null,
      open: null,
      isLate: false,
    };
    const order: Order = { classId, investor, value };
    this.#orders.push(order);
    return order;
  }
}
