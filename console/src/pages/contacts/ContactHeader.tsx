import { Badge, Card, Group, Text, Tooltip } from "@mantine/core";
import { IconClock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useScores, type Contact } from "@/api/contacts";
import { CopyButton } from "@/kit/CopyButton";
import { StatusBadge, type Tone } from "@/kit/StatusBadge";
import { useNow } from "@/kit/useNow";
import { dateText, When } from "@/kit/When";
import { Avatar } from "./Avatar";
import classes from "./Contacts.module.css";
import { zoneOf } from "./names";
import { plainText } from "./value";

type Mail = "suppressed" | "denied" | "granted" | "no_address" | "open";
const TONES = { suppressed: "bad", denied: "warn", granted: "good", no_address: "quiet", open: "quiet" } satisfies Record<Mail, Tone>;

/** Whether marketing mail reaches the contact. */
export function mailState({ email, suppressed, consent }: Pick<Contact, "email" | "suppressed" | "consent">): Mail {
  if (email === "") return "no_address";
  if (suppressed !== "") return "suppressed";
  const said = consent["email:marketing"];
  return said === "granted" || said === "denied" ? said : "open";
}

/** Who this is, at a glance. */
export function ContactHeader({ contact }: { contact: Contact }) {
  const { t, i18n } = useTranslation("contacts");
  const scores = useScores(contact.id);
  const now = useNow();
  const zone = zoneOf(contact.traits);
  const stage = plainText(contact.fields["lifecycle_stage"]);
  const mail = mailState(contact);
  return (
    <Card padding={0} component="section" aria-label={t("header.label")}>
      <div className={classes["head"]}>
        <Avatar contact={contact} size={56} />
        <div className={classes["headText"]}>
          <Group gap="xs">
            <StatusBadge tone={TONES[mail]}>{t(`header.mail.${mail}`)}</StatusBadge>
            {stage !== "" && (
              <Badge variant="light" tt="none" color="teal">
                {stage}
              </Badge>
            )}
            {(scores.data ?? []).map((one) => (
              <Tooltip key={one.model} label={t("header.score_hint", { month: one.in_a_month })}>
                <Badge component={Link} to={`/contacts/${contact.id}?tab=scores`} variant="light" tt="none" style={{ cursor: "pointer" }}>
                  {one.model} {one.score}
                  {one.band ? ` · ${one.band}` : ""}
                </Badge>
              </Tooltip>
            ))}
            {zone !== null && (
              <Tooltip label={zone}>
                <Badge variant="default" tt="none" leftSection={<IconClock size={12} />}>
                  {t("header.local", { time: dateText(now, i18n.language, { weekday: "short", hour: "2-digit", minute: "2-digit" }, zone) })}
                </Badge>
              </Tooltip>
            )}
          </Group>
          <dl className={classes["facts"]}>
            {contact.email !== "" && <Fact label={t("identity.email")} copy={contact.email} />}
            {contact.user_id !== "" && <Fact label={t("columns.user_id")} copy={contact.user_id} />}
            <Fact label={t("identity.id")} copy={contact.id} />
            <Fact label={t("columns.first_seen")}>
              <When at={contact.first_seen} />
            </Fact>
            <Fact label={t("columns.last_seen")}>
              <When at={contact.last_seen} />
            </Fact>
          </dl>
        </div>
      </div>
    </Card>
  );
}

function Fact({ label, copy, children }: { label: string; copy?: string; children?: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <Group gap={2} wrap="nowrap" mih={28}>
          {copy === undefined ? (
            children
          ) : (
            <>
              <Text size="sm" style={{ overflowWrap: "anywhere" }}>
                {copy}
              </Text>
              <CopyButton icon value={copy} />
            </>
          )}
        </Group>
      </dd>
    </div>
  );
}
