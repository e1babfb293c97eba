import type { Finding } from "../../../../kickstart/checks/finding";
import { silence } from "../../../../kickstart/checks/silence";

const at = (line: number, code: string, file = "ks.cfg"): Finding => ({
  file,
  line,
  code,
  severity: "error",
  message: "",
});
const silenced = (text: string, findings: Finding[], whole: Finding[] = []) =>
  silence(text, findings, "ks.cfg", new Set(whole)).map(({ line, code }) => `${line} ${code}`);

test("a comment at the end of a line silences that line", () => {
  const text = "rootpw a # os-images: ignore KS501 (a test)\nrootpw b\n";
  expect(silenced(text, [at(1, "KS501"), at(2, "KS501")])).toEqual(["2 KS501"]);
});

test("a comment alone on a line silences the next one", () => {
  expect(silenced("# os-images: ignore KS501\nrootpw a\n", [at(2, "KS501")])).toEqual([]);
});

test("only the code that is named is silenced, and several can be named", () => {
  const text = "rootpw a # os-images: ignore KS501, KS602 (a test)\n";
  expect(silenced(text, [at(1, "KS501"), at(1, "KS602"), at(1, "KS502")])).toEqual(["1 KS502"]);
});

test("a finding about the whole file is silenced by a comment anywhere", () => {
  const missing = at(1, "KS301");
  expect(silenced("text\nlang C\n# os-images: ignore KS301 (an include has it)\n", [missing], [missing])).toEqual([]);
});

test("a finding in an included file is not silenced by a line of the file that includes it", () => {
  const text = "rootpw a # os-images: ignore KS501\n";
  expect(silenced(text, [at(1, "KS501", "other.cfg"), at(1, "KS501")])).toEqual(["1 KS501"]);
});

test("a comment that silences nothing is a finding", () => {
  expect(silenced("lang C # os-images: ignore KS501\n", [])).toEqual(["1 KS013"]);
});
