import { MantineProvider, localStorageColorSchemeManager } from "@mantine/core";
import { Toasts } from "@/kit/Toasts";
import { QueryClientProvider, type QueryClient } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import type { Session } from "@/session/session";
import { SessionProvider } from "@/session/SessionContext";
import { makeRouter } from "./routes";
import { cssVariables, theme } from "./theme";

export const schemes = localStorageColorSchemeManager({ key: "stepwell.scheme" });

export function App({ session, queries }: { session: Session; queries: QueryClient }) {
  const [router] = useState(() => makeRouter(session));
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} colorSchemeManager={schemes} defaultColorScheme="auto">
      <Toasts />
      <QueryClientProvider client={queries}>
        <SessionProvider session={session}>
          <RouterProvider router={router} />
        </SessionProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
