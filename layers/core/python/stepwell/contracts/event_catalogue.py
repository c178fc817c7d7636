"""The events that Stepwell knows by name: one table from which docs, checks, triggers and scores take their names.

Other names are welcome: a workspace may send what it likes. What stands here has properties of a known type and
synonyms, so that what another tool calls `content_downloaded` is the same event everywhere: synonyms are replaced
when an event is taken in and when a condition, a trigger, a sequence or a score is read.
"""

# ruff: noqa: E501 - a table is read by its rows
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

Family = Literal["website", "email", "sms", "push", "social", "ads", "offline", "catalog", "contact"]
PropertyType = Literal["text", "number", "boolean", "date", "list", "object"]

_TYPES: Mapping[str, PropertyType] = {
    "": "text", "n": "number", "b": "boolean", "d": "date", "l": "list", "o": "object"
}  # fmt: skip


class EventType(NamedTuple):
    """An event with a known meaning.

    Attributes:
        name: Its name on the stream.
        family: Where it comes from; `catalog` and `contact` are the platform's own.
        when: When it happens, for people.
        properties: Type of each property; others may come along.
        synonyms: Other names by which clients and authors know it.
    """

    name: str
    family: Family
    when: str
    properties: Mapping[str, PropertyType]
    synonyms: tuple[str, ...]


def _type(family: Family, name: str, when: str, properties: str, synonyms: str = "") -> EventType:
    """Read a row of the table: `duration:n` is a number, `fields:o` an object, a bare name a text."""
    pairs = [word.partition(":") for word in properties.split()]
    return EventType(
        name, family, when, {key: _TYPES[kind] for key, _, kind in pairs}, tuple(synonyms.split())
    )


_PAGE = "page_url path referrer topic content_tags:l catalog item_id"
_VIDEO = f"video position:n duration:n {_PAGE}"
_MAIL = "workflow version:n node enrollment visit provider_id run tag"
_TEXT = "workflow version:n node enrollment visit provider_id tag"
_PUSH = "workflow version:n node enrollment visit provider_id run tag subscription browser"
_POST = "platform post_id text url author followers:n sentiment sentiment_score:n"
_AD = "platform campaign ad_id ad_group creative"
_ITEM = "catalog item_id title url category tags:l image price:n currency stock:n"

