import "@mantine/core/styles.css";
import "./app/base.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { Failed } from "./app/Failed";
import { makeQueryClient } from "./api/queries";
import { loadConfig } from "./api/config";
import { arrival } from "./session/federated";
import { authErrorOf } from "./session/auth";
import { safePath } from "./session/safePath";
import { joinTabs } from "./session/tabs";
import { keepTokens } from "./session/tokens";
import { Session } from "./session/session";
import { cognitoAuth } from "./session/cognito";
import { startTexts } from "./texts/i18n";

async function start(): Promise<void> {
  const place = document.getElementById("root");
  if (!place) return;
  const root = createRoot(place);
  try {
    const [config] = await Promise.all([loadConfig(), startTexts()]);
    const queries = makeQueryClient();
    const session: Session = new Session(cognitoAuth(config), config, () => {
      queries.clear();
      tabs.ended();
    });
    const tabs = await joinTabs(() => session.ended());
    await arrive(session);
    await session.restore();
    root.render(<App session={session} queries={queries} />);
  } catch (error) {
    root.render(<Failed error={error} />);
  }
}

/** Ends a sign-in at a company's identity provider, before any page reads the address. */
async function arrive(session: Session): Promise<void> {
  try {
    const arrived = await arrival(session.config, new URL(location.href), Date.now());
    if (!arrived) return;
    keepTokens(arrived.tokens);
    history.replaceState(null, "", safePath(arrived.to));
  } catch (error) {
    session.refusal = authErrorOf(error);
    history.replaceState(null, "", "/sign-in");
  }
}

void start();
