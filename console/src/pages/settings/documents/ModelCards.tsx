import { Badge, Button, Group, Modal, Progress, Stack, Table, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import type { Json } from "@/api/documents";
import { keys } from "@/api/queries";
import { Amount } from "@/kit/Amount";
import { Confirm, Failure } from "@/kit/Confirm";
import { MayButton } from "@/kit/MayButton";
import { When } from "@/kit/When";
import { Card, Loaded } from "../Card";

/** What a model would do with a random sample of contacts; nothing is saved. */
export function ModelTrial({ model }: { model: unknown }) {
  const { t } = useTranslation("settings");
  const [open, setOpen] = useState(false);
  const trial = useMutation({ mutationFn: () => body(api.POST("/api/v1/scoring/models/try", { body: { model: model as Json, note: "" } })) });
  const found = trial.data;
  const most = Math.max(1, ...(found?.distribution.map(({ contacts }) => contacts) ?? []));
  return (
    <>
      <Button
        variant="default"
        onClick={() => {
          setOpen(true);
          trial.mutate();
        }}
      >
        {t("scoring.try")}
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} size="lg" title={t("scoring.try")} closeButtonProps={{ "aria-label": t("close") }}>
        <Stack aria-busy={trial.isPending}>
          {trial.isPending && <Text size="sm">{t("scoring.trying")}</Text>}
          {trial.error && <Failure error={trial.error} />}
          {found && (
            <>
              <Text size="sm" role="status">
                {t("scoring.sampled", { count: found.sampled, contacts: found.contacts, median: Math.round(found.median) })}
              </Text>
              <div>
                {found.distribution.map((bar) => (
                  <Group key={bar.from} gap="sm" wrap="nowrap">
                    <Text size="xs" w={90} ta="right" className="tabular">{`${Math.round(bar.from)}–${Math.round(bar.to)}`}</Text>
                    <Progress flex={1} value={(bar.contacts / most) * 100} aria-label={`${bar.from}–${bar.to}`} />
                    <Text size="xs" w={60}>
                      <Amount value={bar.contacts} />
                    </Text>
                  </Group>
                ))}
              </div>
              <Table aria-label={t("scoring.bands")}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t("scoring.band")}</Table.Th>
                    <Table.Th ta="right">{t("scoring.before")}</Table.Th>
                    <Table.Th ta="right">{t("scoring.after")}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {found.bands.map((band) => (
                    <Table.Tr key={band.band}>
                      <Table.Td>{band.band || "—"}</Table.Td>
                      <Table.Td ta="right">
                        <Amount value={band.before} />
                      </Table.Td>
                      <Table.Td ta="right">
                        <Amount value={band.after} />
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
              {found.counted_from_recent_events.length > 0 && (
                <Text size="xs" c="dimmed">
                  {t("scoring.recent_only", { rules: found.counted_from_recent_events.join(", ") })}
                </Text>
              )}
            </>
          )}
        </Stack>
      </Modal>
    </>
  );
}

/** Who uses the model, and its versions with the way back. */
export function ModelVersions({ id, rev, told }: { id: string; rev: number; told: Json | undefined }) {
  const { t } = useTranslation("settings");
  const client = useQueryClient();
  const versions = useQuery({
    queryKey: keys.of("documents", `scoring/${id}`, "versions", rev),
    queryFn: async ({ signal }) => (await body(api.GET("/api/v1/scoring/models/{model}/versions", { params: { path: { model: id } }, signal }))).items,
  });
  const [back, setBack] = useState<number | null>(null);
  const used = Array.isArray(told?.["used_by"]) ? (told["used_by"] as string[]) : [];
  return (
    <Card title={t("scoring.versions")} text={used.length > 0 ? t("scoring.used_by", { names: used.join(", ") }) : t("scoring.unused")}>
      <Loaded query={versions}>
        {(list) => (
          <Table aria-label={t("scoring.versions")}>
            <Table.Tbody>
              {list.map((one) => (
                <Table.Tr key={one.version}>
                  <Table.Td w={190} style={{ whiteSpace: "nowrap" }}>
                    <Group gap="xs" wrap="nowrap">
                      {t("scoring.number", { number: one.version })}
                      {one.live && <Badge variant="light" style={{ flexShrink: 0 }}>{t("scoring.live")}</Badge>}
                    </Group>
                  </Table.Td>
                  <Table.Td>
                    <When at={one.at} size="sm" />
                  </Table.Td>
                  <Table.Td>{one.note}</Table.Td>
                  <Table.Td ta="right">
                    {!one.live && (
                      <MayButton right="publish" size="compact-xs" variant="default" onClick={() => setBack(one.version)}>
                        {t("scoring.go_back")}
                      </MayButton>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </Loaded>
      <Confirm
        opened={back !== null}
        onClose={() => setBack(null)}
        title={t("scoring.go_back")}
        action={t("scoring.go_back")}
        onConfirm={async () => {
          await body(api.POST("/api/v1/scoring/models/{model}/rollback", { params: { path: { model: id } }, body: { to: back ?? 1, rev, note: "" } }));
          await client.invalidateQueries({ queryKey: keys.of("documents") });
        }}
      >
        {t("scoring.go_back_text", { number: back ?? 0 })}
      </Confirm>
    </Card>
  );
}
