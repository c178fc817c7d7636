import { Skeleton, Stack, Tabs } from "@mantine/core";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useContact, type Contact } from "@/api/contacts";
import { ErrorState } from "@/kit/ErrorState";
import { Page } from "@/kit/Page";
import { useUrlState } from "@/kit/useUrlState";
import { ActiveHours } from "./ActiveHours";
import { ContactHeader } from "./ContactHeader";
import { nameOf } from "./names";
import { AttributesTab } from "./tabs/AttributesTab";
import { ConsentTab } from "./tabs/ConsentTab";
import { IdentityTab } from "./tabs/IdentityTab";
import { Erasing, PrivacyTab } from "./tabs/PrivacyTab";
import { ScoresTab } from "./tabs/ScoresTab";
import { SegmentsTab } from "./tabs/SegmentsTab";
import { TimelineTab } from "./tabs/TimelineTab";
import { WorkflowsTab } from "./tabs/WorkflowsTab";

const TABS = ["timeline", "attributes", "scores", "segments", "workflows", "consent", "identity", "privacy"] as const;
type TabName = (typeof TABS)[number];

export default function ContactPage() {
  const { t } = useTranslation("contacts");
  const { contact: id } = useParams({ strict: false });
  const contact = useContact(id ?? "");
  const [erasing, setErasing] = useState("");
  const crumbs = [{ label: t("title"), to: "/contacts" }] as const;
  if (erasing !== "") {
    return (
      <Page title={t("privacy.erase")} crumbs={crumbs}>
        <Erasing job={erasing} />
      </Page>
    );
  }
  if (!contact.data) {
    return (
      <Page title={t("one")} crumbs={crumbs}>
        {contact.error ? (
          <ErrorState error={contact.error} again={() => void contact.refetch()} />
        ) : (
          <Stack>
            <Skeleton h={132} radius="md" />
            <Skeleton h={360} radius="md" />
          </Stack>
        )}
      </Page>
    );
  }
  return (
    <Page title={nameOf(contact.data)} crumbs={crumbs}>
      <ContactHeader contact={contact.data} />
      <ContactTabs contact={contact.data} onErased={setErasing} />
    </Page>
  );
}

function ContactTabs({ contact, onErased }: { contact: Contact; onErased: (job: string) => void }) {
  const { t } = useTranslation("contacts");
  const [{ tab }, set] = useUrlState({ tab: "timeline" });
  const shown: TabName = TABS.find((name) => name === tab) ?? "timeline";
  const counts: Partial<Record<TabName, number>> = { attributes: contact.attributes.length, segments: contact.memberships.length };
  const body: Record<TabName, () => React.ReactNode> = {
    timeline: () => (
      <Stack>
        <ActiveHours contact={contact} />
        <TimelineTab contact={contact} />
      </Stack>
    ),
    attributes: () => <AttributesTab contact={contact} />,
    scores: () => <ScoresTab contact={contact} />,
    segments: () => <SegmentsTab contact={contact} />,
    workflows: () => <WorkflowsTab contact={contact} />,
    consent: () => <ConsentTab contact={contact} />,
    identity: () => <IdentityTab contact={contact} />,
    privacy: () => <PrivacyTab contact={contact} onErased={onErased} />,
  };
  return (
    <Tabs value={shown} onChange={(next) => set({ tab: next ?? "timeline" })} keepMounted={false}>
      <Tabs.List mb="md">
        {TABS.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {t(`tab.${name}`)}
            {(counts[name] ?? 0) > 0 && ` (${counts[name] ?? 0})`}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={shown}>{body[shown]()}</Tabs.Panel>
    </Tabs>
  );
}
