import pg from "pg";
import fs from "node:fs";
import { readFundFigures } from "./src/funds/fund-figures-sql.ts";
import { fundMetrics } from "./src/funds/fund-metrics.ts";
const T = "018f0000-0000-7000-8000-000000000001";
const c = new pg.Client("postgres://app@127.0.0.1:55436/y");
await c.connect();
await c.query(`select set_config('app.tenant','${T}',false)`);
if ((await c.query("select count(*)::int n from fund")).rows[0].n < 100) {
  await c.query(
    `insert into fund(tenant_id,fund_id,name,currency) select '${T}',gen_random_uuid(),'f'||g,'EUR' from generate_series(1,100) g`,
  );
  await c.query(
    `insert into account select tenant_id,gen_random_uuid(),fund_id,code,'n'||code,'ASSET','EUR',code='1000' from fund, unnest(array['1000','3000','4000']) code`,
  );
  await c.query(
    `insert into fund_day(tenant_id,fund_id,currency,bucket,cash,assets,liabilities,income,expenses,inflow,outflow,net_assets,contributions,withdrawals,corrections) select tenant_id,fund_id,'EUR',current_date-g,1050,1050,0,10,0,50,20,1050,0,0,0 from fund, generate_series(0,499) g`,
  );
  await c.query(
    `insert into fund_month(tenant_id,fund_id,currency,bucket,cash,assets,liabilities,income,expenses,inflow,outflow,net_assets,contributions,withdrawals,corrections) select tenant_id,fund_id,currency,date_trunc('month',bucket)::date,sum(cash),sum(assets),sum(liabilities),0,0,0,0,0,0,0,0 from fund_day group by 1,2,3,4`,
  );
  await c.query("analyze");
}
const ids = (await c.query("select fund_id id from fund")).rows.map((r) => r.id);
const pid = (await c.query("select pg_backend_pid() p")).rows[0].p;
const cpu = () => {
  const s = fs.readFileSync(`/proc/${pid}/schedstat`, "utf8").split(" ");
  return Number(s[0]) / 1e6;
};
const me = () => {
  const u = process.cpuUsage();
  return (u.user + u.system) / 1e3;
};
let text = "",
  values: any;
const reads = {
  query: async (t: string, v: any, o: any) => {
    text = t;
    values = v;
    return c.query({ name: "figures", text: t, values: v });
  },
} as any;
const today = new Date().toISOString().slice(0, 10);
for (let k = 0; k < 30; k++) {
  const a = cpu(),
    m = me();
  const f = await readFundFigures(reads, T, ids, today);
  const b = cpu(),
    m2 = me();
  for (const x of f.values()) fundMetrics(x as any);
  if (k > 25)
    console.log(
      "server ms",
      (b - a).toFixed(1),
      "read me ms",
      (m2 - m).toFixed(1),
      "metrics me ms",
      (me() - m2).toFixed(1),
    );
}

const strip = (name: string, re: RegExp, by = "") => {
  const t = text.replace(re, by);
  if (t === text) console.log("no match", name);
  return t;
};
const time = async (n: string, t: string) => {
  let best = 1e9;
  for (let k = 0; k < 12; k++) {
    const a = cpu();
    await c.query({ name: n, text: t, values });
    best = Math.min(best, cpu() - a);
  }
  console.log(n.padEnd(20), best.toFixed(1));
};
await time("all", text);
await time("no from/to", strip("f", /'from', \(SELECT min[\s\S]*?'sums'/, "'sums'"));
await time("no sums", strip("s", /'sums', \(SELECT[\s\S]*?AS change\),/));
await time("no flows", strip("fl", /'flows', CASE[\s\S]*?END,/));
await c.end();
