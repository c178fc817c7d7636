import { Button, FileButton, Group, Modal, SegmentedControl, Stack, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconFileImport, IconSquarePlus, IconTemplate } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type DragEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, body } from "@/api/client";
import { ApiError } from "@/api/error";
import { idOf, useWorkflowsChanged, workflows } from "@/api/workflows";
import { CodeEditor } from "@/kit/CodeEditor";
import { Failure } from "@/kit/Confirm";
import { useForm } from "@/kit/useForm";
import classes from "./List.module.css";

type Making = "blank" | "yaml";

/** A workflow of one's own: blank, from a template, or from a YAML file. */
export function NewWorkflow({ making, onClose }: { making: Making | null; onClose: () => void }) {
  const { t } = useTranslation(["workflows", "kit"]);
  const [chosen, setChosen] = useState<Making>("blank");
  return (
    <Modal opened={making !== null} onClose={onClose} title={t("create.title")} size="lg" closeButtonProps={{ "aria-label": t("kit:close") }}>
      {making === null ? null : <Form chosen={chosen} onChoose={setChosen} onClose={onClose} />}
    </Modal>
  );
}

function Form({ chosen, onChoose, onClose }: { chosen: Making; onChoose: (making: Making) => void; onClose: () => void }) {
  const { t } = useTranslation("workflows");
  const navigate = useNavigate();
  const choices = [
    { key: "blank", icon: IconSquarePlus },
    { key: "template", icon: IconTemplate },
    { key: "yaml", icon: IconFileImport },
  ] as const;
  return (
    <Stack>
      <Group grow align="stretch" gap="sm" wrap="wrap">
        {choices.map(({ key, icon: Icon }) => (
          <UnstyledButton
            key={key}
            className={classes["choice"] ?? ""}
            data-on={key === chosen}
            {...(key === "template" ? {} : { "aria-pressed": key === chosen })}
            onClick={() => {
              if (key !== "template") onChoose(key);
              else void navigate({ to: "/gallery" });
            }}
          >
            <span className={classes["icon"]}>
              <Icon size={20} stroke={1.7} aria-hidden />
            </span>
            <span>
              <Text component="span" display="block" size="sm" fw={600}>
                {t(`create.${key}.title`)}
              </Text>
              <Text component="span" display="block" size="xs" c="dimmed">
                {t(`create.${key}.text`)}
              </Text>
            </span>
          </UnstyledButton>
        ))}
      </Group>
      {chosen === "blank" ? <Blank onClose={onClose} /> : <FromYaml onClose={onClose} />}
    </Stack>
  );
}

function useOpen(onClose: () => void): (workflow: string) => void {
  const navigate = useNavigate();
  const changed = useWorkflowsChanged();
  return (workflow) => {
    onClose();
    void changed();
    void navigate({ to: "/workflows/$workflow", params: { workflow } });
  };
}

function Blank({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("workflows");
  const open = useOpen(onClose);
  const form = useForm(
    { name: "", purpose: "marketing" },
    async ({ name, purpose }) => {
      const document = { schema_version: 1, name: name.trim(), purpose, nodes: [], edges: [] };
      const made = await workflows.create({ ...document, id: idOf(name) }).catch((error: unknown) => {
        // The name may be used twice; the id, which nobody sees, may not.
        if (error instanceof ApiError && error.code === "workflow_exists") return workflows.create({ ...document, id: idOf(name, Date.now().toString(36).slice(-4)) });
        throw error;
      });
      open(made.id);
    },
    ({ name }) => (name.trim() === "" ? { name: t("create.name_needed") } : {}),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      <Stack>
        <TextInput
          label={t("create.name")}
          placeholder={t("create.name_example")}
          value={form.values.name}
          error={form.problem("name")}
          maxLength={120}
          data-autofocus
          onChange={(event) => form.set("name", event.currentTarget.value)}
        />
        <div>
          <Text size="sm" fw={500} mb={4} id="new-purpose">
            {t("create.purpose")}
          </Text>
          <SegmentedControl
            aria-labelledby="new-purpose"
            value={form.values.purpose}
            onChange={(value) => form.set("purpose", value)}
            data={[
              { value: "marketing", label: t("purpose.marketing") },
              { value: "transactional", label: t("purpose.transactional") },
            ]}
          />
          <Text size="xs" c="dimmed" mt={6}>
            {t(form.values.purpose === "marketing" ? "create.marketing_hint" : "create.transactional_hint")}
          </Text>
        </div>
        {form.failure === null ? null : <Failure error={form.failure} />}
        <Group justify="flex-end">
          <Button type="submit" loading={form.running}>
            {t("create.action")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function FromYaml({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("workflows");
  const open = useOpen(onClose);
  const [over, setOver] = useState(false);
  const form = useForm(
    { yaml: "" },
    async ({ yaml }) => open((await body(api.POST("/api/v1/workflows", { body: { yaml } }))).id),
    ({ yaml }) => (yaml.trim() === "" ? { yaml: t("create.yaml_needed") } : {}),
  );
  const take = (file: File | null | undefined): void => void file?.text().then((text) => form.set("yaml", text));
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const problem = form.problem("yaml");
  return (
    <Stack>
      <div className={classes["drop"]} data-over={over} onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={drop}>
        <Group justify="center" gap="xs">
          <Text size="sm" c="dimmed">
            {t("create.drop")}
          </Text>
          <FileButton accept=".yaml,.yml,.json,text/yaml,application/json" onChange={take}>
            {(button) => (
              <Button {...button} size="xs" variant="default">
                {t("create.choose")}
              </Button>
            )}
          </FileButton>
        </Group>
      </div>
      <CodeEditor language="yaml" label={t("create.yaml_label")} value={form.values.yaml} height={240} onChange={(text) => form.set("yaml", text)} />
      {problem === undefined ? null : (
        <Text size="sm" c="red" role="alert">
          {problem}
        </Text>
      )}
      {form.failure === null ? null : <Failure error={form.failure} />}
      <Group justify="flex-end">
        <Button loading={form.running} onClick={() => void form.submit()}>
          {t("create.import")}
        </Button>
      </Group>
    </Stack>
  );
}
