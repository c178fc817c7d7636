/**
 * The real editor on graphs made here, without sign-in and server: for looking at it, and for the bench of dragging.
 * `?graph=welcome|empty|<number of steps>&theme=dark&language=de&read=1`
 */
import "@mantine/core/styles.css";
import "@/app/base.css";
import { MantineProvider } from "@mantine/core";
import { createRoot } from "react-dom/client";
import { Suspense } from "react";
import { cssVariables, theme } from "@/app/theme";
import { startTexts, type Language } from "@/texts/i18n";
import { BuilderView } from "../Builder";
import { arrange } from "../layout/layouting";
import { change, moveNodes } from "../model/edits";
import type { Graph } from "../model/types";
import { BuilderProvider } from "../store/context";
import { createBuilder } from "../store/store";
import { CATALOGUE, journey, WELCOME } from "../testing/graphs";

const asked = new URLSearchParams(location.search);
const language: Language = asked.get("language") === "de" ? "de" : "en";

function chosen(): Graph {
  const name = asked.get("graph") ?? "welcome";
  if (name === "empty") return { details: { name: "New workflow" }, nodes: [], edges: [] };
  return name === "welcome" ? WELCOME : journey(Number(name), 1, false);
}

async function start(): Promise<void> {
  await startTexts(language);
  const direction = asked.get("direction") === "right" ? "right" : "down";
  const drawn = chosen();
  const graph = change(drawn, moveNodes(await arrange(drawn, CATALOGUE, direction))).graph;
  const store = createBuilder({ graph, catalogue: CATALOGUE, direction, readOnly: asked.has("read") });
  if (asked.has("counts")) store.getState().do.set({ counts: new Map(graph.nodes.map((node, index) => [node.id, { waiting: index % 3 === 0 ? 12 : 0, passed: 1200 - index * 90, failed: index === 1 ? 3 : 0 }])) });
  Object.assign(globalThis, { workshop: store });
  const root = document.getElementById("root");
  if (root === null) throw new Error("no root");
  createRoot(root).render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} forceColorScheme={asked.get("theme") === "dark" ? "dark" : "light"}>
      <Suspense>
        <BuilderProvider store={store}>
          <div style={{ display: "flex", height: "100vh" }}>
            <BuilderView slots={{}} checking={false} checkFailed="" workflowOpen={false} onWorkflowClose={() => undefined} onReady={() => document.body.setAttribute("data-ready", "true")} />
          </div>
        </BuilderProvider>
      </Suspense>
    </MantineProvider>,
  );
}

void start();
