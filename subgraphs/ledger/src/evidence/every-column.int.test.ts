import { testEveryColumn } from "./every-column.fixture.ts";

testEveryColumn(["DESC"]);
