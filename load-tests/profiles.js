// Which scenarios run, how much of them, and what must hold: `npm run load -- NAME`.
const duration = __ENV.LOAD_DURATION;
const users = Number(__ENV.LOAD_USERS || 2);
const rate = Number(__ENV.LOAD_RATE || 0);

const MOST_USERS = 400;

const loop = (exec, vus, lasts) => ({
  executor: "constant-vus",
  exec,
  vus,
  duration: lasts,
  gracefulStop: "20s",
});

/** `perSecond` arrivals, whatever becomes of them. */
const arrivals = (exec, perSecond, lasts) => ({
  executor: "constant-arrival-rate",
  exec,
  rate: perSecond,
  timeUnit: "1s",
  duration: lasts,
  preAllocatedVUs: Math.min(MOST_USERS, Math.max(10, perSecond)),
  maxVUs: MOST_USERS,
});

/** From one rate to the next, each reached in `lasts`. */
const steps = (exec, rates, lasts) => ({
  executor: "ramping-arrival-rate",
  exec,
  startRate: rates[0],
  timeUnit: "1s",
  stages: rates.map((target) => ({ target, duration: lasts })),
  preAllocatedVUs: 50,
  maxVUs: MOST_USERS,
});

// Every answer must be right, not only there.
const RIGHT = { checks: ["rate==1"], http_req_failed: ["rate==0"] };
// What is promised of a quiet machine, at the 95th percentile.
const API = { answer_duration: ["p(95)<100"] };
const EVENT = { event_delivery: ["p(95)<50"] };

const PROFILES = {
  smoke: {
    scenarios: {
      rest: loop("rest", users, duration || "30s"),
      graph: loop("graph", users, duration || "30s"),
      live: loop("live", 1, duration || "30s"),
    },
    // Figures of a whole system on a shared machine: these catch a stall, not a slow day.
    thresholds: {
      ...RIGHT,
      http_req_duration: ["p(95)<5000"],
      transaction_delivery: ["p(95)<5000"],
    },
  },
  load: {
    scenarios: { arrivals: arrivals("arrival", rate || 40, duration || "60s") },
    thresholds: { ...RIGHT, ...API, refused: ["rate==0"] },
  },
  spike: {
    scenarios: {
      arrivals: steps(
        "arrival",
        [rate || 20, (rate || 20) * 10, rate || 20, rate || 20],
        duration || "15s",
      ),
    },
    // At ten times the rate it may refuse, as long as it does so at once.
    thresholds: { ...RIGHT, refusal_duration: ["p(95)<100"] },
  },
  stress: {
    scenarios: {
      arrivals: steps("arrival", [20, 50, 100, 200, 300, 400], duration || "20s"),
    },
    thresholds: { ...RIGHT, refusal_duration: ["p(95)<100"] },
  },
  soak: {
    scenarios: { arrivals: arrivals("arrival", rate || 15, duration || "30m") },
    thresholds: { ...RIGHT, ...API, refused: ["rate==0"] },
  },
  subscriptions: {
    scenarios: { live: loop("live", Math.max(users, 5), duration || "60s") },
    thresholds: { ...RIGHT, ...EVENT },
  },
  events: {
    // A hundred postings in each.
    scenarios: { bulk: arrivals("bulk", rate || 10, duration || "30s") },
    thresholds: { ...RIGHT, acknowledged_events: [`rate>=${(rate || 10) * 100 * 0.98}`] },
  },
};

const name = __ENV.LOAD_PROFILE || "smoke";
export const profile = PROFILES[name];
if (profile === undefined) {
  throw new Error(`There is no profile ${name}. There are: ${Object.keys(PROFILES).join(", ")}.`);
}

/** The end of a run: what is promised, and what was reached. */
export function promises({ metrics }) {
  const lines = [`\n${name}: promised, reached`];
  for (const [metric, { thresholds = {}, values }] of Object.entries(metrics)) {
    for (const [promise, { ok }] of Object.entries(thresholds)) {
      lines.push(`  ${ok ? "holds " : "FAILS "} ${metric} ${promise}: ${reached(promise, values)}`);
    }
  }
  const answers = metrics.answer_duration && metrics.answer_duration.values;
  if (answers) {
    const share = metrics.refused ? metrics.refused.values.rate : 0;
    lines.push(
      `  answers ${rounded(metrics.http_reqs.values.rate)}/s, median ${rounded(answers.med)} ms, p95 ${rounded(answers["p(95)"])} ms; refused ${rounded(share * 100)} %; arrivals left out ${metrics.dropped_iterations ? metrics.dropped_iterations.values.count : 0}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

const rounded = (value) => Math.round(value * 10) / 10;

/** The value that a threshold such as `p(95)<100` compares. */
function reached(promise, values) {
  const key = promise.replace(/[<>=!].*$/, "").trim();
  const value = values[key];
  return value === undefined ? "nothing was measured" : rounded(value);
}
