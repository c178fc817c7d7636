import { Anchor, Group, Select, Text } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { POST_STATES, usePosts, type Post } from "@/api/social";
import { DataTable, type Column } from "@/kit/DataTable";
import { EmptyState } from "@/kit/EmptyState";
import { MayButton } from "@/kit/MayButton";
import { SearchField } from "@/kit/SearchField";
import { StatusBadge } from "@/kit/StatusBadge";
import { useUrlState } from "@/kit/useUrlState";
import { When } from "@/kit/When";
import { NETWORK_CHOICES, NetworkMarks, POST_TONES } from "../networks";

/** Drafts, scheduled posts, and what became of those that went out. */
export function PostsTab() {
  const { t } = useTranslation("social");
  const navigate = useNavigate();
  const [filters, set] = useUrlState({ q: "", state: "", platform: "", sort: "at", order: "desc" });
  const list = usePosts(filters);
  const filtered = filters.q !== "" || filters.state !== "" || filters.platform !== "";
  const write = (): void => void navigate({ to: "/social/posts/$post", params: { post: "new" } });
  const columns: Column<Post>[] = [
    { key: "text", title: t("posts.text"), cell: (post) => <Words post={post} /> },
    { key: "networks", title: t("posts.networks"), cell: (post) => (post.deliveries.length === 0 ? <Text c="dimmed">—</Text> : <NetworkMarks platforms={post.deliveries.map((one) => one.platform)} />) },
    { key: "state", title: t("posts.state"), cell: (post) => <StatusBadge tone={POST_TONES[post.state]} pulse={post.state === "publishing"}>{t(`state.${post.state}`)}</StatusBadge> },
    { key: "at", title: t("posts.at"), sort: "at", cell: (post) => <When at={post.at} form="time" none={t("posts.no_moment")} /> },
    { key: "changed", title: t("posts.changed"), wideOnly: true, cell: (post) => <When at={post.changed_at ?? post.created_at} /> },
  ];
  return (
    <DataTable
      label={t("tab.posts")}
      columns={columns}
      list={list}
      rowKey={(post) => post.id}
      onOpen={(post) => void navigate({ to: "/social/posts/$post", params: { post: post.id } })}
      sorting={{ by: filters.sort, order: filters.order === "asc" ? "asc" : "desc" }}
      onSort={({ by, order }) => set({ sort: by, order })}
      filtered={filtered}
      onClearFilters={() => set({ q: "", state: "", platform: "" })}
      empty={
        <EmptyState art="calendar" title={t("posts.empty.title")} text={t("posts.empty.text")}>
          <MayButton right="publish" onClick={write}>
            {t("new")}
          </MayButton>
        </EmptyState>
      }
      filters={
        <>
          <SearchField value={filters.q} onChange={(q) => set({ q }, { replace: true })} label={t("posts.search")} />
          <Select w={170} aria-label={t("posts.state")} placeholder={t("posts.state")} data={POST_STATES.map((value) => ({ value, label: t(`state.${value}`) }))} value={filters.state || null} onChange={(state) => set({ state: state ?? "" })} clearable />
          <Select w={170} aria-label={t("network")} placeholder={t("network")} data={NETWORK_CHOICES} value={filters.platform || null} onChange={(platform) => set({ platform: platform ?? "" })} clearable />
        </>
      }
    />
  );
}

function Words({ post }: { post: Post }) {
  const { t } = useTranslation("social");
  const failed = post.deliveries.find((one) => one.state === "failed");
  return (
    <div style={{ minWidth: 0, maxWidth: 460 }}>
      <Anchor component={Link} to={`/social/posts/${post.id}`} fw={550} size="sm" c="inherit" tabIndex={-1} lineClamp={2}>
        {post.content.text || t("posts.no_text")}
      </Anchor>
      {(post.origin !== null || failed !== undefined) && (
        <Group gap={6}>
          {post.origin !== null && (
            <Text size="xs" c="dimmed" truncate>
              {t("posts.by_workflow", { workflow: post.origin.workflow })}
            </Text>
          )}
          {failed !== undefined && (
            <Text size="xs" c="red" truncate>
              {failed.reason || failed.code}
            </Text>
          )}
        </Group>
      )}
    </div>
  );
}
