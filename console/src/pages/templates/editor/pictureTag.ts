/** A picture as a message writes it. */
export function pictureTag(picture: { url: string }, alt: string, width: number, mjml: boolean): string {
  const words = alt.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  if (mjml) return `<mj-image src="${picture.url}" alt="${words}" width="${width}px" />`;
  // As wide as there is room, and no wider than was asked: a fixed width would break narrow screens.
  return `<img src="${picture.url}" alt="${words}" width="${width}" style="display:block;width:100%;max-width:${width}px;height:auto;border:0">`;
}
