import "i18next";
import type app from "./en/app.json";
import type kit from "./en/kit.json";
import type session from "./en/session.json";
import type home from "./en/home.json";
import type workflows from "./en/workflows.json";
import type builder from "./en/builder.json";
import type panels from "./en/panels.json";
import type nodes from "./en/nodes.json";
import type versions from "./en/versions.json";
import type publish from "./en/publish.json";
import type live from "./en/live.json";
import type tryout from "./en/tryout.json";
import type gallery from "./en/gallery.json";
import type contacts from "./en/contacts.json";
import type segments from "./en/segments.json";
import type conditions from "./en/conditions.json";
import type templates from "./en/templates.json";
import type content from "./en/content.json";
import type calendar from "./en/calendar.json";
import type events from "./en/events.json";
import type imports from "./en/imports.json";
import type analytics from "./en/analytics.json";
import type settings from "./en/settings.json";
import type channels from "./en/channels.json";
import type social from "./en/social.json";
import type rights from "./en/rights.json";

/** The English files are the type of all texts: a key that is not there does not compile. */
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "app";
    resources: {
      app: typeof app;
      kit: typeof kit;
      session: typeof session;
      home: typeof home;
      workflows: typeof workflows;
      builder: typeof builder;
      panels: typeof panels;
      nodes: typeof nodes;
      versions: typeof versions;
      publish: typeof publish;
      live: typeof live;
      tryout: typeof tryout;
      gallery: typeof gallery;
      contacts: typeof contacts;
      segments: typeof segments;
      conditions: typeof conditions;
      templates: typeof templates;
      content: typeof content;
      calendar: typeof calendar;
      events: typeof events;
      imports: typeof imports;
      analytics: typeof analytics;
      settings: typeof settings;
      channels: typeof channels;
      social: typeof social;
      rights: typeof rights;
    };
  }
}
