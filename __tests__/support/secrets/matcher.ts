import type { Form } from "./canary";

/** A form of a canary at an offset. */
export interface Match extends Form {
  readonly offset: number;
}

/**
 * Finds many byte strings in one pass, by the last two bytes of a window as long as the shortest of them: Sun Wu and Udi
 * Manber, A Fast Algorithm for Multi-Pattern Searching (1994).
 */
export class Matcher {
  /** Length of the longest form, in bytes. */
  readonly longest: number;
  private readonly shortest: number;
  private readonly shifts: Uint8Array;
  private readonly candidates = new Map<number, Form[]>();

  constructor(forms: readonly Form[]) {
    this.shortest = Math.min(...forms.map(({ bytes }) => bytes.length), 255);
    this.longest = Math.max(...forms.map(({ bytes }) => bytes.length));
    this.shifts = new Uint8Array(1 << 16).fill(this.shortest - 1);
    for (const form of forms) {
      for (let end = 1; end < this.shortest; end++) {
        const pair = form.bytes.readUInt16BE(end - 1);
        this.shifts[pair] = Math.min(this.shifts[pair] ?? 0, this.shortest - 1 - end);
      }
      const last = form.bytes.readUInt16BE(this.shortest - 2);
      this.candidates.set(last, [...(this.candidates.get(last) ?? []), form]);
    }
  }

  /** Every place where one of the forms stands. */
  matches(bytes: Buffer): Match[] {
    const { shifts, shortest } = this;
    const found: Match[] = [];
    for (let end = shortest - 1; end < bytes.length;) {
      const pair = ((bytes[end - 1] as number) << 8) | (bytes[end] as number);
      const shift = shifts[pair] as number;
      if (shift > 0) {
        end += shift;
        continue;
      }
      const offset = end - shortest + 1;
      for (const form of this.candidates.get(pair) ?? []) {
        if (bytes.subarray(offset, offset + form.bytes.length).equals(form.bytes)) {
          found.push({ ...form, offset });
        }
      }
      end++;
    }
    return found;
  }
}
