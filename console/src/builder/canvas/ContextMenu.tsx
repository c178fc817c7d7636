import { Menu } from "@mantine/core";
import { IconArrowsSplit, IconClipboard, IconCopy, IconCut, IconFocusCentered, IconPlus, IconRoute, IconSelectAll, IconSettings, IconTrash, IconUnlink } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Point } from "../model/types";
import { useBuilder, useBuilderStore } from "../store/context";
import type { Commands, Flow } from "./commands";
import { FIT, lasting } from "./motion";

export interface Asked {
  /** The step it was asked for; null: the canvas. */
  readonly node: string | null;
  readonly screen: Point;
}

/** What can be done here: with a step, or with the canvas. */
export function ContextMenu({ asked, commands, flow, onClose }: { asked: Asked | null; commands: Commands; flow: Flow; onClose: () => void }) {
  const { t } = useTranslation("builder");
  const store = useBuilderStore();
  const readOnly = useBuilder((state) => state.readOnly);
  if (asked === null) return null;
  const { node, screen } = asked;
  const place = flow.screenToFlowPosition(screen);
  return (
    <Menu opened onChange={(open) => (open ? undefined : onClose())} position="bottom-start" offset={0} width={240} shadow="md" withinPortal returnFocus>
      <Menu.Target>
        <span style={{ position: "fixed", left: screen.x, top: screen.y, width: 1, height: 1 }} />
      </Menu.Target>
      <Menu.Dropdown>
        {node === null ? (
          <>
            <Menu.Item disabled={readOnly} leftSection={<IconPlus size={16} />} onClick={() => store.getState().do.set({ adding: { way: null, at: place, screen } })}>
              {t("do.add_here")}
            </Menu.Item>
            <Menu.Item disabled={readOnly} leftSection={<IconClipboard size={16} />} onClick={() => void commands.paste(place)}>
              {t("do.paste")}
            </Menu.Item>
            <Menu.Item leftSection={<IconSelectAll size={16} />} onClick={commands.selectAll}>
              {t("do.select_all")}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item disabled={readOnly} leftSection={<IconRoute size={16} />} onClick={() => void commands.tidy()}>
              {t("canvas.tidy")}
            </Menu.Item>
            <Menu.Item leftSection={<IconFocusCentered size={16} />} onClick={() => void flow.fitView({ ...FIT, ...lasting(200) })}>
              {t("canvas.fit")}
            </Menu.Item>
          </>
        ) : (
          <>
            <Menu.Item leftSection={<IconSettings size={16} />} onClick={() => store.getState().do.show(node)}>
              {t("do.settings")}
            </Menu.Item>
            <Menu.Item disabled={readOnly} leftSection={<IconPlus size={16} />} onClick={() => commands.openAdd(screen, null)}>
              {t("do.add_after")}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item disabled={readOnly} leftSection={<IconCut size={16} />} onClick={() => void commands.cut()}>
              {t("do.cut")}
            </Menu.Item>
            <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => void commands.copy()}>
              {t("do.copy")}
            </Menu.Item>
            <Menu.Item disabled={readOnly} leftSection={<IconCopy size={16} />} onClick={commands.duplicate}>
              {t("do.duplicate")}
            </Menu.Item>
            <Menu.Item leftSection={<IconArrowsSplit size={16} />} onClick={() => commands.selectFollowing(node)}>
              {t("do.select_following")}
            </Menu.Item>
            <Menu.Item disabled={readOnly} leftSection={<IconUnlink size={16} />} onClick={() => commands.disconnectAll(node)}>
              {t("do.disconnect")}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item disabled={readOnly} color="red" leftSection={<IconTrash size={16} />} onClick={() => commands.remove()}>
              {t("do.delete")}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
