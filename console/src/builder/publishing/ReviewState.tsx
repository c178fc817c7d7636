import { useTranslation } from "react-i18next";
import { useNames } from "@/api/workflows";
import { StatusBadge, type Tone } from "@/kit/StatusBadge";
import { When } from "@/kit/When";
import type { Review } from "./data";
import classes from "./Publishing.module.css";

const TONES: Readonly<Record<Review["state"], Tone>> = { none: "quiet", pending: "info", approved: "good", rejected: "bad", outdated: "warn" };

/** How far the review is: who asked, who decided, what they said; edits make it void. */
export function ReviewState({ review }: { review: Review }) {
  const { t } = useTranslation("publish");
  const name = useNames();
  if (review.state === "none" && !review.required) return null;
  // Edited since, and this person publishes without one: old news.
  if (review.state === "outdated" && review.may_publish) return null;
  return (
    <section className={classes["section"]}>
      <div className={classes["review"]}>
        <StatusBadge tone={TONES[review.state]}>{t(`review.${review.state}`)}</StatusBadge>
        {review.state === "none" ? <p>{t("review.needed")}</p> : null}
        {review.state === "outdated" ? <p>{t("review.void")}</p> : null}
        {review.asked_by === "" ? null : (
          <p>
            {t("review.asked", { who: name(review.asked_by) })} · <When at={review.asked_at} />
            {review.note === "" ? null : <q style={{ display: "block" }}>{review.note}</q>}
          </p>
        )}
        {review.decided_by === "" ? null : (
          <p>
            {t("review.decided", { who: name(review.decided_by) })} · <When at={review.decided_at} />
            {review.comment === "" ? null : <q style={{ display: "block" }}>{review.comment}</q>}
          </p>
        )}
      </div>
    </section>
  );
}
