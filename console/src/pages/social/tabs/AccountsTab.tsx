import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { IconPlugConnected } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PLATFORMS, callbackAddress, useAccounts, useApps, useConnect, useDisconnect, useSaveApp, type Account, type App } from "@/api/social";
import { Confirm, Failure } from "@/kit/Confirm";
import { CopyButton } from "@/kit/CopyButton";
import { MayButton } from "@/kit/MayButton";
import { StatusBadge } from "@/kit/StatusBadge";
import { useForm } from "@/kit/useForm";
import { When } from "@/kit/When";
import { Card, Loaded } from "@/pages/settings/Card";
import { ACCOUNT_TONES, AccountName, NETWORKS } from "../networks";
import classes from "../Social.module.css";

/** A card a network: its app, and the accounts that are connected. */
export function AccountsTab() {
  const apps = useApps();
  const accounts = useAccounts();
  return (
    <Loaded query={apps} height={320}>
      {(known) => (
        <Loaded query={accounts} height={320}>
          {(connected) => (
            <div className={classes["cards"]}>
              {PLATFORMS.map((platform) => {
                const app = known.find((one) => one.platform === platform);
                return app && <Network key={platform} app={app} accounts={connected.filter((one) => one.platform === platform)} />;
              })}
            </div>
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

function Network({ app, accounts }: { app: App; accounts: readonly Account[] }) {
  const { t } = useTranslation("social");
  const [setting, openSetting] = useState(false);
  const [leaving, setLeaving] = useState<Account | null>(null);
  const connect = useConnect();
  const disconnect = useDisconnect();
  const ready = app.client_id !== null;
  const Mark = NETWORKS[app.platform].icon;
  return (
    <Card
      level={2}
      title={NETWORKS[app.platform].label}
      text={t(`accounts.what.${app.platform}`)}
      actions={
        <>
          <MayButton right="administer" size="xs" variant="default" onClick={() => openSetting(true)}>
            {t(ready ? "accounts.app.change" : "accounts.app.set")}
          </MayButton>
          {ready && (
            <MayButton right="administer" size="xs" leftSection={<IconPlugConnected size={14} />} loading={connect.isPending} onClick={() => connect.mutate(app.platform)}>
              {t("accounts.connect")}
            </MayButton>
          )}
        </>
      }
    >
      {connect.error && <Failure error={connect.error} />}
      {accounts.length === 0 ? (
        <Group gap="sm" c="dimmed">
          <Mark size={20} aria-hidden />
          <Text size="sm">{t(ready ? "accounts.none" : "accounts.no_app")}</Text>
        </Group>
      ) : (
        <Stack gap="sm">
          {accounts.map((one) => (
            <Group key={one.id} justify="space-between" wrap="nowrap" gap="sm">
              <AccountName platform={one.platform} name={one.name} handle={one.handle} />
              <Group gap={8} wrap="nowrap">
                <Stack gap={0} align="flex-end">
                  <StatusBadge tone={ACCOUNT_TONES[one.state]}>{t(`accounts.state.${one.state}`)}</StatusBadge>
                  {one.expires_at !== null && (
                    <Text size="xs" c="dimmed">
                      {t("accounts.until")} <When at={one.expires_at} />
                    </Text>
                  )}
                </Stack>
                <MayButton right="administer" size="xs" variant="subtle" color="red" onClick={() => setLeaving(one)}>
                  {t("accounts.disconnect")}
                </MayButton>
              </Group>
            </Group>
          ))}
        </Stack>
      )}
      {setting && <AppForm app={app} onClose={() => openSetting(false)} />}
      <Confirm
        opened={leaving !== null}
        onClose={() => setLeaving(null)}
        title={t("accounts.disconnect_title", { name: leaving?.name ?? "" })}
        action={t("accounts.disconnect")}
        danger
        onConfirm={() => disconnect.mutateAsync(leaving?.id ?? "")}
      >
        {t("accounts.disconnect_text")}
      </Confirm>
    </Card>
  );
}

/** The workspace's own app at a network. */
function AppForm({ app, onClose }: { app: App; onClose: () => void }) {
  const { t } = useTranslation("social");
  const save = useSaveApp(app.platform);
  const form = useForm({ client_id: app.client_id ?? "", client_secret: "", address: app.address }, (values) => save.mutateAsync(values));
  const label = NETWORKS[app.platform].label;
  return (
    <Modal opened onClose={onClose} title={t("accounts.app.title", { network: label })} closeButtonProps={{ "aria-label": t("close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void form.submit().then((saved) => saved && onClose());
        }}
      >
        <Stack>
          <Text size="sm">{t("accounts.app.text", { network: label })}</Text>
          <Alert variant="light" color="gray" title={t("accounts.app.redirect")}>
            <Group gap="xs" wrap="nowrap" justify="space-between">
              <Text size="sm" ff="monospace" style={{ wordBreak: "break-all" }}>
                {callbackAddress()}
              </Text>
              <CopyButton icon value={callbackAddress()} />
            </Group>
          </Alert>
          <TextInput required data-autofocus autoComplete="off" label={t("accounts.app.client_id")} value={form.values.client_id} error={form.problem("client_id")} onChange={(event) => form.set("client_id", event.currentTarget.value)} />
          <TextInput
            type="password"
            autoComplete="new-password"
            label={t("accounts.app.client_secret")}
            description={t(app.has_secret ? "accounts.app.secret_kept" : "accounts.app.secret_sealed")}
            value={form.values.client_secret}
            error={form.problem("client_secret")}
            onChange={(event) => form.set("client_secret", event.currentTarget.value)}
          />
          {app.address !== "" && <TextInput label={t("accounts.app.address")} value={form.values.address} error={form.problem("address")} onChange={(event) => form.set("address", event.currentTarget.value)} />}
          {form.failure !== null && <Failure error={form.failure} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t("cancel")}
            </Button>
            <Button type="submit" loading={form.running} disabled={form.values.client_id === ""}>
              {t("save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
