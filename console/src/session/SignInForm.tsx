import { Alert, Anchor, Button, Divider, PasswordInput, PinInput, Stack, Text, TextInput } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { Suspense, lazy, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { AuthError, authErrorOf, type Refusal, type SecondFactor } from "./auth";
import { useSession } from "./SessionContext";

const EnrolSteps = lazy(() => import("./EnrolSteps").then((m) => ({ default: m.EnrolSteps })));

type Stage =
  | { at: "password" }
  | { at: "code" }
  | { at: "new_password" }
  | { at: "forgot" }
  | { at: "reset" }
  | { at: "set_up"; factor: SecondFactor };

export interface SignInFormProps {
  heading: (text: string) => ReactNode;
  onDone: () => void;
  /** Whom to sign in again. */
  email?: string;
  /** Where to come back to from a company's identity provider. */
  to?: string;
}

/** All steps of signing in, one after the other in one place. */
export function SignInForm({ heading, onDone, email: known = "", to = "/" }: SignInFormProps) {
  const { t } = useTranslation("session");
  const { auth, config, refusal: atArrival } = useSession();
  const [stage, setStage] = useState<Stage>({ at: "password" });
  const [email, setEmail] = useState(known);
  const [secret, setSecret] = useState("");
  const [code, setCode] = useState("");
  const [refusal, setRefusal] = useState<AuthError | null>(atArrival);
  const [running, setRunning] = useState(false);
  const [tries, setTries] = useState(0);
  const [note, setNote] = useState<"reset_done" | null>(null);

  function go(next: Stage): void {
    setStage(next);
    setSecret("");
    setCode("");
    setRefusal(null);
  }

  async function run(work: () => Promise<Stage | null>): Promise<void> {
    setRunning(true);
    setRefusal(null);
    try {
      const next = await work();
      if (next) go(next);
      else onDone();
    } catch (error) {
      const refused = authErrorOf(error);
      setCode("");
      // Fields that were locked while the code was sent lost the focus: fresh ones take it again.
      setTries((before) => before + 1);
      if (refused.refusal === "expired_code" && stage.at !== "reset") setStage({ at: "password" });
      setRefusal(refused);
    } finally {
      setRunning(false);
    }
  }

  async function onward(step: ReturnType<typeof auth.signIn>): Promise<Stage | null> {
    const next = await step;
    switch (next.kind) {
      case "done":
        return null;
      case "reset_password":
        await auth.forgot(email);
        return { at: "reset" };
      case "set_up":
        return { at: "set_up", factor: next.factor };
      default:
        return { at: next.kind };
    }
  }

  async function reset(): Promise<Stage> {
    await auth.resetPassword(email, code, secret);
    setNote("reset_done");
    return { at: "password" };
  }

  const submit: Record<Exclude<Stage["at"], "set_up">, () => Promise<Stage | null>> = {
    password: () => onward(auth.signIn(email.trim(), secret)),
    code: () => onward(auth.answerCode(code)),
    new_password: () => onward(auth.answerNewPassword(secret)),
    forgot: () => auth.forgot(email.trim()).then(() => ({ at: "reset" })),
    reset,
  };

  if (stage.at === "set_up") {
    return (
      <Suspense>
        <EnrolSteps heading={heading} factor={stage.factor} confirm={(given) => run(() => onward(auth.answerCode(given)))} refusal={refusal} running={running} />
      </Suspense>
    );
  }
  const at = stage.at;
  const codeField = (
    <div>
      <Text component="label" size="sm" fw={500} htmlFor="code-1" id="code-label">
        {t("code.label")}
      </Text>
      <PinInput
        key={tries}
        id="code"
        length={6}
        type="number"
        oneTimeCode
        autoFocus={at === "code"}
        size="md"
        mt={6}
        value={code}
        onChange={setCode}
        onComplete={(given) => {
          setCode(given);
          if (at === "code") void run(() => onward(auth.answerCode(given)));
        }}
        aria-label={t("code.label")}
        getInputProps={(index) => ({ "aria-label": t("code.digit", { at: index + 1 }) })}
        error={refusal?.refusal === "wrong_code" || refusal?.refusal === "used_code"}
        disabled={running}
      />
    </div>
  );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void run(submit[at]);
      }}
    >
      <Stack gap="md">
        <div>
          {heading(t(`${at}.title`))}
          <Text c="dimmed" size="sm" mt={6}>
            {t(`${at}.text`, { email })}
          </Text>
        </div>
        {note && at === "password" && !refusal && (
          <Alert color="teal" variant="light" role="status">
            {t("reset.done")}
          </Alert>
        )}
        {refusal && (
          <Alert color="red" variant="light" icon={<IconAlertCircle size={18} />} role="alert">
            {t(refusalKey(refusal.refusal))}
            {refusal.refusal === "unknown" || refusal.refusal === "weak_password" ? ` ${refusal.message}` : ""}
          </Alert>
        )}
        {(at === "password" || at === "forgot") && (
          <TextInput
            label={t("email")}
            type="email"
            autoComplete="username"
            autoFocus={!known}
            required
            withAsterisk={false}
            size="md"
            value={email}
            readOnly={known !== ""}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
        )}
        {(at === "code" || at === "reset") && codeField}
        {(at === "password" || at === "new_password" || at === "reset") && (
          <PasswordInput
            label={t(at === "password" ? "password.label" : "new_password.label")}
            description={at === "password" ? undefined : t("new_password.rule")}
            autoComplete={at === "password" ? "current-password" : "new-password"}
            autoFocus={known !== "" && at === "password"}
            required
            withAsterisk={false}
            size="md"
            value={secret}
            onChange={(event) => setSecret(event.currentTarget.value)}
            visibilityToggleButtonProps={{ "aria-label": t("password.show") }}
          />
        )}
        <Button type="submit" size="md" fullWidth loading={running}>
          {t(`${at}.button`)}
        </Button>
        {at === "password" && (
          <Anchor component="button" type="button" size="sm" ta="center" onClick={() => go({ at: "forgot" })}>
            {t("forgot.link")}
          </Anchor>
        )}
        {at !== "password" && (
          <Anchor component="button" type="button" size="sm" ta="center" onClick={() => go({ at: "password" })}>
            {t("back")}
          </Anchor>
        )}
        {at === "password" && config.federation && (
          <>
            <Divider label={t("or")} />
            {config.federation.providers.map(({ name, label }) => (
              <Button key={name} variant="default" size="md" onClick={() => void run(() => auth.signInWith(name, to).then(() => stage))}>
                {t("with", { provider: label })}
              </Button>
            ))}
          </>
        )}
        {config.local && at === "code" && (
          <Text size="xs" c="dimmed">
            {t("code.local")}
          </Text>
        )}
      </Stack>
    </form>
  );
}

export function refusalKey(refusal: Refusal): `refused.${Refusal}` {
  return `refused.${refusal}`;
}
