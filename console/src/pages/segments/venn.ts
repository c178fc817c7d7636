/** Two circles whose areas and common area are as the three numbers say, within a box. */
export interface Circle {
  x: number;
  r: number;
}

/** The area common to two circles a distance apart. */
export function lens(r: number, s: number, distance: number): number {
  if (distance >= r + s) return 0;
  const small = Math.min(r, s);
  if (distance <= Math.abs(r - s)) return Math.PI * small * small;
  const a = (r * r - s * s + distance * distance) / (2 * distance);
  const angle = (near: number, of: number): number => Math.acos(Math.max(-1, Math.min(1, near / of)));
  return r * r * angle(a, r) + s * s * angle(distance - a, s) - distance * Math.sqrt(Math.max(0, r * r - a * a));
}

const SPLIT = 40;

export function circles(first: number, second: number, both: number, width: number, height: number): { first: Circle; second: Circle } {
  const r = Math.sqrt(Math.max(first, 0.001) / Math.PI);
  const s = Math.sqrt(Math.max(second, 0.001) / Math.PI);
  // The common area falls with the distance: halving finds it.
  let [near, far] = [Math.abs(r - s), r + s];
  for (let step = 0; step < SPLIT; step += 1) {
    const middle = (near + far) / 2;
    if (lens(r, s, middle) > both) near = middle;
    else far = middle;
  }
  const distance = both <= 0 ? (r + s) * 1.06 : (near + far) / 2;
  const left = Math.min(-r, distance - s);
  const right = Math.max(r, distance + s);
  const scale = Math.min(width / (right - left), height / (2 * Math.max(r, s)));
  const shift = (width - (right - left) * scale) / 2 - left * scale;
  return { first: { x: shift, r: r * scale }, second: { x: distance * scale + shift, r: s * scale } };
}
