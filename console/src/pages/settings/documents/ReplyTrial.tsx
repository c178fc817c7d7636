import { Button, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import type { Json } from "@/api/documents";
import { Failure } from "@/kit/Confirm";

const SAMPLE = `From: Kim <kim@example.com>
Subject: Re: Welcome

I am not happy with this. Please take me off your list.`;

/** Tries the rules on an answer; nothing is sent. */
export function ReplyTrial({ rules }: { rules: Json }) {
  const { t } = useTranslation("settings");
  const [open, setOpen] = useState(false);
  const [message, setMessage] = useState(SAMPLE);
  const trial = useMutation({ mutationFn: () => body(api.POST("/api/v1/reply-rules/try", { body: { message, rules } })) });
  const found = trial.data;
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t("reply_trial.open")}
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} size="lg" title={t("reply_trial.open")} closeButtonProps={{ "aria-label": t("close") }}>
        <Stack>
          <Textarea autosize minRows={6} label={t("reply_trial.message")} value={message} onChange={(event) => setMessage(event.currentTarget.value)} />
          <Button w="fit-content" loading={trial.isPending} onClick={() => trial.mutate()}>
            {t("reply_trial.run")}
          </Button>
          {trial.error && <Failure error={trial.error} />}
          {found && (
            <Stack gap={4} role="status">
              <Text size="sm">{t("reply_trial.rule", { rule: found.rule ?? t("reply_trial.no_rule") })}</Text>
              <Text size="sm">{t("reply_trial.forward", { who: found.forward.join(", ") || "—" })}</Text>
              <Text size="sm">{t("reply_trial.mood", { mood: found.sentiment, kind: found.reply_kind })}</Text>
              {found.wants_out && <Text size="sm">{t("reply_trial.wants_out")}</Text>}
            </Stack>
          )}
        </Stack>
      </Modal>
    </>
  );
}
