import { Anchor, Group, Text, Title } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Mark } from "@/app/shell/Logo";
import { authErrorOf, type AuthError, type SecondFactor } from "./auth";
import { EnrolSteps } from "./EnrolSteps";
import { useForgetMe } from "./me";
import { useSession } from "./SessionContext";
import classes from "./SignIn.module.css";

/** An administrator without a second factor sees nothing else. */
export default function EnrolPage() {
  const { t } = useTranslation("session");
  const session = useSession();
  const forgetMe = useForgetMe();
  const [factor, setFactor] = useState<SecondFactor | null>(null);
  const [refusal, setRefusal] = useState<AuthError | null>(null);
  const [running, setRunning] = useState(false);
  useEffect(() => {
    let wanted = true;
    session.auth.beginSecondFactor().then(
      (made) => wanted && setFactor(made),
      (error: unknown) => wanted && setRefusal(authErrorOf(error)),
    );
    return () => {
      wanted = false;
    };
  }, [session]);

  async function confirm(code: string): Promise<void> {
    setRunning(true);
    setRefusal(null);
    try {
      await session.auth.finishSecondFactor(code);
      await session.token(true);
      await forgetMe();
    } catch (error) {
      setRefusal(authErrorOf(error));
    } finally {
      setRunning(false);
    }
  }

  return (
    <main className={classes["alone"]}>
      <div className={classes["card"]}>
        <Group gap={10} mb="lg">
          <Mark size={28} />
          <Text fw={700} size="lg">
            {"Stepwell"}
          </Text>
        </Group>
        <EnrolSteps heading={(text) => <Title order={1}>{text}</Title>} factor={factor} confirm={confirm} refusal={refusal} running={running} />
        <Anchor component="button" type="button" size="sm" mt="md" onClick={() => void session.leave()}>
          {t("sign_out")}
        </Anchor>
      </div>
    </main>
  );
}
