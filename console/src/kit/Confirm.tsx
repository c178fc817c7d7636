import { Alert, Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { asApiError } from "@/api/error";
import { useErrorText } from "./errorText";

export interface ConfirmProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, and whether it can be undone. */
  children: ReactNode;
  /** The verb: "Delete", "Stop everything". */
  action: string;
  /** Does it; the dialog stays open while it runs and shows its failure. */
  onConfirm: () => Promise<unknown>;
  danger?: boolean;
  /** What must be typed first, for what cannot be undone: the name of the thing. */
  phrase?: string;
}

/** Asks before something that is hard to undo. */
export function Confirm({ opened, onClose, title, children, action, onConfirm, danger = false, phrase }: ConfirmProps) {
  const { t } = useTranslation("kit");
  const [typed, setTyped] = useState("");
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  function close(): void {
    setTyped("");
    setError(null);
    onClose();
  }
  async function run(): Promise<void> {
    setRunning(true);
    setError(null);
    try {
      await onConfirm();
      close();
    } catch (failure) {
      setError(failure);
    } finally {
      setRunning(false);
    }
  }
  const ready = phrase === undefined || typed.trim() === phrase;
  return (
    <Modal opened={opened} onClose={close} title={title} closeOnClickOutside={!running} closeButtonProps={{ "aria-label": t("close") }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void run();
        }}
      >
        <Stack>
          <Text size="sm" component="div">
            {children}
          </Text>
          {phrase !== undefined && (
            <TextInput label={t("confirm.type", { phrase })} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} autoComplete="off" data-autofocus />
          )}
          {error !== null && <Failure error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} disabled={running}>
              {t("cancel")}
            </Button>
            <Button type="submit" color={danger ? "red" : "brand"} loading={running} disabled={!ready} data-autofocus={phrase === undefined || undefined}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** A failure in a form or dialog, above its buttons. */
export function Failure({ error }: { error: unknown }) {
  const known = asApiError(error);
  const { title, text } = useErrorText(known);
  return (
    <Alert color="red" variant="light" title={title} role="alert">
      {text}
    </Alert>
  );
}
