import { Alert, Badge, Group, SegmentedControl, Switch, Tabs, Text } from "@mantine/core";
import { IconAlertTriangle, IconDeviceDesktop, IconDeviceMobile } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageSource, RenderedMessage } from "@/api/templates";
import { useWorkspace } from "@/api/workspace";
import { amountText } from "@/kit/Amount";
import { hasDarkStyles, inScheme } from "./dark";
import classes from "./Editor.module.css";
import { LinkCheck } from "./LinkCheck";
import { problemsOf, reportOf } from "./links";
import { Phone } from "./Phone";
import { RecipientPicker, type Someone } from "./Recipient";
import type { Looked } from "./useRendered";

interface PreviewProps {
  source: MessageSource;
  looked: Looked;
  someone: Someone;
  onSomeone: (someone: Someone) => void;
}

type Tab = "look" | "text" | "headers" | "links";

/** The message as somebody gets it, made by the server as it would be for sending. */
export function Preview({ source, looked, someone, onSomeone }: PreviewProps) {
  const { t } = useTranslation("templates");
  const [tab, setTab] = useState<Tab>("look");
  const { rendered, fault } = looked;
  const report = rendered ? reportOf(rendered.html) : null;
  const problems = report === null || rendered?.html === "" ? 0 : problemsOf(report, source.purpose === "marketing");
  return (
    <section className={classes["look"]} aria-label={t("preview.title")}>
      <div className={classes["lookbar"]}>
        <RecipientPicker someone={someone} onChange={onSomeone} sample={source.sample} languages={[source.language, ...Object.keys(source.translations)]} />
      </div>
      {source.channel !== "email" ? <Phone source={source} looked={looked} /> : null}
      <Tabs value={tab} onChange={(value) => setTab((value ?? "look") as Tab)} keepMounted={false} display={source.channel === "email" ? "flex" : "none"} style={{ flexDirection: "column", flex: 1, minHeight: 0 }}>
        <Tabs.List px="xs">
          <Tabs.Tab value="look">{t("preview.look")}</Tabs.Tab>
          <Tabs.Tab value="text">{t("preview.text")}</Tabs.Tab>
          <Tabs.Tab value="headers">{t("preview.headers")}</Tabs.Tab>
          <Tabs.Tab
            value="links"
            rightSection={
              problems > 0 ? (
                <Badge size="sm" circle color="orange" autoContrast aria-label={t("links.problems", { count: problems })}>
                  {problems}
                </Badge>
              ) : undefined
            }
          >
            {t("preview.links")}
          </Tabs.Tab>
        </Tabs.List>
        {fault === null ? null : (
          <Alert color="red" variant="light" radius={0} icon={<IconAlertTriangle size={18} />} title={t("preview.fault")} role="status">
            {fault.message}
          </Alert>
        )}
        {rendered && rendered.missing.length > 0 ? (
          <Alert color="orange" variant="light" radius={0} py={8} icon={<IconAlertTriangle size={18} />} role="status">
            {t("preview.missing", { fields: rendered.missing.slice(0, 8).join(", ") })}
          </Alert>
        ) : null}
        <Tabs.Panel value="look" display={tab === "look" ? "flex" : "none"} style={{ flexDirection: "column", flex: 1, minHeight: 0 }}>
          {rendered ? <Look rendered={rendered} stale={looked.working || fault !== null} /> : null}
        </Tabs.Panel>
        <Tabs.Panel value="text" className={classes["stage"] ?? ""}>
          {rendered ? <pre className={classes["text"]} tabIndex={0} aria-label={t("preview.text")}>{rendered.text}</pre> : null}
        </Tabs.Panel>
        <Tabs.Panel value="headers" className={classes["stage"] ?? ""}>
          {rendered ? <Headers source={source} rendered={rendered} /> : null}
        </Tabs.Panel>
        <Tabs.Panel value="links" className={classes["stage"] ?? ""}>
          {report ? <LinkCheck report={report} marketing={source.purpose === "marketing"} /> : null}
        </Tabs.Panel>
      </Tabs>
    </section>
  );
}

