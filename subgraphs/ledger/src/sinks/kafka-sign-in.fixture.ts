import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import type { Reader, Writer } from "@platformatic/kafka";

/** Who may sign in to a fake broker. */
export interface KafkaUser {
  readonly user: string;
  readonly password: string;
}

/** One step of a sign-in: what the broker answers; undefined when it refuses. */
interface Step {
  readonly answer: Buffer | undefined;
  readonly isDone: boolean;
}

type SignIn = (message: Buffer) => Step;

const REFUSED: Step = { answer: undefined, isDone: false };
const ITERATIONS = 4_096;
const UNSUPPORTED_MECHANISM = 33;
const SIGN_IN_FAILED = 58;

/** The sign-ins of connections, as requests to a broker. */
export class SignIns {
  readonly #underWay = new WeakMap<Socket, SignIn | undefined>();
  readonly #done = new WeakSet<Socket>();

  has(socket: Socket): boolean {
    return this.#done.has(socket);
  }

  /** SaslHandshake: the client names a mechanism. */
  begin(socket: Socket, user: KafkaUser | undefined, request: Reader, answer: Writer): void {
    const signIn = user === undefined ? undefined : signInBy(request.readString(false), user);
    this.#underWay.set(socket, signIn);
    answer.appendInt16(signIn === undefined ? UNSUPPORTED_MECHANISM : 0);
    answer.appendArray(["PLAIN"], (w, name) => w.appendString(name, false), false, false);
  }

  /** SaslAuthenticate: one step of the mechanism. */
  goOn(socket: Socket, request: Reader, answer: Writer): void {
    const step = this.#underWay.get(socket)?.(request.readBytes(false));
    if (step?.isDone === true) this.#done.add(socket);
    answer.appendInt16(step?.answer === undefined ? SIGN_IN_FAILED : 0).appendString(null, false);
    answer.appendBytes(step?.answer ?? Buffer.alloc(0), false).appendInt64(0n);
  }
}

/** The broker's side of a mechanism; undefined for one that it does not support. */
function signInBy(mechanism: string, user: KafkaUser): SignIn | undefined {
  if (mechanism === "PLAIN") return plain(user);
  const hash = /^SCRAM-SHA-(256|512)$/.exec(mechanism)?.[1];
  return hash === undefined ? undefined : scram(`sha${hash}`, user);
}

/** RFC 4616. */
const plain =
  ({ user, password }: KafkaUser): SignIn =>
  (message) => {
    const [, name, secret] = message.toString().split("\0");
    if (name !== user || secret !== password) return REFUSED;
    return { answer: Buffer.alloc(0), isDone: true };
  };

/** RFC 5802: the client proves that it has the password, and the broker that it has what was derived from it. */
function scram(algorithm: string, { user, password }: KafkaUser): SignIn {
  const hmac = (key: Buffer, text: string): Buffer =>
    createHmac(algorithm, key).update(text).digest();
  const salt = randomBytes(16);
  const length = algorithm === "sha256" ? 32 : 64;
  const salted = pbkdf2Sync(password, salt, ITERATIONS, length, algorithm);
  let [bare, first] = ["", ""];
  return (message) => {
    const text = message.toString();
    if (first === "") {
      bare = text.replace(/^n,,/, "");
      const [, name, nonce] = /^n=([^,]*),r=(.*)$/.exec(bare) ?? [];
      if (name !== user) return REFUSED;
      first = `r=${nonce}${randomBytes(12).toString("base64url")},s=${salt.toString("base64")},i=${ITERATIONS}`;
      return { answer: Buffer.from(first), isDone: false };
    }
    const [, final = "", proof = ""] = /^(.*),p=(.*)$/.exec(text) ?? [];
    const signed = `${bare},${first},${final}`;
    const clientKey = hmac(salted, "Client Key");
    const signature = hmac(createHash(algorithm).update(clientKey).digest(), signed);
    const expected = Buffer.from(clientKey.map((byte, at) => byte ^ (signature[at] ?? 0)));
    if (!expected.equals(Buffer.from(proof, "base64"))) return REFUSED;
    const answer = `v=${hmac(hmac(salted, "Server Key"), signed).toString("base64")}`;
    return { answer: Buffer.from(answer), isDone: true };
  };
}
