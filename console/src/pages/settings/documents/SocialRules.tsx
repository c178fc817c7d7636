import { Button, Modal, Select, Stack, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import type { Json } from "@/api/documents";
import { PLATFORMS, type Platform } from "@/api/social";
import { Failure } from "@/kit/Confirm";
import { networkLabel } from "@/pages/social/networks";
import { Single } from "./Single";

const object = (value: unknown): Json => (typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {});

/** What is done with what people say on social networks. */
export function SocialRules() {
  return (
    <Single
      name="social_rules"
      right="administer"
      read={async (signal) => {
        const { rules, rev } = await body(api.GET("/api/v1/social/rules", { signal }));
        return { document: rules, rev };
      }}
      save={(rules, rev) => body(api.PUT("/api/v1/social/rules", { body: { rules: object(rules), rev } }))}
      example={`rules:
  - id: angry
    when: event.sentiment = "negative"
    escalate: true
    forward: [social_team]
  - id: thanks
    when: event.sentiment = "positive"
    answer: ["Thank you, {{ name }}!"]
crisis:
  tell: [social_team]
  pause_posts: true`}
      more={(rules) => <Trial rules={object(rules)} />}
    />
  );
}

/** Tries the rules on something that somebody might say; nothing is kept or sent. */
function Trial({ rules }: { rules: Json }) {
  const { t } = useTranslation("settings");
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const [platform, setPlatform] = useState<Platform>("twitter");
  const trial = useMutation({ mutationFn: () => body(api.POST("/api/v1/social/rules/try", { body: { text, platform, kind: "mention", rules } })) });
  const found = trial.data;
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t("social_trial.open")}
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} size="lg" title={t("social_trial.open")} closeButtonProps={{ "aria-label": t("close") }}>
        <Stack>
          <Select label={t("social_trial.network")} data={PLATFORMS.map((value) => ({ value, label: networkLabel(value) }))} value={platform} onChange={(value) => setPlatform(value ?? "twitter")} allowDeselect={false} />
          <Textarea autosize minRows={3} label={t("social_trial.said")} value={text} onChange={(event) => setText(event.currentTarget.value)} />
          <Button w="fit-content" loading={trial.isPending} disabled={text.trim() === ""} onClick={() => trial.mutate()}>
            {t("social_trial.run")}
          </Button>
          {trial.error && <Failure error={trial.error} />}
          {found && (
            <Stack gap={4} role="status">
              <Text size="sm">{t("social_trial.rule", { rule: found.rule ?? t("social_trial.no_rule") })}</Text>
              <Text size="sm">{t(`social_trial.mood.${found.sentiment as "neutral"}`)}</Text>
              <Text size="sm">{found.answer === null ? t("social_trial.no_answer") : t("social_trial.answer", { text: found.answer })}</Text>
              {found.forward.length > 0 && <Text size="sm">{t("social_trial.forward", { who: found.forward.join(", ") })}</Text>}
              {found.escalate && <Text size="sm">{t("social_trial.escalate")}</Text>}
              {found.ignore && <Text size="sm">{t("social_trial.ignore")}</Text>}
            </Stack>
          )}
        </Stack>
      </Modal>
    </>
  );
}
