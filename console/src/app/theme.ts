import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const brand: MantineColorsTuple = ["#f1f0ff", "#dedbfb", "#bcb5f4", "#988cee", "#7969e8", "#6654e5", "#5b49df", "#4c3bc7", "#4333b3", "#372a9e"];

/** Mantine's greys of the dark theme, in the shell's cool tone: 7 is the surface, 6 what is raised on it. */
const dark: MantineColorsTuple = ["#d5d9e0", "#b6bcc7", "#949dab", "#69717f", "#3a404a", "#2b3038", "#20242b", "#191c22", "#14171c", "#111318"];

// A header that is no landmark: the page has one banner, and it is not the dialog's.
const PLAIN_HEADER = { attributes: { header: { role: "none" } } };

/** One accent, teal for what went well, and colours that say what kind of node it is. */
export const theme = createTheme({
  primaryColor: "brand",
  primaryShade: { light: 6, dark: 5 },
  colors: { brand, dark },
  autoContrast: true,
  luminanceThreshold: 0.35,
  cursorType: "pointer",
  defaultRadius: "md",
  respectReducedMotion: true,
  fontFamily: 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: {
    fontWeight: "650",
    sizes: {
      h1: { fontSize: "1.5rem", lineHeight: "1.3" },
      h2: { fontSize: "1.125rem", lineHeight: "1.4" },
      h3: { fontSize: "1rem", lineHeight: "1.4" },
    },
  },
  components: {
    Paper: { defaultProps: { withBorder: true } },
    Card: { defaultProps: { withBorder: true, bg: "var(--surface)" } },
    // The colour of its kind is too faint for words on its own ground; the icon has it.
    Alert: { styles: { title: { color: "var(--mantine-color-text)" } } },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 300, multiline: true, maw: 320 } },
    Modal: { defaultProps: { ...PLAIN_HEADER, centered: true, overlayProps: { backgroundOpacity: 0.4, blur: 2 } } },
    Drawer: { defaultProps: PLAIN_HEADER },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
  },
});

/** The six kinds of nodes; `--node-<kind>` is the line and icon, `--node-<kind>-soft` the ground behind it. */
export const NODE_KINDS = ["trigger", "message", "logic", "wait", "data", "end"] as const;
export type NodeKind = (typeof NODE_KINDS)[number];

const LIGHT: Record<NodeKind, readonly [string, string]> = {
  trigger: ["#237032", "#ebfbee"],
  message: ["#1864ab", "#e7f5ff"],
  logic: ["#a85100", "#fff4e0"],
  wait: ["#6741d9", "#f3f0ff"],
  data: ["#0b7285", "#e3fafc"],
  end: ["#495057", "#f1f3f5"],
};
const DARK: Record<NodeKind, readonly [string, string]> = {
  trigger: ["#69db7c", "#17301d"],
  message: ["#74c0fc", "#13293d"],
  logic: ["#ffc078", "#38260f"],
  wait: ["#b197fc", "#271f42"],
  data: ["#66d9e8", "#0f2d33"],
  end: ["#ced4da", "#2b2f36"],
};

function nodeColours(of: Record<NodeKind, readonly [string, string]>): Record<string, string> {
  return Object.fromEntries(NODE_KINDS.flatMap((kind) => [[`--node-${kind}`, of[kind][0]], [`--node-${kind}-soft`, of[kind][1]]]));
}

/** `--page` is the ground, `--surface` what lies on it, `--line` the borders, `--quiet` secondary text (4.5:1 on both). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { "--nav-width": "232px" },
  light: {
    ...nodeColours(LIGHT),
    "--page": "#f7f8fa",
    "--surface": "#ffffff",
    "--raised": "#ffffff",
    "--line": "#e3e6ea",
    "--line-strong": "#cfd4da",
    "--quiet": "#5c6470",
    "--brand-soft": "#efedff",
    "--brand-text": "#4333b3",
    "--good": "#087f5b",
    "--warn": "#9a5b00",
    "--bad": "#c92a2a",
    "--mantine-color-dimmed": "#5c6470",
    "--mantine-color-placeholder": "#6b7280",
    "--mantine-color-error": "#c92a2a",
  },
  dark: {
    ...nodeColours(DARK),
    "--page": "#111318",
    "--surface": "#191c22",
    "--raised": "#20242b",
    "--line": "#2b3038",
    "--line-strong": "#3a404a",
    "--quiet": "#a3acb9",
    "--brand-soft": "#272344",
    "--brand-text": "#b9b0ff",
    "--good": "#38d9a9",
    "--warn": "#ffc078",
    "--bad": "#ff8787",
    "--mantine-color-anchor": "#a79cf1",
    "--mantine-color-body": "#191c22",
    "--mantine-color-default": "#20242b",
    "--mantine-color-default-hover": "#262b33",
    "--mantine-color-default-border": "#343a44",
    "--mantine-color-dimmed": "#a3acb9",
    "--mantine-color-placeholder": "#8f99a6",
    "--mantine-color-error": "#ff8787",
  },
});
