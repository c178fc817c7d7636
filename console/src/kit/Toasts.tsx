import { Suspense, lazy } from "react";
import { useToastsAsked } from "./toast";

const Corner = lazy(() => import("./ToastCorner").then((m) => ({ default: m.ToastCorner })));

/** The corner of short news; loaded with the first of them. */
export function Toasts() {
  return useToastsAsked() ? (
    <Suspense>
      <Corner />
    </Suspense>
  ) : null;
}
