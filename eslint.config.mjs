import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

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
);
