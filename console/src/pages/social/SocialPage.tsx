import { Alert, Button, Tabs } from "@mantine/core";
import { IconFlame, IconPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAccounts, useAlarms } from "@/api/social";
import { MayButton } from "@/kit/MayButton";
import { Page } from "@/kit/Page";
import { useUrlState } from "@/kit/useUrlState";
import { AccountsTab } from "./tabs/AccountsTab";
import { AlarmsTab } from "./tabs/AlarmsTab";
import { EngagementTab } from "./tabs/EngagementTab";
import { InboxTab } from "./tabs/InboxTab";
import { PostsTab } from "./tabs/PostsTab";

const TABS = ["posts", "inbox", "engagement", "alarms", "accounts"] as const;
type TabName = (typeof TABS)[number];

/** Posts, what people say, what became of posts, alarms, accounts. */
export default function SocialPage() {
  const { t } = useTranslation("social");
  const navigate = useNavigate();
  const [{ tab }, set] = useUrlState({ tab: "posts" });
  const shown: TabName = TABS.find((one) => one === tab) ?? "posts";
  const pages: Record<TabName, () => React.ReactNode> = {
    posts: () => <PostsTab />,
    inbox: () => <InboxTab />,
    engagement: () => <EngagementTab />,
    alarms: () => <AlarmsTab />,
    accounts: () => <AccountsTab />,
  };
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <MayButton right="publish" leftSection={<IconPlus size={16} />} onClick={() => void navigate({ to: "/social/posts/$post", params: { post: "new" } })}>
          {t("new")}
        </MayButton>
      }
    >
      <Crisis onOpen={() => set({ tab: "alarms" })} />
      <Tabs value={shown} onChange={(value) => set({ tab: value ?? "posts" })} keepMounted={false}>
        <Tabs.List mb="md">
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {TABS.map((name) => (
          <Tabs.Panel key={name} value={name}>
            {name === shown && pages[name]()}
          </Tabs.Panel>
        ))}
      </Tabs>
    </Page>
  );
}

/** Says on every tab that many speak badly of an account just now. */
function Crisis({ onOpen }: { onOpen: () => void }) {
  const { t } = useTranslation("social");
  const alarms = useAlarms();
  const accounts = useAccounts();
  const on = (alarms.data ?? []).filter((one) => one.on);
  if (on.length === 0) return null;
  const names = on.map(({ account }) => accounts.data?.find((one) => one.id === account)?.name ?? t("alarms.others"));
  return (
    <Alert color="red" variant="light" icon={<IconFlame size={20} />} title={t("alarms.on_title", { names: names.join(", ") })} role="alert">
      {t("alarms.on_text")}{" "}
      <Button size="compact-sm" variant="subtle" color="red" onClick={onOpen}>
        {t("alarms.look")}
      </Button>
    </Alert>
  );
}