_ROWS: Mapping[Family, tuple[tuple[str, ...], ...]] = {
    "website": (
        (
            "page_view",
            "a page is seen",
            "page_url url path search title referrer name topic content_tags:l catalog item_id"
            " utm_source utm_medium utm_campaign utm_term utm_content",
            "page_viewed viewed_page page_visit pageview",
        ),
        ("page_left", "a page view ends", "page_url time_on_page:n visible_seconds:n scroll_depth:n", "page_leave"),
        ("scroll_depth", "25, 50, 75, 100 per cent of a page are seen", "percent:n page_url", ""),
        ("screen_view", "a screen of an app is seen", "name category", "screen_viewed"),
        (
            "form_submission",
            "a form is sent",
            f"form_id form_type fields_filled:l fields:o consents:o stage invalid_fields:l {_PAGE}",
            "form_submitted form_submit submitted_form",
        ),
        (
            "page_abandonment",
            "a page is left with a form begun and not sent",
            "page_url form_id form_type fields_filled:l last_field",
            "form_abandonment page_abandoned form_abandoned",
        ),
        ("cta_click", "a call to action is clicked", f"cta text href {_PAGE}", "cta_clicked cta_clicks button_click"),
        (
            "download",
            "a file or content is downloaded",
            f"href file content content_type {_PAGE}",
            "content_downloaded content_download file_download file_downloaded",
        ),
        ("video_play", "a video begins", _VIDEO, "video_played video_started video_plays"),
        ("video_progress", "25, 50, 75 per cent of a video are seen", f"{_VIDEO} percent:n", ""),
        ("video_complete", "a video ends", _VIDEO, "video_completed"),
        ("search", "the site is searched", "query results:n", "site_search product_search"),
        ("product_viewed", "a product is looked at", f"product {_ITEM}", "product_view viewed_product item_viewed"),
        ("product_wishlisted", "a product is noted", f"product {_ITEM}", "wishlist_add added_to_wishlist"),
        ("product_carted", "a product is put into the cart", f"product quantity:n {_ITEM}", "cart_add added_to_cart product_added"),
        (
            "item_subscribed",
            "news of an item are asked for: its price, its stock",
            f"product {_ITEM}",
            "back_in_stock_subscribed subscribed_back_in_stock price_drop_subscribed",
        ),
        ("item_unsubscribed", "these news are wanted no more", f"product {_ITEM}", "back_in_stock_unsubscribed"),
        ("cart_abandoned", "a cart is left", "cart_id total:n currency items:l", "cart_abandonment"),
        ("feature_used", "a feature of the product is used", "feature", "feature_usage used_feature"),
    ),
    "email": (
        ("email_sent", "the provider took a message", _MAIL, "email_send"),
        ("email_delivered", "the recipient's server took it", _MAIL, "email_delivery"),
        ("email_bounced", "it could not be delivered", f"{_MAIL} bounce_type bounce_sub_type diagnostic", "email_bounce"),
        ("email_complained", "the recipient called it spam", f"{_MAIL} complaint_type", "email_complaint"),
        ("email_opened", "it was opened", f"{_MAIL} device client os seconds_after_send:n machine_rule", "email_open"),
        (
            "email_clicked",
            "a link in it was clicked",
            f"{_MAIL} link link_id link_position:n device client os seconds_after_send:n"
            " utm_source utm_medium utm_campaign utm_term utm_content machine_rule topic content_tags:l catalog item_id",
            "email_click",
        ),
        ("email_rejected", "the provider refused it", f"{_MAIL} reason", "email_reject"),
        ("email_delayed", "its delivery takes long", _MAIL, "email_delay"),
        ("email_unsubscribed", "the recipient wants no more", "workflow version:n node channel purpose method", "email_unsubscribe"),
        ("email_resubscribed", "the recipient took that back", "workflow channel purpose method", "email_resubscribe"),
        (
            "email_replied",
            "the recipient answered",
            f"{_MAIL} reply_kind subject text language sentiment sentiment_score:n wants_out:b routed_to",
            "email_reply",
        ),
        ("email_forwarded", "the recipient passed it on, as your page or tool tells", "workflow node recipients:n", "email_forward"),
    ),
    "sms": (
        ("sms_sent", "the carrier took a text message", f"{_TEXT} status from", "sms_send text_sent"),
        (
            "sms_delivered",
            "it arrived at the phone",
            f"{_TEXT} status from segments:n price:n carrier_fee:n currency country",
            "sms_delivery text_delivered",
        ),
        ("sms_failed", "it could not be delivered", f"{_TEXT} status from reason error_code permanent:b", "sms_undelivered sms_bounced"),
        ("sms_clicked", "a short link in it was opened", f"{_TEXT} link seconds_after_send:n machine_rule device client os", "sms_click"),
        ("sms_replied", "the recipient answered, keywords included", "text to keyword visit provider_id answers country", "sms_reply sms_response"),
        ("sms_subscribed", "the recipient agreed to text messages", "channel purpose method keyword visit", "sms_opted_in sms_opt_in"),
        ("sms_unsubscribed", "the recipient wants no more text messages", "workflow version:n node channel purpose method keyword visit", "sms_opted_out sms_opt_out sms_unsubscribe"),
        ("sms_resubscribed", "the recipient took that back by a link", "workflow channel purpose method", "sms_resubscribe"),
    ),
    "push": (
        ("push_subscribed", "a browser or app may show notifications", "subscription:o wording how browser page_url", "push_subscribe notifications_enabled"),
        ("push_unsubscribed", "it may no more", "subscription:o reason browser", "push_unsubscribe notifications_disabled"),
        ("push_delivered", "the browser got the notification", f"{_PUSH} left_out:l", "push_delivery push_received"),
        ("push_opened", "it was clicked, its buttons included", f"{_PUSH} link", "push_open"),
        ("push_clicked", "a button of it was clicked", f"{_PUSH} action link", "push_click"),
        ("push_dismissed", "it was closed and not clicked", _PUSH, "push_dismiss push_closed"),
        ("push_failed", "it could not be delivered", f"{_PUSH} reason", "push_bounced"),
    ),
    "social": (
        ("social_mention", "somebody speaks of you", f"{_POST} mention account parent_id language reach:n engagement:n amplification:n", "social_mentions brand_mention"),
        ("social_share", "somebody passes your post on", f"{_POST} reach:n engagement:n amplification:n", "social_shares social_shared"),
        ("social_comment", "somebody comments on your post", f"{_POST} mention account parent_id language", "social_comments"),
        ("social_follow", "somebody follows you", "platform followers:n", "social_follows"),
        ("social_unfollow", "somebody follows you no more", "platform", "social_unfollows"),
        ("social_like", "somebody likes your post", "platform post_id", ""),
        ("social_message", "somebody writes to you", f"{_POST} mention account parent_id language", ""),
        ("social_signed_in", "somebody signs in with a network", "platform verified_email:b", ""),
        ("social_review", "somebody rates you", f"{_POST} mention account parent_id language", ""),
    ),
    "ads": (
        ("ad_impression", "an ad was shown", _AD, "ad_impressions"),
        ("ad_click", "an ad was clicked", f"{_AD} url", "ad_clicks ad_clicked"),
        ("ad_conversion", "an ad led to what it was for", f"{_AD} conversion value:n currency", "ad_conversions ad_converted"),
        ("ad_cost", "an ad was paid for", f"{_AD} cost:n currency impressions:n clicks:n", "ad_costs ad_spend"),
        ("lead_form_submitted", "an ad's own form was sent", f"{_AD} form_id lead_id page_id", "lead_gen_form"),
    ),
    "offline": (
        ("event_registered", "somebody signed up for an event", "event_id title event_type starts_at:d location", "webinar_registered"),
        ("event_attended", "somebody came to an event", "event_id title event_type minutes:n location", "attended_event webinar_attended"),
        ("survey_answered", "a survey was answered", "survey_id rating:n nps:n answers:o", "survey_completed survey_response"),
        ("support_ticket_opened", "somebody asked for help", "ticket_id subject category priority", "support_ticket ticket_opened"),
        ("support_ticket_closed", "the question was answered", "ticket_id satisfaction:n minutes:n", "ticket_closed"),
        (
            "purchase",
            "something was bought",
            "order_id total:n value:n amount:n currency items:l product sku quantity:n coupon",
            "purchased",
        ),
        ("refund", "money was given back", "order_id total:n currency reason", "refunded"),
        ("call_held", "a talk by telephone", "minutes:n outcome owner", "phone_call"),
        ("meeting_held", "a talk face to face or by video", "minutes:n outcome owner", "meeting_completed"),
    ),
    "catalog": (
        ("new_content", "an item that fits the contact's interests is new", _ITEM, "new_product content_published"),
        ("price_dropped", "an item of interest costs less", f"{_ITEM} old_price:n change:n change_percent:n interest", "price_drop"),
        ("price_raised", "an item of interest costs more", f"{_ITEM} old_price:n change:n change_percent:n interest", "price_increase"),
        ("back_in_stock", "an item of interest can be had again", f"{_ITEM} old_stock:n interest", "restocked"),
        ("low_stock", "little is left of an item of interest", f"{_ITEM} old_stock:n interest", ""),
        ("out_of_stock", "nothing is left of an item of interest", f"{_ITEM} old_stock:n interest", "sold_out"),
    ),
    "contact": (
        ("segment_entered", "the contact belongs to a segment now", "segment backfill:b", ""),
        ("segment_left", "the contact belongs to it no more", "segment backfill:b", ""),
        (
            "score_threshold_crossed",
            "a score went up or down across a threshold",
            "model band from_band direction threshold:n score:n actions:l notification",
            "",
        ),
        ("lifecycle_stage_changed", "the contact is in another lifecycle stage", "stage from_stage", ""),
        ("consent_told", "an import tells what somebody agreed to", "channel purpose consent proof reason backfill:b", ""),
        ("opt_in_requested", "somebody shall confirm that they want marketing", "channel wording page_url", ""),
        ("opt_in_confirmed", "they did, by a signed link", "channel", ""),
        ("preferences_changed", "the contact changed what it wants to get", "channels:l topics:l limit changes:o", ""),
        ("data_requested", "the contact asks for its data, or to be erased", "what", ""),
        ("sequence_completed", "a sequence of events is complete", "sequence", ""),
        ("profile_enriched", "a provider told fields of the contact", "provider fields:l trigger", ""),
        ("enrichment_wanted", "providers shall be asked about the contact", "trigger", ""),
        ("verification_wanted", "a person shall check what is known of the contact", "", ""),
        ("attributes_purged", "fields of the contact were kept long enough", "fields:l", ""),
        ("contact_inactive", "nothing was heard of the contact for a while", "sequence days:n", "inactivity"),
    ),
}  # fmt: skip

EVENT_TYPES: Mapping[str, EventType] = {
    row[0]: _type(family, *row) for family, rows in _ROWS.items() for row in rows
}
"""All known events by name."""

EVENT_SYNONYMS: Mapping[str, str] = {
    synonym: name for name, known in EVENT_TYPES.items() for synonym in known.synonyms
}
"""Canonical name by synonym."""

EVENT_GROUPS: Mapping[str, tuple[str, ...]] = {
    "button_clicks": ("cta_click", "download", "video_play"),
    "price_changes": ("price_dropped", "price_raised"),
    "stock_updates": ("back_in_stock", "low_stock", "out_of_stock"),
    "social_engagement": ("social_mention", "social_share", "social_comment", "social_follow"),
}
"""Names that stand for several events where a list of events is asked for."""


def canonical_event(name: str) -> str:
    """Return the name under which an event is known: ``email_open`` is ``email_opened``; others stay."""
    return EVENT_SYNONYMS.get(name, name)


def canonical_events(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of a list of events, groups written out, each once."""
    return tuple(
        dict.fromkeys(one for name in names for one in EVENT_GROUPS.get(name, (canonical_event(name),)))
    )
