import { unknownVariables } from "../../../recipe/template-variables";

const names = (template: string, known: string[] = []): string[] =>
  unknownVariables(template, known).map(({ name }) => name);

describe("variables of a kickstart template", () => {
  it("names the one without a value, with the line where it stands first", () => {
    expect(unknownVariables("text\n\nlang ${lang}\nkeyboard ${layout} ${lang}\n", ["layout"])).toEqual([
      { name: "lang", line: 3 },
    ]);
  });

  it("binds loop variables inside and after the loop's directive", () => {
    expect(names('%{ for repo in repos ~}\nrepo --name="${repo.name}"\n%{ endfor ~}', ["repos"])).toEqual([]);
    expect(names("%{ for index, repo in repos }${index}${repo}%{ endfor }", [])).toEqual(["repos"]);
  });

  it("leaves alone what is written for the installed system", () => {
    expect(names("echo $${HOME} %%{x} $HOME {{.Names}}")).toEqual([]);
  });

  it("does not take functions, attributes, keys or strings for variables", () => {
    expect(names('${join(",", [for name, value in { plain = 1 } : upper(value)])}${a.b["c"].d}', ["a"])).toEqual([]);
  });

  it("finds variables in conditions, and in templates inside strings", () => {
    expect(names('%{ if secure && !open == "yes ${mode}" }x%{ else }y%{ endif }')).toEqual(["secure", "open", "mode"]);
  });
});
