import { Tabs } from "@mantine/core";
import { IconBraces, IconPhoto, IconPlugConnected, IconSwitch3 } from "@tabler/icons-react";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SHELVES } from "@/api/content";
import { Page } from "@/kit/Page";
import { Pictures } from "./pictures/Pictures";
import { PieceList } from "./PieceList";

const TABS = [...SHELVES, "pictures"] as const;
const ICONS = { snippets: IconBraces, blocks: IconSwitch3, sources: IconPlugConnected, pictures: IconPhoto };

/** What messages share: snippets, blocks that differ by contact, content from elsewhere, pictures. */
export default function ContentPage() {
  const { t } = useTranslation("content");
  const { shelf = "" } = useParams({ strict: false });
  const navigate = useNavigate();
  const here = TABS.find((one) => one === shelf) ?? "snippets";
  return (
    <Page title={t("title")} lead={t(`lead.${here}`)}>
      <Tabs value={here} keepMounted={false} onChange={(value) => void navigate({ to: "/content/{-$shelf}", params: { shelf: value ?? "snippets" } })}>
        <Tabs.List mb="lg">
          {TABS.map((key) => {
            const Icon = ICONS[key];
            return (
              <Tabs.Tab key={key} value={key} leftSection={<Icon size={17} stroke={1.7} aria-hidden />}>
                {t(`tab.${key}`)}
              </Tabs.Tab>
            );
          })}
        </Tabs.List>
        {SHELVES.map((one) => (
          <Tabs.Panel key={one} value={one}>
            <PieceList key={one} shelf={one} />
          </Tabs.Panel>
        ))}
        <Tabs.Panel value="pictures">
          <Pictures />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}
