/** What `stepwell-push.min.js` leaves on the page; the client asks for it by this name. */

import { pushing } from "./pushing";

window.stepwellPush = pushing;
