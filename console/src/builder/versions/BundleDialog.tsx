import { Badge, Button, Checkbox, FileButton, Group, Modal, Stack, Table, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CodeEditor } from "@/kit/CodeEditor";
import { Failure } from "@/kit/Confirm";
import { toast } from "@/kit/toast";
import { type BundleDifference, previewBundle, takeBundle } from "./data";

const COLOURS = { create: "teal", update: "yellow", same: "gray", conflict: "red" } as const;
const keyOf = (one: BundleDifference): string => `${one.kind}/${one.id}`;

/** Takes over what another environment exported: a workflow with its messages, segments and sequences. */
export function BundleDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["versions", "kit"]);
  const client = useQueryClient();
  const [text, setText] = useState("");
  const [found, setFound] = useState<readonly BundleDifference[] | null>(null);
  const [replace, setReplace] = useState<ReadonlySet<string>>(new Set());
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    setRunning(true);
    setError(null);
    await work().catch(setError);
    setRunning(false);
  };
  const blocked = found?.some((one) => one.action === "conflict" || (one.action === "update" && !replace.has(keyOf(one)))) ?? true;
  return (
    <Modal opened size="lg" onClose={onClose} title={t("bundle.title")} closeButtonProps={{ "aria-label": t("kit:close") }}>
      <Stack>
        <Text size="sm" c="dimmed">
          {t("bundle.text")}
        </Text>
        {found === null ? (
          <>
            <Group justify="flex-end">
              <FileButton accept=".yaml,.yml" onChange={(file) => void file?.text().then(setText)}>
                {(button) => (
                  <Button {...button} size="xs" variant="default">
                    {t("choose_file")}
                  </Button>
                )}
              </FileButton>
            </Group>
            <CodeEditor language="yaml" label={t("bundle.label")} height={260} value={text} onChange={setText} />
          </>
        ) : (
          <Table verticalSpacing="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("bundle.what")}</Table.Th>
                <Table.Th>{t("bundle.does")}</Table.Th>
                <Table.Th>{t("bundle.replace")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.map((one) => (
                <Table.Tr key={keyOf(one)}>
                  <Table.Td>
                    <Text size="sm" fw={550}>
                      {one.name || one.id}
                    </Text>
                    <Text size="xs" c="dimmed">
                      {t(`bundle.kind.${one.kind}`)}
                      {one.reason === "" ? (one.fields.length === 0 ? "" : ` · ${one.fields.slice(0, 4).join(", ")}`) : ` · ${one.reason}`}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Badge color={COLOURS[one.action]} variant="light">
                      {t(`bundle.action.${one.action}`)}
                    </Badge>
                  </Table.Td>
                  <Table.Td>
                    {one.action === "update" ? (
                      <Checkbox
                        aria-label={t("bundle.replace_it", { name: one.name || one.id })}
                        checked={replace.has(keyOf(one))}
                        onChange={(event) => {
                          const next = new Set(replace);
                          if (event.currentTarget.checked) next.add(keyOf(one));
                          else next.delete(keyOf(one));
                          setReplace(next);
                        }}
                      />
                    ) : null}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
        {error === null ? null : <Failure error={error} />}
        <Group justify="flex-end">
          {found === null ? (
            <Button loading={running} disabled={text.trim() === ""} onClick={() => void attempt(async () => setFound(await previewBundle(text)))}>
              {t("bundle.preview")}
            </Button>
          ) : (
            <>
              <Button variant="default" disabled={running} onClick={() => setFound(null)}>
                {t("back")}
              </Button>
              <Button
                loading={running}
                disabled={blocked}
                onClick={() =>
                  void attempt(async () => {
                    const done = await takeBundle(text, [...replace]);
                    await client.invalidateQueries();
                    toast.done(t("bundle.done", { count: done.filter((one) => one.action !== "same").length }));
                    onClose();
                  })
                }
              >
                {t("bundle.take")}
              </Button>
            </>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
