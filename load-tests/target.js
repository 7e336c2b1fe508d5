// Requests to the running system, and checks on what it answers.
import { check } from "k6";
import http from "k6/http";
import { authorization } from "./access.js";
import { endpoints } from "./demo.js";

const SUCCESS = { min: 200, max: 299 };
const JSON_BODY = { "content-type": "application/json" };

/**
 * Sends a request to the REST bridge; the answer is parsed, or null when it is no JSON.
 * A text goes out as it is, and `status` is the one that counts as success.
 */
export function rest(method, base, path, body, headers = {}, status = SUCCESS) {
  return restAs(authorization(), method, base, path, body, headers, status);
}

/** The same in the name of another client, or of none: `{}`. */
export function restAs(caller, method, base, path, body, headers = {}, status = SUCCESS) {
  const text = typeof body === "string" ? body : body && JSON.stringify(body);
  const response = http.request(method, `${base}${path}`, text, {
    headers: { ...JSON_BODY, ...caller, ...headers },
    responseCallback: http.expectedStatuses(status),
    // One name for all queries of an endpoint, so that its figures stay together.
    tags: { name: `${method} ${path.split("?")[0].replace(/[0-9a-f-]{36}$/, "{id}")}` },
  });
  return { status: response.status, headers: response.headers, body: parsed(response) };
}

/** Sends an operation to the graph; returns its data and errors. */
export function graph(name, query, variables = {}) {
  const response = http.post(endpoints.graphql, JSON.stringify({ query, variables }), {
    headers: { ...JSON_BODY, ...authorization() },
    tags: { name: `graph ${name}` },
  });
  return parsed(response) || { errors: [{ message: `no JSON, status ${response.status}` }] };
}

function parsed(response) {
  try {
    return response.json();
  } catch {
    return null;
  }
}

/** Checks an answer and, where it is wrong, shows it: a rate alone does not help to mend it. */
export function expect(what, answer, conditions) {
  const named = Object.fromEntries(
    Object.entries(conditions).map(([condition, holds]) => [
      `${what}: ${condition}`,
      (value) => holdsFor(holds, value),
    ]),
  );
  if (!check(answer, named)) console.error(`${what}: ${JSON.stringify(answer).slice(0, 500)}`);
}

/** An answer of another shape than expected is a wrong answer, not a broken test. */
function holdsFor(holds, value) {
  try {
    return holds(value) === true;
  } catch {
    return false;
  }
}

/** "12.34" as 1234: exact in a number up to ninety thousand billion. */
export const cents = (text) => Number(text.replace(".", ""));
export const isAmount = (text) => /^-?\d+\.\d{2}$/.test(text);
export const isDate = (text) => /^\d{4}-\d{2}-\d{2}$/.test(text);
export const same = (one, other, fields) => fields.every((field) => one[field] === other[field]);
