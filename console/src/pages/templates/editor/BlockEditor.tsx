import { ActionIcon, Alert, Group, SegmentedControl, Text, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconArrowForwardUp, IconDeviceDesktop, IconDeviceMobile } from "@tabler/icons-react";
import grapesjs, { type Editor } from "grapesjs";
import german from "grapesjs/locale/de.mjs";
import mjmlBlocks from "grapesjs-mjml";
import mjmlGerman from "grapesjs-mjml/locale/de";
import "grapesjs/dist/css/grapes.min.css";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import "./blocks.css";
import { closeBlocks, lostTags, openBlocks } from "./blocks";

interface BlockEditorProps {
  value: string;
  onChange: (mjml: string) => void;
  readOnly: boolean;
}

const SETTLED_MS = 400;
const plugin = defaultOf(mjmlBlocks);

/** Both are CommonJS: what a bundler calls their default may be the module around it. */
function defaultOf<T extends object>(found: T): T {
  return "default" in found ? (found.default as T) : found;
}

/** The message as blocks: GrapesJS with MJML. What it writes is MJML again; Jinja2 and the head go around it. */
export function BlockEditor({ value, onChange, readOnly }: BlockEditorProps) {
  const { t, i18n } = useTranslation("templates");
  const canvas = useRef<HTMLDivElement>(null);
  const blocks = useRef<HTMLDivElement>(null);
  const traits = useRef<HTMLDivElement>(null);
  const styles = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<Editor | null>(null);
  const [tab, setTab] = useState("blocks");
  const [phone, setPhone] = useState(false);
  const [lost, setLost] = useState<readonly string[]>([]);
  const told = useRef(onChange);
  const written = useRef("");
  useEffect(() => {
    told.current = onChange;
  });

  useEffect(() => {
    if (!canvas.current || !blocks.current || !traits.current || !styles.current || value === written.current) return;
    const opened = openBlocks(value);
    const made = grapesjs.init({
      container: canvas.current,
      height: "100%",
      width: "auto",
      storageManager: false,
      telemetry: false,
      // Its own default is a style sheet of a CDN.
      cssIcons: "",
      noticeOnUnload: false,
      panels: { defaults: [] },
      blockManager: { appendTo: blocks.current },
      traitManager: { appendTo: traits.current },
      styleManager: { appendTo: styles.current },
      selectorManager: { componentFirst: true },
      assetManager: { upload: false, embedAsBase64: false },
      i18n: { locale: i18n.language.startsWith("de") ? "de" : "en", detectLocale: false, messagesAdd: { de: german } },
      plugins: [(one: Editor) => plugin(one, { useCustomTheme: false, fonts: {}, resetDevices: true, i18n: { de: defaultOf(mjmlGerman) } })],
    });
    made.Panels.getPanels().reset([]);
    made.setComponents(opened.mjml);
    const write = (): string => closeBlocks(String(made.runCommand("mjml-code")), opened);
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ready = false;
    made.onReady(() => {
      setLost(lostTags(value, write()));
      made.UndoManager.clear();
      setEditor(made);
      setTimeout(() => {
        ready = true;
      }, SETTLED_MS);
    });
    made.on("component:selected", () => setTab("settings"));
    made.on("update", () => {
      if (!ready) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        written.current = write();
        told.current(written.current);
      }, SETTLED_MS);
    });
    return () => {
      clearTimeout(timer);
      setEditor(null);
      made.destroy();
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- made once; what comes from outside remounts it by its key
  }, []);

  return (
    <>
      <Group justify="space-between" gap="xs">
        <Group gap={4}>
          <Tooltip label={t("blocks.undo")}>
            <ActionIcon aria-label={t("blocks.undo")} disabled={readOnly || editor === null} onClick={() => editor?.UndoManager.undo()}>
              <IconArrowBackUp size={18} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t("blocks.redo")}>
            <ActionIcon aria-label={t("blocks.redo")} disabled={readOnly || editor === null} onClick={() => editor?.UndoManager.redo()}>
              <IconArrowForwardUp size={18} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t(phone ? "preview.desk" : "preview.phone")}>
            <ActionIcon
              aria-label={t(phone ? "preview.desk" : "preview.phone")}
              onClick={() => {
                editor?.setDevice(phone ? "Desktop" : "Mobile portrait");
                setPhone(!phone);
              }}
            >
              {phone ? <IconDeviceDesktop size={18} /> : <IconDeviceMobile size={18} />}
            </ActionIcon>
          </Tooltip>
        </Group>
        <Text size="xs" c="dimmed">
          {t("blocks.hint")}
        </Text>
      </Group>
      {lost.length > 0 ? (
        <Alert color="orange" variant="light" py={8} role="status">
          {t("blocks.lost", { tags: lost.map((tag) => `<${tag}>`).join(", ") })}
        </Alert>
      ) : null}
      <div className="sw-blocks" inert={readOnly}>
        <div ref={canvas} />
        <div className="sw-side">
          <SegmentedControl
            size="xs"
            m={8}
            fullWidth
            value={tab}
            onChange={setTab}
            aria-label={t("blocks.side")}
            data={(["blocks", "settings", "styles"] as const).map((one) => ({ value: one, label: t(`blocks.${one}`) }))}
          />
          <div>
            <div ref={blocks} hidden={tab !== "blocks"} />
            <div ref={traits} hidden={tab !== "settings"} />
            <div ref={styles} hidden={tab !== "styles"} />
          </div>
        </div>
      </div>
    </>
  );
}
