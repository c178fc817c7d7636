import { Table, Text, Tooltip } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ImportRow } from "@/api/imports";
import classes from "./Imports.module.css";
import { cellText } from "./mapping";

const SHOWN = 20;

/** What the first rows would become; cells that are left out are marked, and say why. */
export function PreviewTable({ rows }: { rows: readonly ImportRow[] }) {
  const { t } = useTranslation("imports");
  const shown = rows.slice(0, SHOWN);
  const fields = [...new Set(shown.flatMap((row) => Object.keys(row.values)))];
  if (shown.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {t("preview.empty")}
      </Text>
    );
  }
  return (
    <>
      <div className={classes["table"]} tabIndex={0} role="region" aria-label={t("preview.title")}>
        <Table horizontalSpacing="sm" verticalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={60}>{t("preview.row")}</Table.Th>
              {fields.map((field) => (
                <Table.Th key={field}>{field}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((row) => {
              const said = row.faults.map((one) => (one.column ? `${one.column}: ${one.message}` : one.message)).join("\n");
              const Icon = !row.taken_in ? IconCircleX : row.faults.length > 0 ? IconAlertTriangle : IconCircleCheck;
              const colour = !row.taken_in ? "var(--bad)" : row.faults.length > 0 ? "var(--warn)" : "var(--good)";
              return (
                <Table.Tr key={row.row} {...(row.taken_in ? {} : { className: classes["refused"] ?? "" })}>
                  <Table.Td>
                    <Tooltip label={said || t("preview.fine")} style={{ whiteSpace: "pre-line" }}>
                      <span tabIndex={0} style={{ display: "inline-flex", gap: 6, alignItems: "center" }}>
                        <Icon size={15} color={colour} aria-label={said || t("preview.fine")} />
                        {row.row}
                      </span>
                    </Tooltip>
                  </Table.Td>
                  {fields.map((field) => {
                    const bad = row.faults.some((one) => one.column === field);
                    return (
                      <Table.Td key={field} title={cellText(row.values[field])} {...(bad ? { className: classes["bad"] ?? "" } : {})}>
                        {cellText(row.values[field])}
                      </Table.Td>
                    );
                  })}
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </div>
      {shown.some((row) => row.faults.length > 0) && (
        <ul style={{ margin: 0, paddingInlineStart: 20 }}>
          {shown
            .flatMap((row) => row.faults)
            .slice(0, 5)
            .map((one) => (
              <li key={`${one.row}${one.column}${one.code}`}>
                <Text size="sm">
                  {t("preview.fault", { row: one.row, column: one.column || "—", message: one.message })}
                </Text>
              </li>
            ))}
        </ul>
      )}
    </>
  );
}
