/** The ids that the fake graph has, and one that it has not. */
export const FUND = "018f6b7e-0000-7000-8000-00000000f001";
export const CASH = "018f6b7e-0000-7000-8000-00000000a101";
export const FEES = "018f6b7e-0000-7000-8000-00000000a501";
export const INSTRUMENT = "018f6b7e-0000-7000-8000-000000001001";
export const NEWS = "018f6b7e-0000-7000-8000-000000002001";
export const UNKNOWN = "018f6b7e-0000-7000-8000-00000000dead";

export const EUR = (amount: string) => ({ amount, currency: "EUR" });
