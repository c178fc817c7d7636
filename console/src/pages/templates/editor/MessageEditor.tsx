import { ActionIcon, Anchor, Button, Group, SegmentedControl, Skeleton, Text, Tooltip } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconDeviceFloppy, IconLanguage, IconEye, IconEyeOff, IconHistory, IconMailForward, IconPhoto, IconUserEdit } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Suspense, lazy, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMergeFields, type Message } from "@/api/templates";
import { Confirm } from "@/kit/Confirm";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { useUrlState } from "@/kit/useUrlState";
import { useMay } from "@/session/me";
import { BLANK_BLOCKS, written } from "../list/blank";
import { eventNames, type Known } from "./completing";
import { DialectHelp } from "./DialectHelp";
import { History, Notices, TestSend } from "./Dialogs";
import classes from "./Editor.module.css";
import { Fields } from "./Fields";
import { Languages } from "./Languages";
import { Picker } from "./Picker";
import { PicturePicker } from "./PicturePicker";
import { pictureTag } from "./pictureTag";
import { Preview } from "./Preview";
import { NOBODY, recipientOf, SampleEditor } from "./Recipient";
import { Faults, Source } from "./Source";
import { lacking } from "./translating";
import { useDraft } from "./useDraft";
import { useRendered } from "./useRendered";

const BlockEditor = lazy(() => import("./BlockEditor").then((m) => ({ default: m.BlockEditor })));

type Asked = "languages" | "picture" | "test" | "history" | "sample" | "blocks" | null;

