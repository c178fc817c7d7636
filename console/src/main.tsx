import "@mantine/core/styles.css";
import "./app/base.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { Failed } from "./app/Failed";
import { makeQueryClient } from "./api/queries";
import { loadConfig } from "./api/config";
import { joinTabs } from "./session/tabStorage";
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
    const session: Session = new Session(await cognitoAuth(config), config, () => {
      queries.clear();
      tabs.ended();
    });
    const tabs = await joinTabs(() => session.ended());
    await session.restore();
    root.render(<App session={session} queries={queries} />);
  } catch (error) {
    root.render(<Failed error={error} />);
  }
}

void start();
