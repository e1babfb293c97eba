/** Whether version `a` ("1.15.0", "v1.2", "2.0.0-rc1") is `b` or newer. Pre-release tags are ignored. */
export function atLeast(a: string, b: string): boolean {
  return compareVersions(a, b) >= 0;
}

/** Negative, 0 or positive as version `a` is older than, the same as or newer than `b`; missing parts count as 0. */
export function compareVersions(a: string, b: string): number {
  const left = numbers(a);
  const right = numbers(b);
  for (let place = 0; place < Math.max(left.length, right.length); place++) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbers(version: string): number[] {
  const match = /\d+(\.\d+)*/.exec(version);
  return match ? match[0].split(".").map(Number) : [];
}
