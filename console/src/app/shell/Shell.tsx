import { AppShell, Burger, Center, Group, Loader } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { Suspense, lazy, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ErrorState } from "@/kit/ErrorState";
import { useTour } from "@/pages/home/guide/progress";
import { useMeQuery } from "@/session/me";
import { useSessionState } from "@/session/session";
import { useSession } from "@/session/SessionContext";
import { Banners } from "./Banners";
import { HeaderTools } from "./HeaderTools";
import { Logo } from "./Logo";
import { Navigation } from "./Navigation";
import classes from "./Shell.module.css";

const Coach = lazy(() => import("@/pages/home/guide/Coach").then((m) => ({ default: m.Coach })));
const EnrolPage = lazy(() => import("@/session/EnrolPage"));
const SignInAgain = lazy(() => import("@/session/SignInAgain").then((m) => ({ default: m.SignInAgain })));

/** The frame around all pages but sign-in. */
export function Shell() {
  const session = useSession();
  const state = useSessionState(session);
  const me = useMeQuery();
  // Whoever signed out leaves with a fresh page: nothing of theirs stays in memory.
  useEffect(() => {
    if (state === "signed_out") location.assign("/sign-in");
  }, [state]);

  if (state === "signed_out") return null;
  const again = state === "expired" && (
    <Suspense>
      <SignInAgain />
    </Suspense>
  );
  if (!me.data) {
    return (
      <>
        <Center mih="100vh">{me.error ? <ErrorState error={me.error} again={() => void me.refetch()} /> : <Loader type="dots" />}</Center>
        {again}
      </>
    );
  }
  if (me.data.mustEnrol) {
    return (
      <Suspense fallback={<Waiting />}>
        <EnrolPage />
      </Suspense>
    );
  }
  return (
    <>
      <Frame />
      {again}
    </>
  );
}

function Waiting() {
  return (
    <Center h="60vh">
      <Loader type="dots" />
    </Center>
  );
}

function Frame() {
  const { t } = useTranslation("app");
  const [opened, { toggle, close }] = useDisclosure();
  const guided = useTour().state === "on";
  const path = useRouterState({ select: (state) => state.location.pathname });
  const [before, setBefore] = useState(path);
  if (path !== before) {
    setBefore(path);
    close();
  }
  return (
    <AppShell header={{ height: 52 }} navbar={{ width: 232, breakpoint: "md", collapsed: { mobile: !opened } }}>
      <a href="#main" className={classes["skip"]}>
        {t("skip")}
      </a>
      <AppShell.Header className={classes["header"] ?? ""}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="md" size="sm" aria-label={t("nav.toggle")} aria-expanded={opened} />
            <Logo />
          </Group>
          <HeaderTools />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes["navbar"] ?? ""}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} className={classes["main"] ?? ""}>
        <Banners />
        <div className={classes["content"]}>
          <Suspense fallback={<Waiting />}>
            <Outlet />
          </Suspense>
        </div>
        {guided && (
          <Suspense>
            <Coach />
          </Suspense>
        )}
      </AppShell.Main>
    </AppShell>
  );
}
