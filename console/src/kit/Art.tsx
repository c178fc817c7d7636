import type { ReactNode } from "react";

const PICTURES = {
  flow: (
    <>
      <path d="M60 46v14M60 84v8M60 92H32v10M60 92h28v10" className="l" />
      <rect x="34" y="22" width="52" height="24" rx="8" className="a" />
      <rect x="34" y="60" width="52" height="24" rx="8" className="s" />
      <rect x="10" y="102" width="44" height="20" rx="7" className="s" />
      <rect x="66" y="102" width="44" height="20" rx="7" className="s" />
      <path d="M58 28l-6 8h7l-3 6 9-9h-7l4-5z" className="w" />
      <path d="M44 72h18M70 72h6M20 112h14M76 112h20" className="l" />
    </>
  ),
  people: (
    <>
      <circle cx="60" cy="54" r="17" className="a" />
      <path d="M28 112c0-20 14-32 32-32s32 12 32 32z" className="a" />
      <circle cx="26" cy="66" r="11" className="s" />
      <path d="M6 108c0-14 8-24 20-24 6 0 10 2 13 5-9 7-13 15-14 23H8z" className="s" />
      <circle cx="94" cy="66" r="11" className="s" />
      <path d="M114 108c0-14-8-24-20-24-6 0-10 2-13 5 9 7 13 15 14 23h17z" className="s" />
    </>
  ),
  mail: (
    <>
      <rect x="16" y="38" width="88" height="66" rx="10" className="s" />
      <path d="M20 44l40 32 40-32" className="l" />
      <circle cx="98" cy="38" r="15" className="a" />
      <path d="M91 38l5 5 9-9" className="t" />
    </>
  ),
  pie: (
    <>
      <circle cx="56" cy="76" r="42" className="s" />
      <path d="M64 26a42 42 0 0 1 42 42H64z" className="a" />
      <path d="M56 76l-30 29" className="l" />
    </>
  ),
  calendar: (
    <>
      <rect x="18" y="34" width="84" height="78" rx="10" className="s" />
      <path d="M18 56h84M40 26v16M80 26v16" className="l" />
      <rect x="30" y="66" width="16" height="14" rx="4" className="s" />
      <rect x="52" y="66" width="16" height="14" rx="4" className="a" />
      <rect x="74" y="66" width="16" height="14" rx="4" className="s" />
      <rect x="30" y="88" width="16" height="14" rx="4" className="s" />
    </>
  ),
  signal: (
    <>
      <path d="M12 80h20l10-34 16 62 16-78 12 50h22" className="l" />
      <circle cx="74" cy="30" r="9" className="a" />
      <circle cx="42" cy="46" r="6" className="s" />
    </>
  ),
  file: (
    <>
      <path d="M32 26h40l20 20v66a6 6 0 0 1-6 6H32a6 6 0 0 1-6-6V32a6 6 0 0 1 6-6z" className="s" />
      <path d="M72 26v20h20" className="l" />
      <circle cx="60" cy="82" r="19" className="a" />
      <path d="M60 92V74m-8 7l8-8 8 8" className="t" />
    </>
  ),
  search: (
    <>
      <circle cx="54" cy="66" r="32" className="s" />
      <path d="M78 90l24 24" className="k" />
      <path d="M42 60h24M42 72h16" className="l" />
    </>
  ),
  lost: (
    <>
      <path d="M14 104c24 0 14-40 40-40s14 32 36 32" className="d" />
      <circle cx="14" cy="104" r="6" className="a" />
      <path d="M96 30c-10 0-17 7-17 17 0 13 17 29 17 29s17-16 17-29c0-10-7-17-17-17z" className="a" />
      <circle cx="96" cy="47" r="6" className="w" />
    </>
  ),
  broken: (
    <>
      <path d="M60 26l46 82H14z" className="s" />
      <path d="M60 56v24M60 92v2" className="k" />
    </>
  ),
  settings: (
    <>
      <path d="M20 50h80M20 76h80M20 102h80" className="l" />
      <circle cx="42" cy="50" r="10" className="a" />
      <circle cx="78" cy="76" r="10" className="s" />
      <circle cx="54" cy="102" r="10" className="s" />
    </>
  ),
} satisfies Record<string, ReactNode>;

export type ArtName = keyof typeof PICTURES;

const CSS = `
.art .s{fill:var(--surface);stroke:var(--line-strong);stroke-width:2}
.art .a{fill:var(--mantine-primary-color-filled)}
.art .w{fill:#fff}
.art .l{fill:none;stroke:var(--line-strong);stroke-width:2.5;stroke-linecap:round;stroke-linejoin:round}
.art .d{fill:none;stroke:var(--line-strong);stroke-width:3;stroke-linecap:round;stroke-dasharray:2 8}
.art .k{fill:none;stroke:var(--mantine-primary-color-filled);stroke-width:5;stroke-linecap:round}
.art .t{fill:none;stroke:#fff;stroke-width:3;stroke-linecap:round;stroke-linejoin:round}
`;

/** Small pictures of empty and broken places; they say nothing that the text does not. */
export function Art({ name, size = 140 }: { name: ArtName; size?: number }) {
  return (
    <svg className="art" width={size} height={size} viewBox="0 0 120 140" aria-hidden="true" focusable="false">
      <style>{CSS}</style>
      <ellipse cx="60" cy="128" rx="46" ry="6" fill="var(--line)" />
      {PICTURES[name]}
    </svg>
  );
}
