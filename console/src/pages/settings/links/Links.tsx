import { Anchor, Code, Radio, SimpleGrid, Stack, Switch, TagsInput, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { keys } from "@/api/queries";
import { useForm } from "@/kit/useForm";
import { Card, FormCard, Loaded } from "../Card";
import { exampleOf, UTM, type LinkRules } from "./rules";
import { useLinks } from "./useLinks";

/** How links of e-mails are counted and tagged, and by which address they lead. */
export function Links() {
  const query = useLinks();
  return (
    <Loaded query={query} height={420}>
      {({ rules, rev }) => (
        <>
          <Form key={rev} rules={rules} rev={rev} />
          <OwnDomain />
        </>
      )}
    </Loaded>
  );
}

function Form({ rules, rev }: { rules: LinkRules; rev: number }) {
  const { t } = useTranslation("content");
  const client = useQueryClient();
  const form = useForm(rules, async (settings) => {
    await body(api.PUT("/api/v1/workspace/links", { body: { settings: { ...settings, utm: Object.fromEntries(Object.entries(settings.utm).filter(([, value]) => value !== "")) }, rev } }));
    await client.invalidateQueries({ queryKey: keys.of("links") });
  });
  const { tracking, pixel, utm, hosts } = form.values;
  return (
    <FormCard form={form} right="administer" title={t("tracking.title")} text={t("tracking.text")}>
      <Stack>
        <Radio.Group label={t("tracking.label")} value={tracking} onChange={(value) => form.set("tracking", value === "own" ? "own" : "provider")}>
          <Stack gap="xs" mt={6}>
            {(["provider", "own"] as const).map((one) => (
              <Radio key={one} value={one} label={t(`tracking.${one}`)} description={t(`tracking.${one}_text`)} />
            ))}
          </Stack>
        </Radio.Group>
        <Switch label={t("tracking.pixel")} description={t("tracking.pixel_text")} disabled={tracking !== "own"} checked={tracking === "own" && pixel} onChange={(event) => form.set("pixel", event.currentTarget.checked)} />
        <div>
          <Text size="sm" fw={500}>
            {t("tracking.utm")}
          </Text>
          <Text size="xs" c="dimmed" mb={6}>
            {t("tracking.utm_text")}
          </Text>
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
            {UTM.map((name) => (
              <TextInput key={name} label={name} maxLength={100} value={utm[name] ?? ""} onChange={(event) => form.set("utm", { ...utm, [name]: event.currentTarget.value })} />
            ))}
          </SimpleGrid>
        </div>
        <TagsInput label={t("tracking.hosts")} description={t("tracking.hosts_text")} value={[...hosts]} maxTags={50} onChange={(next) => form.set("hosts", next)} />
        <div>
          <Text size="sm" fw={500} mb={4}>
            {t("tracking.example")}
          </Text>
          <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            {exampleOf(form.values)}
          </Code>
        </div>
      </Stack>
    </FormCard>
  );
}

function OwnDomain() {
  const { t } = useTranslation("content");
  return (
    <Card title={t("tracking.domain")} text={t("tracking.domain_text")}>
      <Code block style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{"cdk deploy --all -c public_url=https://go.example.com"}</Code>
      <Text size="xs" c="dimmed" mt="xs">
        {t("tracking.domain_more")}{" "}
        <Anchor size="xs" underline="always" href="https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html" target="_blank" rel="noreferrer">
          {t("tracking.domain_link")}
        </Anchor>
      </Text>
    </Card>
  );
}
