import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider, createMemoryHistory, createRootRoute, createRouter } from "@tanstack/react-router";
import { render, type RenderResult } from "@testing-library/react";
import { Suspense, type ReactNode } from "react";
import { cssVariables, theme } from "@/app/theme";
import { parseSearch, stringifySearch } from "@/app/search";

/** Renders a component as inside the console: theme, texts, queries, router. Its first frame comes after a tick. */
export async function show(ui: ReactNode, { path = "/" }: { path?: string } = {}): Promise<RenderResult> {
  const root = createRootRoute({ component: () => <Suspense>{ui}</Suspense> });
  const router = createRouter({
    routeTree: root,
    history: createMemoryHistory({ initialEntries: [path] }),
    parseSearch,
    stringifySearch,
    defaultNotFoundComponent: () => <Suspense>{ui}</Suspense>,
  });
  await router.load();
  return render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} env="test">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <RouterProvider router={router as never} />
      </QueryClientProvider>
    </MantineProvider>,
  );
}
