import { Link } from "@tanstack/react-router";
import classes from "./Shell.module.css";

export function Mark({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="#5b49df" />
      <path d="M7 9h18v4H11v3h14v9H7v-4h14v-3H7z" fill="#fff" />
    </svg>
  );
}

export function Logo() {
  return (
    <Link to="/" className={classes["logo"]}>
      <Mark />
      {"Stepwell"}
    </Link>
  );
}
