import reactHooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const WORD = "/\\p{L}{2,}/u";
const NO_TEXTS = [
  {
    selector: `JSXText[value=${WORD}]`,
    message: "Texts belong into src/texts/<language>/<area>.json: use t().",
  },
  {
    selector: `JSXAttribute[name.name=/^(label|placeholder|title|description|aria-label|alt|error|header)$/] > Literal[value=${WORD}]`,
    message: "Texts belong into src/texts/<language>/<area>.json: use t().",
  },
];
const NO_DEFAULT = {
  selector: "ExportDefaultDeclaration",
  message: "Only lazily loaded pages (src/pages/**/*Page.tsx) have a default export.",
};

export default tseslint.config(
  { ignores: ["dist/**", "src/api/openapi.d.ts", "src/api/graph.d.ts", "public/**", "test-results/**"] },
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { "react-hooks": reactHooks },
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...reactHooks.configs.recommended.rules,
      "max-lines": ["error", { max: 300 }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      // Redirects and not-found of the router are thrown, and are no errors.
      "@typescript-eslint/only-throw-error": "off",
      "no-restricted-syntax": ["error", ...NO_TEXTS, NO_DEFAULT],
    },
  },
  {
    files: ["src/session/*Page.tsx", "src/pages/**/*Page.tsx", "src/builder/**/*Page.tsx"],
    rules: { "no-restricted-syntax": ["error", ...NO_TEXTS] },
  },
  {
    files: ["**/*.test.{ts,tsx}", "e2e/**", "*.config.ts"],
    rules: { "no-restricted-syntax": "off", "max-lines": "off" },
  },
);
