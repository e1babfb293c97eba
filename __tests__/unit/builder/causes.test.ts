import { CAUSES } from "../../../builder/causes";
import { INSTALLERS, type Sign } from "../../../builder/causes/cause";
import { Suspects } from "../../../builder/suspects";

const signs = CAUSES.flatMap((cause) => cause.signs.map((sign) => ({ cause, sign })));
const examples = signs.flatMap(({ cause, sign }) =>
  sign.examples.flatMap(({ line }) => sign.sources.map((source) => ({ name: cause.name, source, line, sign }))),
);

test.each(examples)("it recognises $name on the $source by: $line", ({ name, source, line, sign }) => {
  let now = 0;
  const suspects = new Suspects(() => now);
  suspects.stage = sign.stages?.[0] ?? (source === "installer" ? "installer" : "start");
  const see = (): void => {
    if (sign.staysSeconds === undefined) suspects.line(source, line);
    else suspects.screen([line], "prompt: ");
  };
  for (let times = 0; times < (sign.times ?? 1); times++) see();
  now += waitOf(sign);
  see();
  now += 3;
  const found = sign.afterSeconds === "never" ? suspects.narrowest([]) : suspects.diagnosis([]);
  expect(found?.cause).toBe(name);
});

function waitOf({ staysSeconds, afterSeconds }: Sign): number {
  return (staysSeconds ?? 0) + (typeof afterSeconds === "number" ? afterSeconds : 0);
}

test("every cause has a name of its own, a remedy, and examples that name their place", () => {
  expect(new Set(CAUSES.map(({ name }) => name)).size).toBe(CAUSES.length);
  for (const { remedy } of CAUSES) expect(remedy).toMatch(/^[a-zA-Z"].{10,}/);
  for (const { line, where } of signs.flatMap(({ sign }) => sign.examples)) {
    expect(line).not.toBe("");
    expect(where).not.toBe("");
  }
});

test("every cause states for every installer whether it was seen, is in the source, or is impossible", () => {
  const known = CAUSES.filter(({ signs: own }) =>
    own.some(({ examples: lines }) => lines.some(({ source }) => source)),
  );
  for (const { name, notOn = {}, signs: own } of known) {
    const lines = own.flatMap((sign) => sign.examples);
    const missing = INSTALLERS.filter(
      (installer) =>
        notOn[installer] === undefined &&
        !lines.some(({ seen = [], source = [] }) => seen.includes(installer) || source.includes(installer)),
    );
    expect({ name, missing }).toEqual({ name, missing: [] });
  }
});

test("no pattern takes long on a line that is made to be hard for it", () => {
  const hard = signs.flatMap(({ sign }) =>
    sign.examples.map(({ line }) => line.slice(0, -2).repeat(200).slice(0, 4096)),
  );
  const worst = ["(".repeat(4096), " ".repeat(4096), "a.".repeat(2048), '"'.repeat(4096), "1".repeat(4096), ...hard];
  for (const { sign } of signs) {
    for (const line of worst) {
      const begun = performance.now();
      sign.pattern.test(line);
      expect(performance.now() - begun).toBeLessThan(50);
    }
  }
});
