import { SegmentedControl, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CHANNELS, useChannel, type ChannelName } from "@/api/channels";
import { useUrlState } from "@/kit/useUrlState";
import { Card, Loaded } from "../Card";
import { Capabilities } from "../sending/Channels";
import { Providers } from "./Providers";
import { Streams } from "./Streams";

/** By whom e-mail, texts and notifications go out. */
export function Channels() {
  const { t } = useTranslation("channels");
  const [{ channel: asked }, set] = useUrlState({ channel: "email" });
  const name: ChannelName = CHANNELS.find((one) => one === asked) ?? "email";
  return (
    <>
      <SegmentedControl w="fit-content" aria-label={t("channel")} value={name} onChange={(channel) => set({ channel })} data={CHANNELS.map((value) => ({ value, label: t(`name.${value}`) }))} />
      <OneChannel key={name} name={name} />
      <Capabilities />
    </>
  );
}

function OneChannel({ name }: { name: ChannelName }) {
  const { t } = useTranslation("channels");
  const channel = useChannel(name);
  return (
    <Loaded query={channel} height={320}>
      {(found) => (
        <>
          <Providers channel={found} />
          <Streams key={found.rev} channel={found} />
          <Card title={t("failing.title")}>
            <Text size="sm" c="dimmed" maw={680}>
              {t("failing.text")}
            </Text>
          </Card>
        </>
      )}
    </Loaded>
  );
}
