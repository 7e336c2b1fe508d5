export type Unsent = "notSent" | "signedOut";

/** Why the last form was not sent. Only browsers change it. */
class SendState {
  unsent = $state<Unsent>();
}

/** The frame shows it on every page; what sends forms is read only by pages that have some. */
export const sendState = new SendState();
