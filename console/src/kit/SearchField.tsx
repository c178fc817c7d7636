import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

/** Search above a list: tells what was typed after a short pause. */
export function SearchField({ value, onChange, label, width = 280 }: { value: string; onChange: (value: string) => void; label: string; width?: number }) {
  const { t } = useTranslation("kit");
  const [typed, setTyped] = useState(value);
  const [told, setTold] = useState(value);
  const tell = useDebouncedCallback((text: string) => {
    setTold(text);
    onChange(text);
  }, 250);
  // Back, or a cleared filter, changes the value from outside.
  if (value !== told) {
    setTold(value);
    setTyped(value);
  }
  function change(text: string): void {
    setTyped(text);
    tell(text);
  }
  return (
    <TextInput
      w={width}
      type="search"
      value={typed}
      placeholder={label}
      aria-label={label}
      leftSection={<IconSearch size={16} />}
      rightSection={typed ? <CloseButton size="sm" aria-label={t("table.clear")} onClick={() => change("")} /> : undefined}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}
