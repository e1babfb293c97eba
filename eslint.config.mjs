import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

/**
 * What each folder may import of the others: arrows go one way, so that each can be read without what stands on it.
 * main.ts, index.ts, scripts, bench, demo and tests may import everything.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const MAY_IMPORT = {
  util: [],
  recipe: ["util"],
  host: ["recipe", "util"],
  imports: ["kickstart"],
  kickstart: ["host", "imports", "recipe", "util"],
  store: ["host", "util"],
  machine: ["host", "store", "util"],
  xen: ["host", "util"],
  remote: ["host", "recipe", "store", "util"],
  builder: ["host", "kickstart", "platforms", "recipe", "remote", "store", "util"],
  ansible: ["builder", "host", "util"],
  constructs: ["ansible", "imports", "kickstart", "platforms", "recipe", "store", "util", "xen"],
  setup: ["host", "recipe", "util"],
  platforms: ["recipe", "util"],
  review: ["kickstart", "recipe", "store", "util"],
  cli: ["builder", "host", "kickstart", "machine", "platforms", "recipe", "remote", "review", "setup", "store", "util"],
};
const FOLDERS = [...Object.keys(MAY_IMPORT), "scripts", "bench", "demo", "__tests__"];

/** One rule for each folder: `../other/...` is an error where `other` is not below it. */
const oneWay = Object.entries(MAY_IMPORT).map(([folder, below]) => {
  const above = FOLDERS.filter((other) => other !== folder && !below.includes(other));
  const patterns = above.map((other) => ({
    regex: `^(\\.\\./)+${other}/`,
    message: `${folder}/ is below ${other}/ or beside it.`,
  }));
  const cdktf = { regex: "^(cdktf|constructs|@cdktf)(/|$)", message: "constructs/ alone imports cdktf." };
  return {
    files: [`${folder}/**/*.{ts,js,mjs}`],
    /** @type {import("eslint").Linter.RulesRecord} */
    rules: {
      "no-restricted-imports": ["error", { patterns: folder === "constructs" ? patterns : [...patterns, cdktf] }],
    },
  };
});

export default tseslint.config(
  { ignores: ["lib/", "imports/", "cdktf.out/", "images/", "coverage/", "examples/", "**/node_modules/"] },
  eslint.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  { languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  {
    files: ["**/*.mjs", "**/*.js"],
    extends: [tseslint.configs.disableTypeChecked],
    // TypeScript checks these files too and knows node's globals; a .js file is CommonJS here.
    rules: { "no-undef": "off", "@typescript-eslint/no-require-imports": "off" },
  },
  ...oneWay,
);
