import { Group, Text, Title } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { LanguageMenu, SchemeMenu } from "@/app/shell/HeaderTools";
import { Mark } from "@/app/shell/Logo";
import { JourneyArt } from "./JourneyArt";
import { useSessionState } from "./session";
import { useSession } from "./SessionContext";
import { SignInForm } from "./SignInForm";
import classes from "./SignIn.module.css";
import { safePath } from "./safePath";

export default function SignInPage() {
  const { t } = useTranslation("session");
  const session = useSession();
  const state = useSessionState(session);
  const navigate = useNavigate();
  const search: Record<string, unknown> = useSearch({ strict: false });
  const to = safePath(search["to"]);
  useEffect(() => {
    document.title = `${t("title")} · Stepwell`;
  }, [t]);
  useEffect(() => {
    if (state === "signed_in") void navigate({ href: to, replace: true });
  }, [state, to, navigate]);
  return (
    <div className={classes["page"]}>
      <aside className={classes["story"]} aria-hidden="true">
        <JourneyArt />
        <div className={classes["promise"]}>
          <p className={classes["claim"]}>{t("claim")}</p>
          <p className={classes["more"]}>{t("more")}</p>
        </div>
      </aside>
      <main className={classes["side"]}>
        <Group justify="space-between" className={classes["top"] ?? ""}>
          <Group gap={10}>
            <Mark size={28} />
            <Text fw={700} size="lg">
              {"Stepwell"}
            </Text>
          </Group>
          <Group gap={4}>
            <LanguageMenu />
            <SchemeMenu />
          </Group>
        </Group>
        <div className={classes["form"]}>
          <SignInForm heading={(text) => <Title order={1}>{text}</Title>} onDone={() => session.entered()} to={to} />
        </div>
      </main>
    </div>
  );
}
