/** What a page may say about notifications, and what it is told. */

/** The question that a page asks before the browser asks its own. */
export interface Prompt {
  /** Page views before it is asked (3). */
  after?: number;
  /** Days until it is asked again after a no (30). */
  again?: number;
  /** How often it is asked at most (3). */
  times?: number;
  /** First line. */
  title?: string;
  /** What the visitor agrees to; kept as the wording of the consent. */
  text?: string;
  /** The button that leads to the browser's own question. */
  yes?: string;
  /** The button that says not now. */
  no?: string;
}

export interface PushConfig {
  /** The service worker's address on the page's own site (`/stepwell-sw.js`). */
  worker?: string;
  /** The question; false: the page asks by `stepwell.push.ask()` or a button with `data-stepwell-push`. */
  prompt?: Prompt | false;
  /** Topics that this browser asks for; none: all. */
  topics?: string[];
  /** Address of the part of this client that does it; default: beside the client's own. */
  script?: string;
}

export interface PushState {
  /** Whether this browser can show notifications of a page. */
  supported: boolean;
  /** What the browser allows: `default` means that nobody asked yet. */
  permission: NotificationPermission;
  /** Whether this browser gets notifications. */
  subscribed: boolean;
  /** Whether the visitor's consent allows it: both categories. */
  consent: boolean;
  /** How often the visitor said no to the page's own question. */
  dismissed: number;
}

export interface Push {
  /** Asks the browser, if nobody has, and subscribes; call it when the visitor clicks something that says so. */
  subscribe(topics?: string[]): Promise<PushState>;
  /** Ends it for this browser. */
  unsubscribe(): Promise<PushState>;
  state(): Promise<PushState>;
  /** Shows the page's own question now, unless it was answered. */
  ask(): Promise<PushState>;
}
