import { Button, Tabs } from "@mantine/core";
import { IconActivity, IconAlertTriangle, IconPlugConnected, IconSend, IconUnlink } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { MayButton } from "@/kit/MayButton";
import { Page } from "@/kit/Page";
import { useUrlState } from "@/kit/useUrlState";
import { Broken } from "./Broken";
import { Connect } from "./Connect";
import { Live } from "./Live";
import { Refused } from "./Refused";
import { SendEvent } from "./SendEvent";

const TABS = [
  { key: "live", icon: IconActivity },
  { key: "refused", icon: IconAlertTriangle },
  { key: "broken", icon: IconUnlink },
  { key: "connect", icon: IconPlugConnected },
] as const;

/** What arrives, what is wrong with it, and how to send it. */
export default function EventsPage() {
  const { t } = useTranslation("events");
  const [{ tab, send }, set] = useUrlState({ tab: "live", send: "" });
  const [sent, setSent] = useState("");
  const shown = TABS.find(({ key }) => key === tab)?.key ?? "live";
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <>
          {shown !== "connect" && (
            <Button variant="default" leftSection={<IconPlugConnected size={16} />} onClick={() => set({ tab: "connect" })}>
              {t("connect.button")}
            </Button>
          )}
          <MayButton right="edit" leftSection={<IconSend size={16} />} onClick={() => set({ send: "1" })}>
            {t("send.button")}
          </MayButton>
        </>
      }
    >
      <Tabs value={shown} onChange={(value) => set({ tab: value ?? "live" })} keepMounted={false}>
        <Tabs.List mb="md">
          {TABS.map(({ key, icon: Icon }) => (
            <Tabs.Tab key={key} value={key} leftSection={<Icon size={16} aria-hidden />}>
              {t(`tab.${key}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="live">
          <Live wanted={sent} onSend={() => set({ send: "1" })} />
        </Tabs.Panel>
        <Tabs.Panel value="refused">
          <Refused />
        </Tabs.Panel>
        <Tabs.Panel value="broken">
          <Broken />
        </Tabs.Panel>
        <Tabs.Panel value="connect">
          <Connect />
        </Tabs.Panel>
      </Tabs>
      <SendEvent
        opened={send === "1"}
        onClose={() => set({ send: "" }, { replace: true })}
        onSent={(id) => {
          setSent(id);
          set({ send: "", tab: "live" }, { replace: true });
        }}
      />
    </Page>
  );
}
