import { Button, Group, PasswordInput, Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { useChange } from "@/api/settings";
import { Failure } from "@/kit/Confirm";
import { toast } from "@/kit/toast";
import { useForm } from "@/kit/useForm";
import { Card, Locked } from "../Card";

const PROVIDERS = ["clearbit", "fullcontact", "zoominfo"];

/** Sets a data provider's key; it is kept encrypted and never shown. */
export function Credentials() {
  const { t } = useTranslation("settings");
  const save = useChange(["documents"], ({ provider, key }: { provider: string; key: string }) =>
    body(api.PUT("/api/v1/enrichment/providers/{provider}/credentials", { params: { path: { provider } }, body: { credentials: { key } } })),
  );
  const form = useForm(
    { provider: "clearbit", key: "" },
    async (values) => {
      await save.mutateAsync(values);
      toast.done(t("credentials.saved"));
    },
    ({ key }) => (key === "" ? { key: t("secret.missing") } : {}),
  );
  return (
    <Card title={t("credentials.title")} text={t("credentials.text")}>
      <Locked right="administer">
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            void form.submit().then((done) => done && form.reset({ ...form.values, key: "" }));
          }}
        >
          <Group align="flex-start">
            <Select label={t("usage.provider")} allowDeselect={false} data={PROVIDERS} value={form.values.provider} onChange={(value) => value && form.set("provider", value)} />
            <PasswordInput flex={1} label={t("credentials.key")} autoComplete="off" visibilityToggleButtonProps={{ "aria-label": t("secret.show") }} value={form.values.key} error={form.problem("key")} onChange={(event) => form.set("key", event.currentTarget.value)} />
            <Button type="submit" mt={25} loading={form.running}>
              {t("save")}
            </Button>
          </Group>
          {form.failure !== null && <Failure error={form.failure} />}
        </form>
      </Locked>
    </Card>
  );
}
