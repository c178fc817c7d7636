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

// What asks TypeScript or runs React's compiler takes nearly all of the time: the fast lane leaves it to `make lint`.
const QUICK = process.env["STEPWELL_LINT"] === "quick";
const CLASSIC = new Set(["react-hooks/rules-of-hooks", "react-hooks/exhaustive-deps"]);
const HOOKS = Object.fromEntries(Object.entries(reactHooks.configs.recommended.rules).filter(([rule]) => !QUICK || CLASSIC.has(rule)));

export default tseslint.config(
  { ignores: ["dist/**", "src/api/openapi.d.ts", "src/api/graph.d.ts", "public/**", "test-results/**"] },
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { "react-hooks": reactHooks },
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...HOOKS,
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
  // Comments that switch off a rule of types are not idle, though they look so here.
  QUICK ? { files: ["**/*.{ts,tsx}"], ...tseslint.configs.disableTypeChecked, linterOptions: { reportUnusedDisableDirectives: "off" } } : {},
  {
    files: ["**/*.test.{ts,tsx}", "e2e/**", "*.config.ts"],
    rules: { "no-restricted-syntax": "off", "max-lines": "off" },
  },
);
