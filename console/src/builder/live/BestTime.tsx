import { Text } from "@mantine/core";
import { IconArrowDownRight, IconArrowUpRight, IconEqual, IconHourglass } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Amount } from "@/kit/Amount";
import { compared, ENOUGH, type MessageTimes, type Verdict, verdictOf, type What } from "./bestTime";
import classes from "./Live.module.css";

const ICONS = { nobody: IconHourglass, few: IconHourglass, more: IconArrowUpRight, fewer: IconArrowDownRight, level: IconEqual } as const;

/** What sending at the best time gains: both groups, and in words between which points the difference lies. */
export function BestTime({ times, title }: { readonly times: MessageTimes; readonly title?: string }) {
  const { t } = useTranslation("live");
  const rates = compared(times);
  const groups = [
    { name: t("best_time.best"), arm: times.best_time },
    { name: t("best_time.control", { percent: times.control }), arm: times.control_group },
  ];
  const verdicts = rates.map((what) => [what, verdictOf(times, what)] as const);
  // Too early for one rate is too early for all: said once.
  const early = verdicts[0]?.[1].kind === "few" || verdicts[0]?.[1].kind === "nobody";
  return (
    <div className={classes["times"]}>
      {title === undefined ? null : (
        <Text size="sm" fw={600} mb={4}>
          {title}
        </Text>
      )}
      <table aria-label={t("best_time.title")}>
        <thead>
          <tr>
            <td />
            <th scope="col">{t("best_time.sent")}</th>
            {rates.map((what) => (
              <th scope="col" key={what}>
                {t(`best_time.${what}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map(({ name, arm }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>
                <Amount value={arm.sent} />
              </td>
              {rates.map((what) => (
                <td key={what}>
                  <Amount value={arm.sent === 0 ? null : arm[what] / arm.sent} as="percent" />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {(early ? verdicts.slice(0, 1) : verdicts).map(([what, verdict]) => (
        <Said key={what} what={what} verdict={verdict} />
      ))}
    </div>
  );
}

function Said({ what, verdict }: { what: What; verdict: Verdict }) {
  const { t, i18n } = useTranslation("live");
  const Icon = ICONS[verdict.kind];
  const points = (value: number): string => new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 }).format(value);
  const words =
    verdict.kind === "nobody"
      ? t("best_time.nobody")
      : verdict.kind === "few"
        ? t("best_time.few", { best: points(verdict.best), control: points(verdict.control), enough: ENOUGH })
        : t(`best_time.${verdict.kind}_${what}`, { low: points(verdict.low), high: points(verdict.high) });
  return (
    <p className={classes["said"]} data-kind={verdict.kind}>
      <Icon size={16} aria-hidden />
      <span>{words}</span>
    </p>
  );
}
