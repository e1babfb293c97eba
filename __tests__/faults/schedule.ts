import { PHASES, type PhaseName } from "../../builder/phases";
import type { Kill } from "./kill";
import { VICTIMS_OF, type Victim } from "./victims";

/** Part of the kills that are a SIGINT instead of a SIGKILL. */
const INTERRUPTS = 0.25;

/** How many file system calls the builder makes in each phase, as a clean build counts them. */
export type Calls = Readonly<Partial<Record<PhaseName, number>>>;

/**
 * So many kills, spread evenly: the phases take turns, within a phase its victims do, and the instant is a random one of
 * the builder's file system calls in that phase.
 */
export function schedule(kills: number, calls: Calls, random: () => number): Kill[] {
  const turns = new Map<PhaseName, Victim[]>();
  return Array.from({ length: kills }, (_, index) => {
    const { name: phase } = PHASES[index % PHASES.length] as (typeof PHASES)[number];
    const victims = turns.get(phase) ?? [];
    if (victims.length === 0) victims.push(...shuffled(VICTIMS_OF[phase], random));
    turns.set(phase, victims);
    return {
      phase,
      victim: victims.pop() as Victim,
      signal: random() < INTERRUPTS ? "SIGINT" : "SIGKILL",
      call: 1 + Math.floor(random() * (calls[phase] ?? 1)),
    };
  });
}

function shuffled<One>(some: readonly One[], random: () => number): One[] {
  return some
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
