import { Button, Tabs } from "@mantine/core";
import { IconDownload, IconUpload } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { MayButton } from "@/kit/MayButton";
import { Page } from "@/kit/Page";
import { useUrlState } from "@/kit/useUrlState";
import { useMay } from "@/session/me";
import { ExportDialog } from "./ExportDialog";
import { ExportList } from "./ExportList";
import { ImportList } from "./ImportList";
import { Pinpoint } from "./Pinpoint";

const TABS = ["imports", "exports", "pinpoint"] as const;

/** Contacts and events from files, and out again. */
export default function ImportsPage() {
  const { t } = useTranslation("imports");
  const may = useMay("edit");
  const [{ tab, segment }, set] = useUrlState({ tab: "imports", segment: "" });
  const [exporting, setExporting] = useState(false);
  const shown = TABS.find((one) => one === tab) ?? "imports";
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <>
          <MayButton right="publish" variant="default" leftSection={<IconDownload size={16} />} onClick={() => setExporting(true)}>
            {t("export.button")}
          </MayButton>
          {may ? (
            <Button component={Link} to={segment ? `/imports/new?segment=${encodeURIComponent(segment)}` : "/imports/new"} leftSection={<IconUpload size={16} />}>
              {t("import.button")}
            </Button>
          ) : (
            <MayButton right="edit">{t("import.button")}</MayButton>
          )}
        </>
      }
    >
      <Tabs value={shown} onChange={(value) => set({ tab: value ?? "imports" })} keepMounted={false}>
        <Tabs.List mb="md">
          {TABS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`tab.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="imports">
          <ImportList />
        </Tabs.Panel>
        <Tabs.Panel value="exports">
          <ExportList onExport={() => setExporting(true)} />
        </Tabs.Panel>
        <Tabs.Panel value="pinpoint">
          <Pinpoint />
        </Tabs.Panel>
      </Tabs>
      <ExportDialog
        opened={exporting}
        onClose={() => setExporting(false)}
        onStarted={() => {
          setExporting(false);
          set({ tab: "exports" });
        }}
      />
    </Page>
  );
}
