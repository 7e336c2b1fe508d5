import { Admin, Consumer } from "@platformatic/kafka";
import { readCommitted } from "./kafka-topics.ts";

/** Values of the committed records of a topic of a real broker by key, each partition in order. */
export async function committedIn(brokers: string, topic: string): Promise<Map<string, string[]>> {
  const client = { clientId: "test", bootstrapBrokers: brokers.split(",") };
  const admin = new Admin(client);
  const consumer = new Consumer({ ...client, groupId: "test", maxWaitTime: 200 });
  const found = new Map<string, string[]>();
  try {
    await readCommitted({ admin, consumer, topic }, (key, value) => {
      found.set(key, [...(found.get(key) ?? []), value ?? ""]);
    });
    return found;
  } finally {
    await Promise.allSettled([consumer.close(true), admin.close()]);
  }
}
