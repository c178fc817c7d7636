import { ScrollArea, Stack } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { PLACES } from "./places";
import classes from "./Shell.module.css";
import { UserMenu } from "./UserMenu";

export function Navigation() {
  const { t } = useTranslation("app");
  return (
    <>
      <ScrollArea flex={1} px="sm" pt="sm" type="scroll" component="nav" aria-label={t("nav.label")}>
        {PLACES.map(({ section, places }) => (
          <Stack key={section ?? ""} gap={2}>
            {section && <div className={classes["section"]}>{t(`nav.section.${section}`)}</div>}
            {places.map(({ key, to, icon: Icon }) => (
              <Link key={key} to={to} className={classes["link"]} activeOptions={{ exact: to === "/", includeSearch: false }}>
                <Icon size={18} stroke={1.7} aria-hidden />
                {t(`nav.${key}`)}
              </Link>
            ))}
          </Stack>
        ))}
      </ScrollArea>
      <UserMenu />
    </>
  );
}
