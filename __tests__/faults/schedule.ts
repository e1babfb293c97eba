import { STATES, type StateName } from "../../builder/states";
import type { Kill } from "./kill";
import { VICTIMS_OF, type Victim } from "./victims";

/** Part of the kills that are a SIGINT instead of a SIGKILL. */
const INTERRUPTS = 0.25;

/** How many file system calls the builder makes in each state, as a clean build counts them. */
export type Calls = Readonly<Partial<Record<StateName, number>>>;

/**
 * So many kills, spread evenly: the states take turns, within a state its victims do, and the instant is a random one of
 * the builder's file system calls in that state.
 */
export function schedule(kills: number, calls: Calls, random: () => number): Kill[] {
  const turns = new Map<StateName, Victim[]>();
  return Array.from({ length: kills }, (_, index) => {
    const { name: state } = STATES[index % STATES.length] as (typeof STATES)[number];
    const victims = turns.get(state) ?? [];
    if (victims.length === 0) victims.push(...shuffled(VICTIMS_OF[state], random));
    turns.set(state, victims);
    return {
      state,
      victim: victims.pop() as Victim,
      signal: random() < INTERRUPTS ? "SIGINT" : "SIGKILL",
      call: 1 + Math.floor(random() * (calls[state] ?? 1)),
    };
  });
}

function shuffled<One>(some: readonly One[], random: () => number): One[] {
  return some
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
