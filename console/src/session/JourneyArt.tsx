const CSS = `
.j-card{fill:rgba(255,255,255,.1);stroke:rgba(255,255,255,.28)}
.j-line{fill:none;stroke:rgba(255,255,255,.45);stroke-width:2}
.j-bar{fill:rgba(255,255,255,.75)}
.j-faint{fill:rgba(255,255,255,.35)}
.j-dot{fill:#63e6be}
`;

interface NodeProps {
  x: number;
  y: number;
  colour: string;
  icon: string;
  wide: number;
}

function Node({ x, y, colour, icon, wide }: NodeProps) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <rect width="190" height="60" rx="14" className="j-card" />
      <rect x="12" y="12" width="36" height="36" rx="10" fill={colour} />
      <path d={icon} transform="translate(18 18)" fill="none" stroke="#fff" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
      <rect x="60" y="18" width={wide} height="8" rx="4" className="j-bar" />
      <rect x="60" y="34" width={wide * 0.6} height="7" rx="3.5" className="j-faint" />
    </g>
  );
}

/** A journey, as the canvas draws it: what this is about, before a word is read. */
export function JourneyArt() {
  return (
    <svg viewBox="0 0 480 404" width="100%" style={{ maxWidth: 520 }} aria-hidden="true" focusable="false">
      <style>{CSS}</style>
      <path id="left" className="j-line" d="M240 70v40M240 170v30C240 230 115 215 115 250v0M115 310v30" />
      <path className="j-line" d="M240 200C240 230 365 215 365 250" />
      <circle r="5" className="j-dot" cx="240" cy="92" />
      <circle r="5" className="j-dot" cx="115" cy="240" />
      <circle r="5" className="j-dot" cx="365" cy="240" />
      <circle r="5" className="j-dot" cx="115" cy="326" />
      <Node x={145} y={10} colour="#2f9e44" icon="M13 2L5 13h6l-1 9 8-12h-6z" wide={96} />
      <Node x={145} y={110} colour="#e8890c" icon="M12 3v6m0 0l-7 8v4m7-12l7 8v4" wide={112} />
      <Node x={20} y={250} colour="#1c7ed6" icon="M3 6h18v13H3zM3 7l9 7 9-7" wide={104} />
      <Node x={270} y={250} colour="#7048e8" icon="M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 4v5l3 2" wide={84} />
      <Node x={20} y={340} colour="#0c8599" icon="M4 18V9m5 9V5m5 13v-7m5 7V7" wide={90} />
    </svg>
  );
}
