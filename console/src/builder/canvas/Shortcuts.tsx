import { Kbd, Modal } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useTongue } from "../store/context";
import { SHORTCUTS } from "./keys";
import classes from "./Canvas.module.css";

/** All keys of the canvas. */
export function Shortcuts({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("builder");
  const { say } = useTongue();
  return (
    <Modal opened={opened} onClose={onClose} title={t("keys.title")} size="lg" closeButtonProps={{ "aria-label": t("canvas.close") }}>
      <div className={classes["keys"]}>
        {SHORTCUTS.map(([group, list]) => (
          <section key={group}>
            <h3>{say(group)}</h3>
            <dl>
              {list.map((shortcut) => (
                <div key={shortcut.text}>
                  <dt>{say(shortcut.text)}</dt>
                  <dd>
                    {shortcut.keys.map((key) => (
                      <Kbd key={key} size="xs">
                        {key.startsWith("keys.") ? say(key) : key}
                      </Kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}
