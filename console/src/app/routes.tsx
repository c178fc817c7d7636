import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect, Outlet } from "@tanstack/react-router";
import type { Session } from "@/session/session";
import { NotFound } from "./NotFound";
import { PageFailed } from "./PageFailed";
import { parseSearch, stringifySearch } from "./search";
import { Shell } from "./shell/Shell";

/** The one table of addresses. A page is a folder below src/pages, loaded when it is first opened. */
const root = createRootRouteWithContext<{ session: Session }>()({ component: Outlet, notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  component: lazyRouteComponent(() => import("@/session/SignInPage")),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: "shell",
  component: Shell,
  notFoundComponent: NotFound,
  beforeLoad: ({ context, location }) => {
    if (context.session.state === "signed_out") {
      throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { to: location.href } });
    }
  },
});

const inShell = () => shell;
const home = createRoute({ getParentRoute: inShell, path: "/", component: lazyRouteComponent(() => import("@/pages/home/HomePage")) });
const workflows = createRoute({ getParentRoute: inShell, path: "/workflows", component: lazyRouteComponent(() => import("@/pages/workflows/WorkflowsPage")) });
const workflow = createRoute({ getParentRoute: inShell, path: "/workflows/$workflow", component: lazyRouteComponent(() => import("@/pages/workflows/WorkflowPage")) });
const gallery = createRoute({ getParentRoute: inShell, path: "/gallery", component: lazyRouteComponent(() => import("@/pages/gallery/GalleryPage")) });
const contacts = createRoute({ getParentRoute: inShell, path: "/contacts", component: lazyRouteComponent(() => import("@/pages/contacts/ContactsPage")) });
const contactReviews = createRoute({ getParentRoute: inShell, path: "/contacts/reviews", component: lazyRouteComponent(() => import("@/pages/contacts/ReviewsPage")) });
const contact = createRoute({ getParentRoute: inShell, path: "/contacts/$contact", component: lazyRouteComponent(() => import("@/pages/contacts/ContactPage")) });
const segments = createRoute({ getParentRoute: inShell, path: "/segments", component: lazyRouteComponent(() => import("@/pages/segments/SegmentsPage")) });
const newSegment = createRoute({ getParentRoute: inShell, path: "/segments/new", component: lazyRouteComponent(() => import("@/pages/segments/NewSegmentPage")) });
const segment = createRoute({ getParentRoute: inShell, path: "/segments/$segment", component: lazyRouteComponent(() => import("@/pages/segments/SegmentPage")) });
const templates = createRoute({ getParentRoute: inShell, path: "/templates", component: lazyRouteComponent(() => import("@/pages/templates/TemplatesPage")) });
const template = createRoute({ getParentRoute: inShell, path: "/templates/$template", component: lazyRouteComponent(() => import("@/pages/templates/TemplatePage")) });
const contentPage = createRoute({ getParentRoute: inShell, path: "/content/{-$shelf}", component: lazyRouteComponent(() => import("@/pages/content/ContentPage")) });
const piece = createRoute({ getParentRoute: inShell, path: "/content/$shelf/$piece", component: lazyRouteComponent(() => import("@/pages/content/PiecePage")) });
const clicks = createRoute({ getParentRoute: inShell, path: "/workflows/$workflow/clicks", component: lazyRouteComponent(() => import("@/pages/clicks/ClicksPage")) });
const social = createRoute({ getParentRoute: inShell, path: "/social", component: lazyRouteComponent(() => import("@/pages/social/SocialPage")) });
const socialPost = createRoute({ getParentRoute: inShell, path: "/social/posts/$post", component: lazyRouteComponent(() => import("@/pages/social/PostPage")) });
const socialCallback = createRoute({ getParentRoute: inShell, path: "/social/callback", component: lazyRouteComponent(() => import("@/pages/social/CallbackPage")) });
const calendar = createRoute({ getParentRoute: inShell, path: "/calendar", component: lazyRouteComponent(() => import("@/pages/calendar/CalendarPage")) });
const deliverability = createRoute({ getParentRoute: inShell, path: "/deliverability", component: lazyRouteComponent(() => import("@/pages/deliverability/DeliverabilityPage")) });
const events = createRoute({ getParentRoute: inShell, path: "/events", component: lazyRouteComponent(() => import("@/pages/events/EventsPage")) });
const imports = createRoute({ getParentRoute: inShell, path: "/imports", component: lazyRouteComponent(() => import("@/pages/imports/ImportsPage")) });
const importing = createRoute({ getParentRoute: inShell, path: "/imports/$import", component: lazyRouteComponent(() => import("@/pages/imports/ImportPage")) });
const settings = createRoute({ getParentRoute: inShell, path: "/settings/{-$section}", component: lazyRouteComponent(() => import("@/pages/settings/SettingsPage")) });

const tree = root.addChildren([
  signIn,
  shell.addChildren([
    home,
    workflows,
    workflow,
    gallery,
    contacts,
    contactReviews,
    contact,
    segments,
    newSegment,
    segment,
    templates,
    template,
    contentPage,
    piece,
    clicks,
    social,
    socialPost,
    socialCallback,
    calendar,
    deliverability,
    events,
    imports,
    importing,
    settings,
  ]),
]);

export function makeRouter(session: Session) {
  return createRouter({
    routeTree: tree,
    context: { session },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultErrorComponent: PageFailed,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
