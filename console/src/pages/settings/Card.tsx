import { Alert, Button, Group, Skeleton, Text, Title } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { IconLock } from "@tabler/icons-react";
import { useId, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "@/kit/Confirm";
import { ErrorState } from "@/kit/ErrorState";
import type { Form } from "@/kit/useForm";
import { useMay } from "@/session/me";
import type { Right } from "@/session/roles";
import classes from "./Settings.module.css";

export interface CardProps {
  title: string;
  text?: ReactNode;
  /** Buttons beside the title. */
  actions?: ReactNode;
  foot?: ReactNode;
  children?: ReactNode;
  /** Of its heading; 2 on a page without sections. */
  level?: 2 | 3;
}

/** Settings that belong together. */
export function Card({ title, text, actions, foot, children, level = 3 }: CardProps) {
  const id = useId();
  return (
    <section className={classes["card"]} aria-labelledby={id}>
      <div className={classes["head"]}>
        <div>
          <Title order={level} size="h3" id={id}>
            {title}
          </Title>
          {text && (
            <Text c="dimmed" size="sm" maw={640}>
              {text}
            </Text>
          )}
        </div>
        {actions && <Group gap="xs">{actions}</Group>}
      </div>
      <div className={classes["body"]}>{children}</div>
      {foot && <div className={classes["foot"]}>{foot}</div>}
    </section>
  );
}

/** What only some roles may change: others see it, cannot touch it, and read why. */
export function Locked({ right, children }: { right: Right; children: ReactNode }) {
  const { t } = useTranslation("kit");
  const may = useMay(right);
  if (may) return <>{children}</>;
  return (
    <>
      <Alert variant="light" color="gray" icon={<IconLock size={18} />} mb="md" p="xs">
        {t(`may.${right}`)}
      </Alert>
      <fieldset className={classes["locked"]} disabled>
        {children}
      </fieldset>
    </>
  );
}

/** A card whose fields are saved together. */
export function FormCard<V extends object>({ form, right, children, title, text, note }: { form: Form<V>; right: Right; title: string; text?: ReactNode; note?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation("settings");
  const may = useMay(right);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      <Card
        title={title}
        text={text}
        foot={
          may && (
            <>
              {note && (
                <Text size="sm" c="dimmed" mr="auto">
                  {note}
                </Text>
              )}
              <Button type="submit" loading={form.running} disabled={!form.changed}>
                {t("save")}
              </Button>
            </>
          )
        }
      >
        <Locked right={right}>{children}</Locked>
        {form.failure !== null && <Failure error={form.failure} />}
      </Card>
    </form>
  );
}

/** What a query gave, or its skeleton or failure. */
export function Loaded<T>({ query, height = 200, children }: { query: UseQueryResult<T>; height?: number; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ErrorState compact error={query.error} again={() => void query.refetch()} />;
  return <Skeleton height={height} radius="md" />;
}
