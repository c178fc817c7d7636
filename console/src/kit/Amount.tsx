import { Text, Tooltip, type TextProps } from "@mantine/core";
import { useTranslation } from "react-i18next";

export interface AmountProps extends TextProps {
  value: number | null | undefined;
  /** number: 12,345; short: 12.3K (exact in the tooltip); percent takes a share of 1; money in US dollars unless told. */
  as?: "number" | "short" | "percent" | "money";
  currency?: string;
  digits?: number;
}

/** A number as the reader's language writes it, in figures of one width. */
export function Amount({ value, as = "number", currency = "USD", digits, ...style }: AmountProps) {
  const { i18n } = useTranslation("kit");
  if (value === null || value === undefined) return <Text component="span" inherit c="dimmed" {...style}>—</Text>;
  const text = (
    <Text component="span" inherit className="tabular" {...style}>
      {amountText(value, i18n.language, as, currency, digits)}
    </Text>
  );
  return as === "short" && Math.abs(value) >= 1000 ? <Tooltip label={amountText(value, i18n.language, "number")}>{text}</Tooltip> : text;
}

export function amountText(value: number, language: string, as: NonNullable<AmountProps["as"]> = "number", currency = "USD", digits?: number): string {
  const most = digits === undefined ? {} : { maximumFractionDigits: digits, minimumFractionDigits: digits };
  const options: Intl.NumberFormatOptions = {
    number: { maximumFractionDigits: 2, ...most },
    short: { notation: "compact" as const, maximumFractionDigits: 1, ...most },
    percent: { style: "percent" as const, maximumFractionDigits: 1, ...most },
    // Sending costs parts of a cent: two digits would show nothing.
    money: { style: "currency" as const, currency, maximumFractionDigits: Math.abs(value) > 0 && Math.abs(value) < 0.1 ? 4 : 2, ...most },
  }[as];
  return new Intl.NumberFormat(language, options).format(value);
}
