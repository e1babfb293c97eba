/** Bytes as a reader takes them, in powers of ten: "812 B", "46 MB", "1.2 GB". */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`;
}

/** A time in UTC to the minute, and how long ago it was: "2026-11-20 14:03 (3 d)". What is no time stays as it is. */
export function timeAndAge(time: string, now: number = Date.now()): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return time;
  const minutes = Math.max(0, Math.floor((now - at) / 60_000));
  const [hours, days] = [Math.floor(minutes / 60), Math.floor(minutes / 1440)];
  const age = days > 0 ? `${days} d` : hours > 0 ? `${hours} h` : `${minutes} min`;
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} (${age})`;
}
