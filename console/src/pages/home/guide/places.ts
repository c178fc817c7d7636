import type { StepName, Standing } from "./steps";

/** The address at which a step is done. */
export function placeOf(step: StepName, { newest }: Pick<Standing, "newest">): string {
  const flow = newest ? `/workflows/${newest}` : "/workflows";
  return { sender: "/settings/sending", message: "/templates", draw: "/gallery", publish: flow, event: "/events?send=1", sent: flow }[step];
}
