/** A build that ended because somebody wanted it to. */
export class Interrupted extends Error {}
