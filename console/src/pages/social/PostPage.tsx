import { Alert, Button, Skeleton, Stack } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { PLATFORMS, useAccounts, usePost, usePostAction, usePreviews, useSavePost, type Account, type Post } from "@/api/social";
import { useWorkspace } from "@/api/workspace";
import { Confirm, Failure } from "@/kit/Confirm";
import { EmptyState } from "@/kit/EmptyState";
import { ErrorState } from "@/kit/ErrorState";
import { MayButton } from "@/kit/MayButton";
import { Page } from "@/kit/Page";
import { StatusBadge } from "@/kit/StatusBadge";
import { toast } from "@/kit/toast";
import { useMay } from "@/session/me";
import { Compose } from "./Compose";
import { Deliveries } from "./Deliveries";
import { blank, composedOf, sendable, type Composed } from "./drafting";
import { POST_TONES } from "./networks";
import { PreviewCard } from "./PreviewCard";
import classes from "./Social.module.css";
import { Timing } from "./Timing";

const CRUMBS = (title: string) => [{ label: title, to: "/social" }] as const;

/** Writes a post, or shows what became of it. */
export default function PostPage() {
  const { post } = useParams({ strict: false });
  return <PostView id={post ?? "new"} />;
}

export function PostView({ id }: { id: string }) {
  const { t } = useTranslation("social");
  const fresh = id === "new";
  const post = usePost(fresh ? "" : id);
  const accounts = useAccounts();
  const workspace = useWorkspace();
  const failed = accounts.error ?? post.error ?? workspace.error;
  if (accounts.data && workspace.data && (fresh || post.data)) {
    // Saved or begun anew: what the server holds is the start of the next change.
    return <Writing key={post.data ? `${post.data.id}-${post.data.rev}` : "new"} post={post.data} accounts={accounts.data} zone={workspace.data.timeZone || "UTC"} />;
  }
  return (
    <Page title={t(fresh ? "new" : "one")} crumbs={CRUMBS(t("title"))}>
      {failed ? <ErrorState error={failed} again={() => void Promise.all([accounts.refetch(), fresh ? null : post.refetch()])} /> : <Skeleton h={480} radius="md" />}
    </Page>
  );
}

function Writing({ post, accounts, zone }: { post: Post | undefined; accounts: readonly Account[]; zone: string }) {
  const { t } = useTranslation("social");
  const navigate = useNavigate();
  const may = useMay("publish");
  const [value, setValue] = useState<Composed>(() => (post ? composedOf(post, zone) : { ...blank(zone), accounts: accounts.filter((one) => one.state === "connected").map((one) => one.id) }));
  const [canceling, openCancel] = useState(false);
  const save = useSavePost();
  const cancel = usePostAction("cancel");
  const publish = usePostAction("publish");
  const open = post === undefined || post.state === "draft" || post.state === "scheduled";
  const readOnly = !open || !may || post?.origin != null;
  const [{ text, link, media, kind, target, overrides }] = useDebouncedValue(sendable(value), 300);
  const chosen = accounts.filter((one) => value.accounts.includes(one.id));
  const platforms = [...new Set(chosen.map((one) => one.platform))];
  const previews = usePreviews({ text, link, media, kind, target, overrides }, platforms.length > 0 ? platforms : PLATFORMS);
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([value.time_zone, zone, mine, "UTC"])].map((one) => ({ value: one, label: one }));
  const set = (change: Partial<Composed>): void => setValue((before) => ({ ...before, ...change }));
  const refused = previews.data !== undefined && !previews.data.ok && platforms.length > 0;
  const ready = value.timing === "draft" || (value.accounts.length > 0 && !refused && (value.timing === "now" || value.at !== null));
  function keep(): void {
    save.mutate(
      { post: post?.id ?? "", rev: post?.rev ?? 0, draft: sendable(value) },
      {
        onSuccess: (saved) => {
          toast.done(t(`saved.${value.timing}`));
          if (!post) void navigate({ to: "/social/posts/$post", params: { post: saved.id }, replace: true });
        },
      },
    );
  }
  const again = post !== undefined && (post.state === "failed" || post.state === "partly");
  return (
    <Page
      title={t(post ? "one" : "new")}
      crumbs={CRUMBS(t("title"))}
      beside={post && <StatusBadge tone={POST_TONES[post.state]} pulse={post.state === "publishing"}>{t(`state.${post.state}`)}</StatusBadge>}
      actions={
        <>
          {post?.state === "scheduled" && (
            <MayButton right="publish" variant="default" onClick={() => openCancel(true)}>
              {t("actions.cancel")}
            </MayButton>
          )}
          {(again || post?.state === "scheduled") && (
            <MayButton right="publish" variant="default" loading={publish.isPending} onClick={() => publish.mutate(post.id, { onError: toast.failed })}>
              {t(again ? "actions.again" : "actions.now")}
            </MayButton>
          )}
          {open && post?.origin == null && (
            <MayButton right="publish" loading={save.isPending} disabled={!ready} onClick={keep}>
              {t(`actions.save.${value.timing}`)}
            </MayButton>
          )}
        </>
      }
    >
      {accounts.length === 0 && !post ? (
        <EmptyState art="signal" title={t("compose.none.title")} text={t("compose.none.text")}>
          <Button component={Link} to="/social?tab=accounts">
            {t("compose.none.button")}
          </Button>
        </EmptyState>
      ) : (
        <div className={classes["compose"]}>
          <Stack>
            {save.error && <Failure error={save.error} />}
            {post && post.deliveries.length > 0 && post.state !== "draft" && <Deliveries post={post} />}
            {post?.origin != null && <Alert variant="light">{t("posts.by_workflow", { workflow: post.origin.workflow })}</Alert>}
            <Compose value={value} set={set} accounts={accounts} readOnly={readOnly} />
            {!readOnly && <Timing value={value} set={set} accounts={accounts} zones={zones} />}
          </Stack>
          <div className={classes["previews"]} tabIndex={0} role="region" aria-label={t("preview.title")} aria-busy={previews.isFetching && !previews.data}>
            {previews.error && <ErrorState compact error={previews.error} again={() => void previews.refetch()} />}
            {previews.data?.previews.map((one) => <PreviewCard key={one.platform} preview={one} name={chosen.find((account) => account.platform === one.platform)?.name ?? ""} />)}
          </div>
        </div>
      )}
      {post && (
        <Confirm opened={canceling} onClose={() => openCancel(false)} title={t("actions.cancel_title")} action={t("actions.cancel")} danger onConfirm={() => cancel.mutateAsync(post.id)}>
          {t("actions.cancel_text")}
        </Confirm>
      )}
    </Page>
  );
}
