import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { setImmediate as otherEvents } from "node:timers/promises";
import { InstallProgress } from "../../builder/install-progress";
import { PackerOutput } from "../../builder/packer";
import { PhaseLog } from "../../builder/phase-log";
import { Screen } from "../../builder/screen";
import { Suspects } from "../../builder/suspects";
import { Qmp } from "../../host/qmp";
import { LineSplitter, onLines } from "../../util/lines";
import { HOSTILE, strainOf } from "./hostile";
import { temporaryFolder } from "./temporary";

const PIECE = 8 * 1024;

/** Reads bytes as the builder does; gives the lines that reach the terminal. */
export type Reader = (bytes: Buffer) => Promise<readonly string[]>;

/** The guest's console: drawn, judged, its progress logged, its last line shown. */
export const readConsole: Reader = async (bytes) => {
  const shown: string[] = [];
  const phases = new PhaseLog((line) => shown.push(line));
  const suspects = new Suspects();
  const progress = new InstallProgress((line) => phases.log("", line));
  const screen = new Screen((line) => {
    suspects.line("console", line);
    progress.line(line);
  });
  for (let begin = 0; begin < bytes.length; begin += PIECE) {
    await screen.write(bytes.subarray(begin, begin + PIECE));
    await otherEvents();
    if (begin % (64 * PIECE) !== 0) continue;
    suspects.screen(screen.lines(), screen.prompt);
    phases.log("the console says: ", screen.tail(1)[0]);
  }
  return shown;
};

/** A log that is read by lines: the installer's, the firmware's, Packer's. */
export const readLog: Reader = async (bytes) => {
  const shown: string[] = [];
  const phases = new PhaseLog((line) => shown.push(line));
  const suspects = new Suspects();
  const splitter = new LineSplitter((line) => {
    suspects.line("installer", line);
    suspects.line("packer", line);
  });
  for (let begin = 0; begin < bytes.length; begin += PIECE) {
    splitter.write(bytes.subarray(begin, begin + PIECE));
    await otherEvents();
  }
  phases.log("", suspects.narrowest([])?.proof);
  return shown;
};

/** Packer's output. */
export const readPacker: Reader = async (bytes) => {
  const shown: string[] = [];
  const phases = new PhaseLog((line) => shown.push(line));
  const output = new PackerOutput();
  const stream = new PassThrough();
  const read = onLines(stream, (line) => void output.line(line));
  stream.end(bytes);
  await read;
  phases.log("", output.reason);
  return shown;
};

/** A monitor that sends the bytes as soon as somebody listens, and then a real event. */
export const readMonitor: Reader = async (bytes) => {
  const path = join(temporaryFolder("monitor"), "monitor.sock");
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.once("data", () => {
      socket.write('{"return":{},"id":1}\n');
      socket.write(bytes);
      socket.write('\n{"event":"SHUTDOWN","data":{"guest":true}}\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const qmp = await Qmp.connect(path);
  const event = await new Promise<string>((resolve) => {
    qmp.on("event", (found) => {
      if (found.event === "SHUTDOWN") resolve(`${found.event} ${String(found.data?.guest)}`);
    });
  });
  qmp.close();
  server.close();
  for (const socket of sockets) socket.destroy();
  return [event];
};

export const READERS: Readonly<Record<string, Reader>> = {
  console: readConsole,
  log: readLog,
  packer: readPacker,
  monitor: readMonitor,
};

/** Tests of each reader with so many bytes of each kind. */
export function hostileTests(bytes: number, timeoutMs: number): void {
  const all = Object.entries(READERS).flatMap(([reader, read]) =>
    Object.entries(HOSTILE).map(([kind, make]) => ({ reader, read, kind, make })),
  );
  test.each(all)(
    "the $reader stays responsive, bounded and printable when it gets: $kind",
    async ({ read, make }) => {
      const input = make(bytes);
      let shown: readonly string[] = [];
      const { longestMs, grownMiB } = await strainOf(async () => {
        shown = await read(input);
      });
      expect(longestMs).toBeLessThan(200);
      expect(grownMiB).toBeLessThan(150);
      expect(shown.filter((line) => /(?!\t)[\p{Cc}\p{Cf}]/u.test(line))).toEqual([]);
    },
    timeoutMs,
  );
}
