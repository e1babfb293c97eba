import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../util/user-error";
import { Queue, type Capacity, type Ticket } from "./queue";
import { cacheDir } from "../host/cache";
import type { PhaseLog } from "./phase-log";

/** What Packer, its plugin, the builder and QEMU itself need beside the guest's memory, in MiB. */
const OVERHEAD_MIB = 350;

/** How often the queue is looked at, in milliseconds. */
const POLL_MS = 300;

/** Sets how many builds of one user may be under way at once on this host. */
const SLOTS_VARIABLE = "OS_IMAGES_SLOTS";

/** A place among the builds that are under way on this host. */
export interface Slot {
  release(): void;
}

/** Waits for a slot, first come, first served, and says so. `onTicket` gets the path of the ticket, a file that belongs to this process. */
export async function takeSlot(
  guestMemoryMiB: number,
  phases: PhaseLog,
  signal: AbortSignal,
  onTicket: (file: string) => Promise<void>,
): Promise<Slot> {
  const queue = new Queue(join(cacheDir(), "slots"));
  const capacity = hostCapacity();
  const ticket = await queue.enter(guestMemoryMiB + OVERHEAD_MIB);
  try {
    await onTicket(ticket.file);
    await waitForTurn(queue, ticket, capacity, phases, signal);
  } catch (error) {
    queue.leave(ticket);
    throw error;
  }
  return { release: () => queue.leave(ticket) };
}

async function waitForTurn(
  queue: Queue,
  ticket: Ticket,
  capacity: Capacity,
  phases: PhaseLog,
  signal: AbortSignal,
): Promise<void> {
  let told = -Infinity;
  for (let ahead = queue.ahead(ticket, capacity); ahead > 0; ahead = queue.ahead(ticket, capacity)) {
    if (phases.seconds - told >= 30) {
      phases.log(
        `waits for ${ahead} of the builds before it; ${capacity.builds} at once (set ${SLOTS_VARIABLE} for more)`,
      );
      told = phases.seconds;
    }
    await sleep(POLL_MS);
    signal.throwIfAborted();
  }
}

/** As many builds as the host has cores, or as the setting says, in at most four fifths of its memory. */
function hostCapacity(environment: NodeJS.ProcessEnv = process.env): Capacity {
  const wanted = environment[SLOTS_VARIABLE];
  const builds = wanted === undefined ? cpus().length : Number(wanted);
  if (!Number.isInteger(builds) || builds < 1) {
    throw new UserError(`${SLOTS_VARIABLE} is "${wanted}": write how many builds may run at once, such as 2`);
  }
  const limit = process.constrainedMemory() || Infinity;
  return { builds, memoryMiB: Math.floor((Math.min(totalmem(), limit) / 1024 / 1024) * 0.8) };
}
