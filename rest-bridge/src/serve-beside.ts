import type { HttpServer } from "@allfunds/platform/http";

/** Listens with a second server that drains and closes together with the main one. */
export async function serveBeside(
  main: HttpServer,
  beside: HttpServer,
  address: { readonly host: string; readonly port: number },
): Promise<void> {
  main.app.addHook("preClose", async () => {
    beside.readiness.startDraining();
    await beside.app.close();
  });
  await beside.app.listen(address);
}
