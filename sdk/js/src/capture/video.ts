/** Videos of the page: begun, seen to a quarter, half and three quarters, seen to the end. */

import type { Client } from "../client";
import type { Properties } from "../types";

const MARKS = [75, 50, 25];

function about(client: Client, video: HTMLVideoElement): Properties {
  const source = client.clean(video.currentSrc || video.src);
  return {
    video: video.dataset.stepwellVideo || video.id || source.slice(source.lastIndexOf("/") + 1),
    position: Math.round(video.currentTime),
    ...(Number.isFinite(video.duration) ? { duration: Math.round(video.duration) } : {}),
  };
}

export function video(client: Client): void {
  /** The highest mark that was told of a video's present run; 0: begun. */
  const told = new WeakMap<HTMLVideoElement, number>();
  const listen = (name: string, tell: (video: HTMLVideoElement) => void): void =>
    // Media events do not bubble, but they are captured on the way down.
    document.addEventListener(
      name,
      (event) => {
        const found = event.target;
        if (found instanceof HTMLVideoElement && !found.closest("[data-stepwell-ignore]")) tell(found);
      },
      true,
    );
  listen("play", (video) => {
    if (told.has(video)) return;
    told.set(video, 0);
    client.track("video_play", about(client, video));
  });
  listen("timeupdate", (video) => {
    const before = told.get(video);
    const percent = (100 * video.currentTime) / video.duration;
    const mark = MARKS.find((m) => percent >= m);
    if (before === undefined || !mark || mark <= before) return;
    told.set(video, mark);
    client.track("video_progress", { ...about(client, video), percent: mark });
  });
  listen("ended", (video) => {
    // The next play is another run.
    if (told.delete(video)) client.track("video_complete", about(client, video));
  });
}
