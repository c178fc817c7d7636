import { Button, Tooltip, type ButtonProps } from "@mantine/core";
import type { MouseEventHandler, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/session/me";
import type { Right } from "@/session/roles";

/** A button for what not everybody may: others see it disabled, with the reason. */
export function MayButton({ right, children, disabled, ...button }: Omit<ButtonProps, "right"> & { right: Right; children: ReactNode; type?: "submit"; onClick?: MouseEventHandler<HTMLButtonElement> }) {
  const { t } = useTranslation("kit");
  const may = useMay(right);
  if (may) {
    return (
      <Button {...button} disabled={disabled ?? false}>
        {children}
      </Button>
    );
  }
  // Not `disabled`: a disabled button takes no focus, and the reason could not be read by keyboard.
  return (
    <Tooltip label={t(`may.${right}`)}>
      <Button {...button} data-disabled aria-disabled onClick={(event) => event.preventDefault()}>
        {children}
      </Button>
    </Tooltip>
  );
}
