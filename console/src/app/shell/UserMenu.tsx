import { Avatar, Badge, Group, Menu, Text, UnstyledButton } from "@mantine/core";
import { IconChevronUp, IconLogout } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/session/me";
import { useSession } from "@/session/SessionContext";
import classes from "./UserMenu.module.css";

/** Who is signed in, as what, and the way out. */
export function UserMenu() {
  const { t } = useTranslation("app");
  const me = useMe();
  const session = useSession();
  return (
    <Menu position="top-start" width={240} offset={6}>
      <Menu.Target>
        <UnstyledButton className={classes["user"] ?? ""}>
          <span className="unseen">{t("user.menu")} </span>
          <Group gap="sm" wrap="nowrap">
            <Avatar size={30} radius="xl" name={me.actor} color="brand" aria-hidden />
            <div className={classes["who"]}>
              <Text size="sm" fw={550} truncate>
                {me.actor}
              </Text>
              <Text size="xs" c="dimmed">
                {t(`role.${me.role}.name`)}
              </Text>
            </div>
            <IconChevronUp size={16} aria-hidden />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes["about"]}>
          <Badge variant="light" size="sm">
            {t(`role.${me.role}.name`)}
          </Badge>
          <Text size="xs" c="dimmed" mt={6}>
            {t(`role.${me.role}.may`)}
          </Text>
        </div>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void session.leave()}>
          {t("user.sign_out")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
