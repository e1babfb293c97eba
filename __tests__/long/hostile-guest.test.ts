import { hostileTests } from "../support/hostile-readers";

hostileTests(10_000_000, 600_000);