/** Writes one message: what it says on the left, what somebody gets on the right. */
export function MessageEditor({ message }: { message: Message }) {
  const { t } = useTranslation("templates");
  const draft = useDraft(message);
  const { source } = draft;
  const may = useMay("edit");
  const readOnly = !may || message.managed_by === "git";
  const [{ mode, preview }, set] = useUrlState({ mode: "code", preview: "on" });
  const [someone, setSomeone] = useState(NOBODY);
  const [asked, setAsked] = useState<Asked>(null);
  const recipient = useMemo(() => recipientOf(someone, source.sample), [someone, source.sample]);
  const looked = useRendered(source, recipient);
  const offered = useMergeFields();
  const ids = (pieces: readonly { id: string }[] | undefined): string[] => (pieces ?? []).map((one) => one.id);
  const known: Known = {
    fields: offered.data?.fields ?? [],
    catalogs: offered.data?.catalogs ?? [],
    events: eventNames(source.sample),
    // Snippets go into messages of their own language.
    snippets: ids(offered.data?.snippets.filter((one) => (one.dialect || "jinja2") === source.dialect)),
    blocks: ids(offered.data?.blocks),
    sources: ids(offered.data?.sources),
  };
  const inserterRef = useRef<((text: string) => void) | null>(null);
  const email = source.channel === "email";
  const blocks = email && mode === "blocks";
  const untold = Object.keys(source.translations).reduce((sum, one) => sum + lacking(source, one).length, 0);
  const live = message.used_by.filter((one) => one.live);
  const save = (): void => {
    if (!readOnly && draft.state !== "saved") void draft.save();
  };
  useHotkeys([["mod+S", save]], []);
  const close = (): void => setAsked(null);
  return (
    <div className={classes["page"]}>
      <header className={classes["head"]}>
        <div className={classes["title"]}>
          <Text component={Link} to="/templates" size="sm" c="dimmed">
            {t("title")}
          </Text>
          <Text c="dimmed" aria-hidden>
            {"/"}
          </Text>
          <Text component="h1" fw={650} truncate>
            {source.name || source.id}
          </Text>
          <span className={classes["state"]} data-state={draft.state} role="status">
            {t(message.managed_by === "git" ? "state.git" : !may ? "state.viewer" : `state.${draft.state}`)}
          </span>
        </div>
        <UsedBy message={message} />
        <Tooltip label={untold > 0 ? t("languages.lacks", { count: untold }) : t("languages.title")}>
          <ActionIcon size="lg" aria-label={t("languages.title")} onClick={() => setAsked("languages")} {...(untold > 0 ? { color: "orange", variant: "light" } : {})}>
            <IconLanguage size={19} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t("recipient.edit")}>
          <ActionIcon size="lg" aria-label={t("recipient.edit")} onClick={() => setAsked("sample")}>
            <IconUserEdit size={19} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t("history.title")}>
          <ActionIcon size="lg" aria-label={t("history.title")} onClick={() => setAsked("history")}>
            <IconHistory size={19} />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t(preview === "on" ? "preview.hide" : "preview.show")}>
          <ActionIcon size="lg" aria-label={t(preview === "on" ? "preview.hide" : "preview.show")} aria-pressed={preview === "on"} onClick={() => set({ preview: preview === "on" ? "off" : "on" }, { replace: true })}>
            {preview === "on" ? <IconEyeOff size={19} /> : <IconEye size={19} />}
          </ActionIcon>
        </Tooltip>
        <MayButton right="edit" variant="default" leftSection={<IconMailForward size={16} />} onClick={() => setAsked("test")}>
          {t("test.button")}
        </MayButton>
        <Tooltip label={t("save_live", { count: live.length })} disabled={live.length === 0}>
          <MayButton right="edit" leftSection={<IconDeviceFloppy size={16} />} disabled={readOnly || draft.state === "saved" || draft.state === "conflict"} loading={draft.state === "saving"} onClick={save}>
            {t("save")}
          </MayButton>
        </Tooltip>
      </header>
      <div className={classes["work"]} data-preview={preview === "on"}>
        <div className={classes["write"]}>
          <Notices draft={draft} />
          <Fields source={source} onChange={draft.change} known={known} violations={looked.violations} rendered={looked.rendered?.subject ?? ""} readOnly={readOnly} />
          <div className={classes["source"]}>
            <div className={classes["bar"]}>
              {email ? (
              <SegmentedControl
                size="xs"
                aria-label={t("mode.label")}
                value={mode === "blocks" ? "blocks" : "code"}
                onChange={(value) => set({ mode: value }, { replace: true })}
                data={(["blocks", "code"] as const).map((value) => ({ value, label: t(`mode.${value}`) }))}
              />
              ) : (
                <Text size="sm" fw={500}>
                  {t("field.words")}
                </Text>
              )}
              <Group gap={6}>
                <Text size="xs" c="dimmed">
                  {t(email ? `format.${source.format}` : "format.text", { dialect: t(`dialect.${source.dialect}`) })}
                </Text>
                <DialectHelp dialect={source.dialect} />
                {blocks || readOnly ? null : (
                  <>
                    {email ? (
                      <Tooltip label={t("picture.title")}>
                        <ActionIcon aria-label={t("picture.title")} onClick={() => setAsked("picture")}>
                          <IconPhoto size={17} />
                        </ActionIcon>
                      </Tooltip>
                    ) : null}
                    <Picker known={known} dialect={source.dialect} label={t("picker.into", { field: t("field.words") })} onPick={(text) => inserterRef.current?.(text)} />
                  </>
                )}
              </Group>
            </div>
            {!blocks ? (
              <Source source={source} onChange={draft.change} known={known} violations={looked.violations} readOnly={readOnly} onSave={save} inserterRef={inserterRef} />
            ) : source.format === "mjml" ? (
              <>
                <Suspense fallback={<Skeleton height={520} radius="md" />}>
                  <BlockEditor key={draft.turn} value={source.mjml} onChange={(mjml) => draft.change({ mjml })} readOnly={readOnly} />
                </Suspense>
                <Faults violations={looked.violations} />
              </>
            ) : (
              <EmptyState art="file" title={t("blocks.none")} text={t("blocks.none_text")} compact>
                <Button variant="default" size="xs" onClick={() => set({ mode: "code" }, { replace: true })}>
                  {t("mode.code")}
                </Button>
                <Button size="xs" disabled={readOnly} onClick={() => setAsked("blocks")}>
                  {t("blocks.begin")}
                </Button>
              </EmptyState>
            )}
          </div>
        </div>
        {preview === "on" ? <Preview source={source} looked={looked} someone={someone} onSomeone={setSomeone} /> : null}
      </div>
      {asked === "test" ? <TestSend source={source} recipient={recipient} onClose={close} /> : null}
      {asked === "history" ? (
        <History
          id={source.id}
          readOnly={readOnly}
          onClose={close}
          onTake={draft.take}
        />
      ) : null}
      {asked === "languages" ? <Languages source={source} readOnly={readOnly} onChange={(translations) => draft.change({ translations })} onClose={close} /> : null}
      {asked === "picture" ? <PicturePicker sized onPick={({ picture, alt, width }) => inserterRef.current?.(pictureTag(picture, alt, width, source.format === "mjml"))} onClose={close} /> : null}
      {asked === "sample" ? <SampleEditor sample={source.sample} onSave={(sample) => draft.change({ sample })} onClose={close} /> : null}
      <Confirm
        opened={asked === "blocks"}
        onClose={close}
        title={t("blocks.begin")}
        action={t("blocks.begin")}
        onConfirm={() => {
          draft.change({ format: "mjml", layout: "", mjml: written(BLANK_BLOCKS, (word) => t(`blank.${word}`)) });
          return Promise.resolve();
        }}
      >
        {t("blocks.begin_text")}
      </Confirm>
    </div>
  );
}

/** Which workflows send it: whoever edits it should know whom it concerns. */
function UsedBy({ message }: { message: Message }) {
  const { t } = useTranslation("templates");
  const [first, ...rest] = message.used_by;
  if (first === undefined) return null;
  return (
    <Text size="xs" c="dimmed">
      {t("used.by")}{" "}
      <Anchor component={Link} to={`/workflows/${first.id}`} size="xs">
        {first.name}
      </Anchor>
      {rest.length > 0 ? (
        <Tooltip label={rest.map((one) => one.name).join(", ")}>
          <span tabIndex={0}> {t("used.more", { count: rest.length })}</span>
        </Tooltip>
      ) : null}
    </Text>
  );
}