function Look({ rendered, stale }: { rendered: RenderedMessage; stale: boolean }) {
  const { t } = useTranslation("templates");
  const { data: workspace } = useWorkspace();
  const [device, setDevice] = useState("desk");
  const [dark, setDark] = useState(false);
  return (
    <>
      <div className={classes["lookbar"]}>
        <SegmentedControl
          size="xs"
          aria-label={t("preview.device")}
          value={device}
          onChange={setDevice}
          data={[
            { value: "desk", label: <Device icon={<IconDeviceDesktop size={15} />} name={t("preview.desk")} /> },
            { value: "phone", label: <Device icon={<IconDeviceMobile size={15} />} name={t("preview.phone")} /> },
          ]}
        />
        <Switch size="sm" label={t("preview.dark")} checked={dark} onChange={(event) => setDark(event.currentTarget.checked)} />
        {dark ? (
          <Text size="xs" c="dimmed" role="status">
            {t(hasDarkStyles(rendered.html) ? "preview.own_dark" : "preview.turned")}
          </Text>
        ) : null}
      </div>
      <div className={`${classes["stage"] ?? ""} ${stale ? (classes["stale"] ?? "") : ""}`} aria-busy={stale}>
        <div className={classes["inbox"]}>
          <Text size="xs" c="dimmed" truncate>
            {(workspace?.sender ?? "").replace(/<.*>/, "").trim() || workspace?.name}
          </Text>
          <Text size="sm" truncate>
            <b>{rendered.subject}</b>
            <Text span inherit c="dimmed">{rendered.preheader === "" ? "" : ` — ${rendered.preheader}`}</Text>
          </Text>
        </div>
        {rendered.html === "" ? (
          <Text c="dimmed" size="sm">
            {t("preview.only_text")}
          </Text>
        ) : (
          <div className={classes[device === "phone" ? "phone" : "desk"]} data-dark={dark}>
            <iframe className={classes["frame"]} title={t("preview.frame")} sandbox="" srcDoc={inScheme(rendered.html, dark)} />
          </div>
        )}
      </div>
    </>
  );
}

function Device({ icon, name }: { icon: React.ReactNode; name: string }) {
  return (
    <Group gap={5} wrap="nowrap">
      {icon}
      {name}
    </Group>
  );
}

/** What stands above the message; sender and answers are the workspace's or the step's, and that is said. */
function Headers({ source, rendered }: { source: MessageSource; rendered: RenderedMessage }) {
  const { t, i18n } = useTranslation("templates");
  const { data: workspace } = useWorkspace();
  const rows: [string, string, string][] = [
    ["From", workspace?.sender ?? "", t("headers.from")],
    ["Reply-To", t("headers.reply_value"), t("headers.reply")],
    ["Subject", rendered.subject, ""],
    ["Preheader", rendered.preheader, ""],
    ["Content-Language", source.language, ""],
    ...(source.purpose === "marketing" ? ([["List-Unsubscribe", t("headers.unsubscribe_value"), t("headers.unsubscribe")]] as [string, string, string][]) : []),
    ["Size", t("headers.size", { size: amountText(new TextEncoder().encode(rendered.html).length / 1024, i18n.language, "number", "USD", 1) }), ""],
  ];
  return (
    <dl className={classes["list"]} style={{ margin: 0 }}>
      {rows.map(([name, value, note]) => (
        <div key={name} className={classes["row"]}>
          <Text component="dt" size="xs" ff="monospace" c="dimmed" w={130} style={{ flex: "none" }}>
            {name}
          </Text>
          <dd style={{ margin: 0 }}>
            {value || "—"}
            {note === "" ? null : (
              <Text size="xs" c="dimmed">
                {note}
              </Text>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
