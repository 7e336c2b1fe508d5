import { registerEnumType } from "type-graphql";

/** Which way money goes, in the graph. */
export const FlowDirectionEnum = { IN: "IN", OUT: "OUT" } as const;
export type FlowDirection = keyof typeof FlowDirectionEnum;

registerEnumType(FlowDirectionEnum, {
  name: "FlowDirection",
  description: "IN: money the fund receives; OUT: money the fund pays.",
});
