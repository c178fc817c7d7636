import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import { beforeAll, expect, it } from "vitest";
import { chooseLanguage } from "@/texts/i18n";
import { BestTime } from "./BestTime";
import type { MessageTimes } from "./bestTime";

const TIMES: MessageTimes = {
  node: "news",
  wait: "news_best_time",
  control: 10,
  best_time: { sent: 900, opened: 360, clicked: 45 },
  control_group: { sent: 100, opened: 30, clicked: 4 },
  open_gain: { difference: 0.1, low: 0.001, high: 0.18 },
  click_gain: { difference: 0.01, low: -0.05, high: 0.04 },
};

beforeAll(async () => {
  await chooseLanguage("en");
});

it("shows both groups, and in words how sure the difference is", async () => {
  render(
    <MantineProvider>
      <BestTime times={TIMES} title="News" />
    </MantineProvider>,
  );
  expect(await screen.findByText(/between 0\.1 and 18 more of every 100/)).toBeTruthy();
  expect(screen.getByText(/between 5 fewer and 4 more of every 100/)).toBeTruthy();
  expect(screen.getByRole("row", { name: "Control group (10 %) 100 30% 4%" })).toBeTruthy();
});

it("says plainly that there are not enough contacts yet, once", async () => {
  render(
    <MantineProvider>
      <BestTime times={{ ...TIMES, control_group: { sent: 12, opened: 2, clicked: 0 } }} />
    </MantineProvider>,
  );
  expect(await screen.findAllByText(/Not enough contacts yet: 900 got it at their best time, 12 in the control group/)).toHaveLength(1);
});
