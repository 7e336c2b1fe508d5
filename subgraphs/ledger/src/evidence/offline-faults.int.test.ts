import { testOfflineFaults } from "./offline-faults.fixture.ts";

testOfflineFaults(({ path }) => path);
