// What is tested, where it is and how to sign in: the running system leaves all three in demo.json.
export const demo = JSON.parse(open(__ENV.DEMO_FILE || "../.data/demo.json"));

export const endpoints = demo.endpoints;
export const fundId = Object.values(demo.fundIds)[0];
export const instrumentId = Object.values(demo.instrumentIds)[0];
