import { ActionIcon, Badge, Button, Group, Kbd, Menu, Text, Tooltip, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconDeviceDesktop, IconLanguage, IconMoon, IconSearch, IconSun } from "@tabler/icons-react";
import { Suspense, lazy, useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/api/workspace";
import { useSession } from "@/session/SessionContext";
import { StopEverything } from "./StopEverything";
import { LANGUAGES, LANGUAGE_NAMES, chooseLanguage } from "@/texts/i18n";

const Palette = lazy(() => import("./Palette").then((m) => ({ default: m.Palette })));
const SCHEMES: { key: MantineColorScheme; icon: typeof IconSun }[] = [
  { key: "light", icon: IconSun },
  { key: "dark", icon: IconMoon },
  { key: "auto", icon: IconDeviceDesktop },
];

export function HeaderTools() {
  const { t } = useTranslation("app");
  const { config } = useSession();
  const workspace = useWorkspace();
  return (
    <Group gap={6} wrap="nowrap">
      <Group gap={8} wrap="nowrap" visibleFrom="sm" mr="xs">
        <Text size="sm" fw={550} truncate maw={220}>
          {workspace.data?.name ?? ""}
        </Text>
        {config.local && (
          <Badge variant="light" color="gray" size="sm">
            {t("local")}
          </Badge>
        )}
      </Group>
      <StopEverything />
      <PaletteButton />
      <LanguageMenu />
      <SchemeMenu />
    </Group>
  );
}

function PaletteButton() {
  const { t } = useTranslation("app");
  const [asked, setAsked] = useState(0);
  const open = (): void => setAsked((times) => times + 1);
  useHotkeys([["mod+K", open]], []);
  return (
    <>
      <Button
        variant="default"
        size="xs"
        visibleFrom="sm"
        leftSection={<IconSearch size={15} />}
        rightSection={<Kbd size="xs">{t("palette.keys")}</Kbd>}
        onClick={open}
      >
        {t("palette.open")}
      </Button>
      <ActionIcon hiddenFrom="sm" size="lg" aria-label={t("palette.open")} onClick={open}>
        <IconSearch size={18} />
      </ActionIcon>
      {asked > 0 && (
        <Suspense>
          <Palette asked={asked} />
        </Suspense>
      )}
    </>
  );
}

export function LanguageMenu() {
  const { t, i18n } = useTranslation("app");
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={t("language")}>
          <ActionIcon size="lg" aria-label={t("language")}>
            <IconLanguage size={19} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {LANGUAGES.map((language) => (
          <Menu.Item key={language} lang={language} fw={i18n.language === language ? 650 : 400} onClick={() => void chooseLanguage(language)}>
            {LANGUAGE_NAMES[language]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

export function SchemeMenu() {
  const { t } = useTranslation("app");
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Shown = SCHEMES.find(({ key }) => key === colorScheme)?.icon ?? IconDeviceDesktop;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Tooltip label={t("scheme.label")}>
          <ActionIcon size="lg" aria-label={t("scheme.label")}>
            <Shown size={19} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {SCHEMES.map(({ key, icon: Icon }) => (
          <Menu.Item key={key} leftSection={<Icon size={16} />} fw={colorScheme === key ? 650 : 400} onClick={() => setColorScheme(key)}>
            {t(`scheme.${key}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
