import { chooseSource, type ProviderFacts } from "../../../setup/providers";

function facts(changes: Partial<ProviderFacts>): ProviderFacts {
  return {
    userChooses: false,
    mirrored: false,
    initWorks: () => Promise.reject(new Error("terraform init was not to be run")),
    registryAnswers: () => Promise.reject(new Error("the registry was not to be asked")),
    ...changes,
  };
}

const yes = () => Promise.resolve(true);
const no = () => Promise.resolve(false);

describe("where the providers come from", () => {
  it("is the registry where that answers, with nothing built", async () => {
    expect(await chooseSource(facts({ registryAnswers: yes }))).toBe("registry");
  });

  it("is nowhere yet where it does not, so that they are built", async () => {
    expect(await chooseSource(facts({ registryAnswers: no }))).toBe("none");
  });

  it("is the mirror once that is there, without asking the registry", async () => {
    expect(await chooseSource(facts({ mirrored: true }))).toBe("mirror");
  });

  it("is the user's own configuration where that chooses and works, even with a mirror", async () => {
    expect(await chooseSource(facts({ userChooses: true, mirrored: true, initWorks: yes }))).toBe("own configuration");
  });

  it("is nowhere where the user's own choice does not offer them, even with a registry", async () => {
    expect(await chooseSource(facts({ userChooses: true, initWorks: no, registryAnswers: yes }))).toBe("none");
  });
});
