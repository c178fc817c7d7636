import { useIntersection } from "@mantine/hooks";
import { useState } from "react";
import { usePicture, type MessageSummary } from "@/api/templates";
import { inScheme } from "../editor/dark";
import classes from "./List.module.css";

/** A message made small. It is rendered when it comes into view, in a frame that runs and reaches nothing. */
export function Picture({ message, width, small = false }: { message: MessageSummary; width: number; small?: boolean }) {
  const { ref, entry } = useIntersection({ rootMargin: "200px" });
  const [seen, setSeen] = useState(false);
  if (entry?.isIntersecting === true && !seen) setSeen(true);
  const { data } = usePicture(message, seen);
  return (
    <span ref={ref} className={classes[small ? "thumb" : "picture"]} aria-hidden>
      {data === undefined ? null : data.html === "" ? (
        <span className={classes["words"]} data-channel={message.channel}>
          {message.channel === "push" ? <b>{data.subject}</b> : null}
          {data.text}
        </span>
      ) : (
        <iframe title="" tabIndex={-1} sandbox="" loading="lazy" srcDoc={inScheme(data.html, false)} style={{ transform: `scale(${width / 640})` }} />
      )}
    </span>
  );
}
