import "@mantine/spotlight/styles.css";
import { Spotlight, createSpotlight, type SpotlightActionData } from "@mantine/spotlight";
import { IconRoute, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { isRecord } from "@/api/error";
import { keys } from "@/api/queries";
import { GROUPS } from "@/pages/settings/sections";
import { PLACES } from "./places";

const [store, palette] = createSpotlight();

/** Goes anywhere by keyboard: pages and workflows. Loaded when it is first opened. */
export function Palette({ asked }: { asked: number }) {
  const { t } = useTranslation(["app", "settings"]);
  const navigate = useNavigate();
  const [wanted, setWanted] = useState("");
  useEffect(() => palette.open(), [asked]);
  const found = useQuery({
    queryKey: keys.of("workflows", "palette", wanted),
    enabled: wanted.length > 1,
    queryFn: async ({ signal }) => {
      const said: unknown = await body(api.GET("/api/v1/workflows", { params: { query: { q: wanted, limit: 8 } }, signal }));
      return isRecord(said) && Array.isArray(said["items"]) ? said["items"].filter(isRecord) : [];
    },
  });
  const places: SpotlightActionData[] = PLACES.flatMap(({ places: some }) => some).map(({ key, to, icon: Icon }) => ({
    id: key,
    label: t(`nav.${key}`),
    leftSection: <Icon size={20} stroke={1.6} />,
    onClick: () => void navigate({ to }),
  }));
  const workflows: SpotlightActionData[] = (found.data ?? []).map((one) => ({
    id: `workflow ${String(one["id"])}`,
    label: String(one["name"] ?? one["id"]),
    description: String(one["id"]),
    leftSection: <IconRoute size={20} stroke={1.6} />,
    onClick: () => void navigate({ to: "/workflows/$workflow", params: { workflow: String(one["id"]) } }),
  }));
  const settings: SpotlightActionData[] = GROUPS.flatMap(({ sections }) => [...sections]).map(({ key, icon: Icon }) => ({
    id: `settings ${key}`,
    label: t(`settings:section.${key}.title`),
    description: t(`settings:section.${key}.lead`),
    keywords: t(`settings:section.${key}.words`).split(" "),
    leftSection: <Icon size={20} stroke={1.6} />,
    onClick: () => void navigate({ to: "/settings/{-$section}", params: { section: key } }),
  }));
  return (
    <Spotlight
      store={store}
      actions={[
        { group: t("palette.pages"), actions: places },
        ...(wanted === "" ? [] : [{ group: t("nav.settings"), actions: settings }]),
        ...(workflows.length > 0 ? [{ group: t("nav.workflows"), actions: workflows }] : []),
      ]}
      nothingFound={t("palette.nothing")}
      highlightQuery
      scrollable
      query={wanted}
      onQueryChange={setWanted}
      searchProps={{ leftSection: <IconSearch size={20} />, placeholder: t("palette.placeholder"), "aria-label": t("palette.placeholder") }}
    />
  );
}
