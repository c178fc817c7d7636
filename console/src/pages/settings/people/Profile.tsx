import { Button, Group, SegmentedControl, Select, Stack, Text, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/queries";
import { Confirm, Failure } from "@/kit/Confirm";
import { StatusBadge } from "@/kit/StatusBadge";
import { authErrorOf, type AuthError, type SecondFactor } from "@/session/auth";
import { EnrolSteps } from "@/session/EnrolSteps";
import { useForgetMe, useMe } from "@/session/me";
import { useSession } from "@/session/SessionContext";
import { LANGUAGES, LANGUAGE_NAMES, chooseLanguage, type Language } from "@/texts/i18n";
import { Card } from "../Card";

const SCHEMES: MantineColorScheme[] = ["auto", "light", "dark"];

/** One's own account: who one is here, the second factor, language and colours, signing out everywhere. */
export function Profile() {
  const { t, i18n } = useTranslation(["settings", "app"]);
  const me = useMe();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Card title={t("profile.who")}>
        <Stack gap={4}>
          <Text fw={600}>{me.actor}</Text>
          {me.email && me.email !== me.actor && <Text size="sm">{me.email}</Text>}
          <Text size="sm" c="dimmed">
            {t(`app:role.${me.role}.name`)} · {t(`app:role.${me.role}.may`)}
          </Text>
        </Stack>
      </Card>
      <SecondFactorCard />
      <Card title={t("profile.look")} text={t("profile.look_text")}>
        <Group align="flex-end" gap="xl">
          <Select
            label={t("app:language")}
            allowDeselect={false}
            data={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
            value={LANGUAGES.find((one) => one === i18n.language) ?? "en"}
            onChange={(value: Language | null) => value && void chooseLanguage(value)}
          />
          <div>
            <Text size="sm" fw={500} mb={4} id="profile-scheme">
              {t("app:scheme.label")}
            </Text>
            <SegmentedControl aria-labelledby="profile-scheme" value={colorScheme} onChange={(value) => setColorScheme(SCHEMES.find((one) => one === value) ?? "auto")} data={SCHEMES.map((value) => ({ value, label: t(`app:scheme.${value}`) }))} />
          </div>
        </Group>
      </Card>
      <SignOut />
    </>
  );
}

function SecondFactorCard() {
  const { t } = useTranslation("settings");
  const { auth } = useSession();
  const client = useQueryClient();
  const forgetMe = useForgetMe();
  const has = useQuery({ queryKey: keys.of("second-factor"), queryFn: () => auth.hasSecondFactor() });
  const [factor, setFactor] = useState<SecondFactor | null>(null);
  const [refusal, setRefusal] = useState<AuthError | null>(null);
  const [running, setRunning] = useState(false);
  async function attempt(work: () => Promise<void>): Promise<void> {
    setRunning(true);
    setRefusal(null);
    try {
      await work();
    } catch (error) {
      setRefusal(authErrorOf(error));
    } finally {
      setRunning(false);
    }
  }
  const begin = (): Promise<void> => attempt(async () => setFactor(await auth.beginSecondFactor()));
  const confirm = (code: string): Promise<void> =>
    attempt(async () => {
      await auth.finishSecondFactor(code);
      setFactor(null);
      await client.invalidateQueries({ queryKey: keys.of("second-factor") });
      await forgetMe();
    });
  return (
    <Card
      title={t("factor.title")}
      text={t("factor.text")}
      actions={
        has.data !== undefined && (
          <>
            <StatusBadge tone={has.data ? "good" : "warn"}>{t(has.data ? "factor.on" : "factor.off")}</StatusBadge>
            {!factor && (
              <Button size="xs" variant="default" loading={running} onClick={() => void begin()}>
                {t(has.data ? "factor.replace" : "factor.set_up")}
              </Button>
            )}
          </>
        )
      }
    >
      {has.error && <Failure error={has.error} />}
      {refusal && !factor && <Failure error={refusal} />}
      {factor && <EnrolSteps heading={(text) => <Text fw={600}>{text}</Text>} factor={factor} confirm={confirm} refusal={refusal} running={running} />}
    </Card>
  );
}

function SignOut() {
  const { t } = useTranslation("settings");
  const session = useSession();
  const [asking, setAsking] = useState(false);
  return (
    <Card
      title={t("everywhere.title")}
      text={t("everywhere.text")}
      actions={
        <Button variant="default" onClick={() => setAsking(true)}>
          {t("everywhere.button")}
        </Button>
      }
    >
      <Confirm opened={asking} onClose={() => setAsking(false)} title={t("everywhere.title")} action={t("everywhere.button")} onConfirm={() => session.leave(true)}>
        {t("everywhere.confirm")}
      </Confirm>
    </Card>
  );
}
