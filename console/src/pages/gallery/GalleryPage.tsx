import { Button, Chip, Group, Skeleton, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLibrary, type LibraryCard } from "@/api/templates";
import { useCatalogue } from "@/builder/api";
import type { Catalogue } from "@/builder/model/types";
import { EmptyState } from "@/kit/EmptyState";
import { ErrorState } from "@/kit/ErrorState";
import { Page } from "@/kit/Page";
import { SearchField } from "@/kit/SearchField";
import { useUrlState } from "@/kit/useUrlState";
import { Details } from "./Details";
import { Facts } from "./Facts";
import { FAMILIES, familyOf, matches } from "./families";
import classes from "./Gallery.module.css";
import { MiniGraph } from "./MiniGraph";
import { UseButton } from "./UseButton";

/** Workflows to begin with: by family, with a picture, what they need, and one button. */
export default function GalleryPage() {
  const { t } = useTranslation(["gallery", "kit"]);
  const [{ q, family, open }, set] = useUrlState({ q: "", family: "", open: "" });
  const { data, error, refetch } = useLibrary();
  const { data: catalogue } = useCatalogue();
  const present = FAMILIES.filter((one) => data?.some((card) => familyOf(card.category) === one));
  const shown = (data ?? []).filter((card) => matches(card, q, family));
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <Button component={Link} to="/workflows" variant="default">
          {t("blank")}
        </Button>
      }
    >
      <div className={classes["bar"]}>
        <SearchField value={q} onChange={(text) => set({ q: text }, { replace: true })} label={t("search")} />
        <Chip.Group value={family} onChange={(value) => set({ family: value })}>
          <Group gap={6} role="radiogroup" aria-label={t("family.label")}>
            <Chip value="" size="sm" variant="light">
              {t("family.all")}
            </Chip>
            {present.map((one) => (
              <Chip key={one} value={one} size="sm" variant="light">
                {t(`family.${one}`)}
              </Chip>
            ))}
          </Group>
        </Chip.Group>
      </div>
      {error ? <ErrorState error={error} again={() => void refetch()} /> : null}
      {data === undefined && !error ? (
        <div className={classes["grid"]} aria-busy>
          {Array.from({ length: 6 }, (_, place) => (
            <Skeleton key={place} height={300} radius="md" />
          ))}
        </div>
      ) : null}
      {data !== undefined && shown.length === 0 ? (
        <EmptyState art="search" title={t("nothing.title")} text={t("nothing.text")} compact>
          <Button size="xs" variant="default" onClick={() => set({ q: "", family: "" })}>
            {t("kit:table.clear")}
          </Button>
        </EmptyState>
      ) : null}
      {present.map((one) => {
        const cards = shown.filter((card) => familyOf(card.category) === one);
        return cards.length === 0 ? null : (
          <section key={one} className={classes["family"]} aria-labelledby={`family-${one}`}>
            <div>
              <Text component="h2" id={`family-${one}`} fw={650} size="lg">
                {t(`family.${one}`)}
              </Text>
              <Text size="sm" c="dimmed">
                {t(`family_text.${one}`)}
              </Text>
            </div>
            <div className={classes["grid"]}>
              {cards.map((card) => (
                <Card key={card.id} card={card} catalogue={catalogue} onOpen={() => set({ open: card.id })} />
              ))}
            </div>
          </section>
        );
      })}
      <Details card={data?.find((card) => card.id === open) ?? null} catalogue={catalogue} onClose={() => set({ open: "" })} />
    </Page>
  );
}

function Card({ card, catalogue, onOpen }: { card: LibraryCard; catalogue: Catalogue | undefined; onOpen: () => void }) {
  const { t } = useTranslation("gallery");
  return (
    <article className={classes["card"]}>
      <div className={classes["picture"]}>
        <MiniGraph shape={card.shape} catalogue={catalogue} height={132} label={t("picture", { name: card.name })} />
      </div>
      <div className={classes["body"]}>
        <button type="button" className={classes["name"]} aria-haspopup="dialog" onClick={onOpen}>
          {card.name}
        </button>
        <Text size="sm" c="dimmed" lineClamp={3}>
          {card.description}
        </Text>
        <div className={classes["foot"]}>
          <Facts card={card} />
          <span className={classes["use"]}>
            <UseButton card={card} />
          </span>
        </div>
      </div>
    </article>
  );
}
