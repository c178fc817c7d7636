/**
 * Who selects: the model or React Flow. React Flow reports its selection a moment after it was set, and a report that
 * is older than what the model just asked for would be taken for a click; the two would then answer each other for ever.
 */
import type { BuilderStore } from "../store/store";

const PATIENCE_MS = 250;

interface Course {
  /** What the model asked for and React Flow has not reported yet. */
  asked: string | null;
  until: number;
  reporting: boolean;
}

const courses = new WeakMap<BuilderStore, Course>();

function courseOf(store: BuilderStore): Course {
  const found = courses.get(store) ?? { asked: null, until: 0, reporting: false };
  courses.set(store, found);
  return found;
}

const keyOf = (ids: Iterable<string>): string => [...ids].sort().join("\n");

/** The model selects: reports of anything else are old, until this one comes. */
export function asked(store: BuilderStore, ids: Iterable<string>, now: number): void {
  const course = courseOf(store);
  if (course.reporting) return;
  course.asked = keyOf(ids);
  course.until = now + PATIENCE_MS;
}

/** React Flow reports its selection; `take` is called if somebody chose it there. */
export function reported(store: BuilderStore, ids: Iterable<string>, now: number, take: () => void): void {
  const course = courseOf(store);
  if (course.asked !== null && now < course.until) {
    if (keyOf(ids) === course.asked) course.asked = null;
    return;
  }
  course.asked = null;
  course.reporting = true;
  try {
    take();
  } finally {
    course.reporting = false;
  }
}
