import { hostileTests } from "../../support/hostile-readers";

/** 64 KiB of each kind; the long tests have 10 MB. */
hostileTests(64 * 1024, 30_000);
