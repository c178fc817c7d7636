import { Badge, Group, Text, ThemeIcon } from "@mantine/core";
import { IconBrandFacebook, IconBrandInstagram, IconBrandLinkedin, IconBrandX, type Icon } from "@tabler/icons-react";
import type { Account, Delivery, MentionState, Platform, PostState } from "@/api/social";
import type { Tone } from "@/kit/StatusBadge";

/** Networks are called by their own names in every language. */
export const NETWORKS: Record<Platform, { label: string; icon: Icon }> = {
  twitter: { label: "X", icon: IconBrandX },
  facebook: { label: "Facebook", icon: IconBrandFacebook },
  linkedin: { label: "LinkedIn", icon: IconBrandLinkedin },
  instagram: { label: "Instagram", icon: IconBrandInstagram },
};

export const isPlatform = (name: string): name is Platform => name in NETWORKS;
/** A network by the name that the API gives; one that we do not know keeps its name. */
export const networkLabel = (name: string): string => (isPlatform(name) ? NETWORKS[name].label : name);
export const NETWORK_CHOICES = Object.entries(NETWORKS).map(([value, { label }]) => ({ value, label }));

/** Accounts for a menu; pages are often called the same on several networks. */
export const accountChoices = (accounts: readonly Account[] | undefined): { value: string; label: string }[] =>
  (accounts ?? []).map((one) => ({ value: one.id, label: `${one.name} · ${networkLabel(one.platform)}` }));

export function NetworkIcon({ platform, size = 26 }: { platform: string; size?: number }) {
  const Shown = isPlatform(platform) ? NETWORKS[platform].icon : null;
  return (
    <ThemeIcon variant="default" size={size} radius="xl" role="img" aria-label={networkLabel(platform)}>
      {Shown && <Shown size={Math.round(size * 0.62)} stroke={1.7} aria-hidden />}
    </ThemeIcon>
  );
}

/** An account with the mark of its network. */
export function AccountName({ platform, name, handle = "" }: Pick<Account, "platform" | "name"> & { handle?: string }) {
  return (
    <Group gap={8} wrap="nowrap" style={{ minWidth: 0 }}>
      <NetworkIcon platform={platform} />
      <div style={{ minWidth: 0 }}>
        <Text size="sm" fw={550} truncate>
          {name}
        </Text>
        {handle !== "" && (
          <Text size="xs" c="dimmed" truncate>
            @{handle}
          </Text>
        )}
      </div>
    </Group>
  );
}

/** Marks of several networks, each once. */
export function NetworkMarks({ platforms }: { platforms: readonly Platform[] }) {
  return (
    <Group gap={4} wrap="nowrap">
      {[...new Set(platforms)].map((one) => (
        <NetworkIcon key={one} platform={one} size={24} />
      ))}
    </Group>
  );
}

export const POST_TONES: Record<PostState, Tone> = { draft: "quiet", scheduled: "info", publishing: "info", published: "good", partly: "warn", failed: "bad", canceled: "quiet" };
export const DELIVERY_TONES: Record<Delivery["state"], Tone> = { waiting: "info", publishing: "info", unknown: "warn", published: "good", failed: "bad", canceled: "quiet" };
export const ACCOUNT_TONES: Record<Account["state"], Tone> = { connected: "good", expiring: "warn", expired: "bad", revoked: "bad" };
export const MENTION_TONES: Record<MentionState, Tone> = { open: "info", answered: "good", ignored: "quiet", escalated: "bad" };
export const moodTone = (sentiment: string): Tone => (sentiment === "positive" ? "good" : sentiment === "negative" ? "bad" : "quiet");

export function Count({ value, limit }: { value: number; limit: number }) {
  return (
    <Badge variant="light" color={value > limit ? "red" : "gray"} tt="none" className="tabular">
      {value} / {limit}
    </Badge>
  );
}
