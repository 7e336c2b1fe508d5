import { readFileSync } from "node:fs";
import { Admin, Consumer } from "@platformatic/kafka";
import { clientOf, type KafkaSettings } from "./kafka-events.ts";
import { readCommitted } from "./kafka-topics.ts";

/** A real broker that the environment names, `host:port`, with its sign-in; undefined for the fake one. */
export function realBroker(env: NodeJS.ProcessEnv): Omit<KafkaSettings, "topic"> | undefined {
  const brokers = env["TEST_KAFKA_BROKERS"];
  if (brokers === undefined) return undefined;
  const [user, password, mechanism, file] = ["USER", "PASSWORD", "MECHANISM", "CA"].map(
    (name) => env[`TEST_KAFKA_${name}`],
  );
  const signIn =
    user === undefined || password === undefined
      ? undefined
      : { user, password, mechanism: (mechanism ?? "SCRAM-SHA-512") as "SCRAM-SHA-512" };
  const tls = file === undefined ? undefined : { authorities: readFileSync(file, "utf8") };
  return { brokers, signIn, tls };
}

/** Values of the committed records of a topic of a real broker by key, each partition in order. */
export async function committedIn(settings: KafkaSettings): Promise<Map<string, string[]>> {
  const client = clientOf(settings);
  const admin = new Admin(client);
  const consumer = new Consumer({ ...client, groupId: "test", maxWaitTime: 200 });
  const found = new Map<string, string[]>();
  try {
    await readCommitted({ admin, consumer, topic: settings.topic }, (key, value) => {
      found.set(key, [...(found.get(key) ?? []), value ?? ""]);
    });
    return found;
  } finally {
    await Promise.allSettled([consumer.close(true), admin.close()]);
  }
}
