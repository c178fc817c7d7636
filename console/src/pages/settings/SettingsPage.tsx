import { Select, Skeleton, Stack, Text, Title } from "@mantine/core";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Page } from "@/kit/Page";
import { SearchField } from "@/kit/SearchField";
import { GROUPS, type SectionKey } from "./sections";
import classes from "./Settings.module.css";

const SECTIONS = GROUPS.flatMap(({ sections }) => [...sections]);

export default function SettingsPage() {
  const { t } = useTranslation("settings");
  const { section } = useParams({ strict: false });
  const navigate = useNavigate();
  const here = SECTIONS.find(({ key }) => key === section) ?? GROUPS[0].sections[0];
  const Shown = here.page;
  return (
    <Page title={t("title")}>
      <div className={classes["frame"]}>
        <Navigation here={here.key} />
        <Select
          className={classes["pick"] ?? ""}
          label={t("pick")}
          searchable
          allowDeselect={false}
          value={here.key}
          data={GROUPS.map(({ key, sections }) => ({ group: t(`group.${key}`), items: sections.map((one) => ({ value: one.key, label: t(`section.${one.key}.title`) })) }))}
          onChange={(value) => value && void navigate({ to: "/settings/{-$section}", params: { section: value }, search: {} })}
        />
        <div className={classes["content"]}>
          <div>
            <Title order={2}>
              {t(`section.${here.key}.title`)}
            </Title>
            <Text c="dimmed" size="sm" maw={680}>
              {t(`section.${here.key}.lead`)}
            </Text>
          </div>
          <Suspense key={here.key} fallback={<Loading />}>
            <Shown />
          </Suspense>
        </div>
      </div>
    </Page>
  );
}

function Navigation({ here }: { here: SectionKey }) {
  const { t } = useTranslation("settings");
  const [sought, setSought] = useState("");
  const words = sought.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const fits = (key: SectionKey): boolean => {
    const text = `${t(`section.${key}.title`)} ${t(`section.${key}.lead`)} ${t(`section.${key}.words`)}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  };
  const groups = GROUPS.map(({ key, sections }) => ({ key, sections: sections.filter((one) => fits(one.key)) })).filter(({ sections }) => sections.length > 0);
  return (
    <nav className={classes["nav"]} aria-label={t("title")}>
      <SearchField value={sought} onChange={setSought} label={t("search")} width={232} />
      <Text size="sm" c="dimmed" px={10} role="status" hidden={groups.length > 0}>
        {groups.length === 0 ? t("nothing") : ""}
      </Text>
      {groups.map(({ key, sections }) => (
        <div key={key}>
          <p className={classes["group"]} id={`settings-${key}`}>
            {t(`group.${key}`)}
          </p>
          <ul className={classes["list"]} aria-labelledby={`settings-${key}`}>
            {sections.map(({ key: section, icon: Icon }) => (
              <li key={section}>
                <Link to="/settings/{-$section}" params={{ section }} search={{}} className={classes["link"] ?? ""} data-here={section === here} aria-current={section === here ? "page" : undefined}>
                  <Icon size={18} stroke={1.6} aria-hidden />
                  {t(`section.${section}.title`)}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function Loading() {
  return (
    <Stack aria-hidden>
      <Skeleton height={220} radius="md" />
      <Skeleton height={140} radius="md" />
    </Stack>
  );
}
